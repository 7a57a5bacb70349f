package panel

import (
	"slices"
	"testing"

	"bursar/internal/id"
)

func TestATicketThatWasNotDrawnHasNoPlaceInTheOrder(t *testing.T) {
	t.Parallel()
	standings := []Standing{{ID: 1, Ticket: "T1", Band: "B"}, {ID: 2, Ticket: "T2", Band: "A"}, {ID: 3, Ticket: "T3", Band: "C"}, {ID: 4, Ticket: "T4"}}
	if ids, err := order(standings, []string{"T1", "T2"}); err != nil || !slices.Equal(ids, []id.Application{2, 1}) {
		t.Errorf("%v, %v", ids, err)
	}
	if ids, err := order(standings, []string{"T1", "T3"}); err == nil {
		t.Errorf("ordered without its ticket: %v", ids)
	}
}
