package allocation_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"bursar/internal/allocation"
)

func TestThePlanIsThatOfBruteForce(t *testing.T) {
	t.Parallel()
	tallied(t, small, allocation.Plan)
}

func TestThePlanIsThatOfBruteForceWithCapsAndLimitsAndOffersMade(t *testing.T) {
	t.Parallel()
	s := small
	s.extended = true
	tallied(t, s, allocation.Plan)
}

// tallied compares ten thousand problems with brute force, and sees to it that they are interesting.
func tallied(t *testing.T, s size, plan func(allocation.Problem) (allocation.Result, error)) {
	seen := map[string]int{}
	for seed := range uint64(10_000) {
		p := drawn(rand.New(rand.NewPCG(seed, 7)), s)
		compare(t, p, plan, seen)
		if t.Failed() {
			text, _ := json.Marshal(p)
			t.Fatalf("seed %d: %s", seed, text)
		}
	}
	t.Logf("%v", seen)
	wanted := []string{"short", "full", "both", "later choice", "more possible", "closed", "binding"}
	if s.extended {
		wanted = append(wanted, "capped", "limited", "unkept")
	}
	for _, what := range wanted {
		if seen[what] < 20 {
			t.Errorf("only %d problems have %q", seen[what], what)
		}
	}
}

func compare(t *testing.T, p allocation.Problem, plan func(allocation.Problem) (allocation.Result, error), seen map[string]int) {
	b := newBrute(p)
	line := b.inLine()
	given, ok := b.best(line)
	result, err := plan(p)
	var unkept *allocation.Unkept
	if errors.As(err, &unkept) != !ok || err != nil && unkept == nil {
		t.Errorf("the error is %v, and the offers can be kept: %v", err, ok)
		return
	}
	if !ok {
		seen["unkept"]++
		return
	}
	if got := choices(p, result); !slices.Equal(got, given) {
		t.Errorf("the plan gives %v, and brute force %v", got, given)
		return
	}
	verify(t, b, line, given, result)
	for _, u := range result.Unfunded {
		who := slices.IndexFunc(p.Applicants, func(a allocation.Applicant) bool { return a.ID == u.ID })
		if len(u.Reasons) != len(p.Applicants[who].Choices) {
			t.Errorf("%s has %d reasons", u.ID, len(u.Reasons))
			return
		}
		for k, reason := range u.Reasons {
			b.explains(t, line, given, who, k, reason, result, seen)
		}
	}
	if slices.Max(append(given, 0)) > 0 {
		seen["later choice"]++
	}
	if result.Possible != result.Count || result.Skipped != nil {
		seen["more possible"]++
		b.reached(t, result)
	}
}

// choices is what the plan gives to each applicant, -1 for nothing.
func choices(p allocation.Problem, r allocation.Result) []int {
	given := slices.Repeat([]int{-1}, len(p.Applicants))
	for i, a := range p.Applicants {
		for _, f := range r.Funded {
			if f.ID == a.ID {
				given[i] = f.Choice
			}
		}
	}
	return given
}

