package allocating

import (
	"fmt"
	"slices"
	"strings"

	"bursar/internal/allocation"
	"bursar/internal/award"
	"bursar/internal/fund"
	"bursar/internal/money"
)

// person is somebody in a plan: what they are given, or why nothing.
type person struct {
	Position int // in the order, from 1; 0 for who is left out of it
	Code     string
	Called   string // empty until names are asked for
	Departed string // how people departed from the order for them
	Funded   bool
	Where    string // the run
	Way      string // which of their choices it is, if it is not the first
	Total    money.Amount
	Lines    []line
	Reasons  []reason
}

// line is a cost and who pays it.
type line struct {
	Purpose string
	Amount  money.Amount
	By      string
}

// reason says why one of somebody's choices failed.
type reason struct {
	Way       string
	Sentences []string
}

// persons are everybody in a plan in its order, and then who was left out by hand.
func (d *desk) persons(asked allocation.Problem, plan allocation.Result, departures []award.Departure) []person {
	funded, unfunded := map[string]allocation.Funded{}, map[string]allocation.Unfunded{}
	for _, f := range plan.Funded {
		funded[f.ID] = f
	}
	for _, u := range plan.Unfunded {
		unfunded[u.ID] = u
	}
	var all []person
	for i, a := range asked.Applicants {
		p := person{Position: i + 1, Code: a.ID, Called: d.called(a.ID), Departed: departed(departures, a.ID)}
		if given, ok := funded[a.ID]; ok {
			d.give(&p, a, given)
		} else {
			p.Reasons = d.reasons(a, unfunded[a.ID].Reasons)
		}
		all = append(all, p)
	}
	for _, out := range departures {
		if out.Kind == award.LeftOut {
			all = append(all, person{Code: out.Code, Called: d.called(out.Code), Departed: departed(departures, out.Code)})
		}
	}
	return all
}

func departed(all []award.Departure, code string) string {
	for _, d := range all {
		if d.Code == code {
			return kindWords[d.Kind] + ", by hand"
		}
	}
	return ""
}

// give enters what a plan gives somebody.
func (d *desk) give(p *person, a allocation.Applicant, given allocation.Funded) {
	p.Funded, p.Where = true, d.run(given.Place)
	if given.Choice > 0 {
		p.Way = fmt.Sprintf("Their choice %d of %d", given.Choice+1, len(a.Choices))
	}
	for i, l := range a.Choices[given.Choice].Lines {
		p.Lines = append(p.Lines, line{capital(fund.Purpose(l.ID).Title()), money.Amount(l.Amount), d.payers(given.Lines[i].Paid)})
		p.Total += money.Amount(l.Amount)
	}
}

// payers names the funds that pay a line, with their parts where there are several.
func (d *desk) payers(paid []allocation.Payment) string {
	parts := make([]string, len(paid))
	for i, p := range paid {
		parts[i] = p.Fund
		if len(paid) > 1 {
			parts[i] += " " + money.Amount(p.Amount).String()
		}
	}
	return list(parts)
}

// reasons says why each choice of somebody failed. Choices that failed alike are said together.
func (d *desk) reasons(a allocation.Applicant, failed []allocation.Reason) (all []reason) {
	if len(failed) == 0 {
		return []reason{{Sentences: []string{"None of the dates that they could take is open to them now: they begin too soon, or they have a place there already."}}}
	}
	for _, r := range failed {
		c := a.Choices[r.Choice]
		all = append(all, reason{
			Way:       fmt.Sprintf("%s with %s, %s", strings.Join(c.Places, " or "), purposes(c.Lines), sum(c.Lines)),
			Sentences: d.why(a.ID, c, r),
		})
	}
	return all
}

// why says in plain words what was missing for one choice.
func (d *desk) why(who string, c allocation.Choice, r allocation.Reason) (said []string) {
	if r.Short > 0 {
		said = append(said, money.Amount(r.Short).String()+" short.")
	}
	said = append(said, d.usedUp(c, r)...)
	if n := len(r.Capped); n > 0 {
		said = append(said, fmt.Sprintf("%s would pay no more than %s for one person.", d.fundNames(r.Capped), verb(n, "its rules allow", "their rules allow")))
	}
	if n := len(r.Limited); n > 0 {
		said = append(said, fmt.Sprintf("%s %s for as many people as %s.", d.fundNames(r.Limited), verb(n, "pays", "pay"), verb(n, "its rules allow", "their rules allow")))
	}
	for _, shut := range r.Closed {
		said = append(said, d.shut(who, c, shut))
	}
	if len(r.Full) > 0 {
		said = append(said, "No place is left on "+list(r.Full)+".")
	}
	return said
}

// usedUp names the funds of which a little more would pay for the choice: those that may pay for it, and those that could
// pay for people above instead of them.
func (d *desk) usedUp(c allocation.Choice, r allocation.Reason) (said []string) {
	var direct, others []string
	for _, code := range r.Binding {
		if slices.ContainsFunc(c.Lines, func(l allocation.Line) bool { return slices.Contains(l.Funds, code) }) {
			direct = append(direct, code)
		} else {
			others = append(others, code)
		}
	}
	if n := len(direct); n > 0 {
		said = append(said, fmt.Sprintf("%s may pay for this, but %s used up by people who stand above.", d.fundNames(direct), verb(n, "is", "are")))
	}
	if n := len(others); n > 0 {
		said = append(said, fmt.Sprintf("%s may not pay for this, but could pay for some of them instead; %s used up too.", d.fundNames(others), verb(n, "it is", "they are")))
	}
	if len(said)+len(r.Capped)+len(r.Limited) == 0 && r.Short > 0 {
		said = append(said, "No fund may pay what is missing.")
	}
	return said
}

// shut names a fund that has money left, and the rules that keep it from paying.
func (d *desk) shut(who string, c allocation.Choice, shut allocation.Closed) string {
	text := fmt.Sprintf("%s has %s left.", d.fund(shut.Fund), money.Amount(shut.Left))
	if said := d.closed(shut.Fund, who, c); len(said) > 0 {
		return text + " " + strings.Join(said, " ")
	}
	return text + " Its rules do not let it pay for this."
}
