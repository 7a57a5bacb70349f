package allocation_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"bursar/internal/allocation"
)

var large = size{applicants: 60, funds: 6, places: 4, lines: 3, available: 3_000, amount: 400, extended: true}

// world is a larger problem whose offers can be kept, with its plan.
func world(t *rapid.T, s size) (allocation.Problem, allocation.Result) {
	seed := rapid.Uint64().Draw(t, "seed")
	p := drawn(rand.New(rand.NewPCG(seed, 3)), s)
	r, err := allocation.Plan(p)
	for err != nil { // as long as some offer is too many
		var unkept *allocation.Unkept
		if !errors.As(err, &unkept) {
			t.Fatal(err)
		}
		for i := range p.Applicants {
			if p.Applicants[i].ID == unkept.Applicant {
				p.Applicants[i].Protected = false
			}
		}
		r, err = allocation.Plan(p)
	}
	return p, r
}

func TestWhatAPlanPaysAddsUpAndIsAForest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, r := world(t, large)
		b := newBrute(p)
		b.routed(t, b.inLine(), choices(p, r), r)
	})
}

func TestTheSameProblemHasTheSameBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, r := world(t, large)
		again, err := allocation.Plan(p)
		if err != nil || !same(r, again) {
			t.Fatalf("the plan is another: %v", err)
		}
	})
}

// worth is how somebody fares: the choice they have, or one more than the last.
func worth(p allocation.Problem, r allocation.Result, id string) int {
	for _, f := range r.Funded {
		if f.ID == id {
			return f.Choice
		}
	}
	return 1 << 30
}

func TestRisingInTheOrderNeverHurts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, r := world(t, large)
		from := rapid.IntRange(0, len(p.Applicants)-1).Draw(t, "from")
		to := rapid.IntRange(0, from).Draw(t, "to")
		who := p.Applicants[from]
		p.Applicants = slices.Insert(slices.Delete(slices.Clone(p.Applicants), from, from+1), to, who)
		risen, err := allocation.Plan(p)
		if err != nil || worth(p, risen, who.ID) > worth(p, r, who.ID) {
			t.Fatalf("%s rose from %d to %d and has choice %d, not %d: %v", who.ID, from, to, worth(p, risen, who.ID), worth(p, r, who.ID), err)
		}
	})
}

func TestOneMoreFundNeverHurts(t *testing.T) {
	t.Parallel()
	s := large
	s.extended = false
	rapid.Check(t, func(t *rapid.T) {
		p, r := world(t, s)
		who := rapid.IntRange(0, len(p.Applicants)-1).Draw(t, "who")
		fund := rapid.SampledFrom(p.Funds).Draw(t, "fund").ID
		id, added := p.Applicants[who].ID, false
		for k := range p.Applicants[who].Choices {
			for l := range p.Applicants[who].Choices[k].Lines {
				line := &p.Applicants[who].Choices[k].Lines[l]
				if !added && !slices.Contains(line.Funds, fund) {
					line.Funds, added = append(line.Funds, fund), true
				}
			}
		}
		wider, err := allocation.Plan(p)
		if err != nil || worth(p, wider, id) > worth(p, r, id) {
			t.Fatalf("%s may have money of %s too, and has choice %d, not %d: %v", id, fund, worth(p, wider, id), worth(p, r, id), err)
		}
	})
}

func TestOffersMadeStayAsTheyAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, r := world(t, large)
		if len(r.Funded) == 0 {
			return
		}
		leaves := rapid.SampledFrom(r.Funded).Draw(t, "leaves").ID
		kept := map[string]bool{}
		p.Applicants = slices.DeleteFunc(p.Applicants, func(a allocation.Applicant) bool { return a.ID == leaves })
		for i := range p.Applicants {
			a := &p.Applicants[i]
			if k := worth(p, r, a.ID); k < len(a.Choices) {
				a.Protected, a.Choices, kept[a.ID] = true, a.Choices[k:k+1], true
			}
		}
		if len(p.Limits) > 0 { // a limit's people are applicants
			for i := range p.Limits {
				p.Limits[i].People = slices.DeleteFunc(p.Limits[i].People, func(id string) bool { return id == leaves })
			}
		}
		next, err := allocation.Plan(p)
		if err != nil {
			t.Fatal(err)
		}
		for id := range kept {
			if worth(p, next, id) != 0 {
				t.Fatalf("%s lost what they had when %s left", id, leaves)
			}
		}
	})
}
