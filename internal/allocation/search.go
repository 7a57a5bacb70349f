package allocation

import (
	"math"
	"math/bits"
)

// search looks breadth first for a sink that can take more. It goes from sink to sink: what one has from a class,
// another that the class may use could take. So it costs no more than the sinks and the lines under a cap, however
// many classes there are.
type search struct {
	sealed  set    // the sinks that no search leaves any more; see seal
	reached set    // the sinks that this one reached
	entry   []step // by sink: what it was reached from
	round   int32
	marks   []int32 // by node: the round in which it was reached, if it started or is under a cap
	from    []step  // by node: what it was reached from
	narrow  []int32 // the nodes under a cap that were reached
	queue   []int32 // sinks, and the complements of nodes that were reached by an exchange
}

// step is what something was reached from. A sink is reached from a node, or if that is nobody, from some class
// that uses the other sink. A node is reached from a node that takes its share of the sink over, or if that is
// nobody, because the sink was reached.
type step struct{ node, sink int32 }

const nobody = -1

// start is what the nodes were reached from with which a search starts.
var start = step{nobody, nobody}

func newSearch(sinks int) search {
	return search{sealed: newSet(sinks), reached: newSet(sinks), entry: make([]step, sinks)}
}

// begin forgets the last search. The new one stays out of these sinks.
func (p *pool) begin(out set) {
	if p.round == math.MaxInt32 {
		clear(p.marks)
		p.round = 0
	}
	p.round++
	for len(p.marks) < len(p.nodes) {
		p.marks, p.from = append(p.marks, 0), append(p.from, start)
	}
	p.queue, p.narrow = p.queue[:0], p.narrow[:0]
	clear(p.reached)
	copy(p.reached, out)
}

// cut reaches from these nodes what they could use if it were not used up: the near side of the minimal cut,
// which is the same for every maximum flow.
func (p *pool) cut(from []int32) {
	p.begin(nil)
	for _, u := range from {
		p.reach(u, start)
	}
	for _, u := range from {
		p.expand(u)
	}
	p.spread()
}

// near says whether the last search reached a node.
func (p *pool) near(u int32) bool {
	if p.marks[u] == p.round {
		return true
	}
	if p.nodes[u].caps == nil {
		for _, s := range p.nodes[u].flow {
			if p.reached.has(s.sink) {
				return true
			}
		}
	}
	return false
}

// capped adds the sinks that the nodes of the last search may not have more of because of a cap.
func (p *pool) capped(to set) {
	for _, u := range p.narrow {
		for w, word := range p.nodes[u].open {
			to[w] |= word &^ p.reached[w]
		}
	}
}

// seal spares later searches what the last one reached in vain: all of it is used up by itself, so that no path
// that enters it ever leaves it, and nothing in it changes any more. That holds only for what is committed.
func (p *pool) seal() { copy(p.sealed, p.reached) }

// unseal is for when a sink can take more than before.
func (p *pool) unseal() { clear(p.sealed) }

// reach marks a node, and is false if it was before.
func (p *pool) reach(u int32, from step) bool {
	if p.marks[u] == p.round {
		return false
	}
	p.marks[u], p.from[u] = p.round, from
	if p.nodes[u].caps != nil {
		p.narrow = append(p.narrow, u)
	}
	return true
}

// enter reaches a sink, and says whether it can take more.
func (p *pool) enter(sink int32, from step) bool {
	p.reached.add(sink)
	p.entry[sink] = from
	p.queue = append(p.queue, sink)
	return p.left[sink] > 0
}

// spread follows the queue, and returns a sink that can take more, or nobody.
func (p *pool) spread() int32 {
	for i := 0; i < len(p.queue); i++ {
		at := p.queue[i]
		if at < 0 {
			if sink := p.expand(^at); sink >= 0 {
				return sink
			}
			continue
		}
		for w, word := range p.lends[at] {
			for fresh := word &^ p.reached[w]; fresh != 0; fresh &= fresh - 1 {
				sink := int32(w<<6 | bits.TrailingZeros64(fresh))
				if p.enter(sink, step{nobody, at}) {
					return sink
				}
			}
		}
		for _, u := range p.under[at] {
			if p.reach(u, step{nobody, at}) {
				if sink := p.expand(u); sink >= 0 {
					return sink
				}
			}
		}
	}
	return nobody
}

// expand reaches what a node may use, and returns a sink that can take more, or nobody.
func (p *pool) expand(u int32) int32 {
	under := p.nodes[u].caps != nil
	for w, word := range p.nodes[u].open {
		for fresh := word &^ p.reached[w]; fresh != 0; fresh &= fresh - 1 {
			sink := int32(w<<6 | bits.TrailingZeros64(fresh))
			if under && p.room(u, sink) == 0 {
				p.exchange(u, sink)
			} else if p.enter(sink, step{u, nobody}) {
				return sink
			}
		}
	}
	return nobody
}

// exchange reaches the other lines of a full purse: a line under its own cap may take what they have of a sink.
func (p *pool) exchange(u, sink int32) {
	purse := p.nodes[u].caps.purse
	if purse == nil || p.lineRoom(u, sink) == 0 {
		return
	}
	for v := purse.first; v < purse.first+purse.lines; v++ {
		if p.flow(v, sink) > 0 && p.reach(v, step{u, sink}) {
			p.queue = append(p.queue, ^v)
		}
	}
}

// path is the moves of one penny along the way to a sink, from its end, and how many of the amount it has room for.
func (p *pool) path(sink int32, amount int64) (path []move, most int64) {
	path, most = p.moves[:0], min(amount, p.left[sink])
	for {
		s := p.entry[sink]
		if s.node == nobody {
			u, flow := p.lender(s.sink, sink, most)
			path, most = append(path, move{u, sink, 1}, move{u, s.sink, -1}), min(most, flow)
			sink = s.sink
			continue
		}
		u := s.node
		path, most = append(path, move{u, sink, 1}), min(most, p.room(u, sink))
		for s = p.from[u]; s.node != nobody; s = p.from[u] {
			path, most = append(path, move{u, s.sink, -1}), min(most, p.flow(u, s.sink))
			u = s.node
			path, most = append(path, move{u, s.sink, 1}), min(most, p.lineRoom(u, s.sink))
		}
		if s == start {
			p.moves = path
			return path, most
		}
		path, most = append(path, move{u, s.sink, -1}), min(most, p.flow(u, s.sink))
		sink = s.sink
	}
}

// lender is a class that could use the other sink and has as much as is wanted from the one, or else most of them.
func (p *pool) lender(sink, other int32, wanted int64) (lender int32, most int64) {
	for _, u := range p.users[sink] {
		if p.nodes[u].open.has(other) {
			if flow := p.flow(u, sink); flow > most {
				lender, most = u, flow
			}
			if most >= wanted {
				break
			}
		}
	}
	return lender, most
}
