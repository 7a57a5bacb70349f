package form_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"bursar/internal/form"
)

func TestWordsAreCountedAsPeopleCountThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"":                              0,
		" \n\t ":                        0,
		"one":                           1,
		"one  two\nthree":               3,
		"peer-led work, and I don't":    5,
		"yes – no — perhaps - so …":     4,
		"I\u00a0listen":                 2,
		"naïve café Ærøskøbing":         3,
		"siarad â phobl":                3,
		"мы слушаем":                    2,
		"12 people, 3 days":             4,
		"😀 👍":                           0,
		"\xff\xfe broken":               1,
		strings.Repeat("word ", 10_000): 10_000,
	} {
		if got := form.Words(text); got != want {
			t.Errorf("%.40q has %d words, want %d", text, got, want)
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("In your own words", "what do you do?")
	f.Add("  ", "\u00a0–")
	f.Add("\xff", "e\u0301")
	f.Fuzz(func(t *testing.T, left, right string) {
		n := form.Words(left)
		if n < 0 || n > (utf8.RuneCountInString(left)+1)/2 {
			t.Fatalf("%q has %d words", left, n)
		}
		if got := form.Words(left + "\n" + right); got != n+form.Words(right) {
			t.Errorf("%q and %q have %d words together, %d and %d apart", left, right, got, n, form.Words(right))
		}
	})
}

func TestSeveralChoicesAreReadInOrder(t *testing.T) {
	t.Parallel()
	a := form.Answers{"runs": form.Join([]string{"FND-L27", "FND-M27"}), "messy": "\r\n b \r\n\na\n", "none": ""}
	if got := a.List("runs"); !slices.Equal(got, []string{"FND-L27", "FND-M27"}) {
		t.Errorf("runs %q", got)
	}
	if got := a.List("messy"); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("messy %q", got)
	}
	if len(a.List("none")) != 0 || len(a.List("absent")) != 0 {
		t.Error("nothing chosen is read as something")
	}
	if !a.Has("runs", "FND-M27") || a.Has("runs", "FND") || a.Has("none", "") {
		t.Error("Has takes a part for the whole")
	}
}

func TestAConditionIsMetByAnyOfItsValues(t *testing.T) {
	t.Parallel()
	a := form.Answers{"way": "text", "help": "fee\ntravel"}
	for _, c := range []struct {
		condition form.Condition
		want      bool
	}{
		{form.Condition{}, true},
		{form.Condition{Key: "way", Value: "text"}, true},
		{form.Condition{Key: "way", Value: "phone|text"}, true},
		{form.Condition{Key: "way", Value: "phone|post"}, false},
		{form.Condition{Key: "help", Value: "travel"}, true},
		{form.Condition{Key: "help", Value: "care"}, false},
		{form.Condition{Key: "absent", Value: "yes"}, false},
	} {
		if got := c.condition.Met(a); got != c.want {
			t.Errorf("%+v is met: %v", c.condition, got)
		}
	}
}
