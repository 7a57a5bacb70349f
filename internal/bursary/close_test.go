package bursary_test

import (
	"errors"
	"testing"
	"time"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/state"
)

// office does something in the administrator's name.
func (w *world) office(f func(*db.Tx) error) error {
	w.t.Helper()
	return w.as(w.officers, w.admin.ID, f)
}

// machine does something as the program's own jobs do.
func (w *world) machine(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.workers().Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// beginner is somebody who has begun an application to the round.
func (w *world) beginner(email string) *bursary.Application {
	w.t.Helper()
	who := fixture.Person(w.t, w.app, email).ID
	var a *bursary.Application
	w.must(w.learners, who, func(tx *db.Tx) (err error) {
		a, err = bursary.Begin(w.t.Context(), tx, who, w.round.Code)
		return err
	})
	return a
}

// plant runs a statement as the owner of the tables.
func (w *world) plant(statement string, args ...any) {
	w.t.Helper()
	if _, err := dbtest.Owner(w.t, w.app).NewRaw(statement, args...).Exec(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) markSent(a *bursary.Application) {
	w.t.Helper()
	w.plant("UPDATE sensitive.applications SET status = 'submitted', submitted_at = created_at WHERE id = ?", a.ID)
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	if err := dbtest.Owner(w.t, w.app).NewRaw(query, args...).Scan(w.t.Context(), &n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) status() bursary.RoundStatus {
	w.t.Helper()
	r, err := bursary.RoundByID(w.t.Context(), w.app, w.round.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.Status
}

func (w *world) close(by id.Person) error {
	w.t.Helper()
	return w.office(func(tx *db.Tx) error {
		_, err := bursary.Close(w.t.Context(), tx, audit.Person(by), w.round.Code)
		return err
	})
}

// save tries to change an answer at the moment of pressing.
func (w *world) save(a *bursary.Application, pressed time.Time) error {
	w.t.Helper()
	return w.as(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.Save(w.t.Context(), tx, w.box, a.PersonID, a.Code, w.question("hope"),
			form.Answers{"hope": "at " + pressed.String()}, bursary.Marks{}, pressed)
		return err
	})
}

func TestARoundClosesTwoMinutesAfterLondonsMidnightInWinterAndSummer(t *testing.T) {
	t.Parallel()
	for season, k := range map[string]struct {
		closes london.Date
		end    time.Time // 23:59:59 in London
	}{
		"winter":                    {london.On(2026, 12, 13), time.Date(2026, 12, 13, 23, 59, 59, 0, time.UTC)},
		"summer":                    {london.On(2027, 7, 4), time.Date(2027, 7, 4, 22, 59, 59, 0, time.UTC)},
		"the day clocks go forward": {london.On(2027, 3, 28), time.Date(2027, 3, 28, 22, 59, 59, 0, time.UTC)},
		"the day clocks go back":    {london.On(2027, 10, 31), time.Date(2027, 10, 31, 23, 59, 59, 0, time.UTC)},
	} {
		t.Run(season, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.plant("UPDATE rounds SET closes_on = ?0, panel_on = ?0::date + 7, decides_on = ?0::date + 9", k.closes)
			a := w.begun()
			closing := func(at time.Time, want bursary.RoundStatus) {
				t.Helper()
				w.clock.Advance(at.Sub(w.clock.Now()))
				if err := w.close(w.admin.ID); want == bursary.RoundPublished && !errors.Is(err, bursary.ErrNotDue) {
					t.Errorf("by hand at %s: %v", at, err)
				}
				w.machine(func(tx *db.Tx) error { return bursary.CloseDue(t.Context(), tx) })
				if got := w.status(); got != want {
					t.Errorf("at %s the round is %s", at, got)
				}
			}
			closing(k.end, bursary.RoundPublished)
			if err := w.save(a, k.end); err != nil {
				t.Errorf("pressed in the last second: %v", err)
			}
			closing(k.end.Add(2*time.Minute), bursary.RoundPublished)
			if err := w.save(a, k.end.Add(time.Second)); !errors.Is(err, bursary.ErrClosed) {
				t.Errorf("pressed at midnight: %v", err)
			}
			if err := w.save(a, k.end); err != nil {
				t.Errorf("pressed in time and on its way for two minutes: %v", err)
			}
			closing(k.end.Add(2*time.Minute+time.Second), bursary.RoundClosed)
		})
	}
}

func TestClosingTellsNobodyAndLeavesDraftsReadableAndMoreTimeForOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	draft, later := w.begun(), w.beginner("ben@post.example")
	w.typed(draft, "hope", "to be heard", bursary.Blank)
	w.plant("UPDATE sensitive.applications SET extended_until = '2026-12-16' WHERE id = ?", later.ID)
	w.clock.Advance(london.On(2026, 12, 14).At(9, 0).Sub(w.clock.Now()))
	if err := w.close(w.admin.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.open(draft).Answers["hope"]; got != "to be heard" {
		t.Errorf("the draft says %q", got)
	}
	if err := w.save(draft, w.clock.Now()); !errors.Is(err, bursary.ErrClosed) {
		t.Errorf("a draft after closing: %v", err)
	}
	if err := w.save(later, w.clock.Now()); err != nil {
		t.Errorf("somebody with more time: %v", err)
	}
	if n := w.count("SELECT count(*) FROM mails"); n != 0 {
		t.Errorf("%d people were told", n)
	}
	if n := w.count("SELECT count(*) FROM audit WHERE action = 'round closed' AND person_id = ?", w.admin.ID); n != 1 {
		t.Errorf("it is on the record %d times", n)
	}
	if err := w.close(w.admin.ID); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("closing again: %v", err)
	}
}
