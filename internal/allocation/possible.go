package allocation

import (
	"cmp"
	"slices"
)

// turns is how many turns of applicants the search for another order may take after its first try. An order of
// n applicants takes n turns.
const turns = 3_000

// possible looks for an order in which more people are funded, and returns how many are, and whom of those funded
// now that order skips. The protected are funded in every order. It tries those who ask for the least first, and
// then, while turns are left, to put each funded person last, the dearest first; from the best order it found it goes on.
func (r *run) possible() (count int, skipped []string) {
	if r.count == len(r.Applicants) {
		return r.count, nil
	}
	best, order := r, r.inOrder()
	left := turns
	if cheap := r.again(r.cheapestFirst(order)); cheap.count > best.count {
		best, order = cheap, r.cheapestFirst(order)
	}
	for better := true; better; {
		better = false
		for _, who := range best.dearest(order) {
			if left -= len(order); left < 0 || best.count == len(r.Applicants) {
				break
			}
			other := toEnd(order, who)
			if next := r.again(other); next.count > best.count {
				best, order, better = next, other, true
				break
			}
		}
	}
	for i := range r.given {
		if r.given[i].choice >= 0 && best.given[i].choice < 0 {
			skipped = append(skipped, r.Applicants[i].ID)
		}
	}
	return best.count, skipped
}

// inOrder is the applicants who are not protected.
func (r *run) inOrder() []int32 {
	order := make([]int32, 0, len(r.Applicants))
	for i, a := range r.Applicants {
		if !a.Protected {
			order = append(order, int32(i))
		}
	}
	return order
}

// again runs in another order, and explains nothing.
func (r *run) again(order []int32) *run {
	other := newRun(r.table, false)
	for i, a := range r.Applicants {
		if a.Protected {
			other.serve(int32(i))
		}
	}
	for _, who := range order {
		other.serve(who)
	}
	return other
}

// cheapestFirst sorts by what the dearest choice costs, which is the most that anybody may be given.
func (r *run) cheapestFirst(order []int32) []int32 {
	cost := make([]int64, len(r.Applicants))
	for _, who := range order {
		for k := range r.of(who) {
			cost[who] = max(cost[who], r.cost(who, int32(k)))
		}
	}
	return slices.SortedStableFunc(slices.Values(order), func(a, b int32) int { return cmp.Compare(cost[a], cost[b]) })
}

// dearest is those of the order who are given something, those who are given most first.
func (r *run) dearest(order []int32) []int32 {
	cost := map[int32]int64{}
	var given []int32
	for _, who := range order {
		if choice := r.given[who].choice; choice >= 0 {
			given = append(given, who)
			cost[who] = r.cost(who, choice)
		}
	}
	slices.SortStableFunc(given, func(a, b int32) int { return cmp.Compare(cost[b], cost[a]) })
	return given
}

func (r *run) cost(who, choice int32) (pence int64) {
	w := &r.wants[r.options[r.first[who]+choice].want]
	for _, part := range w.parts {
		pence += part.amount
	}
	for _, line := range w.capped {
		pence += line.amount
	}
	return pence
}

func toEnd(order []int32, who int32) []int32 {
	other := make([]int32, 0, len(order))
	for _, i := range order {
		if i != who {
			other = append(other, i)
		}
	}
	return append(other, who)
}
