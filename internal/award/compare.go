package award

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"bursar/internal/allocation"
	"bursar/internal/money"
)

// Differences says in plain words what has changed from one problem to another, a sentence each, the money first. It is
// empty exactly when the two have the same digest.
func Differences(was, now allocation.Problem) []string {
	said := slices.Concat(fundsChanged(was, now), placesChanged(was, now), peopleChanged(was, now), choicesChanged(was, now), limitsChanged(was, now))
	if len(said) == 0 && was.Digest() != now.Digest() {
		said = append(said, "Something else has changed, such as the order in which the funds are used.")
	}
	return said
}

func fundsChanged(was, now allocation.Problem) (said []string) {
	before := indexed(was.Funds, func(f allocation.Fund) string { return f.ID })
	for _, f := range now.Funds {
		old, known := before[f.ID]
		more := money.Amount(f.Available - old.Available)
		switch {
		case !known:
			said = append(said, fmt.Sprintf("%s is a new fund, with %s.", f.ID, money.Amount(f.Available)))
		case more > 0:
			said = append(said, fmt.Sprintf("%s has %s more.", f.ID, more))
		case more < 0:
			said = append(said, fmt.Sprintf("%s has %s less.", f.ID, -more))
		}
		delete(before, f.ID)
	}
	for _, code := range slices.Sorted(maps.Keys(before)) {
		said = append(said, code+" is closed.")
	}
	return said
}

func placesChanged(was, now allocation.Problem) (said []string) {
	before := indexed(was.Places, func(p allocation.Place) string { return p.ID })
	for _, p := range now.Places {
		old, known := before[p.ID]
		switch more := p.Free - old.Free; {
		case !known:
			said = append(said, fmt.Sprintf("%s is new in this round, with %s.", p.ID, places(p.Free)))
		case more > 0:
			said = append(said, fmt.Sprintf("There is room for %d more on %s.", more, p.ID))
		case more < 0:
			said = append(said, fmt.Sprintf("There is room for %d fewer on %s.", -more, p.ID))
		}
		delete(before, p.ID)
	}
	for _, code := range slices.Sorted(maps.Keys(before)) {
		said = append(said, code+" is no longer in this round.")
	}
	return said
}

func places(n int) string {
	if n == 1 {
		return "1 place"
	}
	return fmt.Sprintf("%d places", n)
}

// peopleChanged says who came, who went, and whether those who stayed stand in another order.
func peopleChanged(was, now allocation.Problem) (said []string) {
	before, after := peopleOf(was), peopleOf(now)
	gone := func(code string) bool { return !slices.Contains(after, code) }
	come := func(code string) bool { return !slices.Contains(before, code) }
	for _, code := range before {
		if gone(code) {
			said = append(said, "Application "+code+" is no longer in the order.")
		}
	}
	for _, code := range after {
		if come(code) {
			said = append(said, "Application "+code+" is new in the order.")
		}
	}
	stayed := slices.DeleteFunc(slices.Clone(before), gone)
	for i, code := range slices.DeleteFunc(slices.Clone(after), come) {
		if stayed[i] != code {
			return append(said, "The order is another, from "+code+" on.")
		}
	}
	return said
}

func peopleOf(p allocation.Problem) []string {
	codes := make([]string, len(p.Applicants))
	for i, a := range p.Applicants {
		codes[i] = a.ID
	}
	return codes
}

// choicesChanged says for whom the costs, the dates or an offer are others, and for whom the rules of a fund are.
func choicesChanged(was, now allocation.Problem) (said []string) {
	before := indexed(was.Applicants, func(a allocation.Applicant) string { return a.ID })
	rules := map[string][]string{}
	for _, a := range now.Applicants {
		old, known := before[a.ID]
		switch {
		case !known:
		case old.Protected != a.Protected:
			said = append(said, "Application "+a.ID+" has an offer, or has one no longer.")
		case !sameCosts(old.Choices, a.Choices):
			said = append(said, "What application "+a.ID+" needs, or the dates that they could take, have changed.")
		default:
			for _, code := range payersChanged(old.Choices, a.Choices) {
				rules[code] = append(rules[code], a.ID)
			}
		}
	}
	for _, f := range was.Funds { // of a fund that is new or closed that is all there is to say
		if whom := rules[f.ID]; len(whom) > 0 && slices.ContainsFunc(now.Funds, func(n allocation.Fund) bool { return n.ID == f.ID }) {
			said = append(said, fmt.Sprintf("The rules of %s have changed: what it may pay is now another for %s.", f.ID, few(whom)))
		}
	}
	return said
}

// few names a few, and counts many.
func few(codes []string) string {
	if len(codes) > 6 {
		return fmt.Sprintf("%d people", len(codes))
	}
	return strings.Join(codes, ", ")
}

func sameCosts(a, b []allocation.Choice) bool {
	return slices.EqualFunc(a, b, func(a, b allocation.Choice) bool {
		return slices.Equal(a.Places, b.Places) && slices.EqualFunc(a.Lines, b.Lines, func(a, b allocation.Line) bool {
			return a.ID == b.ID && a.Amount == b.Amount
		})
	})
}

// payersChanged lists the funds that may pay something else, or another most, of the same choices.
func payersChanged(was, now []allocation.Choice) []string {
	changed := map[string]bool{}
	for i := range was {
		before, after := payers(was[i]), payers(now[i])
		for key := range before {
			changed[key.fund] = changed[key.fund] || before[key] != after[key]
		}
		for key := range after {
			changed[key.fund] = changed[key.fund] || before[key] != after[key]
		}
	}
	maps.DeleteFunc(changed, func(_ string, differs bool) bool { return !differs })
	return slices.Sorted(maps.Keys(changed))
}

// payer is a fund that may pay a line, or has a most for a line or (without a line) for a whole choice.
type payer struct {
	fund, line string
	most       bool
}

// payers is what a choice's funds may pay at the most: -1 where nothing limits it.
func payers(c allocation.Choice) map[payer]int64 {
	all := map[payer]int64{}
	for _, l := range c.Lines {
		for _, code := range l.Funds {
			all[payer{code, l.ID, false}] = -1
		}
		for _, m := range l.Most {
			all[payer{m.Fund, l.ID, true}] = m.Amount + 1
		}
	}
	for _, m := range c.Most {
		all[payer{m.Fund, "", true}] = m.Amount + 1
	}
	return all
}

// limitsChanged says which funds may pay for another number of people, in all or of one employer.
func limitsChanged(was, now allocation.Problem) (said []string) {
	before, after := limitsOf(was, now), limitsOf(now, was)
	codes := slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after)))
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		if !slices.Equal(before[code], after[code]) {
			said = append(said, "How many people "+code+" may still pay for has changed.")
		}
	}
	return said
}

// limitsOf lists each fund's limits, with those of the people they are about who are in another problem too: who came and
// who went is said elsewhere.
func limitsOf(p, other allocation.Problem) map[string][]string {
	all, stayed := map[string][]string{}, peopleOf(other)
	for _, l := range p.Limits {
		whom := slices.Sorted(slices.Values(l.People))
		whom = slices.DeleteFunc(whom, func(code string) bool { return !slices.Contains(stayed, code) })
		if len(whom) > 0 {
			all[l.Fund] = append(all[l.Fund], fmt.Sprint(l.Most, whom))
		}
	}
	return all
}

func indexed[T any](list []T, code func(T) string) map[string]T {
	all := make(map[string]T, len(list))
	for _, one := range list {
		all[code(one)] = one
	}
	return all
}
