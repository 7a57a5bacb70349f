package journey_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// everybodys are the pages of the portal that name nothing of an organisation but its own code: under another code they are
// that organisation's own.
var everybodys = []string{
	"", "/places.csv", "/dates.ics", "/orders", "/orders/add", "/invoices", "/statement", "/statement.csv", "/statement.pdf",
	"/people", "/people/leave", "/details", "/details/address",
}

// ofDates are the parts of the portal that name dates which anybody can book, wait for or apply for.
var ofDates = regexp.MustCompile(`^/(book|wait|apply)/`)

// twinFindsNothing asks for every address that was found for the first employer as somebody who acts for another one, under
// the first one's code and under their own.
func (d *demo) twinFindsNothing(found map[string]seen) {
	d.t.Helper()
	theirs, swapped := 0, 0
	names := d.mine.names(found)
	for address := range found {
		rest, of := strings.CutPrefix(address, d.mine.at(""))
		if !of {
			if below, ok := strings.CutPrefix(address, "/employer"); ok && strings.HasPrefix(below, "/") && !strings.HasPrefix(below, "/sign-up") && !ofDates.MatchString(below) {
				d.t.Errorf("%s is of neither", address)
			}
			continue // a page for everybody, or one about oneself
		}
		theirs++
		if a := d.ngozi.Get(address); a.Status != http.StatusNotFound || len(finds(a.Body)) > 0 {
			d.t.Errorf("%s answers somebody of another employer with %d", address, a.Status)
		}
		a := d.ngozi.Get(d.twin.at(rest))
		if isEverybodys(rest) {
			d.itsOwn(rest, d.read(a).said, a.Status, names)
			continue
		}
		swapped++
		if a.Status != http.StatusNotFound {
			d.t.Errorf("%s answers with %d under another employer's code", address, a.Status)
		}
	}
	if theirs < 250 || swapped < 200 || len(names) < 50 {
		d.t.Errorf("%d addresses, %d of them with something in them, and %d names: this proves little", theirs, swapped, len(names))
	}
}

// isEverybodys reports whether the rest of an address names nothing of an organisation's.
func isEverybodys(rest string) bool {
	path, _, _ := strings.Cut(rest, "?")
	return slices.Contains(everybodys, path) || ofDates.MatchString(path)
}

// itsOwn expects a page of another employer to be there, and to name nothing of the first one's.
func (d *demo) itsOwn(rest, said string, status int, names []string) {
	d.t.Helper()
	if status != http.StatusOK && status != http.StatusUnprocessableEntity {
		d.t.Errorf("%s answers another employer with %d", rest, status)
	}
	for _, name := range names {
		if strings.Contains(said, name) {
			d.t.Errorf("%s of another employer names %s", rest, name)
		}
	}
}

var thingsName = regexp.MustCompile(`/(?:places|orders|requests|bookings|invoices|credit-notes)/([A-Z0-9-]{5,})`)

// names are the codes and numbers of an employer's things, and its own code.
func (h employerHome) names(found map[string]seen) []string {
	all := []string{string(h)}
	for address := range found {
		if name := thingsName.FindStringSubmatch(address); name != nil && strings.HasPrefix(address, h.at("")) && !slices.Contains(all, name[1]) {
			all = append(all, name[1])
		}
	}
	return all
}
