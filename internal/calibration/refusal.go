package calibration

import (
	"cmp"
	"fmt"
)

// FewestReadings is how many applications a reader must have scored before a leaning means anything.
const FewestReadings = 4

// Reason says for a program why scores cannot be calibrated.
type Reason string

// The reasons.
const (
	NoScores      Reason = "no_scores"      // nobody has scored anything
	NothingShared Reason = "nothing_shared" // no application has two readers
	Disconnected  Reason = "disconnected"   // the readers fall into groups that share no application
	TooFew        Reason = "too_few"        // some readers have scored fewer than FewestReadings
)

// Refusal is one reason why scores were not calibrated. There may be several.
type Refusal[R cmp.Ordered] struct {
	Reason   Reason
	Sentence string // for the panel; it names nobody
	Parts    int    // Disconnected: how many groups
	Readers  []R    // TooFew: who, by ID
}

// refusals finds what makes the panel's scores too thin, if anything.
func refusals[R, A cmp.Ordered](p *panel[R, A]) []Refusal[R] {
	if len(p.readers) == 0 {
		return []Refusal[R]{{Reason: NoScores, Sentence: "Nobody has scored an application yet."}}
	}
	var found []Refusal[R]
	if parts := p.parts(); !p.shared() {
		found = append(found, Refusal[R]{Reason: NothingShared,
			Sentence: "No application has been scored by two readers, so their scores cannot be compared."})
	} else if parts > 1 {
		found = append(found, Refusal[R]{Reason: Disconnected, Parts: parts, Sentence: fmt.Sprintf(
			"The readers fall into %d groups that have no application in common, so nobody can tell whether one group is harsher.", parts)})
	}
	var few []R
	for r, read := range p.byReader {
		if len(read) < FewestReadings {
			few = append(few, p.readers[r])
		}
	}
	if len(few) > 0 {
		who := fmt.Sprintf("%d readers have", len(few))
		if len(few) == 1 {
			who = "1 reader has"
		}
		found = append(found, Refusal[R]{Reason: TooFew, Readers: few, Sentence: fmt.Sprintf(
			"%s scored fewer than %d applications, which is too few to tell how somebody leans.", who, FewestReadings)})
	}
	return found
}

// shared reports whether any application has two readers.
func (p *panel[R, A]) shared() bool {
	for _, given := range p.byApplication {
		if len(given) > 1 {
			return true
		}
	}
	return false
}

// parts counts the groups of readers that applications in common hold together, directly or through others.
func (p *panel[R, A]) parts() int {
	seen, parts := make([]bool, len(p.readers)), 0
	var visit func(reader int)
	visit = func(reader int) {
		if seen[reader] {
			return
		}
		seen[reader] = true
		for _, read := range p.byReader[reader] {
			for _, beside := range p.byApplication[read.other] {
				visit(beside.other)
			}
		}
	}
	for reader := range p.readers {
		if !seen[reader] {
			parts++
			visit(reader)
		}
	}
	return parts
}
