package assignment

// connect makes the graph of readers and applications hang together by exchanges that change no load, no
// number and no peer's place: the plan stays as good as it was. It returns in how many parts the graph is.
// Each exchange joins two parts, because the pair that it takes out of the one is on a cycle there. It asks
// as few kept pairs as it can to move.
func (t *table) connect() int {
	for {
		g := newGraph(t)
		if g.parts <= 1 || !g.join() {
			return g.parts
		}
	}
}

// graph is the plan's pairs as edges between applications and readers.
type graph struct {
	*table
	edges  []edge
	at     [][]int // by node: its edges; applications come first, then readers
	part   []int   // by node: its part; -1 for a node without edges
	parts  int
	loads  []int // by reader
	number []int // by node: when it was first visited, from 1
	low    []int // by node: the earliest node that can be reached without its own edge upwards
	visits int
}

// edge is a pair; a bridge is one without which its part would fall in two.
type edge struct {
	row, column int
	bridge      bool
}

func newGraph(t *table) *graph {
	rows, nodes := len(t.applications), len(t.applications)+len(t.readers)
	g := &graph{table: t, at: make([][]int, nodes), part: make([]int, nodes), number: make([]int, nodes), low: make([]int, nodes)}
	for column := range t.readers {
		g.loads = append(g.loads, t.load(column, fixed|given))
	}
	for row, cells := range t.cells {
		for column, c := range cells {
			if c.has(fixed | given) {
				g.at[row] = append(g.at[row], len(g.edges))
				g.at[rows+column] = append(g.at[rows+column], len(g.edges))
				g.edges = append(g.edges, edge{row: row, column: column})
			}
		}
	}
	for node := range nodes {
		if g.part[node] = -1; len(g.at[node]) == 0 {
			g.number[node] = -1
		}
	}
	for node := range nodes {
		if g.number[node] == 0 {
			g.visit(node, -1)
			g.parts++
		}
	}
	return g
}

// visit walks a part from a node and finds its bridges (R. E. Tarjan, A note on finding the bridges of a
// graph, 1974); by is the edge that led here.
func (g *graph) visit(node, by int) {
	g.visits++
	g.number[node], g.low[node], g.part[node] = g.visits, g.visits, g.parts
	for _, i := range g.at[node] {
		if i == by {
			continue
		}
		other := g.edges[i].row + len(g.applications) + g.edges[i].column - node
		if g.number[other] == 0 {
			g.visit(other, i)
			g.edges[i].bridge = g.low[other] > g.number[node]
			g.low[node] = min(g.low[node], g.low[other])
		} else {
			g.low[node] = min(g.low[node], g.number[other])
		}
	}
}

// join makes the first exchange that joins two parts, of those that move the fewest kept pairs.
func (g *graph) join() bool {
	for most := range 3 {
		for _, e := range g.edges {
			if !e.bridge && (g.swap(e, most) || g.pass(e, most)) {
				return true
			}
		}
	}
	return false
}

// swap lets the pair's reader change places with one of another part, a peer only with a peer.
func (g *graph) swap(e edge, most int) bool {
	for _, f := range g.edges {
		if g.part[e.row] == g.part[f.row] || !g.movable(e.row, e.column, f.column) || !g.movable(f.row, f.column, e.column) {
			continue
		}
		if g.loses(e.row, e.column, f.column)+g.loses(f.row, f.column, e.column) <= most {
			g.move(e.row, e.column, f.column)
			g.move(f.row, f.column, e.column)
			return true
		}
	}
	return false
}

// pass hands the pair to a reader of another part who has one less than its own: the loads are the same,
// with the names changed.
func (g *graph) pass(e edge, most int) bool {
	for column, reader := range g.readers {
		part := g.part[len(g.applications)+column]
		if part < 0 || part == g.part[e.row] || g.loads[column]+1 != g.loads[e.column] || g.loads[column] >= reader.Cap {
			continue
		}
		if g.movable(e.row, e.column, column) && g.loses(e.row, e.column, column) <= most {
			g.move(e.row, e.column, column)
			return true
		}
	}
	return false
}

// movable reports whether an application may change one reader for another.
func (g *graph) movable(row, from, to int) bool {
	return g.cells[row][from].has(given) && g.open(row, to) && !g.cells[row][to].has(given) && g.readers[from].Peer == g.readers[to].Peer
}

// loses is how many kept pairs fewer there are after the change: -1, 0 or 1.
func (g *graph) loses(row, from, to int) int {
	return int(g.cells[row][from]&kept)/int(kept) - int(g.cells[row][to]&kept)/int(kept)
}

func (g *graph) move(row, from, to int) {
	g.cells[row][from] &^= given
	g.cells[row][to] |= given
}
