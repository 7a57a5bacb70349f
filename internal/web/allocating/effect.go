package allocating

import (
	"bursar/internal/allocation"
	"bursar/internal/award"
	"bursar/internal/money"
)

// effect is two plans beside each other: as things stand, and as they would be.
type effect struct {
	award.Shift
	Was, Now side
}

// side is one of the two.
type side struct {
	Asked allocation.Problem
	Plan  allocation.Result
}

func effectOf(was, now *award.Inputs) (*effect, error) {
	e := &effect{Was: side{Asked: was.Problem()}, Now: side{Asked: now.Problem()}}
	for _, s := range []*side{&e.Was, &e.Now} {
		var err error
		if s.Plan, err = allocation.Plan(s.Asked); err != nil {
			return nil, err
		}
	}
	e.Shift = award.ShiftOf(e.Was.Plan, e.Now.Plan)
	return e, nil
}

// Used is the money that the plan spends, and Left what it leaves.
func (s side) Used() (total money.Amount) {
	for _, f := range s.Plan.Funds {
		total += money.Amount(f.Used)
	}
	return total
}

// Left is the money that the plan leaves in all funds.
func (s side) Left() (total money.Amount) {
	for _, f := range s.Plan.Funds {
		total += money.Amount(f.Left)
	}
	return total
}

// outcome is what a plan means for one person, in a few words.
func (s side) outcome(code string) string {
	for _, f := range s.Plan.Funded {
		if f.ID == code {
			return "Funded: " + f.Place + ", " + sum(s.choice(code, f.Choice).Lines).String()
		}
	}
	for _, u := range s.Plan.Unfunded {
		if u.ID == code {
			return "Not funded: " + lacking(u.Reasons)
		}
	}
	return "Left out"
}

func (s side) choice(code string, k int) allocation.Choice {
	for _, a := range s.Asked.Applicants {
		if a.ID == code {
			return a.Choices[k]
		}
	}
	return allocation.Choice{}
}

// lacking is what was missing for the choice that came closest.
func lacking(reasons []allocation.Reason) string {
	least, full := int64(-1), false
	for _, r := range reasons {
		if len(r.Full) > 0 {
			full = true
		} else if least < 0 || r.Short < least {
			least = r.Short
		}
	}
	switch {
	case least > 0:
		return money.Amount(least).String() + " short"
	case least == 0:
		return "a fund pays for no more people"
	case full:
		return "no place left"
	}
	return "no dates open to them"
}
