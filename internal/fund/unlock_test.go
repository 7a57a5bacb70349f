package fund_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/secret"
)

// unlocks has an allocation find what the next pounds unlock.
func (w *world) unlocks(more map[id.Fund]money.Amount) {
	w.t.Helper()
	err := dbtest.As(w.t, w.DB, db.Worker).Write(w.t.Context(), func(tx *db.Tx) error { return fund.SetUnlocks(w.t.Context(), tx, w.round(), more) })
	if err != nil {
		w.t.Fatal(err)
	}
}

// round is the one that is allocated.
func (w *world) round() id.Round {
	w.t.Helper()
	if w.rounds == 0 {
		box, err := secret.Create(filepath.Join(w.t.TempDir(), "keyset.json"))
		if err != nil {
			w.t.Fatal(err)
		}
		w.rounds = fixture.SomeRound(w.t, dbtest.As(w.t, w.DB, db.Office), box).ID
	}
	return w.rounds
}

// unlock is what the next pounds unlock in a fund, and whether anything was found.
func (w *world) unlock(f *fund.Fund) (money.Amount, bool) {
	w.t.Helper()
	all, err := fund.Unlocks(w.t.Context(), w)
	if err != nil {
		w.t.Fatal(err)
	}
	u, ok := all[f.ID]
	return u.More, ok
}

func TestWhatGiftsUnlockIsCountedFromTheLatestAllocation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.sponsored("LANTERN"), w.sponsored("NORTH")
	w.gift(a, 500*pound)
	w.unlocks(map[id.Fund]money.Amount{a.ID: 1750 * pound, b.ID: 0})
	w.clock.Advance(time.Minute)
	if more, ok := w.unlock(a); !ok || more != 1750*pound {
		t.Errorf("%s, %v", more, ok)
	}
	w.gift(a, 1000*pound)
	w.begun(giving(a, 700*pound)) // not paid
	if more, ok := w.unlock(a); !ok || more != 750*pound {
		t.Errorf("after a gift: %s, %v", more, ok)
	}
	w.gift(a, 1000*pound)
	if more, ok := w.unlock(a); !ok || more != 0 {
		t.Errorf("after enough: %s, %v", more, ok)
	}
	w.unlocks(map[id.Fund]money.Amount{b.ID: 10 * pound})
	if _, ok := w.unlock(a); ok {
		t.Error("an allocation that found nothing left what was found before")
	}
	if more, ok := w.unlock(b); !ok || more != 10*pound {
		t.Errorf("the other fund: %s, %v", more, ok)
	}
	w.unlocks(nil)
	if _, ok := w.unlock(b); ok {
		t.Error("nothing was not written down")
	}
}

func TestThePublicCannotSayWhatGiftsUnlock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.sponsored("LANTERN")
	err := w.try(func(tx *db.Tx) error {
		return fund.SetUnlocks(t.Context(), tx, w.round(), map[id.Fund]money.Amount{f.ID: pound})
	})
	if err == nil || !strings.Contains(err.Error(), "42501") {
		t.Errorf("got %v", err)
	}
}
