package fund_test

import (
	"slices"
	"strings"
	"testing"

	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/money"
)

func one(c fund.Criterion, values ...string) fund.Rule { return fund.Rule{Criterion: c, OneOf: values} }

// The five funds of a training provider, as their donors would have them.
func lantern() fund.Terms {
	return fund.Terms{
		Pays: []fund.Pay{{Purpose: fund.Fee, Cap: 195_000}}, FeePercent: 100, Years: 3, Who: one(fund.ByExperience, "self", "carer"),
	}
}

func northern() fund.Terms {
	return fund.Terms{
		Pays: []fund.Pay{{Purpose: fund.Fee}, {Purpose: fund.Travel, Cap: 25_000}}, Cap: 150_000, CoPayment: 10,
		Who: one(fund.ByRegion, "north_east", "yorkshire", fund.Cumbria),
	}
}

func workforce() fund.Terms {
	return fund.Terms{
		Pays: []fund.Pay{{Purpose: fund.Fee, Cap: 240_000}}, Places: 10, PerEmployer: 3,
		Who: fund.Rule{All: []fund.Rule{one(fund.ByRole, "paid"), one(fund.ByExperience, "self", "carer"), one(fund.ByEmployer, "nhs", "nhs_funded")}},
	}
}

func kin() fund.Terms {
	return fund.Terms{Cap: 60_000, Pays: []fund.Pay{
		{Purpose: fund.Travel}, {Purpose: fund.Lodging}, {Purpose: fund.Care}, {Purpose: fund.Access}, {Purpose: fund.Equipment},
	}}
}

func hardship() fund.Terms {
	return fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee, Cap: 50_000}}, FeePercent: 50, Places: 6}
}

func keys(reasons []fund.Closed) string {
	var all []string
	for _, r := range reasons {
		all = append(all, r.Key)
	}
	return strings.Join(all, " ")
}

func TestFiveFundsAndWhomTheyMayPay(t *testing.T) {
	t.Parallel()
	peer := fund.Facts{Region: "london", Role: "volunteer", Experience: "self", Employer: "charity", Run: "FND-M27", Course: "foundation"}
	nurse := fund.Facts{Region: "yorkshire", Role: "paid", Experience: "both", Employer: "nhs"}
	carlisle := fund.Facts{Region: "north_west", Cumbria: true, Role: "both", Experience: "carer", Employer: "nhs_funded"}
	commuter := fund.Facts{Region: "scotland", WorkRegion: "north_east", Role: "past", Experience: "carer", Employer: "none"}
	again := peer
	again.LastAward = london.On(2025, 5, 2)
	unsure := fund.Facts{Region: "elsewhere", Role: "none", Experience: "talk", Employer: "other"}
	funds := map[string]fund.Terms{"lantern": lantern(), "northern": northern(), "workforce": workforce(), "kin": kin(), "hardship": hardship()}
	starts := london.On(2027, 3, 8)
	for name, c := range map[string]struct {
		facts fund.Facts
		want  map[string]string // by fund: the rules that stand in the way of the fee
	}{
		"a peer in London":              {peer, map[string]string{"northern": "region", "workforce": "role employer", "kin": "purpose"}},
		"a nurse in Leeds":              {nurse, map[string]string{"kin": "purpose"}},
		"paid and carer in Carlisle":    {carlisle, map[string]string{"kin": "purpose"}},
		"works in Newcastle":            {commuter, map[string]string{"workforce": "role employer", "kin": "purpose"}},
		"a peer with an award last May": {again, map[string]string{"lantern": "years", "northern": "region", "workforce": "role employer", "kin": "purpose"}},
		"somebody who would rather talk": {unsure, map[string]string{
			"lantern": "experience", "northern": "region", "workforce": "role experience employer", "kin": "purpose"}},
	} {
		for code, terms := range funds {
			if err := terms.Check(); err != nil {
				t.Errorf("%s cannot be said: %v", code, err)
			}
			if got := keys(terms.Open(c.facts, fund.Fee, starts)); got != c.want[code] {
				t.Errorf("%s, %s: closed by %q, want %q", name, code, got, c.want[code])
			}
			if got := terms.Open(c.facts, fund.Care, starts); (got == nil) != (code == "kin") {
				t.Errorf("%s, %s: care %v", name, code, got)
			}
		}
	}
}