// explains holds a reason against the minimal cuts of all that are before in line and this choice.
func (b *brute) explains(t *testing.T, line, given []int, who, k int, reason allocation.Reason, result allocation.Result, seen map[string]int) {
	at := slices.Index(line, who)
	above := b.all(line[:at], given)
	c := b.costs(b.Applicants[who].Choices[k], b.closed(who, line[:at], given))
	all := append(above, c)
	value, binding, near := b.cut(all, b.available())
	people, full := b.unplaced(all)
	want := allocation.Reason{Choice: k, Short: sum(all) - value, Binding: []string{}, Closed: []allocation.Closed{}, Full: []string{}}
	if want.Short == 0 && people == 0 {
		t.Errorf("%s could have had choice %d", b.Applicants[who].ID, k)
	}
	if people > 0 {
		want.Full = append(want.Full, ids(b.Places, full, func(p allocation.Place) string { return p.ID })...)
	}
	if want.Short > 0 {
		fundID := func(f allocation.Fund) string { return f.ID }
		want.Binding = append(want.Binding, ids(b.Funds, binding, fundID)...)
		want.Capped = ids(b.Funds, b.cappedBy(all, near)&^binding, fundID)
		asked := c.closed
		var limited uint
		original := b.costs(b.Applicants[who].Choices[k], 0)
		for l, funds := range original.funds {
			asked |= funds
			if near[len(all)-1]>>l&1 == 1 {
				limited |= funds & c.closed
			}
		}
		want.Limited = ids(b.Funds, limited, fundID)
		for i, use := range result.Funds {
			if (asked|binding)>>i&1 == 0 && use.Left > 0 {
				want.Closed = append(want.Closed, allocation.Closed{Fund: use.ID, Left: use.Left})
			}
		}
	}
	if !same(reason, want) {
		t.Errorf("%s: choice %d has the reason %+v, and the cuts say %+v", b.Applicants[who].ID, k, reason, want)
	}
	count(seen, "short", want.Short > 0)
	count(seen, "full", people > 0)
	count(seen, "both", want.Short > 0 && people > 0)
	count(seen, "binding", len(want.Binding) > 1)
	count(seen, "closed", len(want.Closed) > 0)
	count(seen, "capped", len(want.Capped) > 0)
	count(seen, "limited", len(want.Limited) > 0)
}

// cappedBy is the funds that the near lines may draw on.
func (b *brute) cappedBy(all []costs, near []uint) (funds uint) {
	for i, c := range all {
		for l := range c.amount {
			if near[i]>>l&1 == 1 {
				funds |= c.funds[l]
			}
		}
	}
	return funds
}

func ids[T any](from []T, which uint, id func(T) string) (out []string) {
	for i, one := range from {
		if which>>i&1 == 1 {
			out = append(out, id(one))
		}
	}
	return out
}

func count(seen map[string]int, what string, so bool) {
	if so {
		seen[what]++
	}
}

func same(a, b any) bool {
	left, _ := json.Marshal(a)
	right, _ := json.Marshal(b)
	return string(left) == string(right)
}

// reached looks for an order in which as many are funded as is said to be possible, and the same are skipped.
func (b *brute) reached(t *testing.T, result allocation.Result) {
	now := choices(b.Problem, result)
	protected := 0
	for _, a := range b.Applicants {
		if a.Protected {
			protected++
		}
	}
	line := b.inLine()
	found := false
	permute(line[protected:], func() bool {
		given, _ := b.greedy(line)
		n, skipped := 0, []string(nil)
		for i, k := range given {
			if k >= 0 {
				n++
			} else if now[i] >= 0 {
				skipped = append(skipped, b.Applicants[i].ID)
			}
		}
		found = n == result.Possible && n > result.Count && slices.Equal(skipped, result.Skipped)
		return found
	})
	if !found {
		t.Errorf("%d are said to be possible without %v, and no order reaches that", result.Possible, result.Skipped)
	}
}

// greedy is the rule as it is written.
func (b *brute) greedy(line []int) (given []int, ok bool) {
	given = slices.Repeat([]int{-1}, len(b.Applicants))
	for n, who := range line {
		for k := range b.Applicants[who].Choices {
			given[who] = k
			if b.feasible(line[:n+1], given) {
				break
			}
			given[who] = -1
		}
	}
	return given, true
}

// permute tries every order until one is right.
func permute(line []int, right func() bool) bool {
	if len(line) == 0 {
		return right()
	}
	var from func(at int) bool
	from = func(at int) bool {
		if at == len(line) {
			return right()
		}
		for i := at; i < len(line); i++ {
			line[at], line[i] = line[i], line[at]
			if from(at + 1) {
				return true
			}
			line[at], line[i] = line[i], line[at]
		}
		return false
	}
	return from(0)
}
