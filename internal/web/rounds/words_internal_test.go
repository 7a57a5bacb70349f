package rounds

import (
	"slices"
	"testing"
	"time"

	"bursar/internal/bursary"
)

func TestEveryStatusHasWords(t *testing.T) {
	t.Parallel()
	for _, status := range bursary.RoundStatuses() {
		c := card{&bursary.Standing{Round: bursary.Round{Status: status}}, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
		if c.Tag().Text == "" || c.Said() == "" {
			t.Errorf("a round that is %s has no words", status)
		}
	}
	for _, status := range bursary.Statuses() {
		if !slices.ContainsFunc(lives, func(l life) bool { return l.status == status && l.words != "" }) {
			t.Errorf("an application that is %s has no words", status)
		}
	}
}
