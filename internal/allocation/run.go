package allocation

import "slices"

// run goes through applicants in some order and gives each the first choice that can be given.
type run struct {
	*table
	money  *pool
	places *pool
	given  []grant // by applicant
	taken  []int32 // by limit: the slots that are taken
	count  int
	stage  int         // changes when the money of the plan does
	fails  []fail      // by want: how it failed last
	full   []set       // by class of places that has no room: the places it reaches
	noRoom []bool      // by option, for want of a place
	why    []*shortage // by option, for want of money; nil in a run that explains nothing
	asks   []ask       // of the choice that is tried
}

// grant is what somebody is given: the number of the choice, or -1, and as what it counted.
type grant struct {
	choice int32
	first  int32 // its first capped line's node, in the final routing
	option option
}

// ask is what a node is to send for a choice, and what of it cannot be sent.
type ask struct {
	node           int32
	amount, unpaid int64
}

// shortage is why a choice cannot be paid: all that an explanation is made of.
type shortage struct {
	short   int64
	asked   set // the funds that may pay any line, limits or not
	binding set
	capped  set
	limited set
}

// fail is the shortage of a want at a stage of the plan. The shortage is nil in a run that explains nothing.
type fail struct {
	stage int
	*shortage
}

func newRun(t *table, explain bool) *run {
	free, available := make([]int64, len(t.Places)), make([]int64, len(t.Funds))
	for i, p := range t.Places {
		free[i] = int64(p.Free)
	}
	for number, i := range t.order {
		available[number] = t.Funds[i].Available
	}
	r := &run{
		table: t, money: newPool(available, t.moneySets.sets), places: newPool(free, t.placeSets.sets),
		given: make([]grant, len(t.Applicants)), taken: make([]int32, len(t.closing)),
		stage: 1, full: make([]set, len(t.placeSets.sets)),
	}
	if explain {
		r.why, r.noRoom = make([]*shortage, len(t.options)), make([]bool, len(t.options))
	}
	for i := range r.given {
		r.given[i].choice = -1
	}
	return r
}

// serve gives an applicant the first choice that can be given.
func (r *run) serve(who int32) bool {
	for k := range r.of(who) {
		if r.try(who, int32(k)) {
			return true
		}
	}
	return false
}

// try gives an applicant this choice if that can be done.
func (r *run) try(who, choice int32) bool {
	o, closed := r.open(who, choice)
	r.money.know(r.moneySets.sets)
	room := o.places < 0 || r.places.push(o.places, 1) == 0
	if !room && r.why != nil {
		r.crowded(who, choice, o.places)
	}
	nodes := len(r.money.nodes)
	paid := (room || r.why != nil) && r.pay(who, choice, o, closed)
	if room && paid {
		r.give(who, grant{choice: choice, option: o})
		return true
	}
	r.money.undo(nodes)
	r.places.undo(len(r.places.nodes))
	return false
}

// crowded remembers that a choice has no place, and finds the runs without room. Once there are none, that stays.
func (r *run) crowded(who, choice, class int32) {
	r.noRoom[r.first[who]+choice] = true
	if r.full[class] == nil {
		r.places.cut([]int32{class})
		r.full[class] = slices.Clone(r.places.reached)
	}
}

// open is the option as it is now that limits may have closed funds to the person, and those funds.
func (r *run) open(who, choice int32) (o option, closed set) {
	number := r.first[who] + choice
	o = r.options[number]
	if len(r.limits) == 0 || r.Applicants[who].Protected {
		return o, nil
	}
	for _, l := range r.limits[who] {
		limit := r.closing[l]
		if r.taken[l] < limit.most || !r.wants[o.want].asked.has(limit.fund) {
			continue
		}
		if closed == nil {
			closed = newSet(len(r.Funds))
		}
		closed.add(limit.fund)
	}
	if closed != nil {
		o = r.without(number, r.Applicants[who].Choices[choice], closed)
	}
	return o, closed
}

// give enters a grant whose money and place were pushed.
func (r *run) give(who int32, g grant) {
	r.money.commit()
	r.places.commit()
	r.given[who] = g
	r.count++
	r.stage++
	for _, l := range r.limits[who] {
		if r.wants[g.option.want].asked.has(r.closing[l].fund) {
			r.taken[l]++
		}
	}
}

// pay pushes the money of an option and says whether all of it could be. What failed once fails again, because the
// plan only grows; how much is short is the same until it does.
func (r *run) pay(who, choice int32, o option, closed set) bool {
	r.fails = slices.Grow(r.fails, len(r.wants)-len(r.fails))[:len(r.wants)]
	last := &r.fails[o.want]
	if r.why == nil && last.stage > 0 {
		return false
	}
	if closed != nil || last.stage != r.stage {
		short, first := r.push(o)
		if short == 0 {
			return true
		}
		*last = fail{stage: r.stage}
		if r.why != nil {
			last.shortage = r.explain(short, first, who, choice, o, closed)
		}
	}
	if r.why != nil {
		r.why[r.first[who]+choice] = last.shortage
		if closed != nil {
			last.stage = 0 // the same want may be short for others without a limit being the reason
		}
	}
	return false
}

// push sends the money of an option and returns what cannot be sent, and the node of its first capped line. A run
// that explains nothing ends with the first line that cannot be paid.
func (r *run) push(o option) (short int64, first int32) {
	w := &r.wants[o.want]
	r.asks = r.asks[:0]
	for _, part := range w.parts {
		r.asks = append(r.asks, ask{node: r.money.class[part.sink], amount: part.amount})
	}
	first = r.money.addCapped(w)
	for k, line := range w.capped {
		r.asks = append(r.asks, ask{node: first + int32(k), amount: line.amount})
	}
	for i := range r.asks {
		a := &r.asks[i]
		a.unpaid = r.money.push(a.node, a.amount)
		short += a.unpaid
		if short > 0 && r.why == nil {
			break
		}
	}
	return short, first
}

// addCapped makes a node for each line under a cap, and returns the first.
func (p *pool) addCapped(w *want) (first int32) {
	first = int32(len(p.nodes))
	var shared *purse
	if len(w.most) > 0 {
		shared = &purse{most: w.most, used: make([]int64, len(w.most)), first: first, lines: int32(len(w.capped))}
	}
	for i := range w.capped {
		p.add(node{open: w.capped[i].open, caps: &caps{line: w.capped[i].most, purse: shared}})
	}
	return first
}

// explain finds the minimal cut behind what was just pushed and is short.
func (r *run) explain(short int64, first, who, choice int32, o option, closed set) *shortage {
	var from []int32
	for _, a := range r.asks {
		if a.unpaid > 0 {
			from = append(from, a.node)
		}
	}
	r.money.cut(from)
	s := &shortage{short: short, binding: slices.Clone(r.money.reached), asked: r.wants[o.want].asked}
	if len(r.wants[o.want].capped) > 0 || len(r.money.nodes) > len(r.moneySets.sets) {
		s.capped = newSet(len(r.Funds))
		r.money.capped(s.capped)
	}
	if closed == nil {
		return s
	}
	s.asked = r.wants[r.options[r.first[who]+choice].want].asked
	s.limited = newSet(len(r.Funds))
	for i, l := range r.Applicants[who].Choices[choice].Lines {
		at := o.lines[i]
		if at < 0 {
			at = first - 1 - at
		} else {
			at = r.money.class[at]
		}
		if l.Amount == 0 || !r.money.near(at) {
			continue
		}
		for _, id := range l.Funds {
			if f := r.fund[id]; closed.has(f) {
				s.limited.add(f)
			}
		}
	}
	return s
}
