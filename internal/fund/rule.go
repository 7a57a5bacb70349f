package fund

import (
	"slices"
)

// Rule says for whom a fund is. It is exactly one of: all of several rules, any of several rules, or a criterion with
// the values that satisfy it. The zero Rule is satisfied by everybody. Groups stand within groups at most once, so
// that each rule can be said in one sentence.
type Rule struct {
	All       []Rule    `json:"all,omitempty"`
	Any       []Rule    `json:"any,omitempty"`
	Criterion Criterion `json:"criterion,omitempty"`
	OneOf     []string  `json:"one_of,omitempty"`
}

// Criterion is a fact that a fund may go by.
type Criterion string

// The criteria. What the form asks is compared with the answers as staff confirmed them.
const (
	ByRole       Criterion = "role"       // paid, volunteer, both, past
	ByExperience Criterion = "experience" // self, carer, both: experience that a person uses in what they do
	ByRegion     Criterion = "region"     // where somebody lives or works
	ByEmployer   Criterion = "employer"   // kind of employer
	ByRun        Criterion = "run"        // codes
	ByCourse     Criterion = "course"     // slugs
)

// Cumbria is a region beside those of the form: funds for the north count it, but not the rest of the North West.
const Cumbria = "cumbria"

// both is the answer of somebody for whom two answers are true.
const both = "both"

func (r Rule) anybody() bool { return r.Criterion == "" && len(r.All) == 0 && len(r.Any) == 0 }

// holds reports whether the rule is true of somebody.
func (r Rule) holds(f Facts) bool {
	holds := func(inner Rule) bool { return inner.holds(f) }
	switch {
	case r.Criterion != "":
		return slices.ContainsFunc(f.values(r.Criterion), func(v string) bool { return slices.Contains(r.OneOf, v) })
	case len(r.All) > 0:
		return !slices.ContainsFunc(r.All, func(inner Rule) bool { return !inner.holds(f) })
	}
	return len(r.Any) == 0 || slices.ContainsFunc(r.Any, holds)
}

// values are what is true of somebody under a criterion. Who does both is paid, and also volunteers.
func (f Facts) values(c Criterion) []string {
	switch c {
	case ByRole:
		return apart(f.Role, "paid", "volunteer")
	case ByExperience:
		return apart(f.Experience, "self", "carer")
	case ByRegion:
		regions := []string{f.Region, f.WorkRegion}
		if f.Cumbria {
			regions = append(regions, Cumbria)
		}
		return regions
	case ByEmployer:
		return []string{f.Employer}
	case ByRun:
		return []string{f.Run}
	case ByCourse:
		return []string{f.Course}
	}
	return nil
}

func apart(answer, one, other string) []string {
	if answer == both {
		return []string{both, one, other}
	}
	return []string{answer}
}

// closed gives the reasons for which the rule keeps somebody out: of rules that must all hold, those that do not.
func (r Rule) closed(f Facts) []Closed {
	if r.holds(f) {
		return nil
	}
	if len(r.All) == 0 {
		return []Closed{{r.key(), r.sentence()}}
	}
	var reasons []Closed
	for _, inner := range r.All {
		reasons = append(reasons, inner.closed(f)...)
	}
	return reasons
}

func (r Rule) key() string {
	if r.Criterion != "" {
		return string(r.Criterion)
	}
	return "who"
}
