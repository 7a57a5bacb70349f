package assignment

import (
	"container/heap"
	"math"
)

// network is a directed graph whose arcs carry whole units at a cost. Every arc lies beside its opposite
// (index ^ 1), which gives units back: together they are the residual graph of R. K. Ahuja, T. L. Magnanti
// and J. B. Orlin, Network Flows (1993), §2.4. Costs are 0 or more when arcs are added.
type network struct {
	arcs         []arc
	out          [][]int // by node: the arcs that leave it
	source, sink int
	potential    []int64 // by node: with it, no arc that has room costs less than nothing
	distance     []int64
	arrived      []int // by node: the arc by which the cheapest path comes
	settled      []bool
	queue        queue
}

// arc leads to a node; room is how many units more it can carry, at cost each.
type arc struct {
	to   int
	room int
	cost int64
}

// newNetwork has nodes without arcs.
func newNetwork(nodes, source, sink int) *network {
	return &network{
		out: make([][]int, nodes), source: source, sink: sink,
		potential: make([]int64, nodes), distance: make([]int64, nodes), arrived: make([]int, nodes), settled: make([]bool, nodes),
	}
}

// add makes an arc and its opposite; the arc's index tells later what it carries.
func (n *network) add(from, to, room int, cost int64) int {
	i := len(n.arcs)
	n.arcs = append(n.arcs, arc{to, room, cost}, arc{from, 0, -cost})
	n.out[from] = append(n.out[from], i)
	n.out[to] = append(n.out[to], i+1)
	return i
}

// carries is how many units go through the arc with this index.
func (n *network) carries(i int) int { return n.arcs[i^1].room }

// send sends as many units as can go from the source to the sink, at the least cost for that many: successive
// shortest paths with potentials (Ahuja, Magnanti and Orlin, §9.7), one unit a path.
func (n *network) send() {
	for n.cheapestPath() {
		for node := n.sink; node != n.source; {
			i := n.arrived[node]
			n.arcs[i].room--
			n.arcs[i^1].room++
			node = n.arcs[i^1].to
		}
	}
}

// cheapestPath finds the cheapest path with room (Dijkstra) and moves the potentials on. Costs are reduced
// by potentials; nothing beyond the sink's distance is looked at.
func (n *network) cheapestPath() bool {
	for node := range n.distance {
		n.distance[node], n.settled[node] = math.MaxInt64, false
	}
	n.distance[n.source] = 0
	n.queue = append(n.queue[:0], waiting{n.source, 0})
	for len(n.queue) > 0 && !n.settled[n.sink] {
		node := heap.Pop(&n.queue).(waiting).node
		if n.settled[node] {
			continue
		}
		n.settled[node] = true
		for _, i := range n.out[node] {
			a := n.arcs[i]
			if a.room == 0 || n.settled[a.to] {
				continue
			}
			if d := n.distance[node] + a.cost + n.potential[node] - n.potential[a.to]; d < n.distance[a.to] {
				n.distance[a.to], n.arrived[a.to] = d, i
				heap.Push(&n.queue, waiting{a.to, d})
			}
		}
	}
	if !n.settled[n.sink] {
		return false
	}
	for node := range n.potential {
		n.potential[node] += min(n.distance[node], n.distance[n.sink])
	}
	return true
}

// reach is where units could still go from a node, by arcs with room and not back through the source.
func (n *network) reach(from int) []bool {
	reached := make([]bool, len(n.out))
	reached[from], reached[n.source] = true, true
	for next := []int{from}; len(next) > 0; {
		node := next[len(next)-1]
		next = next[:len(next)-1]
		for _, i := range n.out[node] {
			if a := n.arcs[i]; a.room > 0 && !reached[a.to] {
				reached[a.to] = true
				next = append(next, a.to)
			}
		}
	}
	return reached
}

// waiting is a node that Dijkstra may settle next.
type waiting struct {
	node     int
	distance int64
}

// queue gives the nearest node first, and of equally near ones the first in order, so that plans repeat.
type queue []waiting

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].distance < q[j].distance || q[i].distance == q[j].distance && q[i].node < q[j].node
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push is for container/heap.
func (q *queue) Push(x any) { *q = append(*q, x.(waiting)) }

// Pop is for container/heap.
func (q *queue) Pop() any {
	last := len(*q) - 1
	w := (*q)[last]
	*q = (*q)[:last]
	return w
}
