package openness_test

import (
	"encoding/json"
	"testing"

	"bursar/internal/openness"
)

func TestNoNumberUnderFiveIsKeptOrCanBeFoundFromASum(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "fewer than 5", 4: "fewer than 5", 5: "5", 41: "41"} {
		c := openness.Of(n)
		if c.String() != want {
			t.Errorf("%d is shown as %s", n, c)
		}
		text, err := json.Marshal(c)
		if err != nil || (n < openness.Least) != (string(text) == "null") {
			t.Errorf("%d is written as %s, %v", n, text, err)
		}
		var back openness.Count
		if err := json.Unmarshal(text, &back); err != nil || back != c {
			t.Errorf("%d comes back as %s, %v", n, back, err)
		}
	}
	if got := openness.Sum(openness.Of(7), openness.Of(8)); got.String() != "15" {
		t.Errorf("7 + 8 is %s", got)
	}
	if got := openness.Sum(openness.Of(7), openness.Of(3)); got.String() != "fewer than 5" {
		t.Errorf("7 + 3 is shown as %s, from which 3 could be found", got)
	}
	if got := openness.Sum(); got.String() != "fewer than 5" {
		t.Errorf("nothing adds up to %s", got)
	}
	// A number in a file that somebody changed by hand is held back as well.
	var c openness.Count
	if err := json.Unmarshal([]byte("3"), &c); err != nil || c.String() != "fewer than 5" {
		t.Errorf("3 is read as %s, %v", c, err)
	}
}
