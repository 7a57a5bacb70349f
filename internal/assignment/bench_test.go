package assignment_test

import (
	"fmt"
	"testing"

	"bursar/internal/assignment"
)

// round has so many applications of the usual size and so many readers, every second a peer, with room for
// a tenth more than is needed.
func round(applications, readers int) assignment.Problem {
	var p assignment.Problem
	for i := range applications {
		p.Applications = append(p.Applications, assignment.Application{ID: fmt.Sprintf("A%03d", i)})
	}
	for i := range readers {
		p.Readers = append(p.Readers, assignment.Reader{ID: fmt.Sprintf("R%02d", i), Peer: i%2 == 0, Cap: applications*assignment.Usual*11/10/readers + 1})
	}
	return p
}

func BenchmarkTwoHundredApplicationsAndThirtyReaders(b *testing.B) {
	p := round(200, 30)
	for i, a := range p.Applications {
		for j := range i % 4 {
			p.Conflicts = append(p.Conflicts, assignment.Pair{Application: a.ID, Reader: p.Readers[(i*7+j*11)%30].ID})
		}
	}
	for b.Loop() {
		propose(b, p)
	}
}
