package allocation_test

import (
	"slices"

	"bursar/internal/allocation"
)

// brute knows the rule from minimal cuts alone: it tries every set of funds, and of lines, and looks for no flow.
type brute struct {
	allocation.Problem
	fund, place map[string]int
}

func newBrute(p allocation.Problem) *brute {
	b := &brute{Problem: p, fund: map[string]int{}, place: map[string]int{}}
	for i, f := range p.Funds {
		b.fund[f.ID] = i
	}
	for i, place := range p.Places {
		b.place[place.ID] = i
	}
	return b
}

// costs is a choice as somebody has it, without the funds that limits close to them.
type costs struct {
	places uint   // a set, by place
	funds  []uint // by line
	amount []int64
	caps   [][]int64 // by line and fund, at most the amount
	purse  []int64   // by fund
	closed uint
}

func (b *brute) costs(c allocation.Choice, closed uint) costs {
	var out costs
	for _, id := range c.Places {
		out.places |= 1 << b.place[id]
	}
	out.purse = slices.Repeat([]int64{1 << 40}, len(b.Funds))
	for _, m := range c.Most {
		out.purse[b.fund[m.Fund]] = m.Amount
	}
	for _, l := range c.Lines {
		var funds uint
		for _, id := range l.Funds {
			funds |= 1 << b.fund[id]
		}
		caps := slices.Repeat([]int64{l.Amount}, len(b.Funds))
		for _, m := range l.Most {
			caps[b.fund[m.Fund]] = min(l.Amount, m.Amount)
		}
		out.funds, out.amount, out.caps = append(out.funds, funds&^closed), append(out.amount, l.Amount), append(out.caps, caps)
		out.closed |= funds & closed
	}
	return out
}

// cut is the value of the minimal cut of these choices, and of the smallest of all minimal cuts the funds and lines.
func (b *brute) cut(all []costs, available []int64) (value int64, funds uint, lines []uint) {
	value = 1 << 60
	for t := range uint(1) << len(available) {
		var v int64
		for f, pence := range available {
			if t>>f&1 == 1 {
				v += pence
			}
		}
		near := make([]uint, len(all))
		for i, c := range all {
			best, smallest := int64(1<<60), uint(0)
			for x := range uint(1) << len(c.amount) {
				if here := c.near(t, x); here < best {
					best, smallest = here, x
				} else if here == best {
					smallest &= x
				}
			}
			v += best
			near[i] = smallest
		}
		switch {
		case v < value:
			value, funds, lines = v, t, near
		case v == value:
			funds &= t
			for i := range lines {
				lines[i] &= near[i]
			}
		}
	}
	return value, funds, lines
}

// near is what is cut when these funds and these lines are on the near side.
func (c costs) near(funds, lines uint) (v int64) {
	through := make([]int64, len(c.purse))
	for l, amount := range c.amount {
		if lines>>l&1 == 0 {
			v += amount
			continue
		}
		for f := range c.purse {
			if c.funds[l]>>f&1 == 1 && funds>>f&1 == 0 {
				through[f] += c.caps[l][f]
			}
		}
	}
	for f, pence := range through {
		v += min(pence, c.purse[f])
	}
	return v
}

func (b *brute) available() (pence []int64) {
	for _, f := range b.Funds {
		pence = append(pence, f.Available)
	}
	return pence
}

// short is what of these choices cannot be paid.
func (b *brute) short(all []costs) int64 {
	value, _, _ := b.cut(all, b.available())
	return sum(all) - value
}

func sum(all []costs) (pence int64) {
	for _, c := range all {
		for _, amount := range c.amount {
			pence += amount
		}
	}
	return pence
}

// unplaced is how many of these choices have no place, and the places that are to blame.
func (b *brute) unplaced(all []costs) (people int, full uint) {
	for t := range uint(1) << len(b.Places) {
		n := 0
		for _, c := range all {
			if c.places != 0 && c.places&^t == 0 {
				n++
			}
		}
		for i, place := range b.Places {
			if t>>i&1 == 1 {
				n -= place.Free
			}
		}
		if n > people {
			people, full = n, t
		} else if n == people {
			full &= t
		}
	}
	return people, full
}

// inLine is the applicants with the protected first.
func (b *brute) inLine() (line []int) {
	for _, protected := range []bool{true, false} {
		for i, a := range b.Applicants {
			if a.Protected == protected {
				line = append(line, i)
			}
		}
	}
	return line
}

// closed is the funds that limits close to somebody, when those before in line have been given these choices.
func (b *brute) closed(who int, before []int, given []int) (funds uint) {
	taken := make([]int, len(b.Limits))
	for _, other := range before {
		if given[other] >= 0 {
			b.take(other, given[other], taken)
		}
	}
	return b.usedUp(who, taken)
}

// take gives somebody who has a choice their slots.
func (b *brute) take(who, choice int, taken []int) costs {
	c := b.costs(b.Applicants[who].Choices[choice], b.usedUp(who, taken))
	open := uint(0)
	for _, f := range c.funds {
		open |= f
	}
	for i, l := range b.Limits {
		if open>>b.fund[l.Fund]&1 == 1 && slices.Contains(l.People, b.Applicants[who].ID) {
			taken[i]++
		}
	}
	return c
}

func (b *brute) usedUp(who int, taken []int) (funds uint) {
	for i, l := range b.Limits {
		if !b.Applicants[who].Protected && taken[i] >= l.Most && slices.Contains(l.People, b.Applicants[who].ID) {
			funds |= 1 << b.fund[l.Fund]
		}
	}
	return funds
}

// all is the choices given to those in line.
func (b *brute) all(line []int, given []int) (all []costs) {
	taken := make([]int, len(b.Limits))
	for _, who := range line {
		if given[who] >= 0 {
			all = append(all, b.take(who, given[who], taken))
		}
	}
	return all
}

func (b *brute) feasible(line []int, given []int) bool {
	all := b.all(line, given)
	people, _ := b.unplaced(all)
	return people == 0 && b.short(all) == 0
}

// best tries every plan from the one that serves those first in line best, and returns the first that can be.
func (b *brute) best(line []int) (given []int, ok bool) {
	given = slices.Repeat([]int{-1}, len(b.Applicants))
	var try func(at int) bool
	try = func(at int) bool {
		if at == len(line) {
			return b.feasible(line, given)
		}
		who := line[at]
		for k := range b.Applicants[who].Choices {
			if given[who] = k; try(at + 1) {
				return true
			}
		}
		given[who] = -1
		return !b.Applicants[who].Protected && try(at+1)
	}
	return given, try(0)
}
