package assignment_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/assignment"
)

func TestNoRuleIsEverBroken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t, 12, 9)
		plan := propose(t, p)
		v := look(p, plan.Pairs)
		if len(v.pairs) != len(plan.Pairs) {
			t.Fatalf("a pair is there twice: %v", plan.Pairs)
		}
		for _, pair := range p.Conflicts {
			if v.pairs[pair] {
				t.Fatalf("%v know each other", pair)
			}
		}
		for _, pair := range p.Fixed {
			if !v.pairs[pair] {
				t.Fatalf("%v was fixed and is gone", pair)
			}
		}
		for _, r := range p.Readers {
			if load := v.load(r); load > max(r.Cap, v.fixedLoad(r)) {
				t.Fatalf("%s has %d and agreed to %d", r.ID, load, r.Cap)
			}
		}
		for _, a := range p.Applications {
			all, peers := v.readers(a)
			already, _ := v.fixedReaders(a)
			if all > max(v.wanted(a), already) {
				t.Fatalf("%s has %d readers", a.ID, all)
			}
			if all >= v.wanted(a) && peers == 0 && already < v.wanted(a) {
				t.Fatalf("%s has all its readers and no peer", a.ID)
			}
		}
		if plan.Parts != v.parts() {
			t.Fatalf("the graph is said to be in %d parts and is in %d", plan.Parts, v.parts())
		}
	})
}

func TestEveryShortageIsTold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t, 10, 8)
		plan := propose(t, p)
		v, told := look(p, plan.Pairs), map[string]assignment.Short{}
		for _, s := range plan.Short {
			told[s.Application] = s
			if s.Missing != s.Unreadable+s.Full || s.Unreadable < 0 || s.Full < 0 || s.Reason == "" || (s.Full > 0) != (len(s.Among) > 0) {
				t.Fatalf("it does not add up: %+v", s)
			}
		}
		for _, a := range p.Applications {
			all, peers := v.readers(a)
			s := told[a.ID]
			if s.Missing != max(0, v.wanted(a)-all) || s.NoPeer != (peers == 0) {
				t.Fatalf("%s has %d of %d readers, %d peers: %+v", a.ID, all, v.wanted(a), peers, s)
			}
		}
	})
}

func TestMoreReadingsByThoseNamedAreWhatWouldDo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t, 8, 7)
		plan := propose(t, p)
		for _, s := range plan.Short {
			for _, id := range s.Among {
				after := propose(t, withOneMore(p, id))
				if len(after.Pairs) != len(plan.Pairs)+1 {
					t.Fatalf("one more by %s gives %d readings after %d: %+v", id, len(after.Pairs), len(plan.Pairs), s)
				}
				if len(plan.Short) == 1 && short(after, s.Application).Missing != s.Missing-1 {
					t.Fatalf("one more by %s is not for the only application that lacks one: %+v", id, s)
				}
			}
			all := p
			all.Readers = slices.Clone(p.Readers)
			for i := range all.Readers {
				all.Readers[i].Cap = 100
			}
			if without := short(propose(t, all), s.Application); without.Missing != s.Unreadable {
				t.Fatalf("without caps %d are missing, and %d were told: %+v", without.Missing, s.Unreadable, s)
			}
		}
	})
}

// withOneMore lets a reader read one more than is full now.
func withOneMore(p assignment.Problem, id string) assignment.Problem {
	q := p
	q.Readers = slices.Clone(p.Readers)
	i := slices.IndexFunc(q.Readers, func(r assignment.Reader) bool { return r.ID == id })
	q.Readers[i].Cap = max(q.Readers[i].Cap, look(p, nil).fixedLoad(q.Readers[i])) + 1
	return q
}

func short(plan assignment.Plan, id string) assignment.Short {
	for _, s := range plan.Short {
		if s.Application == id {
			return s
		}
	}
	return assignment.Short{}
}

func TestThePlanDoesNotDependOnTheOrderOfTheLists(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t, 10, 8)
		plan := propose(t, p)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		q := assignment.Problem{
			Applications: slices.Clone(p.Applications), Readers: slices.Clone(p.Readers),
			Conflicts: slices.Clone(p.Conflicts), Fixed: slices.Clone(p.Fixed), Kept: slices.Clone(p.Kept),
		}
		mix(random, q.Applications)
		mix(random, q.Readers)
		mix(random, q.Conflicts)
		mix(random, q.Fixed)
		mix(random, q.Kept)
		if again := propose(t, q); !reflect.DeepEqual(plan, again) {
			t.Fatalf("first %+v, then %+v", plan, again)
		}
	})
}

func mix[T any](random *rand.Rand, list []T) {
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

func TestAPlanRunAgainOnItselfMovesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t, 12, 9)
		if rapid.Bool().Draw(t, "first run") {
			p.Kept = nil
		}
		plan := propose(t, p)
		opened := p
		opened.Kept = nil
		for _, pair := range plan.Pairs {
			switch {
			case slices.Contains(p.Fixed, pair):
			case rapid.Bool().Draw(t, "opened"):
				opened.Fixed = append(slices.Clone(opened.Fixed), pair)
			default:
				opened.Kept = append(slices.Clone(opened.Kept), pair)
			}
		}
		again := propose(t, opened)
		// Where kept pairs had to move to connect the graph, the loads can be made more even now.
		gaveWay := look(p, plan.Pairs).score().worse(look(p, again.Pairs).score())
		if !slices.Equal(plan.Pairs, again.Pairs) && (len(p.Kept) == 0 || !gaveWay) {
			t.Fatalf("first %v\nthen  %v", plan.Pairs, again.Pairs)
		}
	})
}

func TestARecusalMovesOnlyThePairsItMust(t *testing.T) {
	t.Parallel()
	p := round(40, 12)
	plan := propose(t, p)
	for _, gone := range plan.Pairs[:20] {
		after := p
		after.Kept, after.Conflicts = plan.Pairs, []assignment.Pair{gone}
		again := look(after, propose(t, after).Pairs)
		lost := 0
		for _, pair := range plan.Pairs {
			if !again.pairs[pair] {
				lost++
			}
		}
		if lost != 1 || len(again.pairs) != len(plan.Pairs) {
			t.Errorf("%v is recused: %d pairs are lost, %d of %d remain", gone, lost, len(again.pairs), len(plan.Pairs))
		}
	}
}
