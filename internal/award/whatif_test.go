package award_test

import (
	"encoding/json"
	"slices"
	"testing"

	"bursar/internal/allocation"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// imagined is three people on one run and two funds.
func imagined() *award.Inputs {
	run := &course.Offering{
		Run: course.Run{ID: 7, Code: "FND-T27"}, Blocks: []course.Block{{StartsOn: london.On(2027, 3, 8), EndsOn: london.On(2027, 3, 12)}},
		Prices: []course.Price{{Band: course.Peer, Amount: 1_000_00}},
	}
	in := &award.Inputs{Round: new(bursary.Round), On: london.On(2027, 1, 20), Runs: []*course.Offering{run}, Free: map[id.Run]int{7: 3}}
	for i, code := range []string{"F1", "F2"} {
		in.Funds = append(in.Funds, fund.Holding{
			Fund: &fund.Fund{ID: id.Fund(i + 1), Code: code, Kind: fund.Unrestricted}, Available: 1_000_00, Terms: fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}},
		})
	}
	for i, code := range []string{"AAAA-01", "BBBB-02", "CCCC-03"} {
		in.Applicants = append(in.Applicants, award.Applicant{
			Application: &bursary.Application{ID: id.Application(i + 1), Code: code}, Runs: []string{"FND-T27"}, FeePercent: 100,
		})
	}
	return in
}

func TestWhatIfChangesWhatItSaysAndLeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	only := fund.Terms{Pays: []fund.Pay{{Purpose: fund.Travel}}}
	for name, k := range map[string]struct {
		change award.Change
		funded []string
	}{
		"nothing":             {award.Change{}, []string{"AAAA-01", "BBBB-02"}},
		"more money":          {award.Change{Money: map[string]money.Amount{"F2": 1_000_00}}, []string{"AAAA-01", "BBBB-02", "CCCC-03"}},
		"less than no money":  {award.Change{Money: map[string]money.Amount{"F1": -9_000_00}}, []string{"AAAA-01"}},
		"fewer places":        {award.Change{Places: map[string]int{"FND-T27": -2}}, []string{"AAAA-01"}},
		"less than no places": {award.Change{Places: map[string]int{"FND-T27": -20}}, nil},
		"other rules":         {award.Change{Terms: map[string]fund.Terms{"F1": only}}, []string{"AAAA-01"}},
		"first":               {award.Change{Moved: map[string]award.Spot{"CCCC-03": award.Front}}, []string{"CCCC-03", "AAAA-01"}},
		"last":                {award.Change{Moved: map[string]award.Spot{"AAAA-01": award.Back}}, []string{"BBBB-02", "CCCC-03"}},
		"out":                 {award.Change{Moved: map[string]award.Spot{"BBBB-02": award.Outside}}, []string{"AAAA-01", "CCCC-03"}},
	} {
		in := imagined()
		before := asJSON(t, in)
		plan, err := allocation.Plan(in.With(k.change).Problem())
		if err != nil {
			t.Fatal(err)
		}
		var funded []string
		for _, f := range plan.Funded {
			funded = append(funded, f.ID)
		}
		if !slices.Equal(funded, k.funded) {
			t.Errorf("%s: %q are funded, want %q", name, funded, k.funded)
		}
		if after := asJSON(t, in); after != before {
			t.Errorf("%s: the inputs are not what they were:\n%s\n%s", name, before, after)
		}
	}
}

func TestWhatIfGoesBeforeWhatWasDepartedFromForThatPerson(t *testing.T) {
	t.Parallel()
	in := imagined()
	in.Departures = []award.Departure{{ApplicationID: 1, Code: "AAAA-01", Kind: award.LeftOut}, {ApplicationID: 3, Code: "CCCC-03", Kind: award.First}}
	other := in.With(award.Change{Moved: map[string]award.Spot{"AAAA-01": award.Front}})
	var order []string
	for _, a := range other.Problem().Applicants {
		order = append(order, a.ID)
	}
	if !slices.Equal(order, []string{"AAAA-01", "CCCC-03", "BBBB-02"}) || len(in.Departures) != 2 || in.Departures[0].Kind != award.LeftOut {
		t.Errorf("%q", order)
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
