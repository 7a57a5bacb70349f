// Package state writes a state machine as a table. A Moves value lists for each status those that may follow;
// the owner of the status changes it only through its own guarded method, which asks Allow first.
package state

import (
	"fmt"
	"maps"
	"slices"

	"bursar/internal/failure"
)

// Moves is a state machine: from each status, the statuses that may follow. Every status is a key, final ones
// with no successors, so that the keys are the whole set.
type Moves[S ~string] map[S][]S

// ErrMovedOn refuses a move that the machine does not list: mostly somebody acting on a page that is out of date.
var ErrMovedOn = failure.New(failure.Conflict, "moved_on",
	"This has changed since you opened the page. Look at where it stands now and try again.")

// Allow returns nil when the machine may move from one status to the other, and else ErrMovedOn with both in its
// cause.
func (m Moves[S]) Allow(from, to S) error {
	if slices.Contains(m[from], to) {
		return nil
	}
	return ErrMovedOn.Because(fmt.Errorf("no move from %q to %q", from, to))
}

// Statuses lists every status of the machine in alphabetical order.
func (m Moves[S]) Statuses() []S {
	return slices.Sorted(maps.Keys(m))
}
