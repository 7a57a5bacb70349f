package fund

import (
	"fmt"
	"strconv"
	"strings"
)

// Words are the terms in plain words, a sentence each, for staff, donors and letters.
func (t Terms) Words() []string {
	words := []string{t.paysFor()}
	add := func(limit int, format string, args ...any) {
		if limit != 0 {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	add(t.FeePercent%100, "It pays at most %d%% of the course fee.", t.FeePercent)
	add(int(t.Cap), "It pays at most %s for each person.", t.Cap.Short())
	add(t.Places, "It pays for at most %s.", count(t.Places, "person", "people"))
	add(t.PerEmployer, "It pays for at most %s from one employer.", count(t.PerEmployer, "person", "people"))
	add(t.CoPayment, "At least %d%% of the cost must come from somewhere else, such as the person, an employer or another fund.", t.CoPayment)
	add(t.Years, "It does not pay again for a course that begins within %s of an earlier award.", count(t.Years, "year", "years"))
	return append(words, t.Who.sentences()...)
}

func (t Terms) paysFor() string {
	parts := make([]string, len(t.Pays))
	for i, p := range t.Pays {
		parts[i] = p.Purpose.Title()
		if p.Cap > 0 {
			parts[i] += " (at most " + p.Cap.Short() + " for each person)"
		}
	}
	return "It pays for " + list(parts, "and") + "."
}

// sentences say for whom the fund is: each rule of those that must all hold has its own.
func (r Rule) sentences() []string {
	if r.anybody() {
		return []string{"It is for anybody."}
	}
	if len(r.All) == 0 {
		return []string{r.sentence()}
	}
	var all []string
	for _, inner := range r.All {
		all = append(all, inner.sentences()...)
	}
	return all
}

func (r Rule) sentence() string { return "It is only for people who " + r.phrase() + "." }

// phrase says what people do of whom the rule is true, after "people who".
func (r Rule) phrase() string {
	if r.Criterion != "" {
		return r.Criterion.phrase(r.OneOf)
	}
	group, between := r.Any, ", or who "
	if len(r.All) > 0 {
		group, between = r.All, " and also "
	}
	phrases := make([]string, len(group))
	for i, inner := range group {
		phrases[i] = inner.phrase()
	}
	return strings.Join(phrases, between)
}

// phrase says what people do of whom one of the values is true.
func (c Criterion) phrase(values []string) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = c.nameOf(v)
	}
	before, after := "", ""
	switch c {
	case ByExperience:
		before, after = "use their own experience ", " in what they do"
	case ByRegion:
		before = "live or work in "
	case ByEmployer:
		before = "work or volunteer "
	case ByRun:
		before = "take the dates "
	case ByCourse:
		before = "take the course "
	}
	return before + list(names, "or") + after
}

func (c Criterion) nameOf(value string) string {
	for _, v := range c.Values() {
		if v.Value == value {
			return v.phrase
		}
	}
	return value
}

// list is "a, b and c".
func list(parts []string, last string) string {
	if n := len(parts) - 1; n > 0 {
		return strings.Join(parts[:n], ", ") + " " + last + " " + parts[n]
	}
	return strings.Join(parts, "")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
