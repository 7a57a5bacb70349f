package form_test

import (
	"fmt"
	"slices"
	"testing"

	"bursar/internal/form"

	"pgregory.net/rapid"
)

func TestNobodyHasToAnswerAnEqualityQuestion(t *testing.T) {
	t.Parallel()
	pages := form.Equality()
	if len(pages) != 8 {
		t.Fatalf("%d pages", len(pages))
	}
	seen := map[string]bool{}
	for _, p := range pages {
		if len(p.Questions) != 1 || p.Title == "" {
			t.Fatalf("%s asks %d things", p.Key, len(p.Questions))
		}
		q := p.Questions[0]
		if last := q.Options[len(q.Options)-1]; last.Value != form.PreferNot {
			t.Errorf("%s ends with %q", q.Key, last.Label)
		}
		if _, ok := form.Current().Question(q.Key); ok || seen[q.Key] {
			t.Errorf("%s is asked elsewhere too", q.Key)
		}
		seen[q.Key] = true
		if q.Purpose == "" || q.Scored || len(q.SeenBy) > 0 {
			t.Errorf("%s has no purpose, or somebody reads it", q.Key)
		}
		if p.Check(form.Answers{}) != nil || p.Check(form.Answers{q.Key: form.PreferNot}) != nil {
			t.Errorf("%s wants an answer", q.Key)
		}
		if p.Check(form.Answers{q.Key: "made up"}) == nil {
			t.Errorf("%s takes any answer", q.Key)
		}
	}
}

// hidden lists the hidden cells' places.
func hidden(c form.Counts) []int {
	var at []int
	for i, cell := range c.Cells {
		if cell.Hidden {
			at = append(at, i)
		}
	}
	return at
}

func TestSmallCountsAreHidden(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		counts []int
		hidden []int
		total  bool // the total is shown
	}{
		"all large":                       {[]int{5, 8, 20}, nil, true},
		"one small takes another with it": {[]int{3, 8, 20}, []int{0, 1}, true},
		"none counts as small":            {[]int{0, 8, 20}, []int{0, 1}, true},
		"two small hide each other":       {[]int{3, 20, 4}, []int{0, 2}, true},
		"two that add up to little":       {[]int{1, 20, 2, 9}, []int{0, 2, 3}, true},
		"all just under the limit":        {[]int{4, 4, 4, 30}, []int{0, 1, 2, 3}, true},
		"equals go together":              {[]int{2, 6, 6, 7}, []int{0, 1, 2}, true},
		"nothing else to hide":            {[]int{3}, []int{0}, false},
		"everything is small":             {[]int{1, 1, 0}, []int{0, 1, 2}, false},
		"nobody answered":                 {[]int{0, 0}, []int{0, 1}, false},
		"no cells":                        {nil, nil, true},
	} {
		got := form.Suppress(c.counts)
		if !slices.Equal(hidden(got), c.hidden) || got.Total.Hidden == c.total {
			t.Errorf("%s: hidden %v, total hidden %v", name, hidden(got), got.Total.Hidden)
		}
		for i, cell := range got.Cells {
			if cell.Hidden && cell.Count != 0 || !cell.Hidden && cell.Count != c.counts[i] {
				t.Errorf("%s: cell %d shows %+v", name, i, cell)
			}
		}
	}
}

func TestNoSmallCountIsShownOrFoundFromTheTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 6), rapid.IntRange(0, 60)), 1, 12).Draw(t, "counts")
		got := form.Suppress(counts)
		rest := got.Total.Count
		for i, cell := range got.Cells {
			rest -= cell.Count
			if !cell.Hidden && counts[i] < 5 {
				t.Fatalf("cell %d shows %d", i, counts[i])
			}
		}
		n := len(hidden(got))
		if !got.Total.Hidden && n > 0 && (n == 1 || rest < 5) {
			t.Fatalf("%d hidden cells add up to %d, as the total tells", n, rest)
		}
		if got.Total.Hidden && n != len(counts) {
			t.Fatal("the total is hidden while a cell is shown")
		}
	})
}

// TestNobodyWhoKnowsTheRuleFindsAHiddenCount plays somebody who knows how cells are hidden: they list every
// table that would look like the one published, and no hidden cell is the same in all of them.
func TestNobodyWhoKnowsTheRuleFindsAHiddenCount(t *testing.T) {
	t.Parallel()
	const most = 9
	for size := 1; size <= 4; size++ {
		alike := map[string][][]int{}
		tables(size, most, func(counts []int) {
			key := published(form.Suppress(counts))
			alike[key] = append(alike[key], slices.Clone(counts))
		})
		for key, same := range alike {
			for _, cell := range hidden(form.Suppress(same[0])) {
				if !slices.ContainsFunc(same, func(other []int) bool { return other[cell] != same[0][cell] }) {
					t.Fatalf("published %s: cell %d can only be %d", key, cell, same[0][cell])
				}
			}
		}
	}
}

// tables gives every table of a size with counts from 0 to most.
func tables(size, most int, each func([]int)) {
	counts := make([]int, size)
	for {
		each(counts)
		i := 0
		for ; i < size && counts[i] == most; i++ {
			counts[i] = 0
		}
		if i == size {
			return
		}
		counts[i]++
	}
}

// published is all that anybody sees of a table.
func published(c form.Counts) string { return fmt.Sprint(c) }
