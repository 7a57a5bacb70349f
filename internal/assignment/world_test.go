package assignment_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/assignment"
)

// problem draws a problem: usually short of something, with conflicts, fixed and kept pairs.
func problem(t *rapid.T, applications, readers int) assignment.Problem {
	return drawn(func(most int, name string) int { return rapid.IntRange(0, most).Draw(t, name) }, applications, readers)
}

// drawn makes a problem from numbers between 0 and most.
func drawn(number func(most int, name string) int, applications, readers int) assignment.Problem {
	var p assignment.Problem
	for i := range number(applications, "applications") {
		p.Applications = append(p.Applications, assignment.Application{ID: fmt.Sprintf("A%02d", i), Wanted: number(3, "wanted")})
	}
	for i := range number(readers, "readers") {
		p.Readers = append(p.Readers, assignment.Reader{ID: fmt.Sprintf("R%02d", i), Peer: number(1, "peer") == 1, Cap: number(applications+1, "cap")})
	}
	for _, a := range p.Applications {
		for _, r := range p.Readers {
			pair := assignment.Pair{Application: a.ID, Reader: r.ID}
			switch number(11, "pair") {
			case 0, 1:
				p.Conflicts = append(p.Conflicts, pair)
			case 2:
				p.Fixed = append(p.Fixed, pair)
			case 3, 4:
				p.Kept = append(p.Kept, pair)
			case 5:
				p.Conflicts, p.Kept = append(p.Conflicts, pair, pair), append(p.Kept, pair)
			}
		}
	}
	return p
}

// seeded draws by a seed, for loops that run without rapid.
func seeded(seed uint64) func(most int, name string) int {
	random := rand.New(rand.NewPCG(seed, 2027))
	return func(most int, _ string) int { return random.IntN(most + 1) }
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func propose(t failer, p assignment.Problem) assignment.Plan {
	t.Helper()
	plan, err := assignment.Propose(p)
	if err != nil {
		t.Fatalf("%v for %+v", err, p)
	}
	return plan
}

// view answers questions about a plan for its problem.
type view struct {
	assignment.Problem
	pairs map[assignment.Pair]bool
}

func look(p assignment.Problem, pairs []assignment.Pair) view {
	v := view{p, map[assignment.Pair]bool{}}
	for _, pair := range pairs {
		v.pairs[pair] = true
	}
	return v
}

func (v view) wanted(a assignment.Application) int {
	if a.Wanted == 0 {
		return assignment.Usual
	}
	return a.Wanted
}

// readers counts an application's readers, and the peers among them.
func (v view) readers(a assignment.Application) (all, peers int) {
	for _, r := range v.Readers {
		if v.pairs[assignment.Pair{Application: a.ID, Reader: r.ID}] {
			all++
			if r.Peer {
				peers++
			}
		}
	}
	return all, peers
}

func (v view) load(r assignment.Reader) int {
	n := 0
	for _, a := range v.Applications {
		if v.pairs[assignment.Pair{Application: a.ID, Reader: r.ID}] {
			n++
		}
	}
	return n
}

func (v view) fixed(a, r string) (isFixed bool) {
	return slices.Contains(v.Fixed, assignment.Pair{Application: a, Reader: r})
}

// fixedLoad counts a reader's fixed pairs.
func (v view) fixedLoad(r assignment.Reader) int {
	n := 0
	for _, pair := range v.Fixed {
		if pair.Reader == r.ID {
			n++
		}
	}
	return n
}

// fixedReaders counts an application's fixed readers; peer tells whether one of them is a peer.
func (v view) fixedReaders(a assignment.Application) (all int, peer bool) {
	for _, r := range v.Readers {
		if v.fixed(a.ID, r.ID) {
			all++
			peer = peer || r.Peer
		}
	}
	return all, peer
}

// parts counts the parts of the graph of readings by merging labels.
func (v view) parts() int {
	label := map[string]string{}
	for pair := range v.pairs {
		label[pair.Application], label[pair.Reader] = pair.Application, pair.Application
	}
	for changed := true; changed; {
		changed = false
		for pair := range v.pairs {
			if a, r := label[pair.Application], label[pair.Reader]; a != r {
				label[pair.Application], label[pair.Reader] = min(a, r), min(a, r)
				changed = true
			}
		}
	}
	different := map[string]bool{}
	for _, l := range label {
		different[l] = true
	}
	return len(different)
}

// score is how good a plan is, the greatest aim first: the readings, the squares of what is lacking, the
// loads' squares with 3 for every pair moved.
type score struct {
	readings, lacking, uneven int
}

func (v view) score() score {
	s := score{readings: len(v.pairs)}
	for _, a := range v.Applications {
		all, _ := v.readers(a)
		lacks := max(0, v.wanted(a)-all)
		s.lacking += lacks * lacks
	}
	for _, r := range v.Readers {
		load := v.load(r)
		s.uneven += load * load
	}
	for pair := range v.pairs {
		if !slices.Contains(v.Fixed, pair) && !slices.Contains(v.Kept, pair) {
			s.uneven += 3
		}
	}
	return s
}

// worse reports whether s is worse than o.
func (s score) worse(o score) bool {
	if s.readings != o.readings {
		return s.readings < o.readings
	}
	if s.lacking != o.lacking {
		return s.lacking > o.lacking
	}
	return s.uneven > o.uneven
}

func TestTheHelpersOfTheseTestsCountRight(t *testing.T) {
	t.Parallel()
	v := look(assignment.Problem{}, []assignment.Pair{{Application: "A1", Reader: "R1"}, {Application: "A2", Reader: "R2"}, {Application: "A3", Reader: "R2"}})
	if got := v.parts(); got != 2 {
		t.Errorf("%d parts, want 2", got)
	}
}
