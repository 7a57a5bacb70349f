package fund_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"bursar/internal/fund"
)

func TestNobodyIsPreferredForWhoTheyAre(t *testing.T) {
	t.Parallel()
	// Equality Act 2010, s.4.
	nine := []string{"age", "disability", "gender_reassignment", "marriage", "pregnancy", "race", "religion", "sex", "sexual_orientation"}
	var offered []string
	for _, p := range fund.ProtectedCharacteristics() {
		offered = append(offered, string(p.Criterion))
		inner := fund.Rule{All: []fund.Rule{one(fund.ByRole, "paid"), {Criterion: p.Criterion, OneOf: []string{"anything"}}}}
		err := fund.Terms{Pays: fees.Pays, Who: inner}.Check()
		if got := field(err, "who.2"); got != p.Reason || !strings.Contains(got, "Equality Act 2010") || !strings.HasPrefix(got, "A training bursary cannot be kept for ") {
			t.Errorf("%s: %s", p.Criterion, got)
		}
	}
	if slices.Sort(offered); !slices.Equal(offered, nine) {
		t.Errorf("the list has %v", offered)
	}
}

func TestTermsThatMakeNoSenseAreRefusedBesideTheirField(t *testing.T) {
	t.Parallel()
	many := make([]fund.Rule, 20)
	for i := range many {
		many[i] = one(fund.ByRun, "FND-M27")
	}
	who := func(r fund.Rule) fund.Terms { return fund.Terms{Pays: fees.Pays, Who: r} }
	group := func(r fund.Rule) fund.Rule { return fund.Rule{Any: []fund.Rule{r}} }
	paid := one(fund.ByRole, "paid")
	for name, c := range map[string]struct {
		terms fund.Terms
		field string
	}{
		"pays for nothing":      {fund.Terms{}, "pays"},
		"a purpose twice":       {fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}, {Purpose: fund.Fee}}}, "pays"},
		"an unknown purpose":    {fund.Terms{Pays: []fund.Pay{{Purpose: "holidays"}}}, "pays"},
		"a negative limit":      {fund.Terms{Pays: []fund.Pay{{Purpose: fund.Travel, Cap: -1}}}, "cap_travel"},
		"a limit out of range":  {fund.Terms{Pays: fees.Pays, Cap: 1 << 50}, "cap"},
		"101 per cent":          {fund.Terms{Pays: fees.Pays, FeePercent: 101}, "fee_percent"},
		"a part of no fee":      {fund.Terms{Pays: []fund.Pay{{Purpose: fund.Care}}, FeePercent: 50}, "fee_percent"},
		"all from elsewhere":    {fund.Terms{Pays: fees.Pays, CoPayment: 100}, "co_payment"},
		"fewer than no places":  {fund.Terms{Pays: fees.Pays, Places: -1}, "places"},
		"an employer's -1":      {fund.Terms{Pays: fees.Pays, PerEmployer: -1}, "per_employer"},
		"for ever":              {fund.Terms{Pays: fees.Pays, Years: 51}, "years"},
		"an unknown criterion":  {who(one("income", "low")), "who"},
		"no values":             {who(one(fund.ByRegion)), "who"},
		"values of nothing":     {who(one("", "paid")), "who"},
		"an unknown value":      {who(one(fund.ByRegion, "london", "mars")), "who"},
		"an empty code":         {who(one(fund.ByRun, "")), "who"},
		"two things at once":    {who(fund.Rule{Criterion: fund.ByRole, OneOf: []string{"paid"}, Any: []fund.Rule{paid}}), "who"},
		"an empty rule inside":  {who(group(fund.Rule{})), "who.1"},
		"too deep":              {who(group(group(group(paid)))), "who.1.1.1"},
		"too many rules":        {who(fund.Rule{All: many}), "who"},
		"too many values":       {who(one(fund.ByRun, strings.Split(strings.Repeat("A ", 30)+"A", " ")...)), "who"},
		"a value without limit": {who(one(fund.ByCourse, strings.Repeat("a", 101))), "who"},
	} {
		if got := field(c.terms.Check(), c.field); got == "" || strings.HasPrefix(got, "not about") {
			t.Errorf("%s: got %q, %v", name, got, c.terms.Check())
		}
	}
	if err := who(group(group(paid))).Check(); err != nil {
		t.Errorf("three deep: %v", err)
	}
	if err := who(fund.Rule{All: many[:19]}).Check(); err != nil {
		t.Errorf("twenty rules: %v", err)
	}
}

func TestTermsSurviveBeingStored(t *testing.T) {
	t.Parallel()
	for _, terms := range []fund.Terms{lantern(), northern(), workforce(), kin(), hardship()} {
		text, err := json.Marshal(terms)
		var back fund.Terms
		if err == nil {
			err = json.Unmarshal(text, &back)
		}
		if err != nil || !reflect.DeepEqual(terms, back) {
			t.Errorf("%s: %+v, %v", text, back, err)
		}
	}
}
