package report_test

import (
	"fmt"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/report"
)

func TestTheShareOfPeersNowLeavesOutWhatCouldTellOfSomebody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, london.On(2026, 11, 23).At(9, 0))
	office := dbtest.As(t, w.app, db.Office)
	var places []any
	for n := range 10 {
		p := w.person(fmt.Sprintf("person%d@post.example", n))
		e := fixture.Confirmed(t, w.app, w.run, p)
		places = append(places, e.ID)
		dbtest.Force(t, w.app, "INSERT INTO trainers (person_id, peer, since) VALUES (?, ?, now())", p.ID, n < 4)
	}
	look := func() (learners, trainers, panel string) {
		t.Helper()
		p, err := report.Peers(t.Context(), office)
		if err != nil {
			t.Fatal(err)
		}
		return p.Learners.String(), p.Trainers.String(), p.Panel.String()
	}
	dbtest.Force(t, w.app, "UPDATE enrolments SET peer = id IN (?, ?, ?, ?, ?)", places[:5]...)
	if l, tr, p := look(); l != "50%" || tr != "not shown" || p != "not shown" {
		t.Errorf("learners %s, trainers %s, panel %s", l, tr, p)
	}
	dbtest.Force(t, w.app, "UPDATE trainers SET peer = true")
	dbtest.Force(t, w.app, "UPDATE enrolments SET status = 'withdrawn', ended_at = now() WHERE id = ?", places[0])
	if l, tr, _ := look(); l != "not shown" || tr != "100%" {
		t.Errorf("learners %s, trainers %s", l, tr)
	}
}
