package employer_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/organisation"
)

// somebody acts for no organisation.
func (p *pair) somebody(email string) side {
	p.Helper()
	return side{who: fixture.Person(p, p.app, email), of: &organisation.Organisation{Code: "NONE-00"}}
}

// details are what a form says about an organisation, with other values for some fields.
func details(other ...string) []string {
	fields := map[string]string{
		"name": "Kestrel House Wellbeing", "kind": "charity", "company_number": "", "charity_number": "1161234", "address": "3 Kestrel Row\nBlock B", "city": "Leeds",
		"postcode": "ls1 4ap", "department": "", "contact": "", "invoice_email": "money@kestrel.example", "po_rule": "not_used", "terms_days": "30",
		"org_code": "", "payables_code": "", "gln": "",
	}
	for i := 0; i < len(other); i += 2 {
		fields[other[i]] = other[i+1]
	}
	var list []string
	for name, value := range fields {
		list = append(list, name, value)
	}
	return list
}

func TestSomebodySignsTheirOrganisationUpAndBooks(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := p.somebody("kim@kestrel.example")
	p.led(p.get(s, "/employer/book/FND-T27"), "/employer/sign-up?run=FND-T27")
	at := "/employer/sign-up?run=FND-T27"
	doc := p.open(s, at)
	if value(doc, "terms_days") != "30" || doc.Find("main [checked]").Length() != 0 || doc.Find("form").AttrOr("action", "") != at {
		t.Error("the form does not begin as it should")
	}
	doc = p.page(http.StatusUnprocessableEntity, p.post(s, at, details("name", "", "kind", "", "postcode", "Leeds", "terms_days", "soon", "gln", "123", "department", "Łódź team")...), at)
	says(t, doc, "Enter the name of your organisation", "Choose what sort", "Enter a full UK postcode", "Enter a number of days from 0 to 90", "it has 13 digits")
	if value(doc, "postcode") != "Leeds" || value(doc, "terms_days") != "soon" || value(doc, "gln") != "123" || value(doc, "department") != "Łódź team" ||
		strings.TrimSpace(doc.Find("#address").Text()) != "3 Kestrel Row\nBlock B" || doc.Find(`[value="not_used"][checked]`).Length() != 1 {
		t.Error("what was typed is lost")
	}
	to := p.post(s, at, details()...).Header().Get("Location")
	if !strings.HasSuffix(to, "/book/FND-T27") {
		t.Fatalf("led to %q", to)
	}
	s.of.Code = strings.Split(to, "/")[2]
	says(t, p.open(s, s.at("")), "We are checking your organisation")
	p.fill(s, "places", "payer", "places", "1")
	says(t, p.wrong(s, "payer", "payer", "orders"), "Choose who pays") // it uses none
	p.fill(s, "payer", "names", "payer", "us")
	p.fill(s, "names", "approval")
	p.fill(s, "approval", "check")
	says(t, p.open(s, p.bookAt(s, "check")), "We check your organisation")
	says(t, p.open(s, p.press(s)), "1 place is held until 7 December 2026 while we check your organisation.")
	says(t, p.page(http.StatusConflict, p.post(s, "/employer/sign-up", details()...), "again"), "You act for an organisation with this name already.")
	p.page(404, p.get(s, "/employer/book/NONE"), "no course")
}

