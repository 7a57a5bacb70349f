package allocating_test

import (
	"net/http"
	"testing"

	"bursar/internal/db/dbtest"
)

func TestBeforeTheDrawThePageSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for status, want := range map[string]string{
		"published": "This round still takes applications",
		"closed":    "Two people have still to agree to the bands",
		"frozen":    "The order has still to be drawn: the public draw takes place on Saturday 16 January 2027",
	} {
		dbtest.Force(t, w.app, "UPDATE rounds SET seed = NULL, beacon_value = '', status = ?", status)
		doc := w.open("")
		w.says(doc.Find("main"), want)
		if doc.Find("main form").Length() != 0 {
			t.Errorf("there is a form while the round is %s", status)
		}
		if got := w.post("", w.grace, "seen", "").Code; got != http.StatusConflict {
			t.Errorf("proposing while the round is %s: %d", status, got)
		}
		if got := w.get("/inputs", w.grace).Code; got != http.StatusNotFound {
			t.Errorf("inputs while the round is %s: %d", status, got)
		}
		if got := w.get("/what-if", w.grace).Code; got != http.StatusConflict {
			t.Errorf("what if while the round is %s: %d", status, got)
		}
	}
}

func TestTheInputsAreShownAsTheyStand(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	doc := w.open("")
	main := doc.Find("main")
	w.says(main, "5 people are in the order. Together the funds have £15,850.00. On the dates of this round 5 places are free.",
		"London Fund LONDON £3,250.00 left. It may pay something for 2 of 5.", "It is only for people who live or work in London.",
		"FND-T27, 8 March to 10 December 2027")
	w.says(main.Find(".app-allot tbody tr").Eq(1), bea, "2", "A", "FND-T27, 8 March to 10 December 2027: £3,450.00",
		"The course fee £3,250.00 GENERAL and LONDON", "Travel £200.00 TRAVEL")
	w.silent(main, "Bea")
	w.says(w.open("?names=yes").Find("main"), "Bea")
	if n := w.number("SELECT count(*) FROM sensitive.proposals"); n != 0 {
		t.Errorf("looking made %d proposals", n)
	}
}

func TestTheProposalSaysWhoIsFundedAndExactlyWhyNot(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	doc := w.propose()
	main := doc.Find("main")
	w.says(main, "4 of 5 people can be funded. No other order of the same people was found that funds more of them.",
		"Worked out again just now: the same, byte for byte. Nothing that it goes by has changed.")
	row := func(code string) string { return words(doc.Find("#person-" + code)) }
	w.says(doc.Find("#person-"+ana), "1", "Funded", "FND-T27", "The course fee £3,250.00 LONDON", "£3,250.00")
	w.says(doc.Find("#person-"+bea), "Funded", "The course fee £3,250.00 GENERAL", "Travel £200.00 TRAVEL", "£3,450.00")
	w.says(doc.Find("#person-"+eve), "Funded", "The course fee £3,250.00 SCOTLAND")
	w.says(doc.Find("#person-"+dee), "Not funded", "FND-T27 with the course fee and travel, £3,400.00",
		"£1,750.00 short.", "General Bursary Fund (GENERAL) may pay for this, but is used up by people who stand above.",
		"London Fund (LONDON) may not pay for this, but could pay for some of them instead; it is used up too.",
		"Scotland Fund (SCOTLAND) has £550.00 left. It is only for people who live or work in Scotland.", "FND-T27 with the course fee, £3,250.00")
	w.says(main, "£1,750.00 more here funds 1 person more.", "More money here alone funds nobody more.", "London Fund (LONDON) £3,250.00 £3,250.00 £0.00")
	w.silent(main, "Dee", "Bea")
	if row(dee) == "" {
		t.Error("no row")
	}
	w.says(w.open("?names=yes").Find("#person-"+dee), "Dee")
}

func TestThePictureShowsWhatTheTableSays(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	doc := w.propose()
	picture := doc.Find(".app-flows svg")
	w.says(picture, "GENERAL £6,500.00", "LONDON £3,250.00", "SCOTLAND £3,450.00", "TRAVEL £200.00", bea+" £3,450.00")
	if alt := picture.AttrOr("aria-label", ""); alt != "4 funds on the left, 4 people on the right, and between them what each fund pays for whom, £13,400.00 in all. The table below says the same." {
		t.Errorf("alt: %q", alt)
	}
	if n := picture.Find("path").Length(); n != 5 || doc.Find(".app-flows[tabindex='0'][role=region]").Length() != 1 {
		t.Errorf("%d flows", n)
	}
	w.says(doc.Find("details"), "GENERAL "+bea+" £3,250.00", "TRAVEL "+bea+" £200.00")
}

func TestNobodyInTheOrderAndNoFundIsSaidToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says(w.open("").Find("main"), "0 people are in the order.", "There are no open funds.", "Nobody is in the order")
	doc := w.propose()
	w.says(doc.Find("main"), "0 of 0 people can be funded.")
	if doc.Find("svg.app-flows__picture").Length() != 0 {
		t.Error("there is a picture of nothing")
	}
}

func TestAProposalThatNoLongerFitsSaysWhatChanged(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.propose()
	w.gift("GENERAL", 1_750)
	w.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = now() WHERE code = ?", cal)
	doc := w.open("")
	w.says(doc.Find("#changed"), "GENERAL has £1,750.00 more.", "Application "+cal+" is no longer in the order.")
	if doc.Find("form[action$='/agree']").Length() != 0 {
		t.Error("it can be agreed to")
	}
	w.follows(w.press(doc, "", w.grace))
	doc = w.open("")
	w.says(doc.Find("main"), "4 of 4 people can be funded.", "Other proposals of this round")
	if doc.Find("#changed").Length() != 0 {
		t.Error("something has changed since")
	}
	old := w.checked(w.get("/"+w.code("dropped"), w.grace), http.StatusOK)
	w.says(old.Find("main"), "4 of 5 people can be funded.", "Replaced", "byte for byte")
}

// code is that of the latest proposal with a status.
func (w *world) code(status string) (code string) {
	w.Helper()
	if err := w.owner.NewRaw("SELECT code FROM sensitive.proposals WHERE status = ? ORDER BY id DESC LIMIT 1", status).Scan(w.Context(), &code); err != nil {
		w.Fatal(err)
	}
	return code
}
