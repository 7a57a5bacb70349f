package award

import (
	"cmp"
	"slices"

	"bursar/internal/allocation"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
)

// Problem is what the allocator is asked. People go by the codes of their applications, funds and runs by theirs.
func (in *Inputs) Problem() allocation.Problem {
	p := allocation.Problem{Funds: in.funds(), Places: in.places(), Applicants: []allocation.Applicant{}}
	for _, s := range in.Offers {
		p.Applicants = append(p.Applicants, in.protected(s))
	}
	for _, a := range in.order() {
		p.Applicants = append(p.Applicants, in.applicant(a))
	}
	p.Limits = in.limits(p)
	return p
}

// funds are what each fund has left, with what it has promised to live offers: which fund pays those may still change.
func (in *Inputs) funds() []allocation.Fund {
	promised := in.promised()
	prefer := in.prefer()
	all := make([]allocation.Fund, len(in.Funds))
	for i, h := range in.Funds {
		all[i] = allocation.Fund{ID: h.Code, Available: int64(h.Available + promised[h.ID]), Prefer: prefer[h.ID]}
	}
	return all
}

func (in *Inputs) promised() map[id.Fund]money.Amount {
	promised := map[id.Fund]money.Amount{}
	for _, s := range in.Offers {
		for _, p := range s.Award.Parts() {
			promised[p.FundID] += p.Committed()
		}
	}
	return promised
}

// prefer numbers the funds in the order in which they are used: the most restricted first, which can pay for the fewest
// of these people, or says most about whom; then the one that must be spent first; those without restriction last.
func (in *Inputs) prefer() map[id.Fund]int {
	reach := map[id.Fund]int{}
	for _, h := range in.Funds {
		for _, p := range in.Applicants {
			if slices.ContainsFunc(in.Choices(p), func(c Choice) bool { return in.pays(h, p, c) }) {
				reach[h.ID]++
			}
		}
	}
	byUse := slices.Clone(in.Funds)
	slices.SortStableFunc(byUse, func(a, b fund.Holding) int {
		return cmp.Or(cmp.Compare(freedom(a), freedom(b)), cmp.Compare(reach[a.ID], reach[b.ID]), cmp.Compare(conditions(b.Terms.Who), conditions(a.Terms.Who)),
			bySpendBy(a, b), cmp.Compare(a.Code, b.Code))
	})
	order := make(map[id.Fund]int, len(byUse))
	for i, h := range byUse {
		order[h.ID] = i + 1
	}
	return order
}

// conditions counts the conditions of a rule.
func conditions(r fund.Rule) int {
	n := 0
	for _, inner := range slices.Concat(r.All, r.Any) {
		n += conditions(inner)
	}
	if r.Criterion != "" {
		n++
	}
	return n
}

func freedom(h fund.Holding) int { return slices.Index(fund.Kinds(), h.Kind) }

func bySpendBy(a, b fund.Holding) int {
	switch {
	case a.SpendBy.IsZero() && b.SpendBy.IsZero():
		return 0
	case a.SpendBy.IsZero():
		return 1
	case b.SpendBy.IsZero():
		return -1
	}
	return -a.SpendBy.DaysUntil(b.SpendBy)
}

func (in *Inputs) pays(h fund.Holding, p Applicant, c Choice) bool {
	return slices.ContainsFunc(c.Costs(), func(cost Cost) bool { return in.Closed(h, p, c, cost.Purpose) == nil })
}

// Closed says why a fund may not pay for a purpose of somebody's choice; nil when it may.
func (in *Inputs) Closed(h fund.Holding, p Applicant, c Choice, purpose fund.Purpose) []fund.Closed {
	facts := p.Facts
	facts.Run, facts.Course = c.Run.Code, c.Run.Course.Slug
	return h.Open(facts, purpose, c.Run.StartsOn())
}

// places are the rooms of the round's runs, with the places that live offers hold.
func (in *Inputs) places() []allocation.Place {
	held := map[id.Run]int{}
	for _, s := range in.Offers {
		held[s.Award.RunID]++
	}
	all := make([]allocation.Place, len(in.Runs))
	for i, o := range in.Runs {
		all[i] = allocation.Place{ID: o.Code, Free: in.Free[o.ID] + held[o.ID]}
	}
	return all
}

// order is who waits, with the departures: whom people put first comes first, whom they left out is not there.
func (in *Inputs) order() []Applicant {
	var first, rest []Applicant
	for _, p := range in.Applicants {
		switch d := in.departure(p); {
		case d == nil:
			rest = append(rest, p)
		case d.Kind == First:
			first = append(first, p)
		}
	}
	return append(first, rest...)
}

func (in *Inputs) departure(p Applicant) *Departure {
	for i, d := range in.Departures {
		if d.ApplicationID == p.Application.ID {
			return &in.Departures[i]
		}
	}
	return nil
}

// applicant puts somebody's choices as the allocator wants them.
func (in *Inputs) applicant(p Applicant) allocation.Applicant {
	a := allocation.Applicant{ID: p.Application.Code, Choices: []allocation.Choice{}}
	for _, c := range in.Choices(p) {
		a.Choices = append(a.Choices, in.choice(p, c))
	}
	return a
}

