package allocation

import "slices"

// Shadows says for each fund what the smallest further gift to it alone would do. It is exact: what a choice is
// short is the smallest gift that can pay for it, so a gift of that size to one fund either pays for it or none
// does. The smallest gift funds exactly one person: what two people are short together is at least the sum of what
// each is short alone, because a maximum flow is submodular in what is asked. Its errors are those of Plan.
func Shadows(p Problem) ([]Shadow, error) {
	r, err := settle(p)
	if err != nil {
		return nil, err
	}
	shadows := make([]Shadow, len(p.Funds))
	for i, fund := range p.Funds {
		shadows[i].Fund = fund.ID
	}
	tried := map[int32]bool{}
	for who := range r.given {
		if r.given[who].choice >= 0 {
			continue
		}
		for k := range r.of(int32(who)) {
			o, closed := r.open(int32(who), int32(k))
			if closed == nil && tried[o.want] || !r.hasRoom(o) {
				continue
			}
			tried[o.want] = tried[o.want] || closed == nil
			r.gifts(o, p.Applicants[who].ID, shadows)
		}
	}
	return shadows, nil
}

func (r *run) hasRoom(o option) bool {
	if o.places < 0 {
		return true
	}
	unplaced := r.places.push(o.places, 1)
	r.places.undo(len(r.places.nodes))
	return unplaced == 0
}

// gifts enters what an option lacks wherever a gift of that size pays for it and is the smallest so far.
func (r *run) gifts(o option, who string, shadows []Shadow) {
	r.money.know(r.moneySets.sets)
	nodes := len(r.money.nodes)
	short, _ := r.push(o)
	var from []int32
	for _, a := range r.asks {
		if a.unpaid > 0 {
			from = append(from, a.node)
		}
	}
	r.money.cut(from)
	binding := slices.Clone(r.money.reached)
	r.money.undo(nodes)
	binding.each(func(fund int32) {
		s := &shadows[r.order[fund]]
		if s.More > 0 && s.More <= short {
			return
		}
		r.money.left[fund] += short
		r.money.unseal()
		if unpaid, _ := r.push(o); unpaid == 0 {
			s.More, s.Whom, s.Count = short, who, 1
		}
		r.money.undo(nodes)
		r.money.left[fund] -= short
	})
}
