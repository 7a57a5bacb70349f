package worker_test

import (
	"path/filepath"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/panel"
	"bursar/internal/people"
	keys "bursar/internal/secret"
)

func TestWhatAReaderHandsBackIsWithSomebodyElseByItself(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := keys.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	h := fixture.House{
		Clock: clock, App: d, Learners: dbtest.As(t, d, db.Learner), Officers: dbtest.As(t, d, db.Office), Machine: dbtest.As(t, d, db.Worker),
		Box: box, Admin: fixture.Person(t, d, "grace@threshold.example", people.Admin).ID,
	}
	r := h.BeingRead(t, 2, 4)
	w := newWorker(t, d, nil)
	w.Box = box
	drain := func() {
		t.Helper()
		if _, err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	reader := func() (m panel.Member) {
		err := dbtest.Owner(t, d).NewRaw(`
			SELECT m.id, m.person_id FROM sensitive.panel_members m JOIN sensitive.assignments s ON s.member_id = m.id
			WHERE  s.application_id = ? AND s.status = 'assigned' ORDER BY s.id DESC LIMIT 1`, r.Applications[0].ID).Scan(t.Context(), &m)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	before := reader()
	err = dbtest.As(t, d, db.Assessor).WriteAs(t.Context(), db.Who{Person: before.PersonID}, func(tx *db.Tx) error {
		return panel.HandBack(t.Context(), tx, before.PersonID, r.Applications[0].Code)
	})
	if err != nil {
		t.Fatal(err)
	}
	drain()
	if after := reader(); after.ID == before.ID {
		t.Error("it is with nobody else")
	}
	clock.Set(london.On(2027, 1, 7).At(10, 0))
	drain()
	var reminded, unread int
	err = dbtest.Owner(t, d).NewRaw(`
		SELECT (SELECT count(*) FROM mails WHERE template = 'reader-reminder'),
		       (SELECT count(DISTINCT member_id) FROM sensitive.assignments WHERE status = 'assigned')`).Scan(t.Context(), &reminded, &unread)
	if err != nil || reminded != unread || unread == 0 {
		t.Errorf("%d of %d were reminded, %v", reminded, unread, err)
	}
}
