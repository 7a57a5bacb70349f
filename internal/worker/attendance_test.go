package worker_test

import (
	"testing"
	"time"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/fixture"
)

func TestWhatRegistersSentIsForgottenWhenNothingCanComeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	e := fixture.Confirmed(t, w.db, w.run, fixture.Person(t, w.db, "ana@people.example"))
	by := fixture.Person(t, w.db, "grace@threshold.example")
	w.clock.Set(w.run.StartsOn().At(12, 0))
	err := w.db.Write(t.Context(), func(tx *db.Tx) error {
		h, err := attendance.Find(t.Context(), tx, w.run.Code, w.run.StartsOn().String(), "am")
		if err != nil {
			return err
		}
		_, err = attendance.Save(t.Context(), tx, attendance.Keeper{Person: by.ID, Office: true}, h, "sending-1234567890",
			[]attendance.Stroke{{Code: e.Code, Mark: attendance.Present}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	kept := func() (n int) {
		t.Helper()
		if err := w.db.NewRaw("SELECT count(*) FROM attendance_sendings").Scan(t.Context(), &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, after := range []struct {
		passes time.Duration
		kept   int
	}{{59 * 24 * time.Hour, 1}, {2 * 24 * time.Hour, 0}} {
		w.clock.Advance(after.passes)
		if err := w.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := kept(); got != after.kept {
			t.Errorf("%d are kept, want %d", got, after.kept)
		}
	}
}
