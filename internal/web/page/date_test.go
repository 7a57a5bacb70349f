package page_test

import (
	"errors"
	"testing"

	"bursar/internal/london"
	"bursar/internal/web/page"
)

func TestADateIsReadFromItsThreeBoxes(t *testing.T) {
	t.Parallel()
	if d, err := page.ReadDate("4", "12", "2026"); err != nil || d != london.On(2026, 12, 4) {
		t.Errorf("4 12 2026 is %v, %v", d, err)
	}
	if d, err := page.ReadDate("", "", ""); err != nil || !d.IsZero() {
		t.Errorf("empty boxes are %v, %v", d, err)
	}
	for _, boxes := range [][3]string{{"31", "2", "2026"}, {"4", "", "2026"}, {"x", "12", "2026"}, {"4", "13", "2026"}, {"4", "12", ""}, {"-4", "12", "2026"}} {
		if d, err := page.ReadDate(boxes[0], boxes[1], boxes[2]); !errors.Is(err, london.ErrMalformed) {
			t.Errorf("%q is %v, %v", boxes, d, err)
		}
	}
}
