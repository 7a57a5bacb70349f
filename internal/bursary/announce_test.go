package bursary_test

import (
	"errors"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
)

func TestAResultIsPublishedOnceTheLotteryIsDrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	announce := func(applied, funded int) error {
		return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
			return bursary.Announce(t.Context(), tx, w.admin.ID, w.round.Code, applied, funded)
		})
	}
	for _, status := range []bursary.RoundStatus{bursary.RoundPublished, bursary.RoundClosed, bursary.RoundFrozen} {
		dbtest.Force(t, w.app, "UPDATE rounds SET status = ?", status)
		if err := announce(38, 14); !errors.Is(err, bursary.ErrNotDrawn) {
			t.Errorf("while it is %s: %v", status, err)
		}
	}
	dbtest.Force(t, w.app, "UPDATE rounds SET status = 'drawn', seed = decode(repeat('00', 32), 'hex'), commitment = encode(sha256(decode(repeat('00', 32), 'hex')), 'hex')")
	if err := announce(3, 14); err == nil {
		t.Error("more are funded than have applied")
	}
	if err := announce(38, 14); err != nil {
		t.Fatal(err)
	}
	if r, err := bursary.FindRound(t.Context(), w.app, w.round.Code); err != nil || *r.Applied != 38 || *r.Funded != 14 {
		t.Errorf("%+v, %v", r, err)
	}
}
