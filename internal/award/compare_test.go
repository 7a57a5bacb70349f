package award_test

import (
	"slices"
	"strings"
	"testing"

	"bursar/internal/allocation"
	"bursar/internal/award"
)

// asked is a problem with something of everything.
func asked() allocation.Problem {
	person := func(code string) allocation.Applicant {
		return allocation.Applicant{ID: code, Choices: []allocation.Choice{{
			Places: []string{"FND-M27"},
			Lines: []allocation.Line{
				{ID: "fee", Amount: 325_000, Funds: []string{"F1", "F2"}, Most: []allocation.Cap{{Fund: "F2", Amount: 200_000}}},
				{ID: "travel", Amount: 18_000, Funds: []string{"F4"}},
			},
			Most: []allocation.Cap{{Fund: "F1", Amount: 300_000}},
		}}}
	}
	return allocation.Problem{
		Funds:      []allocation.Fund{{ID: "F1", Available: 800_000, Prefer: 3}, {ID: "F2", Available: 325_000, Prefer: 1}, {ID: "F4", Available: 60_000, Prefer: 2}},
		Places:     []allocation.Place{{ID: "FND-M27", Free: 3}, {ID: "FND-L27", Free: 2}},
		Limits:     []allocation.Limit{{Fund: "F2", Most: 2, People: []string{"AAAA-01", "AAAA-02", "AAAA-03"}}},
		Applicants: []allocation.Applicant{person("AAAA-01"), person("AAAA-02"), person("AAAA-03")},
	}
}

func TestEachChangeIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(p *allocation.Problem){
		"F1 has £1,200.00 less.":         func(p *allocation.Problem) { p.Funds[0].Available -= 120_000 },
		"F2 has £50.00 more.":            func(p *allocation.Problem) { p.Funds[1].Available += 5_000 },
		"F4 is closed.":                  func(p *allocation.Problem) { p.Funds = p.Funds[:2] },
		"F9 is a new fund, with £10.00.": func(p *allocation.Problem) { p.Funds = append(p.Funds, allocation.Fund{ID: "F9", Available: 1_000}) },
		"Something else has changed, such as the order in which the funds are used.": func(p *allocation.Problem) { p.Funds[0].Prefer = 0 },
		"There is room for 1 fewer on FND-M27.":                                      func(p *allocation.Problem) { p.Places[0].Free-- },
		"There is room for 2 more on FND-L27.":                                       func(p *allocation.Problem) { p.Places[1].Free += 2 },
		"FND-L27 is no longer in this round.":                                        func(p *allocation.Problem) { p.Places = p.Places[:1] },
		"FND-S27 is new in this round, with 1 place.":                                func(p *allocation.Problem) { p.Places = append(p.Places, allocation.Place{ID: "FND-S27", Free: 1}) },
		"Application AAAA-02 is no longer in the order.": func(p *allocation.Problem) {
			p.Applicants, p.Limits[0].People = slices.Delete(p.Applicants, 1, 2), []string{"AAAA-01", "AAAA-03"}
		},
		"Application AAAA-04 is new in the order.":                                         func(p *allocation.Problem) { p.Applicants = append(p.Applicants, allocation.Applicant{ID: "AAAA-04"}) },
		"The order is another, from AAAA-02 on.":                                           func(p *allocation.Problem) { slices.Reverse(p.Applicants[:2]) },
		"Application AAAA-01 has an offer, or has one no longer.":                          func(p *allocation.Problem) { p.Applicants[0].Protected = true },
		"What application AAAA-03 needs, or the dates that they could take, have changed.": func(p *allocation.Problem) { p.Applicants[2].Choices[0].Lines[1].Amount = 20_000 },
		"The rules of F1 have changed: what it may pay is now another for AAAA-02.":        func(p *allocation.Problem) { p.Applicants[1].Choices[0].Lines[0].Funds = []string{"F2"} },
		"The rules of F2 have changed: what it may pay is now another for AAAA-01, AAAA-03.": func(p *allocation.Problem) {
			p.Applicants[0].Choices[0].Lines[0].Most = nil
			p.Applicants[2].Choices[0].Lines[0].Most[0].Amount++
		},
		"The rules of F4 have changed: what it may pay is now another for AAAA-02.": func(p *allocation.Problem) {
			p.Applicants[1].Choices[0].Most = append(p.Applicants[1].Choices[0].Most, allocation.Cap{Fund: "F4", Amount: 0})
		},
		"How many people F2 may still pay for has changed.": func(p *allocation.Problem) { p.Limits[0].Most = 1 },
		"How many people F1 may still pay for has changed.": func(p *allocation.Problem) {
			p.Limits = append(p.Limits, allocation.Limit{Fund: "F1", Most: 1, People: []string{"AAAA-01"}})
		},
		"What application AAAA-01 needs, or the dates that they could take, have changed. ~run": func(p *allocation.Problem) { p.Applicants[0].Choices[0].Places = []string{"FND-L27"} },
	} {
		now := asked()
		change(&now)
		want, _, _ := strings.Cut(want, " ~")
		if got := award.Differences(asked(), now); !slices.Equal(got, []string{want}) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWhatIsTheSameHasNoDifferences(t *testing.T) {
	t.Parallel()
	if said := award.Differences(asked(), asked()); len(said) != 0 {
		t.Errorf("%q", said)
	}
}

func TestAnotherPlanSaysWhoGainsAndWhoLoses(t *testing.T) {
	t.Parallel()
	plan := func(choices map[string]int, order ...string) (r allocation.Result) {
		for _, code := range order {
			r.Funded = append(r.Funded, allocation.Funded{ID: code, Choice: choices[code]})
		}
		return r
	}
	was := plan(map[string]int{"B": 1}, "A", "B", "C", "D")
	now := plan(map[string]int{"D": 2}, "B", "C", "D", "E")
	s := award.ShiftOf(was, now)
	if !slices.Equal(s.Gain, []string{"E"}) || !slices.Equal(s.Lose, []string{"A"}) || !slices.Equal(s.Better, []string{"B"}) || !slices.Equal(s.Worse, []string{"D"}) || s.None() {
		t.Errorf("%+v", s)
	}
	if s := award.ShiftOf(was, was); !s.None() {
		t.Errorf("of the same: %+v", s)
	}
}
