package allocation

import (
	"cmp"
	"slices"
)

// route finds the final routing of a plan's money: of all that pay it, the one that uses the first fund most, then
// the second, and so on. What funds can pay together is a polymatroid, so that taking the most from each in turn
// is the minimum cost too. Then cycles are cancelled, so that what is left is a forest: few lines are split.
func (r *run) route() *pool {
	p := newPool(make([]int64, len(r.Funds)), r.moneySets.sets)
	p.settled = true
	needs := make([]int64, len(p.nodes))
	for who := range r.given {
		g := &r.given[who]
		if g.choice < 0 {
			continue
		}
		w := &r.wants[g.option.want]
		for _, part := range w.parts {
			needs[part.sink] += part.amount
		}
		g.first = p.addCapped(w)
		for _, line := range w.capped {
			needs = append(needs, line.amount)
		}
	}
	for number, i := range r.order {
		p.openSink(int32(number), r.Funds[i].Available, needs)
	}
	p.untangle()
	return p
}

// routePlaces gives the places of a plan in turn, from the first.
func (r *run) routePlaces() *pool {
	p := newPool(make([]int64, len(r.Places)), r.placeSets.sets)
	p.settled = true
	needs := make([]int64, len(p.nodes))
	for _, g := range r.given {
		if g.choice >= 0 && g.option.places >= 0 {
			needs[g.option.places]++
		}
	}
	for i, place := range r.Places {
		p.openSink(int32(i), int64(place.Free), needs)
	}
	return p
}

// openSink lets a sink take so much, and sends to it what it can of what is still needed.
func (p *pool) openSink(sink int32, amount int64, needs []int64) {
	p.left[sink] = amount
	p.unseal()
	for u := range needs {
		if needs[u] > 0 && p.left[sink] > 0 {
			needs[u] = p.push(int32(u), needs[u])
		}
	}
}

// spending hands out what the nodes of a routing send, line after line.
type spending struct {
	pool *pool
	rest [][]share // by class: what its next lines draw on
}

func newSpending(p *pool, classes int) *spending {
	s := &spending{pool: p, rest: make([][]share, classes)}
	for class := range s.rest {
		s.rest[class] = sorted(p.nodes[class].flow)
	}
	return s
}

func sorted(flow []share) []share {
	return slices.SortedFunc(slices.Values(flow), func(a, b share) int { return cmp.Compare(a.sink, b.sink) })
}

// draw is the next amount from a class.
func (s *spending) draw(class int32, amount int64) (drawn []share) {
	for amount > 0 {
		next := &s.rest[class][0]
		part := min(amount, next.amount)
		drawn = append(drawn, share{next.sink, part})
		amount -= part
		if next.amount -= part; next.amount == 0 {
			s.rest[class] = s.rest[class][1:]
		}
	}
	return drawn
}
