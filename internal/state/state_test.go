package state_test

import (
	"slices"
	"testing"

	"bursar/internal/failure"
	"bursar/internal/state"
)

type light string

var lights = state.Moves[light]{"red": {"green"}, "green": {"amber"}, "amber": {"red"}, "off": nil}

func TestOnlyListedMovesAreAllowed(t *testing.T) {
	t.Parallel()
	for _, from := range lights.Statuses() {
		for _, to := range lights.Statuses() {
			err := lights.Allow(from, to)
			if slices.Contains(lights[from], to) != (err == nil) {
				t.Errorf("%s → %s: %v", from, to, err)
			}
			if err != nil && failure.KindOf(err) != failure.Conflict {
				t.Errorf("%s → %s is refused as %v", from, to, failure.KindOf(err))
			}
		}
	}
	if got := lights.Statuses(); !slices.Equal(got, []light{"amber", "green", "off", "red"}) {
		t.Errorf("statuses = %v", got)
	}
}
