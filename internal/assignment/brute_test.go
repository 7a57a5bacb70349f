package assignment_test

import (
	"testing"

	"bursar/internal/assignment"
)

// every tries every way to add pairs to the fixed ones that breaks no rule.
func every(p assignment.Problem, each func(v view)) {
	v := look(p, p.Fixed)
	conflicts := look(p, p.Conflicts).pairs
	room := map[string]int{}
	for _, r := range p.Readers {
		room[r.ID] = r.Cap - v.fixedLoad(r)
	}
	var try func(row, column, wanted, others int)
	try = func(row, column, wanted, others int) {
		if column == len(p.Readers) {
			if row+1 < len(p.Applications) {
				wanted, others = places(v, p.Applications[row+1])
				try(row+1, 0, wanted, others)
			} else {
				each(v)
			}
			return
		}
		try(row, column+1, wanted, others)
		r := p.Readers[column]
		pair := assignment.Pair{Application: p.Applications[row].ID, Reader: r.ID}
		if v.pairs[pair] || conflicts[pair] || room[r.ID] <= 0 || wanted == 0 || !r.Peer && others == 0 {
			return
		}
		if !r.Peer {
			others--
		}
		v.pairs[pair] = true
		room[r.ID]--
		try(row, column+1, wanted-1, others)
		room[r.ID]++
		delete(v.pairs, pair)
	}
	if len(p.Applications) == 0 {
		each(v)
		return
	}
	wanted, others := places(v, p.Applications[0])
	try(0, 0, wanted, others)
}

// places is how many readers are to be found, and how many of them may be no peers.
func places(v view, a assignment.Application) (wanted, others int) {
	already, peer := v.fixedReaders(a)
	wanted = max(0, v.wanted(a)-already)
	if peer {
		return wanted, wanted
	}
	return wanted, max(0, wanted-1)
}

func TestNoPlanIsBetterThanTheOneProposed(t *testing.T) {
	t.Parallel()
	full := 0
	for seed := range uint64(6000) {
		p := drawn(seeded(seed), 4, 4)
		plan := propose(t, p)
		got, found, parts := look(p, plan.Pairs).score(), score{readings: -1}, 0
		every(p, func(v view) {
			s := v.score()
			switch {
			case found.worse(s):
				found, parts = s, v.parts()
			case s == found:
				parts = min(parts, v.parts())
			}
		})
		if found.worse(got) {
			t.Fatalf("seed %d: this test found %+v, and the plan is %+v, for %+v", seed, found, got, p)
		}
		if got.worse(found) && plan.Parts >= parts { // kept pairs may move to connect the graph, for nothing else
			t.Fatalf("seed %d: the plan is %+v in %d parts, the best is %+v in %d, for %+v", seed, got, plan.Parts, found, parts, p)
		}
		if len(plan.Short) == 0 {
			full++
			if plan.Parts > parts {
				t.Errorf("seed %d: the graph is in %d parts, and %d are possible, for %+v", seed, plan.Parts, parts, p)
			}
		}
	}
	if full < 500 {
		t.Errorf("only %d of the problems can be solved in full", full)
	}
}
