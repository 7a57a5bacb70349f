package allocation_test

import (
	"fmt"
	"math/rand/v2"

	"bursar/internal/allocation"
)

// size is how large a random problem may be.
type size struct {
	applicants, funds, places, lines int
	available, amount                int64
	extended                         bool // caps, limits and protected applicants too
}

var small = size{applicants: 7, funds: 5, places: 3, lines: 3, available: 14, amount: 6}

func drawn(r *rand.Rand, s size) allocation.Problem {
	var p allocation.Problem
	for i := range 1 + r.IntN(s.funds) {
		p.Funds = append(p.Funds, allocation.Fund{ID: fmt.Sprintf("F%d", i), Available: r.Int64N(s.available), Prefer: r.IntN(4)})
	}
	for i := range r.IntN(s.places + 1) {
		p.Places = append(p.Places, allocation.Place{ID: fmt.Sprintf("P%d", i), Free: r.IntN(1 + s.applicants/2)})
	}
	for i := range 1 + r.IntN(s.applicants) {
		a := allocation.Applicant{ID: fmt.Sprintf("A%d", i), Protected: s.extended && r.IntN(6) == 0}
		choices := 1
		if r.IntN(3) == 0 && !a.Protected {
			choices = r.IntN(4)
		}
		for range choices {
			a.Choices = append(a.Choices, drawnChoice(r, s, p))
		}
		p.Applicants = append(p.Applicants, a)
	}
	for range r.IntN(3) {
		if !s.extended {
			break
		}
		l := allocation.Limit{Fund: p.Funds[r.IntN(len(p.Funds))].ID, Most: r.IntN(3)}
		for _, a := range p.Applicants {
			if r.IntN(3) > 0 {
				l.People = append(l.People, a.ID)
			}
		}
		p.Limits = append(p.Limits, l)
	}
	return p
}

func drawnChoice(r *rand.Rand, s size, p allocation.Problem) (c allocation.Choice) {
	for _, place := range p.Places {
		if r.IntN(2) == 0 {
			c.Places = append(c.Places, place.ID)
		}
	}
	for i := range r.IntN(s.lines + 1) {
		l := allocation.Line{ID: fmt.Sprintf("L%d", i), Amount: r.Int64N(s.amount + 1)}
		for _, f := range p.Funds {
			if r.IntN(2) == 0 {
				l.Funds = append(l.Funds, f.ID)
			}
		}
		l.Most = drawnCaps(r, s, p, s.amount)
		c.Lines = append(c.Lines, l)
	}
	c.Most = drawnCaps(r, s, p, 2*s.amount)
	return c
}

func drawnCaps(r *rand.Rand, s size, p allocation.Problem, most int64) (caps []allocation.Cap) {
	for _, f := range p.Funds {
		if s.extended && r.IntN(4) == 0 {
			caps = append(caps, allocation.Cap{Fund: f.ID, Amount: r.Int64N(most + 1)})
		}
	}
	return caps
}
