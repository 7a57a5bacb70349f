package allocation_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"bursar/internal/allocation"
)

// golden is the worked example: general money, money for London, for Scotland, and for travel.
func golden(t *testing.T) allocation.Problem {
	t.Helper()
	file, err := os.Open("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p, err := allocation.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func plan(t *testing.T, p allocation.Problem) allocation.Result {
	t.Helper()
	r, err := allocation.Plan(p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func funded(r allocation.Result) string {
	var ids []string
	for _, f := range r.Funded {
		ids = append(ids, f.ID)
	}
	return strings.Join(ids, " ")
}

func TestTheWorkedExampleIsToTheLetter(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/golden.plan.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(plan(t, golden(t)), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(append(got, '\n'), want) {
		t.Errorf("the plan is\n%s", got)
	}
}

// choice changes the worked example: what an applicant asks for.
func choice(p *allocation.Problem, id string) *allocation.Choice {
	i := slices.IndexFunc(p.Applicants, func(a allocation.Applicant) bool { return a.ID == id })
	return &p.Applicants[i].Choices[0]
}

func TestTheVariantsOfTheWorkedExample(t *testing.T) {
	t.Parallel()
	short := func(pence int64) []allocation.Reason {
		return []allocation.Reason{{
			Short: pence, Binding: []string{"F1", "F2"}, Closed: []allocation.Closed{{Fund: "F3", Left: 250_00}}, Full: []string{},
		}}
	}
	full := allocation.Reason{Binding: []string{}, Closed: []allocation.Closed{}, Full: []string{"RUN"}}
	both := allocation.Reason{
		Short: 1_750_00, Binding: []string{"F1", "F2"}, Closed: []allocation.Closed{{Fund: "F3", Left: 4_000_00}}, Full: []string{"RUN"},
	}
	for name, v := range map[string]struct {
		change  func(p *allocation.Problem)
		funded  string
		reasons map[string][]allocation.Reason
	}{
		"a: C declines, and D fits beside those who have offers": {
			func(p *allocation.Problem) {
				p.Applicants = slices.Delete(p.Applicants, 2, 3)
				for _, i := range []int{0, 1, 3} {
					p.Applicants[i].Protected = true
				}
			}, "A B D E", nil,
		},
		"b: £1,750 more in the general fund pays for D": {
			func(p *allocation.Problem) { p.Funds[0].Available += 1_750_00 }, "A B C D E", nil,
		},
		"b: £1,749.99 more does not": {
			func(p *allocation.Problem) { p.Funds[0].Available += 1_749_99 }, "A B C E", map[string][]allocation.Reason{"D": short(1)},
		},
		"b: £1,750 more for Scotland pays for nobody new": {
			func(p *allocation.Problem) { p.Funds[2].Available += 1_750_00 }, "A B C E", map[string][]allocation.Reason{"D": {{
				Short: 1_750_00, Binding: []string{"F1", "F2"}, Closed: []allocation.Closed{{Fund: "F3", Left: 2_000_00}}, Full: []string{},
			}}},
		},
		"c: D in London is as short": {
			func(p *allocation.Problem) { choice(p, "D").Lines[0].Funds = []string{"F1", "F2"} },
			"A B C E", map[string][]allocation.Reason{"D": short(1_750_00)},
		},
		"d: D with half the fee is short by £125": {
			func(p *allocation.Problem) { choice(p, "D").Lines[0].Amount = 1_625_00 },
			"A B C E", map[string][]allocation.Reason{"D": short(125_00)},
		},
		"d: D with 46 % of the fee fits": {
			func(p *allocation.Problem) { choice(p, "D").Lines[0].Amount = 1_495_00 }, "A B C D E", nil,
		},
		"e: with three places E fails for want of a place, D of both": {
			func(p *allocation.Problem) {
				p.Places = []allocation.Place{{ID: "RUN", Free: 3}}
				for i := range p.Applicants {
					p.Applicants[i].Choices[0].Places = []string{"RUN"}
				}
			}, "A B C", map[string][]allocation.Reason{"D": {both}, "E": {full}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := golden(t)
			before := plan(t, p)
			v.change(&p)
			r := plan(t, p)
			if got := funded(r); got != v.funded {
				t.Errorf("%s are funded", got)
			}
			if len(r.Unfunded) != len(v.reasons) {
				t.Errorf("%d are not funded", len(r.Unfunded))
			}
			for _, u := range r.Unfunded {
				if !same(u.Reasons, v.reasons[u.ID]) {
					t.Errorf("%s has the reasons %+v", u.ID, u.Reasons)
				}
			}
			if got, was := r.Funded[len(r.Funded)-1], before.Funded[len(before.Funded)-1]; v.funded != "A B C" && !same(got, was) {
				t.Errorf("E has %+v, and had %+v", got, was)
			}
		})
	}
}

func TestAnOrderThatFundsMoreIsShownWithWhomItSkips(t *testing.T) {
	t.Parallel()
	line := func(amount int64, funds ...string) []allocation.Choice {
		return []allocation.Choice{{Lines: []allocation.Line{{ID: "fee", Amount: amount, Funds: funds}}}}
	}
	p := allocation.Problem{
		Funds: []allocation.Fund{{ID: "F1", Available: 1}, {ID: "F2", Available: 1}, {ID: "F3", Available: 1}, {ID: "F4", Available: 1}},
		Applicants: []allocation.Applicant{
			{ID: "b", Choices: line(2, "F2", "F3")}, {ID: "a", Choices: line(2, "F1", "F2")}, {ID: "c", Choices: line(2, "F3", "F4")},
		},
	}
	if r := plan(t, p); funded(r) != "b" || r.Possible != 2 || !slices.Equal(r.Skipped, []string{"b"}) {
		t.Errorf("%s is funded, and %d are possible without %v", funded(r), r.Possible, r.Skipped)
	}
	p.Applicants[0].Protected = true
	if r := plan(t, p); funded(r) != "b" || r.Possible != 1 || r.Skipped != nil {
		t.Errorf("%s is funded, and %d are possible without %v", funded(r), r.Possible, r.Skipped)
	}
}

func TestOffersThatCannotAllBeKeptAreAnError(t *testing.T) {
	t.Parallel()
	p := golden(t)
	for i := range p.Applicants {
		p.Applicants[i].Protected = true
	}
	const want = "the offers already made cannot all be kept: with that of D, 175000 pence are short in F1, F2"
	if _, err := allocation.Plan(p); err == nil || err.Error() != want {
		t.Errorf("the error is %v", err)
	}
}
