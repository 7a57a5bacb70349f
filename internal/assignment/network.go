package assignment

import (
	"hash/fnv"
	"io"
	"math"
)

// shuffle is how many different costs the last tie-break has.
const shuffle = 64

// weights make one whole number of several aims, so that no sum of lesser ones outweighs a greater one. They
// are multiplied with: how much an application lacks, squared; a reader's load, squared; each pair that is
// not a kept one. To move a pair between readers whose loads are m and n betters the squares by 2(m-n-1), so
// three times the load's weight lets a kept pair move only to even out a difference of three or more.
type weights struct {
	shortage int64
	load     int64
	moved    int64
	widest   int // the most readers that an application wants
}

// readingsWanted is the most pairs that the plan can give.
func (t *table) readingsWanted() (readings, widest int) {
	for _, a := range t.applications {
		readings += min(a.Wanted, len(t.readers))
		widest = max(widest, a.Wanted)
	}
	return readings, widest
}

func (t *table) weights() weights {
	readings, widest := t.readingsWanted()
	n := int64(readings)
	load := shuffle * (n + 1) // more than all the shuffle
	return weights{
		shortage: load * (2*n*int64(len(t.applications)) + 3*n + 1), // a load is at most all the applications
		load:     load,
		moved:    3 * load,
		widest:   widest,
	}
}

// weighable reports whether the costs of a path fit into 64 bits, far from the edge.
func (t *table) weighable() bool {
	readings, widest := t.readingsWanted()
	n, a := float64(readings)+1, float64(len(t.applications))
	return shuffle*n*(2*n*a+3*n+1)*2*(float64(widest)+1) < math.MaxInt64/4
}

// readings is the network of a table: source → application → (others →) reader → sink. All of a reader's
// applications that are peers' places go straight to peers; the way over "others" is narrower by the place
// that is a peer's.
type readings struct {
	*network
	first int       // the node of the first reader
	pairs []pairArc // the arcs that are pairs
}

type pairArc struct{ row, column, arc int }

func newReadings(t *table) *readings {
	rows, columns := len(t.applications), len(t.readers)
	others, first := rows, 2*rows
	source, sink := first+columns, first+columns+1
	n := &readings{network: newNetwork(sink+1, source, sink), first: first}
	w := t.weights()
	for row := range rows {
		readers, notPeers := t.need(row)
		for lacking := readers; lacking > max(0, readers-columns); lacking-- {
			n.add(source, row, 1, w.shortage*int64(2*(w.widest-lacking)))
		}
		n.add(row, others+row, notPeers, 0)
		for column, reader := range t.readers {
			from := row
			if !reader.Peer {
				from = others + row
			}
			if t.open(row, column) {
				n.pairs = append(n.pairs, pairArc{row, column, n.add(from, first+column, 1, w.pair(t, row, column))})
			}
		}
	}
	for column, reader := range t.readers {
		for load := t.load(column, fixed) + 1; load <= min(reader.Cap, rows); load++ {
			n.add(first+column, sink, 1, w.load*int64(2*load-1))
		}
	}
	return n
}

// pair is what a pair costs by itself: moving, and the shuffle.
func (w weights) pair(t *table, row, column int) int64 {
	cost := shuffled(t.applications[row].ID, t.readers[column].ID)
	if !t.cells[row][column].has(kept) {
		cost += w.moved
	}
	return cost
}

// shuffled mixes the readers differently for every application, the same on every day and machine.
func shuffled(application, reader string) int64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, application+"\x00"+reader) // a hash takes all that it is given
	return int64(h.Sum64() >> 32 % shuffle)
}

// enter writes what the network carries into the table.
func (n *readings) enter(t *table) {
	for _, p := range n.pairs {
		if n.carries(p.arc) > 0 {
			t.cells[p.row][p.column] |= given
		}
	}
}