func TestWhoActsForSeveralChooses(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	second := p.side("Harbour Housing", p.mine.who.Email)
	doc := p.open(p.mine, "/employer/book/FND-T27")
	says(t, doc, "Who are you booking for?")
	for _, to := range []string{p.mine.at("/book/FND-T27"), second.at("/book/FND-T27"), "/employer/sign-up?run=FND-T27"} {
		if doc.Find(`main a[href="`+to+`"]`).Length() != 1 {
			t.Errorf("no way to %s", to)
		}
	}
	p.fill(second, "places", "payer", "places", "2")
	doc = p.open(p.mine, "/employer")
	if begun := doc.Find(`main a[href$="/book/FND-T27"]`); begun.Length() != 1 || begun.AttrOr("href", "") != second.at("/book/FND-T27") {
		t.Error("what was begun is not listed once, for its own organisation")
	}
	if doc.Find(`main a[href="`+second.at("")+`"]`).Length() != 1 || strings.Contains(words(doc), p.twin.of.Name) {
		t.Error("the organisations are not those that the person acts for")
	}
	says(t, p.open(p.somebody("new@people.example"), "/employer"), "You do not act for an organisation yet.")
	for _, address := range []string{"/employer", "/employer/sign-up", "/employer/book/FND-T27", p.mine.at("/people")} {
		p.led(p.get(side{}, address), "/sign-in")
	}
}

// token is the secret of the link in the last mail to an address.
func (p *pair) token(to, path string) string {
	p.Helper()
	var text string
	if err := dbtest.Owner(p, p.app).NewSelect().Table("mails").Column("text_body").Where("recipient = ?", to).Order("id DESC").Limit(1).Scan(p.Context(), &text); err != nil {
		p.Fatal(err)
	}
	_, after, found := strings.Cut(text, path)
	if !found {
		p.Fatalf("no link in the mail to %s:\n%s", to, text)
	}
	return strings.Fields(after)[0]
}

func TestACoordinatorInvitesAColleagueWhoJoins(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s, at := p.mine, p.mine.at("/people")
	doc := p.page(http.StatusUnprocessableEntity, p.post(s, at, "name", "Femi", "email", "femi"), at)
	if value(doc, "name") != "Femi" || value(doc, "email") != "femi" || doc.Find("#email-error").Length() != 1 {
		t.Error("what was typed is lost, or the mistake is not beside its field")
	}
	p.led(p.post(s, at, "name", "Femi Oyelaran", "email", "femi@westermoor.example"), at)
	says(t, p.open(s, at), "Femi Oyelaranfemi@westermoor.example, until 7 December 2026")
	link := "/employer/join/" + p.token("femi@westermoor.example", "/employer/join/")

	for range 2 { // a mail scanner, and then its reader
		doc := p.open(side{}, link)
		says(t, doc, "asks you to act for "+s.of.Name, "Send me the code")
		if form := doc.Find(`form[action="/sign-in"]`); form.Find("[name=email]").AttrOr("value", "") != "femi@westermoor.example" || form.Find("[name=next]").AttrOr("value", "") != link {
			t.Error("the address and the way back are not handed on to the sign-in")
		}
	}
	if w := p.get(side{}, link); w.Header().Get("Cache-Control") != "no-store" {
		t.Error("the page of a link is kept")
	}
	p.led(p.post(side{}, link), "/sign-in")
	p.page(http.StatusForbidden, p.post(p.twin, link), link)
	femi := side{fixture.Person(t, p.app, "femi@westermoor.example"), s.of}
	p.page(404, p.get(femi, s.at("")), "before joining")
	p.led(p.post(femi, link), s.at(""))
	says(t, p.open(femi, at), "femi@westermoor.example, since 23 November 2026", "Remove Ana Reyes")
	p.page(404, p.get(side{}, link), "a used link")

	p.led(p.post(s, at, "name", "Gus", "email", "gus@westermoor.example"), at)
	gone := "/employer/join/" + p.token("gus@westermoor.example", "/employer/join/")
	p.led(p.post(femi, at+"/withdraw", "invited", "gus@westermoor.example"), at)
	p.page(404, p.get(side{}, gone), "a link that was taken back")
	p.led(p.post(s, at+"/leave"), "/employer")
	p.page(404, p.get(s, at), "after leaving")
	says(t, p.page(http.StatusConflict, p.post(femi, at+"/leave"), "the last one"), "You are the only person who acts for it", "Hand over to a colleague")
}

