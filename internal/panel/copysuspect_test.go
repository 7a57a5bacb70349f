package panel_test

import (
	"slices"
	"testing"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/panel"
)

func TestWhatMayStillTellWhoItIsIsListed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"": nil,
		"I run a group. We meet in March, on Mondays, and I’ve been a GP’s patient in the NHS.":   nil,
		"[name] asked [name], who runs [organisation]. What is Open Dialogue? “Come in,” I said.": nil,
		"I work on an acute ward at Westermoor.":                                                  {"Westermoor"},
		"Denise, who runs it, lets me sit in. Families come.":                                     {"Denise"},
		"I asked Fell Side for it, and Fell Side said yes; Bo did too.":                           {"Fell Side", "Bo"},
		"She is from\nKeld. \nKeld is small.\n\nPeople know each other.":                          {"Keld"},
		"I saw Dr. Zed and St. Bees. Ōe came, o’Brien and O’Brien":                                {"Dr", "Zed", "St", "Bees", "O’Brien"},
		"What I do:\n- Listening\n- Cooking with Ede\n• Writing":                                  {"Ede"},
		"My WRAP plan? Yes! The TEWV one":                                                         {"WRAP", "TEWV"},
	} {
		if got := panel.Suspects(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestTownsAndBodiesAreCoveredThoughNobodyNamedThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"I live in Leeds, not LEEDS’S suburb or leeds.":                  "I live in [place], not [place]’S suburb or [place].",
		"Between Barrow and Carlisle, and down from Manchester":          "Between [place] and [place], and down from [place]",
		"I came from Stoke-on-Trent to Bury St Edmunds":                  "I came from [place] to [place]",
		"Reading helps. I like reading. I am from Reading, near Bath":    "Reading helps. I like reading. I am from [place], near [place]",
		"March was cold. We moved to Hull (Deal is nicer).":              "March was cold. We moved to [place] ([place] is nicer).",
		"I volunteer with Kestrel House on two evenings.":                "I volunteer with [organisation] on two evenings.",
		"At Kestrel House we cook":                                       "At [organisation] we cook",
		"The house is a House. My ward, the Acute ward. Busy ward":       "The house is a House. My ward, the Acute ward. Busy ward",
		"I was on Maple ward, then Ward 7 and Ward B":                    "I was on [organisation], then [organisation] and [organisation]",
		"I teach at the University of Westermoor and St Anne’s Hospital": "I teach at the [organisation]",
		"I am paid by Tees, Esk and Wear Valleys NHS Foundation Trust.":  "I am paid by [organisation].",
		"Eastmarsh Borough Council pays me; so does the NHS":             "[organisation] pays me; so does the NHS",
		"We meet at 14 Lantern Road and in HMP Full Sutton":              "We meet at [place] and in [organisation]",
		"I like Open Dialogue training and the peer network":             "I like Open Dialogue training and the peer network",
	} {
		if got := panel.Mask(text, panel.Secrets{}); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestTheOrganisationsOfOthersAreCoveredAsTheyAreCalledAndNotByEachWord(t *testing.T) {
	t.Parallel()
	s := panel.Secrets{Others: []string{"Harbour Peers", "Fell Side Recovery College", "Kestrel House Wellbeing"}}
	const text = "Harbour Peers, Fell Side and KESTREL HOUSE WELLBEING: peers by the harbour, on the other side"
	if got, want := panel.Mask(text, s), "[organisation], [organisation]: peers by the harbour, on the other side"; got != want {
		t.Errorf("it became %q", got)
	}
}

func TestACopyIsApprovedOnceItsSuspectsWereLookedAt(t *testing.T) {
	t.Parallel()
	w := newCopyDesk(t)
	if err := w.prepare(); err != nil {
		t.Fatal(err)
	}
	revise := func(text string, approve bool, looked ...string) error {
		return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
			return panel.Revise(t.Context(), tx, w.box, w.admin.ID, w.a.Code, "practice",
				panel.Revision{Text: text, Seen: w.part("practice").Seen(), Approve: approve, Looked: looked})
		})
	}
	const text = "I cook with Bo in Westermoor."
	for _, looked := range [][]string{nil, {"Bo"}, {"Westermoor"}} {
		if err := revise(text, true, looked...); failure.Of(err) == nil || failure.Of(err).Fields["looked"] == "" {
			t.Errorf("approved after a look at %q: %v", looked, err)
		}
	}
	if err := revise(text, false); err != nil {
		t.Errorf("kept, not ready: %v", err)
	}
	if err := revise(text, true, "Bo", "Westermoor"); err != nil {
		t.Error(err)
	}
	if got := w.readable(); got["practice"] != text {
		t.Errorf("the assessor reads %v", got)
	}
}
