package journey_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bursar/internal/db/dbtest"
)

func TestCanaryOfWhatEmployersMayNotKnowIsNowhereInTheirPortalAndTheirMails(t *testing.T) {
	t.Parallel()
	d := newDemo(t)
	d.bookkeeping()
	found := map[string]seen{}
	d.crawl(found, d.nadine, "/", append(d.mailed(), "/employer", d.mine.at(""))...)
	d.crawl(found, d.nadine, "/", d.asked(found)...)
	d.showsNo(found)
	d.everyPage(found)
	d.mailsNo()
	d.mayBeKnown()
	d.twinFindsNothing(found)
}

// bookkeeping has the first employer book two places more, the bookkeeper issue what is ready, and the first employer give
// up one of the two for half of its price.
func (d *demo) bookkeeping() {
	d.t.Helper()
	a := d.nadine.answersAll(d.mine.at("/book/"+d.run.Code), ours("2", "QX1-80102", "6500"))
	a = d.nadine.submit(a)
	d.nadine.reads(a, http.StatusOK, "2 places are confirmed.")
	place := a.Page.Find(`main a[href*="/places/"]`).First().AttrOr("href", "")
	a = d.sheila.Get("/finance/ready")
	form := standing(a.Page.Find("main form").First())
	form.Set("do", "all")
	d.sheila.reads(d.sheila.Post("/finance/ready", form), http.StatusOK, "invoices are issued")
	a = d.nadine.submit(d.nadine.Get(place + "/give-up"))
	d.nadine.reads(a, http.StatusOK)
	d.drain()
	d.nadine.reads(d.nadine.Get(d.mine.at("/invoices")), http.StatusOK, "CRN-00001", "£1,625.00")
	d.nadine.answersAll(d.mine.at("/book/"+d.run.Code), ours("1", "QX1-80103", "3250")) // and is about to book another
}

// ownPart is what the first employer pays of the place that an award pays too: that it sees.
const ownPart = "300.01"

// showsNo expects no canary on any page or in any file, and enough of each to have been read.
func (d *demo) showsNo(found map[string]seen) {
	d.t.Helper()
	kinds, own := map[string]int{}, map[string]bool{}
	for address, s := range found {
		kinds[s.kind]++
		own[s.kind] = own[s.kind] || strings.Contains(s.said, ownPart)
		for _, word := range finds(s.said) {
			d.t.Errorf("%s says %q, %s", address, word, planted[word])
		}
	}
	for kind, least := range map[string]int{"text/html": 250, "application/pdf": 9, "application/xml": 6, "text/csv": 5, "text/calendar": 5} {
		if kinds[kind] < least {
			d.t.Errorf("%d of %s were read, want %d at least", kinds[kind], kind, least)
		}
		if kind != "text/calendar" && !own[kind] {
			d.t.Errorf("no %s says what the employer itself pays: reading them proves nothing", kind)
		}
	}
}

// everyPage expects every page of the portal to have been looked at.
func (d *demo) everyPage(found map[string]seen) {
	d.t.Helper()
	for _, route := range d.house().Routes() {
		method, path, _ := strings.Cut(route, " ")
		if method != http.MethodGet || !strings.HasPrefix(path, "/employer") || strings.HasSuffix(path, "/:token") {
			continue // only whoever got a link has its token
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(found)), func(address string) bool { return isOf(path, address) }) {
			d.t.Errorf("nobody looked at %s", path)
		}
	}
}

// isOf reports whether an address is one of a route's.
func isOf(route, address string) bool {
	address, _, _ = strings.Cut(address, "?")
	want, got := strings.Split(route, "/"), strings.Split(address, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], ":") && want[i] != got[i] {
			return false
		}
	}
	return true
}

// mailsNo expects no canary in any mail to the first employer, in the log or in what the card processor has.
func (d *demo) mailsNo() {
	d.t.Helper()
	letters := d.post("@westermoor.example")
	own := false
	for template, text := range letters {
		own = own || strings.Contains(text, ownPart)
		for _, word := range finds(text) {
			d.t.Errorf("the mail %s says %q, %s:\n%s", template, word, planted[word], text)
		}
	}
	if len(letters) < 20 || !own {
		d.t.Errorf("%d mails were read, want 20 at least, and one that says what the employer itself pays: %v", len(letters), own)
	}
	for where, text := range map[string]string{"the log": journal.String(), "the card processor": d.processed()} {
		if text == "" {
			d.t.Errorf("%s is empty: this proves nothing", where)
		}
		for _, word := range finds(text) {
			d.t.Errorf("%s has %q, %s", where, word, planted[word])
		}
	}
}

// mayBeKnown expects each canary to be found by those who may know it: it is there to be found.
func (d *demo) mayBeKnown() {
	d.t.Helper()
	own := "/my/applications/" + d.ana.sent.Code
	all := d.kept()
	for v, from := range map[*visitor][]string{
		d.ana.visitor: {"/my", own + "/copy", own + "/offer", own + "/letter", own + "/questions", "/my/places/" + d.ana.code},
		d.vera:        {"/employer"}, d.gareth: {"/employer"}, d.sheila: {"/finance/funds"},
	} {
		found := map[string]seen{}
		d.crawl(found, v, from[0], from...)
		for _, s := range found {
			all += s.said
		}
	}
	for _, domain := range []string{"@vera.example", "@lanternvale.example"} {
		for _, text := range d.post(domain) {
			all += text
		}
	}
	there := finds(all)
	for word, what := range planted {
		if !slices.Contains(there, word) {
			d.t.Errorf("nobody finds %q, %s", word, what)
		}
	}
}

// kept is what only the database's owner can read: the equality answers, and what the shares are.
func (d *demo) kept() (said string) {
	d.t.Helper()
	err := dbtest.Owner(d.t, d.DB).NewRaw("SELECT coalesce(string_agg(answers::text, ' '), '') FROM sensitive.equality").Scan(d.t.Context(), &said)
	if err != nil {
		d.t.Fatal(err)
	}
	return said
}