func TestACoordinatorHandsOverAndAnotherRemoves(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s, at := p.mine, p.mine.at("/people")
	p.led(p.post(s, at, "name", "Femi", "email", "femi@westermoor.example", "hands_over", "yes"), at)
	says(t, p.open(s, at), "Whoever invited them stops when they join")
	femi := side{fixture.Person(t, p.app, "femi@westermoor.example"), s.of}
	link := "/employer/join/" + p.token("femi@westermoor.example", "/employer/join/")
	says(t, p.open(femi, link), "instead of them")
	p.led(p.post(femi, link), s.at(""))
	p.page(404, p.get(s, at), "after handing over")

	p.led(p.post(femi, at, "name", "Ana", "email", s.who.Email), at)
	p.led(p.post(s, "/employer/join/"+p.token(s.who.Email, "/employer/join/")), s.at(""))
	doc := p.open(s, at)
	p.led(p.post(s, at+"/remove", "person", value(doc, "person")), at)
	p.page(404, p.get(femi, at), "after being removed")
	p.page(404, p.post(s, at+"/remove", "person", "0"), "nobody")
	p.page(404, p.post(p.twin, at+"/remove", "person", value(doc, "person")), "somebody of another organisation")
}

func TestACoordinatorChangesWhatIsTheirsToChange(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s, at := p.mine, p.mine.at("/details")
	doc := p.open(s, at)
	says(t, doc, "Where invoices go", "1 Moor Lane", "LS11 1HP", "You have 30 days to pay an invoice.")
	if doc.Find("#invoice_email").Length() != 0 || doc.Find("#terms_days").Length() != 0 {
		t.Error("what is checked can be changed here")
	}
	doc = p.page(http.StatusUnprocessableEntity, p.post(s, at, "name", "", "kind", "nhs_trust", "company_number", "12", "charity_number", "", "po_rule", "may_follow"), at)
	if value(doc, "company_number") != "12" || doc.Find("#name-error").Length() != 1 || doc.Find("#company_number-error").Length() != 1 {
		t.Error("what was typed is lost, or the mistakes are not beside their fields")
	}
	p.page(http.StatusUnprocessableEntity, p.post(s, at, details()...), "with an address")

	p.ready(s, "2")
	booked := p.press(s)
	says(t, p.open(s, booked), "2 places are held")
	p.led(p.post(s, at, "name", s.of.Name, "kind", "nhs_trust", "company_number", "", "charity_number", "", "po_rule", "may_follow"), s.at(""))
	says(t, p.open(s, booked), "2 places are confirmed.")
}

func TestAnotherAddressIsAskedFor(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s, at := p.mine, p.mine.at("/details/address")
	fields := []string{"address", "2 New Road", "city", "Tarn", "postcode", "LS1 1AA", "department", "", "contact", "", "invoice_email", "sbs@westermoor.example",
		"org_code", "QX1", "payables_code", "X101", "gln", ""}
	doc := p.page(http.StatusUnprocessableEntity, p.post(s, at, "address", "2 New Road", "city", "", "postcode", "LS1 1AA", "department", "", "contact", "", "invoice_email", "sbs",
		"org_code", "", "payables_code", "X101", "gln", ""), at)
	says(t, doc, "Enter a town or city", "Enter your organisation code too")
	if value(doc, "invoice_email") != "sbs" || value(doc, "payables_code") != "X101" {
		t.Error("what was typed is lost")
	}
	p.led(p.post(s, at, fields...), s.at("/details"))
	says(t, p.open(s, s.at("/details")), "1 Moor Lane", "Where you want them to go", "Two of us check this.", "2 New Road", "X101")
	p.page(http.StatusConflict, p.post(s, at, fields...), "asked twice")
	for range 2 {
		p.led(p.post(s, at+"/take-back"), s.at("/details"))
	}
	if text := words(p.open(s, s.at("/details"))); strings.Contains(text, "2 New Road") {
		t.Error("the change was not taken back")
	}
}
