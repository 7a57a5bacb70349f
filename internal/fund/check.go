package fund

import (
	"fmt"
	"slices"

	"bursar/internal/failure"
	"bursar/internal/money"
)

// The size of a rule that can still be read.
const (
	maxDepth  = 3  // a criterion is one deep, a group of criteria two
	maxRules  = 20 // criteria and groups together
	maxValues = 30 // of one criterion
	maxHeads  = 10_000
	maxYears  = 50
)

// Check returns nil when a fund may have the terms, and else an Invalid failure with a sentence for each field: the
// names are those of the JSON, of a purpose's limit "cap_travel", and of a rule "who", of its second inner rule
// "who.2", and so on.
func (t Terms) Check() error {
	bad := map[string]string{}
	t.checkPays(bad)
	within := func(field string, n, most int, unit string) {
		if n < 0 || n > most {
			bad[field] = fmt.Sprintf("Enter a number of %s from 1 to %d, or leave it empty.", unit, most)
		}
	}
	within("fee_percent", t.FeePercent, 100, "per cent")
	within("co_payment", t.CoPayment, 99, "per cent")
	within("places", t.Places, maxHeads, "people")
	within("per_employer", t.PerEmployer, maxHeads, "people")
	within("years", t.Years, maxYears, "years")
	checkCap(bad, "cap", t.Cap)
	if n := t.Who.count(); n > maxRules {
		bad["who"] = fmt.Sprintf("A fund can have at most %d rules. This has %d.", maxRules, n)
	} else if !t.Who.anybody() || len(t.Who.OneOf) > 0 {
		t.Who.check(bad, "who", maxDepth)
	}
	if len(bad) == 0 {
		return nil
	}
	refusal := failure.New(failure.Invalid, "fund_terms", "Some of these rules need correcting.")
	refusal.Fields = bad
	return refusal
}

func (t Terms) checkPays(bad map[string]string) {
	if len(t.Pays) == 0 {
		bad["pays"] = "Choose at least one thing that the fund pays for."
	}
	seen := map[Purpose]bool{}
	for _, p := range t.Pays {
		if !slices.Contains(Purposes(), p.Purpose) || seen[p.Purpose] {
			bad["pays"] = "Choose each thing that the fund pays for once, from the list."
		}
		seen[p.Purpose] = true
		checkCap(bad, "cap_"+string(p.Purpose), p.Cap)
	}
	if t.FeePercent != 0 && !seen[Fee] {
		bad["fee_percent"] = "Leave this empty, or let the fund pay for the course fee."
	}
}

func checkCap(bad map[string]string, field string, a money.Amount) {
	if a < 0 || a > money.Max {
		bad[field] = fmt.Sprintf("Enter an amount from £0.01 to %s, or leave it empty.", money.Max.Short())
	}
}

// count is how many criteria and groups a rule has. It looks no deeper than what is refused.
func (r Rule) count() int {
	n := 1
	for _, inner := range slices.Concat(r.All, r.Any) {
		n += inner.count()
	}
	return n
}

// check refuses a rule, and everything in it, under the field's name.
func (r Rule) check(bad map[string]string, field string, depth int) {
	kinds := 0
	for _, is := range []bool{r.Criterion != "" || len(r.OneOf) > 0, len(r.All) > 0, len(r.Any) > 0} {
		if is {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		bad[field] = "Choose one thing that this rule asks for."
	case depth == 0:
		bad[field] = "Rules can stand in groups, and groups in one more group, but not deeper."
	case len(r.All) == 0 && len(r.Any) == 0:
		r.checkCriterion(bad, field)
	}
	if depth == 0 {
		return
	}
	for i, inner := range slices.Concat(r.All, r.Any) {
		inner.check(bad, fmt.Sprintf("%s.%d", field, i+1), depth-1)
	}
}

func (r Rule) checkCriterion(bad map[string]string, field string) {
	if reason := protected(r.Criterion); reason != "" {
		bad[field] = reason
		return
	}
	known := r.Criterion.Values()
	unknown := func(v string) bool {
		return v == "" || len(v) > 100 || known != nil && !slices.ContainsFunc(known, func(k Value) bool { return k.Value == v })
	}
	switch {
	case !slices.Contains(Criteria(), r.Criterion):
		bad[field] = "Choose what this rule asks for, from the list."
	case len(r.OneOf) == 0 || len(r.OneOf) > maxValues:
		bad[field] = fmt.Sprintf("Choose from 1 to %d answers that this rule accepts.", maxValues)
	case slices.ContainsFunc(r.OneOf, unknown):
		bad[field] = "Choose the answers that this rule accepts, from the list."
	}
}

func protected(c Criterion) string {
	for _, p := range ProtectedCharacteristics() {
		if p.Criterion == c {
			return p.Reason
		}
	}
	return ""
}
