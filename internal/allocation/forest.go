package allocation

import (
	"math"
	"slices"
)

// tangle is the routing as a graph, to find cycles among the edges that could carry more and less. Its vertices
// are the pool's nodes, then its sinks, then a vertex for each fund of each purse.
type tangle struct {
	edges []edge
	at    [][]int32 // by vertex: the edges that are in the forest
	part  []int32   // by vertex: towards a representative of all that were ever connected with it
}

// edge carries flow from a to b.
type edge struct {
	a, b       int32
	flow, most int64
	node, sink int32 // what it is in the pool; node is -1 for the edge from a purse to its sink
}

// untangle moves money around cycles until none is left. What nodes send and sinks take in all stays.
func (p *pool) untangle() {
	t := p.tangle()
	before := make([]int64, len(t.edges))
	for i := range t.edges {
		before[i] = t.edges[i].flow
	}
	for i := range t.edges {
		t.enter(int32(i))
	}
	for i, e := range t.edges {
		if change := e.flow - before[i]; e.node >= 0 && change != 0 {
			p.put(e.node, e.sink, change)
		}
	}
}

func (p *pool) tangle() *tangle {
	t := &tangle{}
	sinks := int32(len(p.nodes))
	vertices := sinks + int32(len(p.left))
	purses := map[*purse]int32{} // the first vertex of each
	for u := range p.nodes {
		n := &p.nodes[u]
		for _, s := range sorted(n.flow) {
			e := edge{a: int32(u), b: sinks + s.sink, flow: s.amount, most: math.MaxInt64, node: int32(u), sink: s.sink}
			if n.caps != nil {
				e.most = p.lineRoom(int32(u), s.sink)
				if e.most < math.MaxInt64 {
					e.most += s.amount
				}
				vertices = t.throughPurse(&e, n.caps.purse, purses, vertices)
			}
			t.edges = append(t.edges, e)
		}
	}
	t.at = make([][]int32, vertices)
	for v := range vertices {
		t.part = append(t.part, v)
	}
	return t
}

// throughPurse leads an edge through its purse's vertex, if it has one, and returns how many vertices there are.
func (t *tangle) throughPurse(e *edge, shared *purse, purses map[*purse]int32, vertices int32) int32 {
	if shared == nil {
		return vertices
	}
	first, known := purses[shared]
	if !known {
		first = vertices
		purses[shared] = first
		vertices += int32(len(shared.most))
		for i, most := range shared.most {
			sink := e.b - e.sink + most.sink
			t.edges = append(t.edges, edge{a: first + int32(i), b: sink, flow: shared.used[i], most: most.amount, node: -1})
		}
	}
	if i := find(shared.most, e.sink); i >= 0 {
		e.b = first + int32(i)
	}
	return vertices
}

// enter puts an edge into the forest. If it closes a cycle, money moves around it until an edge of it is empty or
// full and leaves.
func (t *tangle) enter(i int32) {
	for t.free(i) {
		a, b := t.edges[i].a, t.edges[i].b
		path, closes := []int32(nil), false
		if t.root(a) == t.root(b) {
			path, closes = t.path(b, a)
		}
		if !closes {
			t.part[t.root(a)] = t.root(b)
			t.at[a], t.at[b] = append(t.at[a], i), append(t.at[b], i)
			return
		}
		t.turn(i, path)
	}
}

// free says whether an edge could carry more and less.
func (t *tangle) free(i int32) bool { return t.edges[i].flow > 0 && t.edges[i].flow < t.edges[i].most }

func (t *tangle) root(v int32) int32 {
	for t.part[v] != v {
		t.part[v] = t.part[t.part[v]]
		v = t.part[v]
	}
	return v
}

// path is the edges of the forest that lead from one vertex to another.
func (t *tangle) path(from, to int32) (path []int32, found bool) {
	via := map[int32]int32{from: -1}
	queue := []int32{from}
	for len(queue) > 0 && !found {
		v := queue[0]
		queue = queue[1:]
		for _, i := range t.at[v] {
			next := t.edges[i].a + t.edges[i].b - v
			if _, seen := via[next]; !seen {
				via[next] = i
				queue = append(queue, next)
				found = found || next == to
			}
		}
	}
	if !found {
		return nil, false
	}
	for v := to; v != from; {
		i := via[v]
		path = append(path, i)
		v = t.edges[i].a + t.edges[i].b - v
	}
	slices.Reverse(path)
	return path, true
}

// turn takes money off the edge and moves it around the path that leads from the edge's end to its beginning,
// as much as can be, and takes what is not free any more out of the forest.
func (t *tangle) turn(i int32, path []int32) {
	v := t.edges[i].b
	amount := t.edges[i].flow
	against := make([]bool, len(path)) // the path runs from the edge's end b to a: against it, the edge gives
	for k, j := range path {
		e := t.edges[j]
		against[k] = e.b == v
		if against[k] {
			amount = min(amount, e.most-e.flow)
		} else {
			amount = min(amount, e.flow)
		}
		v = e.a + e.b - v
	}
	t.edges[i].flow -= amount
	for k, j := range path {
		if against[k] {
			t.edges[j].flow += amount
		} else {
			t.edges[j].flow -= amount
		}
		if !t.free(j) {
			t.leave(j)
		}
	}
}

func (t *tangle) leave(i int32) {
	for _, v := range []int32{t.edges[i].a, t.edges[i].b} {
		t.at[v] = slices.DeleteFunc(t.at[v], func(j int32) bool { return j == i })
	}
}
