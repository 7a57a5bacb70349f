package worker_test

import (
	"path/filepath"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	boxes "bursar/internal/secret"
)

// round publishes a round and begins an application to it. It returns the office's way in and who it is.
func (w *world) round() (*db.DB, id.Person) {
	w.Helper()
	box, err := boxes.Create(filepath.Join(w.TempDir(), "keyset.json"))
	if err != nil {
		w.Fatal(err)
	}
	officers, grace := dbtest.As(w, w.db, db.Office), fixture.Person(w, w.db, "grace@threshold.example", people.Admin)
	fixture.Round(w, officers, box, grace.ID, "SPRING-27", w.run.Code)
	ana := fixture.Person(w, w.db, "ana@people.example")
	err = dbtest.As(w, w.db, db.Learner).WriteAs(w.Context(), db.Who{Person: ana.ID}, func(tx *db.Tx) error {
		_, err := bursary.Begin(w.Context(), tx, ana.ID, "SPRING-27")
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return officers, grace.ID
}

// written counts mails, private ones too.
func (w *world) written(template string) (n int) {
	w.Helper()
	err := dbtest.Owner(w, w.db).NewRaw("SELECT count(*) FROM mails WHERE template = ?", template).Scan(w.Context(), &n)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func TestMoreTimeIsToldByAJobAndDraftsAreRemindedByTheTimetable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	officers, grace := w.round()
	err := officers.WriteAs(t.Context(), db.Who{Person: grace}, func(tx *db.Tx) error {
		_, err := bursary.Extend(t.Context(), tx, grace, "SPRING-27", london.On(2026, 12, 20), "The post was late.")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.drain()
	if n := w.written("more-time"); n != 1 {
		t.Errorf("told %d times", n)
	}
	for _, day := range []int{13, 19} {
		w.clock.Advance(london.On(2026, 12, day).At(9, 0).Sub(w.clock.Now()))
		w.drain()
	}
	if n := w.written("draft-waits"); n != 2 {
		t.Errorf("reminded %d times", n)
	}
}

func TestARoundClosesByItselfTwoMinutesAfterItsDeadline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	w.round()
	for _, k := range []struct {
		after time.Duration
		want  bursary.RoundStatus
	}{{time.Minute, bursary.RoundPublished}, {3 * time.Minute, bursary.RoundClosed}} {
		w.clock.Advance(london.On(2026, 12, 13).End().Add(k.after).Sub(w.clock.Now()))
		w.drain()
		if r, err := bursary.FindRound(t.Context(), w.db, "SPRING-27"); err != nil || r.Status != k.want {
			t.Errorf("%s after the deadline: %v, %v", k.after, r, err)
		}
	}
}

func TestWhatWasNeverSentIsDeletedByTheTimetable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	w.round()
	owner := dbtest.Owner(t, w.db)
	_, err := owner.NewRaw(`INSERT INTO sensitive.answers (application_id, key, audience, version, body, updated_at)
		SELECT id, 'hope', 'office', 1, 'sealed', now() FROM sensitive.applications`).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct{ after, left int }{{60, 1}, {61, 0}} {
		w.clock.Advance(london.On(2026, 12, 13).AddDays(k.after).At(9, 0).Sub(w.clock.Now()))
		w.drain()
		n := 0
		if err := owner.NewRaw("SELECT count(*) FROM sensitive.answers").Scan(t.Context(), &n); err != nil || n != k.left {
			t.Errorf("%d days after the closing day there are %d answers, %v", k.after, n, err)
		}
	}
}
