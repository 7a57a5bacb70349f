package allocating_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestADepartureMakesANewProposalAndShowsWhoGainsAndWhoLoses(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	before := w.propose()
	w.follows(w.press(before, "/depart", w.grace, "code", "dddd04", "kind", "first", "reason", "A reader knew her and said so late.\r\nThe panel agreed."))
	doc := w.open("")
	departures := doc.Find(".app-allot__departure")
	w.says(departures, dee+": Served before everybody else", "The panel agreed.")
	w.says(doc.Find("main"), "4 funded, 4 without them.", "Funded, and would not be without them "+dee, "Not funded, and would be without them "+cal)
	w.says(doc.Find("#person-"+dee), "1", "Funded", "Served before everybody else, by hand")
	if w.code("dropped") == w.code("proposed") || w.number("SELECT count(*) FROM sensitive.proposals") != 2 {
		t.Error("there is no new proposal")
	}

	w.follows(w.press(doc, "/depart", w.grace, "code", eve, "kind", "left_out", "reason", "She asked for the autumn."))
	doc = w.open("")
	w.says(doc.Find("#person-"+eve), "Left out: not funded in this round, by hand", "–")
	w.says(doc.Find("main"), "3 of 4 people can be funded.")
	if doc.Find(".app-allot__departure").Length() != 2 {
		t.Error("the first departure was lost")
	}

	w.follows(w.press(doc, "/take-back", w.grace))
	doc = w.open("")
	if left := doc.Find(".app-allot__departure"); left.Length() != 1 || !strings.Contains(words(left), "She asked for the autumn.") {
		t.Errorf("what is left: %s", words(left))
	}
	w.says(doc.Find("main"), "3 of 4 people can be funded.")
}

func TestEveryWordOfADepartureIsKeptWhenItIsRefused(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	doc := w.propose()
	for _, k := range []struct{ code, kind, reason, field, want string }{
		{"ZZZZ-99", "first", "Because.", "code", "Enter the reference of an application that is in this order."},
		{dee, "", "Because of this.", "kind", "Choose what shall be different for this person."},
		{dee, "last", "Because of that.", "kind", "Choose what shall be different for this person."},
		{dee, "first", "", "reason", "Write the reason."},
		{dee, "first", strings.Repeat("long ", 300), "reason", "Use 1,000 characters or fewer."},
	} {
		again := w.checked(w.press(doc, "/depart", w.grace, "code", k.code, "kind", k.kind, "reason", k.reason), http.StatusUnprocessableEntity)
		w.says(again.Find("#"+k.field+"-error"), k.want)
		if again.Find("#code").AttrOr("value", "") != k.code || again.Find("#reason").Text() != strings.TrimSpace(k.reason) ||
			again.Find("input[name=kind][checked]").AttrOr("value", "") != strings.ReplaceAll(k.kind, "last", "") {
			t.Errorf("something of %+v is lost", k)
		}
	}
	if n := w.number("SELECT count(*) FROM sensitive.proposals"); n != 1 {
		t.Errorf("%d proposals", n)
	}
}

func TestOfTwoWhoDepartAtOnceOneIsToldAndKeepsTheirWords(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	seen := w.propose()
	w.follows(w.press(seen, "/depart", w.hugh, "code", eve, "kind", "left_out", "reason", "She asked for the autumn."))
	again := w.checked(w.press(seen, "/depart", w.grace, "code", dee, "kind", "first", "reason", "Long thought about."), http.StatusConflict)
	w.says(again.Find(".govuk-error-summary"), "A colleague has made another proposal since you opened this page.")
	w.says(again.Find(".app-allot__departure"), "She asked for the autumn.")
	if again.Find("#reason").Text() != "Long thought about." || again.Find("#code").AttrOr("value", "") != dee {
		t.Error("what was typed is lost")
	}
	w.follows(w.press(again, "/depart", w.grace, "code", dee, "kind", "first", "reason", again.Find("#reason").Text()))
	if doc := w.open(""); doc.Find(".app-allot__departure").Length() != 2 {
		t.Error("one of the two departures is lost")
	}
	if got := w.press(seen, "", w.grace).Code; got == http.StatusSeeOther {
		t.Error("the button of an old page dropped the proposal of a colleague")
	}
}

func TestDeparturesGoOverToANewProposalAndThoseThatCannotStayReadable(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.follows(w.press(w.propose(), "/depart", w.grace, "code", dee, "kind", "first", "reason", "The panel agreed."))
	w.follows(w.press(w.open(""), "/depart", w.grace, "code", cal, "kind", "left_out", "reason", "He wrote to us."))
	w.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = now() WHERE code = ?", cal)
	w.gift("GENERAL", 100)
	doc := w.open("")
	w.says(doc.Find("main"), cal+" is no longer in the order, so this departure cannot go over to a new proposal.", "GENERAL has £100.00 more.")
	w.follows(w.press(doc, "", w.grace))
	doc = w.open("")
	w.says(doc.Find(".app-allot__departure"), dee, "The panel agreed.")
	w.silent(doc.Find("main"), "He wrote to us.")
	w.says(w.open("/"+w.code("dropped")).Find("main"), "He wrote to us.", "The panel agreed.")
}
