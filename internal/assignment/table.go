package assignment

import (
	"cmp"
	"slices"

	"bursar/internal/failure"
)

// The refusals of Propose.
var (
	ErrUnknown       = failure.New(failure.Invalid, "assignment_unknown", "A pair names an application or a reader that is not in the list.")
	ErrNamedTwice    = failure.New(failure.Invalid, "assignment_named_twice", "An application, a reader or a fixed pair has no name, or is in the list twice.")
	ErrNegative      = failure.New(failure.Invalid, "assignment_negative", "The number of readers and the most that somebody reads cannot be less than 0.")
	ErrFixedConflict = failure.New(failure.Invalid, "assignment_fixed_conflict", "Somebody has opened an application of a person they know. Take them off it first.")
	ErrTooLarge      = failure.New(failure.Invalid, "assignment_too_large", "There are more applications than can be shared out in one go.")
)

// cell is what holds between an application and a reader.
type cell uint8

const (
	conflicted cell = 1 << iota
	fixed
	kept
	given // by the plan
)

func (c cell) has(any cell) bool { return c&any != 0 }

// table is a problem in canonical order, and then the plan: rows are applications, columns readers.
type table struct {
	applications []Application
	readers      []Reader
	cells        [][]cell
}

// newTable checks and sorts a problem.
func newTable(p Problem) (*table, error) {
	t := &table{applications: slices.Clone(p.Applications), readers: slices.Clone(p.Readers)}
	slices.SortFunc(t.applications, func(a, b Application) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(t.readers, func(a, b Reader) int { return cmp.Compare(a.ID, b.ID) })
	rows, columns := map[string]int{"": -1}, map[string]int{"": -1}
	for i := range t.applications {
		a := &t.applications[i]
		if _, twice := rows[a.ID]; twice {
			return nil, ErrNamedTwice
		}
		if a.Wanted < 0 {
			return nil, ErrNegative
		}
		if a.Wanted == 0 {
			a.Wanted = Usual
		}
		rows[a.ID] = i
	}
	for i, r := range t.readers {
		if _, twice := columns[r.ID]; twice {
			return nil, ErrNamedTwice
		}
		if r.Cap < 0 {
			return nil, ErrNegative
		}
		columns[r.ID] = i
	}
	if !t.weighable() {
		return nil, ErrTooLarge
	}
	t.cells = make([][]cell, len(t.applications))
	for i := range t.cells {
		t.cells[i] = make([]cell, len(t.readers))
	}
	return t, t.mark(p, rows, columns)
}

// mark enters the problem's pairs.
func (t *table) mark(p Problem, rows, columns map[string]int) error {
	for _, list := range []struct {
		pairs []Pair
		as    cell
	}{{p.Conflicts, conflicted}, {p.Fixed, fixed}, {p.Kept, kept}} {
		for _, pair := range list.pairs {
			row, known := rows[pair.Application]
			column, also := columns[pair.Reader]
			if !known || !also || row < 0 || column < 0 {
				return ErrUnknown
			}
			c := &t.cells[row][column]
			if list.as == fixed && c.has(fixed) {
				return ErrNamedTwice
			}
			if list.as == fixed && c.has(conflicted) {
				return ErrFixedConflict
			}
			*c |= list.as
		}
	}
	return nil
}

// open reports whether the plan may give the application to the reader.
func (t *table) open(row, column int) bool { return !t.cells[row][column].has(conflicted | fixed) }

// held counts the peers and the others who read an application, in cells of the given kinds.
func (t *table) held(row int, kinds cell) (peers, others int) {
	for column, c := range t.cells[row] {
		switch {
		case !c.has(kinds):
		case t.readers[column].Peer:
			peers++
		default:
			others++
		}
	}
	return peers, others
}

// need is how many readers an application wants beside its fixed ones, and how many of those may be others
// than peers: while no peer is fixed, one place is a peer's.
func (t *table) need(row int) (readers, others int) {
	fixedPeers, fixedOthers := t.held(row, fixed)
	readers = max(0, t.applications[row].Wanted-fixedPeers-fixedOthers)
	if fixedPeers > 0 {
		return readers, readers
	}
	return readers, max(0, readers-1)
}

// load counts a reader's applications, in cells of the given kinds.
func (t *table) load(column int, kinds cell) int {
	n := 0
	for row := range t.cells {
		if t.cells[row][column].has(kinds) {
			n++
		}
	}
	return n
}

// pairs lists what is fixed or given.
func (t *table) pairs() []Pair {
	var pairs []Pair
	for row, cells := range t.cells {
		for column, c := range cells {
			if c.has(fixed | given) {
				pairs = append(pairs, Pair{t.applications[row].ID, t.readers[column].ID})
			}
		}
	}
	return pairs
}
