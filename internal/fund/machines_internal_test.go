package fund

import (
	"slices"
	"testing"
	"time"

	"bursar/internal/state"
)

func TestAGiftMovesOnlyTowardsItsEnd(t *testing.T) {
	t.Parallel()
	want := state.Moves[GiftStatus]{
		GiftStarted: {GiftReceived, GiftLapsed}, GiftPledged: {GiftReceived, GiftCancelled}, GiftLapsed: {GiftReceived},
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, from := range GiftStatuses() {
		for _, to := range GiftStatuses() {
			g := &Gift{Status: from}
			err := g.move(to, now)
			if slices.Contains(want[from], to) != (err == nil) {
				t.Errorf("%s → %s: %v", from, to, err)
			}
			if err != nil && g.Status != from || err == nil && (to == GiftReceived) == g.ReceivedAt.IsZero() {
				t.Errorf("%s → %s: %s, received at %s", from, to, g.Status, g.ReceivedAt)
			}
		}
	}
}

func TestTermsMoveOnlyTowardsTheirEnd(t *testing.T) {
	t.Parallel()
	want := state.Moves[TermsStatus]{TermsProposed: {TermsCurrent, TermsRefused}, TermsCurrent: {TermsReplaced}}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, from := range TermsStatuses() {
		for _, to := range TermsStatuses() {
			v := &Version{Status: from}
			err := v.decide(to, 7, now)
			if slices.Contains(want[from], to) != (err == nil) {
				t.Errorf("%s → %s: %v", from, to, err)
			}
			if err != nil && (v.Status != from || v.DecidedBy != 0) {
				t.Errorf("%s → %s was refused and still happened", from, to)
			}
		}
	}
}