func (in *Inputs) choice(p Applicant, c Choice) allocation.Choice {
	asked := allocation.Choice{Places: []string{c.Run.Code}, Lines: []allocation.Line{}}
	used := map[id.Fund]bool{}
	for _, cost := range c.Costs() {
		line := allocation.Line{ID: string(cost.Purpose), Amount: int64(cost.Amount), Funds: []string{}}
		for _, h := range in.Funds {
			if in.Closed(h, p, c, cost.Purpose) != nil {
				continue
			}
			line.Funds, used[h.ID] = append(line.Funds, h.Code), true
			if most := h.Terms.CapOf(cost.Purpose, c.Price); most > 0 && most < cost.Amount {
				line.Most = append(line.Most, allocation.Cap{Fund: h.Code, Amount: int64(most)})
			}
		}
		asked.Lines = append(asked.Lines, line)
	}
	for _, h := range in.Funds {
		if most := h.Terms.CapOfAll(c.Whole()); used[h.ID] && most < c.Award() {
			asked.Most = append(asked.Most, allocation.Cap{Fund: h.Code, Amount: int64(most)})
		}
	}
	return asked
}

// protected is a live offer: its amounts and its run stand. A fund that pays it now may go on paying what it pays,
// whatever its rules have become.
func (in *Inputs) protected(s Standing) allocation.Applicant {
	o := in.Run(s.Award.RunID)
	c := Choice{Run: o, Price: s.Award.Price, Own: s.Award.Own, Fee: s.Award.Price - s.Award.Own}
	for _, l := range s.Award.Lines {
		if l.Purpose != fund.Fee {
			c.Other = append(c.Other, Cost{l.Purpose, l.Amount})
		}
	}
	c.Fee = 0
	if l := s.Award.Fee(); l != nil {
		c.Fee = l.Amount
	}
	asked := in.choice(s.Applicant, c)
	for i, cost := range c.Costs() {
		for _, part := range s.Award.Line(cost.Purpose).Parts {
			in.keep(&asked.Lines[i], part)
		}
	}
	for _, sum := range Sum(s.Award.Parts(), func(p *Part) money.Amount { return p.Amount }) {
		raise(asked.Most, in.codeOf(sum.Fund), sum.Amount)
	}
	return allocation.Applicant{ID: s.Application.Code, Protected: true, Choices: []allocation.Choice{asked}}
}

// keep lets the fund of a part go on paying it.
func (in *Inputs) keep(line *allocation.Line, part *Part) {
	code := in.codeOf(part.FundID)
	if slices.Contains(line.Funds, code) {
		raise(line.Most, code, part.Amount)
		return
	}
	line.Funds = append(line.Funds, code)
	line.Most = append(line.Most, allocation.Cap{Fund: code, Amount: int64(part.Amount)})
}

// raise lets a limit be no lower than what its fund pays already.
func raise(limits []allocation.Cap, code string, paid money.Amount) {
	for i := range limits {
		if limits[i].Fund == code {
			limits[i].Amount = max(limits[i].Amount, int64(paid))
		}
	}
}

func (in *Inputs) codeOf(which id.Fund) string {
	for _, h := range in.Funds {
		if h.ID == which {
			return h.Code
		}
	}
	return ""
}

// limits are the funds that pay for so many heads, in all or of one organisation.
func (in *Inputs) limits(p allocation.Problem) []allocation.Limit {
	var all []allocation.Limit
	everybody := make([]string, len(p.Applicants))
	for i, a := range p.Applicants {
		everybody[i] = a.ID
	}
	for _, h := range in.Funds {
		if h.Terms.Places > 0 {
			all = append(all, allocation.Limit{Fund: h.Code, Most: max(0, h.Terms.Places-in.Heads[h.ID]), People: everybody})
		}
		if h.Terms.PerEmployer > 0 {
			all = append(all, in.perEmployer(h)...)
		}
	}
	return all
}

// perEmployer limits how many people of each organisation a fund pays for. Who accepted in this round has a slot.
func (in *Inputs) perEmployer(h fund.Holding) []allocation.Limit {
	people := map[string][]string{}
	var names []string
	add := func(p Applicant) {
		if p.Facts.Organisation == "" {
			return
		}
		if people[p.Facts.Organisation] == nil {
			names = append(names, p.Facts.Organisation)
		}
		people[p.Facts.Organisation] = append(people[p.Facts.Organisation], p.Application.Code)
	}
	for _, s := range in.Offers {
		add(s.Applicant)
	}
	for _, p := range in.order() {
		add(p)
	}
	taken := map[string]int{}
	for _, s := range in.Accepted {
		if slices.ContainsFunc(s.Award.Parts(), func(p *Part) bool { return p.FundID == h.ID }) {
			taken[s.Facts.Organisation]++
		}
	}
	var all []allocation.Limit
	for _, name := range names {
		all = append(all, allocation.Limit{Fund: h.Code, Most: max(0, h.Terms.PerEmployer-taken[name]), People: people[name]})
	}
	return all
}
