package pagetest_test

import (
	"math"
	"testing"

	"bursar/internal/web/page/pagetest"
)

func TestReadingAgeFollowsTheFormula(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"":                           0,
		"– … !":                      0,
		"The cat sat.":               4.71*9/3 + 0.5*3 - 16.43,
		"The cat sat. The cat sat.":  4.71*9/3 + 0.5*3 - 16.43,
		"The cat sat\nThe cat sat\n": 4.71*9/3 + 0.5*3 - 16.43,
		"The cat sat the cat sat":    4.71*9/3 + 0.5*6 - 16.43,
		"Pay £1,250.50 now, please":  4.71*18/4 + 0.5*4 - 16.43,
		"Is it? It is!":              4.71*8/4 + 0.5*2 - 16.43,
	} {
		if got := pagetest.ReadingAge(text); math.Abs(got-want) > 1e-9 {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestHardTextIsOlderThanEasyText(t *testing.T) {
	t.Parallel()
	easy := "We save every page. You can stop at any time. Come back when you like."
	hard := "Applicants are respectfully reminded that incomplete submissions, notwithstanding subsequent correspondence, will be considered inadmissible by the adjudicating committee."
	if e, h := pagetest.ReadingAge(easy), pagetest.ReadingAge(hard); e > 9 || h < 18 {
		t.Errorf("easy %.1f, hard %.1f", e, h)
	}
}
