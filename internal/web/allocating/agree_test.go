package allocating_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fund"
	"bursar/internal/money"
)

func TestTwoPeopleRatifyWhatBothSaw(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.applies("FFFF-06", 0, "C", nil)
	doc := w.propose()
	if w.get("/ratify", w.hugh).Code != http.StatusConflict {
		t.Error("it can be ratified before anybody has agreed")
	}
	w.follows(w.press(doc, "/agree", w.grace))
	mine := w.open("")
	w.says(mine.Find("main"), "One of two has agreed", "That is you.")
	if mine.Find("a[href$='/ratify']").Length() != 0 {
		t.Error("the first person can go on")
	}
	his := w.checked(w.get("", w.hugh), http.StatusOK)
	w.says(his.Find("main"), "Ana Reyes agreed to this proposal", "You see what they saw")
	confirm := w.checked(w.get("/ratify", w.hugh), http.StatusOK)
	w.says(confirm.Find("main"), "Offers 4, each with its place held", "Money promised £13,400.00", "Reserve list 1", "Not funded 1", "Letters 6", "This cannot be taken back.")
	w.says(confirm.Find("form button"), "Ratify: make 4 offers and send 6 letters")
	if n := w.number("SELECT count(*) FROM sensitive.awards") + w.number("SELECT count(*) FROM enrolments"); n != 0 {
		t.Fatal("looking has ratified")
	}
	w.follows(w.press(confirm, "/ratify", w.hugh))

	done := w.open("")
	w.says(done.Find("main"), "Ana Reyes agreed on 22 January 2027 at 9am", "ratified on", ana+" FND-T27, 8 March to 10 December 2027 Waits for an answer until",
		"Reserve list", "Funds", "General Bursary Fund (GENERAL) £6,500.00 £6,500.00 £0.00 £0.00")
	w.says(done.Find("main ol"), dee)
	w.silent(done.Find("main"), "Dee", "Bea")
	w.says(w.open("?names=yes").Find("main"), "Dee", "Bea")
	if n := w.number("SELECT count(*) FROM sensitive.awards"); n != 4 {
		t.Errorf("%d awards", n)
	}
	ratified := w.open("/" + w.code("ratified"))
	w.says(ratified.Find("main"), "4 of 5 people can be funded.", "byte for byte", "Scotland Fund (SCOTLAND) has £550.00 left. It is only for people who live or work in Scotland.")
	if ratified.Find("main form[method=post]").Length() != 0 {
		t.Error("something can still be done to it")
	}
	for _, rest := range []string{"/agree", "/ratify"} {
		again := w.checked(w.post(rest, w.grace, "seen", w.digest()), http.StatusConflict)
		w.says(again.Find(".govuk-error-summary"), "This round has been allocated.")
	}
	kept := w.checked(w.post("/depart", w.grace, "seen", w.code("ratified"), "code", dee, "kind", "first", "reason", "Too late, but written."), http.StatusConflict)
	w.says(kept.Find(".govuk-inset-text"), "Too late, but written.")
}

// digest is that of the latest proposal.
func (w *world) digest() (digest string) {
	w.Helper()
	if err := w.owner.NewRaw("SELECT digest FROM sensitive.proposals ORDER BY id DESC LIMIT 1").Scan(w.Context(), &digest); err != nil {
		w.Fatal(err)
	}
	return digest
}

func TestOnePersonCannotBeBoth(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.follows(w.press(w.propose(), "/agree", w.grace))
	for _, answer := range []func() int{
		func() int { return w.get("/ratify", w.grace).Code },
		func() int { return w.post("/ratify", w.grace, "seen", w.digest()).Code },
	} {
		if got := answer(); got != http.StatusConflict {
			t.Errorf("status %d", got)
		}
	}
	w.says(w.checked(w.post("/ratify", w.grace, "seen", w.digest()), http.StatusConflict).Find(".govuk-error-summary"), "A second person has to look at it and ratify.")
	if n := w.number("SELECT count(*) FROM sensitive.awards"); n != 0 {
		t.Errorf("%d awards", n)
	}
}

func TestNobodyAgreesToOrRatifiesWhatTheyHaveNotSeen(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	seen := w.propose()
	w.follows(w.press(seen, "/depart", w.hugh, "code", eve, "kind", "left_out", "reason", "She asked for the autumn."))
	again := w.checked(w.press(seen, "/agree", w.grace), http.StatusConflict)
	w.says(again.Find(".govuk-error-summary"), "A colleague has made another proposal since you opened this page.")
	w.follows(w.press(again, "/agree", w.grace))
	confirm := w.checked(w.get("/ratify", w.hugh), http.StatusOK)
	w.follows(w.press(w.open(""), "/depart", w.grace, "code", dee, "kind", "first", "reason", "The panel agreed."))
	again = w.checked(w.press(confirm, "/ratify", w.hugh), http.StatusConflict)
	w.says(again.Find(".govuk-error-summary"), "A colleague has made another proposal")
	if got := w.post("/agree", w.grace, "seen", "sha256:"+strings.Repeat("0", 63)).Code; got != http.StatusUnprocessableEntity {
		t.Errorf("a digest that is none: %d", got)
	}
}

func TestWhatChangedSinceIsShownBesideTheRefusal(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	seen := w.propose()
	w.gift("SCOTLAND", 10)
	again := w.checked(w.press(seen, "/agree", w.grace), http.StatusConflict)
	w.says(again.Find(".govuk-error-summary"), "Something has changed since this proposal was made")
	w.says(again.Find("#changed"), "SCOTLAND has £10.00 more.")
	w.follows(w.press(again, "", w.grace))
	w.follows(w.press(w.open(""), "/agree", w.grace))
	confirm := w.checked(w.get("/ratify", w.hugh), http.StatusOK)
	w.rules("TRAVEL", fund.Terms{Pays: []fund.Pay{{Purpose: fund.Travel, Cap: money.Pounds(100)}}})
	again = w.checked(w.press(confirm, "/ratify", w.hugh), http.StatusConflict)
	w.says(again.Find("#changed"), "The rules of TRAVEL have changed: what it may pay is now another for "+bea+", "+dee+", "+eve+".")
	w.says(w.checked(w.get("/ratify", w.hugh), http.StatusConflict).Find("#changed"), "The rules of TRAVEL have changed")
}

// rules gives a fund other rules.
func (w *world) rules(code string, terms fund.Terms) {
	w.Helper()
	w.write(func(tx *db.Tx) error {
		f, err := fund.Find(w.Context(), tx, code)
		if err == nil {
			_, err = fund.ProposeTerms(w.Context(), tx, w.by, f.ID, terms, "The donor wrote to us.")
		}
		return err
	})
}

func TestAProposalThatComesOutOtherwiseSaysSo(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	doc := w.propose()
	dbtest.Force(t, w.app, `UPDATE sensitive.proposals SET result = convert_to(replace(convert_from(result, 'UTF8'), '"count":4', '"count":5'), 'UTF8')`)
	w.says(w.open("").Find("main"), "it comes out otherwise: the program has changed")
	again := w.checked(w.press(doc, "/agree", w.grace), http.StatusConflict)
	w.says(again.Find(".govuk-error-summary"), "came to another result")
}
