package db_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
)

type greeting struct {
	To int `json:"to"`
}

func (greeting) Kind() string { return "greeting" }

type urgent struct{ greeting }

func (urgent) Queue() string { return "money" }

// table makes a table that the application may use.
func table(t *testing.T, d *db.DB) {
	t.Helper()
	_, err := dbtest.Owner(t, d).NewRaw(`
		CREATE TABLE notes (n int PRIMARY KEY, body text NOT NULL);
		GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO bursar_app`).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, d *db.DB, query string) (n int) {
	t.Helper()
	if err := d.NewRaw(query).Scan(context.WithoutCancel(t.Context()), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func note(ctx context.Context, tx *db.Tx, n int) error {
	_, err := tx.NewRaw("INSERT INTO notes VALUES (?, 'x')", n).Exec(ctx)
	return err
}

const jobs = "SELECT count(*) FROM river.river_job"

func TestWorkAndItsJobsStandOrFallTogether(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	table(t, d)
	changed := errors.New("changed my mind")
	for n, result := range []error{nil, changed} {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if err := note(t.Context(), tx, n); err != nil {
				return err
			}
			if err := tx.Enqueue(t.Context(), greeting{To: n}); err != nil {
				return err
			}
			return result
		})
		if !errors.Is(err, result) {
			t.Errorf("Write gave %v, want %v", err, result)
		}
		if notes, queued := count(t, d, "SELECT count(*) FROM notes"), count(t, d, jobs); notes != 1 || queued != 1 {
			t.Errorf("after %v: %d notes and %d jobs", result, notes, queued)
		}
	}
}

func TestAPanicUndoesTheWorkAndLeavesThePoolSound(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	table(t, d)
	for range 50 {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = d.Write(t.Context(), func(tx *db.Tx) error {
				if err := note(t.Context(), tx, 1); err != nil {
					return err
				}
				return tx.Enqueue(t.Context(), explosive{})
			})
		}()
	}
	if n := count(t, d, "SELECT count(*) FROM notes"); n != 0 {
		t.Errorf("%d notes", n)
	}
	if open := d.Stats().InUse; open != 0 {
		t.Errorf("%d connections are still out", open)
	}
}

// explosive panics while River encodes it, with the connection lent out.
type explosive struct{}

func (explosive) Kind() string                 { return "explosive" }
func (explosive) MarshalJSON() ([]byte, error) { panic("boom") }

func TestAJobMayHaveAQueueOfItsOwn(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Enqueue(t.Context(), urgent{}) })
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, d, jobs+" WHERE queue = 'money'"); n != 1 {
		t.Errorf("%d jobs in the money queue", n)
	}
}

// A driver that loses this error would report a booking as done that PostgreSQL rolled back.
func TestAStatementErrorThatWasSwallowedStillFailsTheCommit(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	table(t, d)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := note(t.Context(), tx, 1); err != nil {
			return err
		}
		_ = note(t.Context(), tx, 1)
		return nil
	})
	if err == nil {
		t.Error("the commit is reported as done")
	}
	if n := count(t, d, "SELECT count(*) FROM notes"); n != 0 {
		t.Errorf("%d notes", n)
	}
}

func TestOneUnitOfWorkHasOneTime(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, time.Date(2026, 11, 23, 9, 0, 0, 123456789, time.UTC))
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		before := tx.Now
		clock.Advance(time.Hour)
		var stored time.Time
		if err := tx.NewRaw("SELECT ?::timestamptz", tx.Now).Scan(t.Context(), &stored); err != nil {
			return err
		}
		if !tx.Now.Equal(before) || !stored.Equal(tx.Now) {
			t.Errorf("began at %s, now %s, stored as %s", before, tx.Now, stored)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestADeadlockIsBrokenAndTriedAgain(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	table(t, d)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return errors.Join(note(t.Context(), tx, 1), note(t.Context(), tx, 2))
	})
	if err != nil {
		t.Fatal(err)
	}
	var tries atomic.Int64
	var holdsOne, wg sync.WaitGroup
	holdsOne.Add(2)
	for _, order := range [][2]int{{1, 2}, {2, 1}} {
		wg.Go(func() {
			first := true
			err := d.Write(context.WithoutCancel(t.Context()), func(tx *db.Tx) error {
				tries.Add(1)
				for i, n := range order {
					if _, err := tx.NewRaw("UPDATE notes SET body = 'y' WHERE n = ?", n).Exec(context.Background()); err != nil {
						return err
					}
					if i == 0 && first {
						first = false
						holdsOne.Done()
						holdsOne.Wait()
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if tries.Load() < 3 {
		t.Errorf("%d tries: the deadlock did not happen", tries.Load())
	}
}

func TestADatabaseThatIsAwayIsBusyNotBroken(t *testing.T) {
	t.Parallel()
	d, err := db.Open(db.Options{URL: "postgres://nobody@127.0.0.1:1/none?connect_timeout=1"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	err = d.Write(t.Context(), func(*db.Tx) error { return nil })
	if !errors.Is(err, db.ErrBusy) || failure.KindOf(err) != failure.Unavailable {
		t.Errorf("got %v", err)
	}
}

func TestALockHeldTooLongIsBusy(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	table(t, d)
	err := d.Write(t.Context(), func(outer *db.Tx) error {
		if err := note(t.Context(), outer, 1); err != nil {
			return err
		}
		err := d.Write(t.Context(), func(inner *db.Tx) error {
			if _, err := inner.ExecContext(t.Context(), "SET LOCAL lock_timeout = '50ms'"); err != nil {
				return err
			}
			return note(t.Context(), inner, 1)
		})
		if !errors.Is(err, db.ErrBusy) {
			t.Errorf("got %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestConstraintsAreKnownByName(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	table(t, d)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return errors.Join(note(t.Context(), tx, 1), note(t.Context(), tx, 1))
	})
	if !db.Violates(err, "notes_pkey") || db.Violates(err, "other") || db.Violates(nil, "notes_pkey") {
		t.Errorf("got %v", err)
	}
}
