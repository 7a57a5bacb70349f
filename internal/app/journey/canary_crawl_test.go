package journey_test

import (
	"encoding/json"
	"html"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/app/apptest"
)

// seen is what somebody found at an address.
type seen struct {
	kind string // of what was answered, like "text/html"
	said string // all of it: words, addresses, names of fields and files
}

// crawl opens everything that links and forms which only ask lead somebody to below an address, from some addresses on, and
// adds what each of them says to what was found before.
func (d *demo) crawl(found map[string]seen, v *visitor, below string, from ...string) {
	d.t.Helper()
	queue := slices.Clone(from)
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		if _, known := found[address]; known || elsewhere(address) || !strings.HasPrefix(address, below) {
			continue
		}
		a := v.Get(address)
		if !slices.Contains([]int{http.StatusOK, http.StatusUnprocessableEntity, http.StatusConflict}, a.Status) { // too late is an answer too
			d.t.Errorf("%s answers %s with %d at %s", address, v.name, a.Status, a.URL)
		}
		found[address] = d.read(a)
		queue = append(queue, leads(a)...)
	}
}

// elsewhere reports whether an address is none of the program's pages for this person: the demonstration's own, which show
// everybody's mails and the card processor's pages; files that are the same for everybody; the way out. The order of the
// round of this test was planted, so that there is no lottery to show.
func elsewhere(address string) bool {
	for _, begins := range []string{"/demo", "/sandbox/", "/static/", "/sign-out", "/bursaries/QUIET-27/lottery"} {
		if strings.HasPrefix(address, begins) {
			return true
		}
	}
	return false
}

// read is all that an answer says.
func (d *demo) read(a apptest.Answer) seen {
	d.t.Helper()
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil {
		d.t.Errorf("%s has no kind: %v", a.URL, err)
	}
	return seen{kind, a.URL.String() + "\n" + a.Header.Get("Content-Disposition") + "\n" + d.words(kind, []byte(a.Body))}
}

// words is all that a file or a page says.
func (d *demo) words(kind string, body []byte) string {
	d.t.Helper()
	switch kind {
	case "application/pdf":
		return wordsOfPDF(d.t, body)
	case "text/calendar": // whose long lines are folded
		return strings.NewReplacer("\r\n ", "", "\n ", "").Replace(string(body))
	}
	return html.UnescapeString(string(body)) // as written, hidden fields and comments too
}

// leads are the addresses of ours to which a page leads.
func leads(a apptest.Answer) []string {
	if a.Page == nil {
		return nil
	}
	var all []string
	add := func(to string) {
		if at, err := a.URL.Parse(to); err == nil && at.Host == a.URL.Host {
			at.Fragment = ""
			all = append(all, at.RequestURI())
		}
	}
	a.Page.Find("[href]").Each(func(_ int, s *goquery.Selection) { add(s.AttrOr("href", "")) })
	a.Page.Find("[src]").Each(func(_ int, s *goquery.Selection) { add(s.AttrOr("src", "")) })
	a.Page.Find("form").Each(func(_ int, s *goquery.Selection) {
		if strings.EqualFold(s.AttrOr("method", "get"), http.MethodGet) {
			at, _, _ := strings.Cut(s.AttrOr("action", a.URL.Path), "?")
			add(at + "?" + standing(s).Encode())
		}
	})
	return all
}

// asked are addresses to which no link leads, and those that ask for more or less than links do.
func (d *demo) asked(known map[string]seen) []string {
	d.t.Helper()
	home := d.mine
	all := []string{"/employer/book/" + d.run.Code, "/employer?run=" + d.run.Code, home.at("/book/" + d.run.Code), home.at("?show=order"), home.at("?show=name"), home.at("?show=answer"),
		home.at("?run=" + d.run.Code), home.at("/places.csv?run=" + d.run.Code), home.at("/places.csv?show=order"), home.at("/people/leave"), home.at("/details"),
		home.at("/orders/add?run=" + d.run.Code)}
	span := url.Values{"from-day": {"1"}, "from-month": {"1"}, "from-year": {"2025"}, "to-day": {"31"}, "to-month": {"12"}, "to-year": {"2028"}}
	for _, kind := range []string{"", ".csv", ".pdf"} {
		all = append(all, home.at("/statement"+kind+"?"+span.Encode()))
	}
	span.Set("to-day", "32")
	all = append(all, home.at("/statement?"+span.Encode()))
	for _, step := range []string{"places", "payer", "share", "names", "orders", "approval", "gift", "check"} {
		all = append(all, home.at("/book/"+d.run.Code+"/"+step))
	}
	for address := range known {
		at, _, _ := strings.Cut(address, "?")
		switch kind := thing.FindStringSubmatch(at); {
		case kind == nil:
		case kind[1] == "invoices":
			all = append(all, at+"/pay", at+"/paid")
		case kind[1] == "bookings":
			all = append(all, at+"/agreement")
		case kind[1] == "places":
			all = append(all, at+"/left", at+"/payers", at+"/name", at+"/give-up")
		}
	}
	return all
}

// mailed are the addresses in the mails to the first employer.
func (d *demo) mailed() []string {
	d.t.Helper()
	var all []string
	for _, text := range d.post("@westermoor.example") {
		all = append(all, portalAddress.FindAllString(text, -1)...)
	}
	return all
}

var portalAddress = regexp.MustCompile(`/employer/[A-Za-z0-9/_.-]*[A-Za-z0-9]`)

// thing is an address of one of an employer's own things.
var thing = regexp.MustCompile(`^/employer/[A-Z0-9-]+/(places|orders|requests|bookings|invoices|credit-notes)/[A-Z0-9-]+$`)

// post is what was mailed to addresses that end so: every mail as it was written, with its files.
func (d *demo) post(ends string) map[string]string {
	d.t.Helper()
	said := map[string]string{}
	var all []string
	if err := d.DB.NewRaw("SELECT DISTINCT recipient FROM mails WHERE recipient LIKE ? ORDER BY 1", "%"+ends).Scan(d.t.Context(), &all); err != nil {
		d.t.Fatal(err)
	}
	for _, to := range all {
		for _, m := range d.mails(to) {
			text := m.To + "\n" + m.Subject + "\n" + m.Text + "\n" + html.UnescapeString(m.HTML)
			for _, file := range m.Attachments {
				kind, _, err := mime.ParseMediaType(file.ContentType)
				if err != nil {
					d.t.Errorf("%s of %s: %v", file.Name, m.Template, err)
				}
				text += "\n" + file.Name + "\n" + d.words(kind, file.Body)
			}
			said[m.Template+" "+m.Key] = text
		}
	}
	return said
}

// finds are the canaries that are in a text, in whatever case and with whatever commas they are written.
func finds(text string) (all []string) {
	text = strings.ReplaceAll(strings.ToLower(text), ",", "")
	for word := range planted {
		if strings.Contains(text, strings.ToLower(word)) {
			all = append(all, word)
		}
	}
	slices.Sort(all)
	return all
}

// processed is all that the card processor knows.
func (d *demo) processed() string {
	d.t.Helper()
	var said string
	err := d.DB.NewRaw("SELECT coalesce(string_agg(convert_from(payload, 'UTF8'), ' '), '') FROM processor_events").Scan(d.t.Context(), &said)
	if err != nil {
		d.t.Fatal(err)
	}
	truth, err := json.Marshal(d.Sandbox.Truth())
	if err != nil {
		d.t.Fatal(err)
	}
	return said + string(truth)
}