func TestReasonsArePlainSentences(t *testing.T) {
	t.Parallel()
	facts := fund.Facts{Region: "london", Role: "volunteer", Experience: "self", Employer: "charity", LastAward: london.On(2025, 5, 2)}
	holding := fund.Holding{Fund: &fund.Fund{SpendBy: london.On(2027, 9, 30), ClosedAt: london.On(2027, 1, 1).At(9, 0)}, Terms: northern()}
	holding.Terms.Years = 3
	starts := london.On(2027, 10, 4)
	var got []string
	for _, r := range holding.Open(facts, fund.Lodging, starts) {
		got = append(got, r.Sentence)
	}
	want := []string{
		"It does not pay for a place to stay.",
		"It is only for people who live or work in the North East, Yorkshire and the Humber or Cumbria.",
		"It does not pay again for a course that begins within 3 years of an earlier award. The last one was on 2 May 2025.",
		"It must be spent by 30 September 2027, and this course begins later.",
		"It is closed.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	holding.SpendBy, holding.ClosedAt, facts.Region, facts.LastAward = starts, holding.CreatedAt, "yorkshire", london.On(2024, 10, 4)
	if got := holding.Open(facts, fund.Travel, starts); got != nil {
		t.Errorf("on the last day, three years later: %v", got)
	}
}

func TestOneOfSeveralRulesWillDo(t *testing.T) {
	t.Parallel()
	scots := fund.Terms{Pays: fees.Pays, Who: fund.Rule{Any: []fund.Rule{
		one(fund.ByRegion, "scotland"),
		{All: []fund.Rule{one(fund.ByRole, "past"), one(fund.ByEmployer, "none")}},
		one(fund.ByRun, "FND-M27", "FND-L27"),
		one(fund.ByCourse, "foundation"),
	}}}
	if err := scots.Check(); err != nil {
		t.Fatal(err)
	}
	for _, f := range []fund.Facts{{Region: "scotland"}, {Role: "past", Employer: "none"}, {Run: "FND-L27"}, {Course: "foundation"}} {
		if got := scots.Open(f, fund.Fee, london.On(2027, 3, 8)); got != nil {
			t.Errorf("%+v: %v", f, got)
		}
	}
	got := scots.Open(fund.Facts{Role: "past", Employer: "nhs"}, fund.Fee, london.On(2027, 3, 8))
	want := "It is only for people who live or work in Scotland, or who used to give support and do not now and also work or" +
		" volunteer nowhere now, or who take the dates FND-M27 or FND-L27, or who take the course foundation."
	if len(got) != 1 || got[0].Key != "who" || got[0].Sentence != want {
		t.Errorf("got %v", got)
	}
}

func TestTermsInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		terms fund.Terms
		want  []string
	}{
		{lantern(), []string{
			"It pays for the course fee (at most £1,950 for each person).",
			"It does not pay again for a course that begins within 3 years of an earlier award.",
			"It is only for people who use their own experience of mental health problems or of caring in what they do.",
		}},
		{northern(), []string{
			"It pays for the course fee and travel (at most £250 for each person).", "It pays at most £1,500 for each person.",
			"At least 10% of the cost must come from somewhere else, such as the person, an employer or another fund.",
			"It is only for people who live or work in the North East, Yorkshire and the Humber or Cumbria.",
		}},
		{workforce(), []string{
			"It pays for the course fee (at most £2,400 for each person).", "It pays for at most 10 people.",
			"It pays for at most 3 people from one employer.", "It is only for people who are paid for the support they give.",
			"It is only for people who use their own experience of mental health problems or of caring in what they do.",
			"It is only for people who work or volunteer in the NHS or in a charity or group that the NHS pays.",
		}},
		{fund.Terms{Pays: fees.Pays, FeePercent: 50, Places: 1, Years: 1}, []string{
			"It pays for the course fee.", "It pays at most 50% of the course fee.", "It pays for at most 1 person.",
			"It does not pay again for a course that begins within 1 year of an earlier award.", "It is for anybody.",
		}},
		{kin(), []string{
			"It pays for travel, a place to stay, care, access help and equipment.", "It pays at most £600 for each person.", "It is for anybody.",
		}},
	} {
		if got := c.terms.Words(); !slices.Equal(got, c.want) {
			t.Errorf("got\n%s", strings.Join(got, "\n"))
		}
	}
}

func TestCapsNeverPayMoreThanIsAllowed(t *testing.T) {
	t.Parallel()
	half := fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee, Cap: 50_000}, {Purpose: fund.Travel}}, FeePercent: 50}
	for _, c := range []struct {
		purpose     fund.Purpose
		price, want money.Amount
	}{
		{fund.Fee, 325_000, 50_000}, {fund.Fee, 60_001, 30_000}, {fund.Fee, 1, 1}, {fund.Fee, 0, 50_000}, {fund.Travel, 325_000, 0},
	} {
		if got := half.CapOf(c.purpose, c.price); got != c.want {
			t.Errorf("%s at %v: %v, want %v", c.purpose, c.price, got, c.want)
		}
	}
	for lines, want := range map[money.Amount]money.Amount{195_000: 150_000, 100_000: 90_000, 99: 89, 9: 8, 0: 0} {
		if got := northern().CapOfAll(lines); got != want {
			t.Errorf("of lines for %v: %v, want %v", lines, got, want)
		}
	}
	if got := fees.CapOfAll(195_000); got != 195_000 {
		t.Errorf("without a limit: %v", got)
	}
}

func TestRulesAskForWhatTheFormAsks(t *testing.T) {
	t.Parallel()
	for c, q := range map[fund.Criterion]struct {
		key   string
		apart []string // of the answers, those that no fund asks for
		extra []string
	}{
		fund.ByRole: {"role_kind", []string{"none"}, nil}, fund.ByExperience: {"own_experience", []string{"none", "talk"}, nil},
		fund.ByRegion: {"region", []string{"elsewhere"}, []string{fund.Cumbria}}, fund.ByEmployer: {"employer_kind", nil, nil},
	} {
		question, ok := form.Current().Question(q.key)
		want := slices.Clone(q.extra)
		for _, o := range question.Options {
			if !slices.Contains(q.apart, o.Value) {
				want = append(want, o.Value)
			}
		}
		var got []string
		for _, v := range c.Values() {
			got = append(got, v.Value)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !ok || !slices.Equal(got, want) {
			t.Errorf("%s: a fund can ask for %v, the form has %v", c, got, want)
		}
	}
}
