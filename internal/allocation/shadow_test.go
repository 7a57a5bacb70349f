package allocation_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"bursar/internal/allocation"
)

func TestAShadowIsTheSmallestGiftThatFundsSomebody(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range uint64(2_000) {
		s := small
		s.applicants, s.extended = 5, seed%2 == 1
		p := drawn(rand.New(rand.NewPCG(seed, 11)), s)
		result, err := allocation.Plan(p)
		if err != nil {
			continue // offers that cannot be kept
		}
		got, err := allocation.Shadows(p)
		if err != nil {
			t.Fatal(err)
		}
		b := newBrute(p)
		for i, f := range p.Funds {
			want := b.shadow(choices(p, result), f.ID)
			if got[i] != want {
				text, _ := json.Marshal(p)
				t.Fatalf("seed %d: the shadow is %+v and not %+v for %s", seed, got[i], want, text)
			}
			count(seen, "somebody", want.More > 0)
			count(seen, "nobody", want.More == 0)
		}
	}
	for _, what := range []string{"somebody", "nobody"} {
		if seen[what] < 20 {
			t.Errorf("only %d shadows are of %s", seen[what], what)
		}
	}
}

// shadow tries every gift to a fund, penny by penny.
func (b *brute) shadow(given []int, fund string) allocation.Shadow {
	s := allocation.Shadow{Fund: fund}
	var line, rest []int
	for _, who := range b.inLine() {
		if given[who] >= 0 {
			line = append(line, who)
		} else {
			rest = append(rest, who)
		}
	}
	available := &b.Funds[b.fund[fund]].Available
	before := *available
	defer func() { *available = before }()
	for gift := int64(1); gift <= 60 && s.Count == 0; gift++ {
		*available = before + gift
		now := append([]int(nil), given...)
		after := line
		for _, who := range rest {
			for k := range b.Applicants[who].Choices {
				now[who] = k
				if next := append(after[:len(after):len(after)], who); b.feasible(next, now) {
					after = next
					if s.Count++; s.Count == 1 {
						s.More, s.Whom = gift, b.Applicants[who].ID
					}
					break
				}
				now[who] = -1
			}
		}
	}
	return s
}

func TestTheShadowsOfTheWorkedExample(t *testing.T) {
	t.Parallel()
	got, err := allocation.Shadows(golden(t))
	want := []allocation.Shadow{
		{Fund: "F1", More: 1_750_00, Whom: "D", Count: 1}, {Fund: "F2", More: 1_750_00, Whom: "D", Count: 1}, {Fund: "F3"}, {Fund: "F4"},
	}
	if err != nil || !same(got, want) {
		t.Errorf("the shadows are %+v, %v", got, err)
	}
}
