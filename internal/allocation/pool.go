package allocation

import (
	"math"
	"slices"
)

// pool is an incremental maximum flow from nodes to sinks: from lines to funds in pence, and from people to places
// one by one. Lines with the same set of funds share a node, their class, so that the flow has as many nodes as
// there are distinct sets, however many lines there are. Only lines under a cap have nodes of their own.
type pool struct {
	left  []int64 // by sink: what it can still take
	nodes []node
	class []int32   // by class: its node
	users [][]int32 // by sink: the classes' nodes that send it something
	loans [][]int32 // by sink and other sink: how many of users could use the other
	lends []set     // by sink: the others that some of users could use
	under [][]int32 // by sink: the nodes of lines under a cap that send it something

	trail   []move // what happened since commit
	settled bool   // nothing will be undone, and there is no trail
	moves   []move // of the last path
	search         // the last one
}

// node sends to the sinks of open what it is told to push.
type node struct {
	open set
	flow []share // above 0
	caps *caps   // nil for a class
}

// share is an amount to or from one sink.
type share struct {
	sink   int32
	amount int64
}

// caps is what narrows a line: its own caps by sink, and the purse of its choice.
type caps struct {
	line  []share
	purse *purse
}

// purse holds the caps by sink that the lines of one choice have together, and what they use of them. Its lines
// are the nodes from first on.
type purse struct {
	most  []share
	used  []int64
	first int32
	lines int32
}

// move says that a node sends so much more to a sink, or less.
type move struct {
	node, sink int32
	amount     int64
}

func newPool(left []int64, classes []set) *pool {
	sinks := len(left)
	p := &pool{
		left: left, users: make([][]int32, sinks), under: make([][]int32, sinks),
		loans: make([][]int32, sinks), lends: make([]set, sinks), search: newSearch(sinks),
	}
	for sink := range sinks {
		p.loans[sink], p.lends[sink] = make([]int32, sinks), newSet(sinks)
	}
	p.know(classes)
	return p
}

// know makes a node for each class that is new.
func (p *pool) know(classes []set) {
	for _, open := range classes[len(p.class):] {
		p.class = append(p.class, p.add(node{open: open}))
	}
}

// add makes a node and returns its number.
func (p *pool) add(n node) int32 {
	p.nodes = append(p.nodes, n)
	return int32(len(p.nodes) - 1)
}

// commit makes what was pushed last.
func (p *pool) commit() { p.trail = p.trail[:0] }

// undo takes back what was pushed since commit, and forgets the nodes from this number on.
func (p *pool) undo(nodes int) {
	for _, m := range slices.Backward(p.trail) {
		p.put(m.node, m.sink, -m.amount)
	}
	p.commit()
	p.nodes = p.nodes[:nodes]
}

// push sends this amount from a node by augmenting paths, the shortest first, and returns what cannot be sent.
func (p *pool) push(from int32, amount int64) int64 {
	for amount > 0 {
		p.begin(p.sealed)
		p.reach(from, start)
		sink := p.expand(from)
		if sink < 0 {
			sink = p.spread()
		}
		if sink < 0 {
			if len(p.trail) == 0 {
				p.seal()
			}
			break
		}
		amount -= p.augment(sink, amount)
	}
	return amount
}

// augment sends along the path to a sink that the search found, and returns how much.
func (p *pool) augment(sink int32, amount int64) int64 {
	path, amount := p.path(sink, amount)
	for _, m := range path {
		m.amount *= amount
		p.put(m.node, m.sink, m.amount)
		if !p.settled {
			p.trail = append(p.trail, m)
		}
	}
	return amount
}

// room is how much more the caps let a node send to a sink.
func (p *pool) room(u, sink int32) int64 {
	room := p.lineRoom(u, sink)
	if c := p.nodes[u].caps; c != nil && c.purse != nil {
		if i := find(c.purse.most, sink); i >= 0 {
			room = min(room, c.purse.most[i].amount-c.purse.used[i])
		}
	}
	return room
}

func (p *pool) lineRoom(u, sink int32) int64 {
	if c := p.nodes[u].caps; c != nil {
		if i := find(c.line, sink); i >= 0 {
			return c.line[i].amount - p.flow(u, sink)
		}
	}
	return math.MaxInt64
}

func (p *pool) flow(u, sink int32) int64 {
	if i := find(p.nodes[u].flow, sink); i >= 0 {
		return p.nodes[u].flow[i].amount
	}
	return 0
}

func find(shares []share, sink int32) int {
	for i := range shares {
		if shares[i].sink == sink {
			return i
		}
	}
	return -1
}

// put has a node send so much more to a sink, or less.
func (p *pool) put(u, sink int32, amount int64) {
	n := &p.nodes[u]
	p.left[sink] -= amount
	if n.caps != nil && n.caps.purse != nil {
		if i := find(n.caps.purse.most, sink); i >= 0 {
			n.caps.purse.used[i] += amount
		}
	}
	i := find(n.flow, sink)
	if i < 0 {
		n.flow = append(n.flow, share{sink, amount})
		p.use(u, sink)
		return
	}
	n.flow[i].amount += amount
	if n.flow[i].amount == 0 {
		n.flow = slices.Delete(n.flow, i, i+1)
		p.leave(u, sink)
	}
}

// use enters a node among those that send something to a sink.
func (p *pool) use(u, sink int32) {
	if p.nodes[u].caps != nil {
		p.under[sink] = append(p.under[sink], u)
		return
	}
	p.users[sink] = append(p.users[sink], u)
	loans := p.loans[sink]
	p.nodes[u].open.each(func(other int32) {
		if loans[other]++; loans[other] == 1 {
			p.lends[sink].add(other)
		}
	})
}

// leave takes it out again.
func (p *pool) leave(u, sink int32) {
	if p.nodes[u].caps != nil {
		p.under[sink] = without(p.under[sink], u)
		return
	}
	p.users[sink] = without(p.users[sink], u)
	loans := p.loans[sink]
	p.nodes[u].open.each(func(other int32) {
		if loans[other]--; loans[other] == 0 {
			p.lends[sink].remove(other)
		}
	})
}

// without takes a node out of a list whose order does not matter; the last one is the likeliest.
func without(list []int32, u int32) []int32 {
	last := len(list) - 1
	for i := last; ; i-- {
		if list[i] == u {
			list[i] = list[last]
			return list[:last]
		}
	}
}
