package allocation

import (
	"cmp"
	"slices"
)

// report routes the money and the places of the plan, and says who gets what and who does not and why.
func (r *run) report() Result {
	money, places := r.route(), r.routePlaces()
	result := Result{
		Funded: make([]Funded, 0, r.count), Unfunded: make([]Unfunded, 0, len(r.given)-r.count),
		Funds: make([]FundUse, len(r.Funds)), Places: make([]PlaceUse, len(r.Places)),
		Count: r.count, Version: Version,
	}
	for number, i := range r.order {
		left := money.left[number]
		result.Funds[i] = FundUse{ID: r.Funds[i].ID, Used: r.Funds[i].Available - left, Left: left}
	}
	for i, place := range r.Places {
		left := int(places.left[i])
		result.Places[i] = PlaceUse{ID: place.ID, Used: place.Free - left, Left: left}
	}
	paying, seating := newSpending(money, len(r.moneySets.sets)), newSpending(places, len(r.placeSets.sets))
	n := newNames(r)
	n.left = money.left
	for i := range r.given {
		if g := &r.given[i]; g.choice >= 0 {
			result.Funded = append(result.Funded, r.funded(int32(i), g, paying, seating))
		} else {
			result.Unfunded = append(result.Unfunded, n.unfunded(int32(i)))
		}
	}
	return result
}

// funded says what somebody is given.
func (r *run) funded(who int32, g *grant, paying, seating *spending) Funded {
	a := &r.Applicants[who]
	lines := a.Choices[g.choice].Lines
	f := Funded{ID: a.ID, Choice: int(g.choice), Lines: make([]Paid, len(lines))}
	if g.option.places >= 0 {
		f.Place = r.Places[seating.draw(g.option.places, 1)[0].sink].ID
	}
	for i, l := range lines {
		var drawn []share
		if at := g.option.lines[i]; at < 0 {
			drawn = slices.Clone(paying.pool.nodes[g.first-1-at].flow)
		} else {
			drawn = paying.draw(at, l.Amount)
		}
		slices.SortFunc(drawn, func(a, b share) int { return cmp.Compare(r.order[a.sink], r.order[b.sink]) })
		f.Lines[i] = Paid{ID: l.ID, Paid: make([]Payment, len(drawn))}
		for k, d := range drawn {
			f.Lines[i].Paid[k] = Payment{Fund: r.Funds[r.order[d.sink]].ID, Amount: d.amount}
		}
	}
	return f
}

// names turns sets into names in the order of the problem. People in the same situation share the lists.
type names struct {
	*run
	left   []int64 // by fund: what the plan leaves
	funds  map[string][]string
	places map[string][]string
	closed map[string][]Closed
	none   []string
	open   []Closed
	set    set
	key    []byte
}

func newNames(r *run) *names {
	return &names{
		run: r, funds: map[string][]string{}, places: map[string][]string{}, closed: map[string][]Closed{},
		none: []string{}, open: []Closed{}, set: newSet(len(r.Funds)),
	}
}

func (n *names) unfunded(who int32) Unfunded {
	choices := len(n.Applicants[who].Choices)
	u := Unfunded{ID: n.Applicants[who].ID, Reasons: make([]Reason, choices)}
	for k := range choices {
		u.Reasons[k] = n.reason(who, k)
	}
	return u
}

func (n *names) reason(who int32, choice int) Reason {
	option := n.first[who] + int32(choice)
	reason := Reason{Choice: choice, Binding: n.none, Closed: n.open, Full: n.none}
	if class := n.options[option].places; class >= 0 && n.noRoom[option] {
		reason.Full = n.ofPlaces(n.full[class])
	}
	if s := n.why[option]; s != nil {
		reason.Short = s.short
		reason.Binding = n.ofFunds(s.binding)
		reason.Closed = n.shut(s)
		if !s.capped.empty() {
			reason.Capped = n.ofFunds(s.capped)
		}
		if !s.limited.empty() {
			reason.Limited = n.ofFunds(s.limited)
		}
	}
	return reason
}

func (n *names) ofFunds(s set) []string {
	n.key = s.appendKey(n.key[:0])
	names, known := n.funds[string(n.key)]
	if !known {
		names = []string{}
		for _, fund := range n.Funds {
			if s.has(n.fund[fund.ID]) {
				names = append(names, fund.ID)
			}
		}
		n.funds[string(n.key)] = names
	}
	return names
}

func (n *names) ofPlaces(s set) []string {
	n.key = s.appendKey(n.key[:0])
	names, known := n.places[string(n.key)]
	if !known {
		names = []string{}
		s.each(func(i int32) { names = append(names, n.Places[i].ID) })
		n.places[string(n.key)] = names
	}
	return names
}

// shut is the funds with money left that may pay no line and are not in the cut.
func (n *names) shut(s *shortage) []Closed {
	copy(n.set, s.asked)
	n.set.include(s.binding)
	n.key = n.set.appendKey(n.key[:0])
	closed, known := n.closed[string(n.key)]
	if !known {
		closed = []Closed{}
		for _, fund := range n.Funds {
			number := n.fund[fund.ID]
			if n.left != nil && n.left[number] > 0 && !n.set.has(number) {
				closed = append(closed, Closed{Fund: fund.ID, Left: n.left[number]})
			}
		}
		n.closed[string(n.key)] = closed
	}
	return closed
}
