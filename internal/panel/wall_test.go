package panel_test

import (
	"fmt"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/people"
)

// newWalled is an application, and everybody on a panel, or who was, who must not reach it: those to whom it was never
// assigned, those who know the person or gave it back after opening it, and so on.
func newWalled(t *testing.T) (*world, *bursary.Application, map[string]id.Person) {
	t.Helper()
	w := newWorld(t, 1, 4)
	w.plant("UPDATE rounds SET readers = 4")
	elsewhere := w.elsewhere()
	w.assign()
	w.ready()
	a := w.applications[0]
	officer, recused, left, handed := w.panel[0], w.panel[1], w.panel[2], w.panel[3]
	for _, m := range w.panel {
		w.mustRead(m, a)
	}
	w.plant("INSERT INTO sensitive.reads (application_id, reader_id, audience, at) VALUES (?, ?, 'office', now())", a.ID, officer.PersonID)
	for _, err := range []error{
		w.as(recused, func(tx *db.Tx) error { return panel.Know(t.Context(), tx, recused.PersonID, a.Code) }),
		w.as(handed, func(tx *db.Tx) error { return panel.HandBack(t.Context(), tx, handed.PersonID, a.Code) }),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error { return panel.Leave(t.Context(), tx, w.admin.ID, w.round.Code, left.ID) })
	never, conflicted := w.join(panel.Terms{Name: "Never Assigned", Cap: 8}), w.join(panel.Terms{Name: "In Conflict", Cap: 8})
	w.plant("INSERT INTO sensitive.conflicts VALUES (?, ?, 'applicant', now())", a.ID, conflicted.ID)
	w.plant("INSERT INTO sensitive.assignments (application_id, member_id, status, created_at) VALUES (?, ?, 'assigned', now())", a.ID, conflicted.ID)
	return w, a, map[string]id.Person{
		"read it in the office": officer.PersonID, "recused after opening": recused.PersonID, "left the panel": left.PersonID,
		"handed back": handed.PersonID, "never assigned": never.PersonID, "in conflict, though assigned": conflicted.PersonID,
		"of another round": elsewhere, "the applicant": a.PersonID, "nobody": 0,
		"an assessor of no round": fixture.Person(t, w.app, "stray@post.example", people.Assessor).ID,
	}
}

// elsewhere is a member of the panel of another round.
func (w *world) elsewhere() id.Person {
	w.t.Helper()
	other := fixture.Round(w.t, w.officers, w.box, w.admin.ID, "AUTUMN-27", w.run)
	var m *panel.Member
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) (err error) {
		m, err = panel.Add(w.t.Context(), tx, w.admin.ID, other.Code, "elsewhere@post.example", panel.Terms{Name: "Elsewhere", Cap: 8})
		return err
	})
	return m.PersonID
}

func TestPostgreSQLShowsAnApplicationToItsReadersOnly(t *testing.T) {
	t.Parallel()
	w, a, outsiders := newWalled(t)
	for who, person := range outsiders {
		for _, q := range []string{
			"SELECT count(*) FROM sensitive.applications", "SELECT count(*) FROM sensitive.copies", "SELECT count(*) FROM sensitive.assessments",
			"SELECT count(*) FROM sensitive.conflicts k WHERE NOT EXISTS (SELECT FROM sensitive.panel_members m WHERE m.id = k.member_id)",
			"SELECT count(*) FROM sensitive.panel_members WHERE person_id <> sensitive.me()",
			"SELECT count(*) FROM sensitive.assignments s WHERE NOT EXISTS (SELECT FROM sensitive.panel_members m WHERE m.id = s.member_id)",
			fmt.Sprintf("SELECT count(*) FROM sensitive.scores_beside(%d)", a.ID),
		} {
			var n int
			err := w.assessors.WriteAs(t.Context(), db.Who{Person: person}, func(tx *db.Tx) error { return tx.NewRaw(q).Scan(t.Context(), &n) })
			if err != nil || n != 0 {
				t.Errorf("%s: %q shows %d, %v", who, q, n, err)
			}
		}
		err := w.assessors.WriteAs(t.Context(), db.Who{Person: person}, func(tx *db.Tx) error {
			return bursary.Note(t.Context(), tx, a.ID, person, form.Panel)
		})
		if err == nil {
			t.Errorf("%s could note a reading, after which copies would show", who)
		}
	}
}

func TestAReaderReachesNothingButTheMaskedCopies(t *testing.T) {
	t.Parallel()
	w := newReading(t, 2, 3)
	m := w.panel[0]
	for _, q := range []string{
		"SELECT count(*) FROM sensitive.answers", "SELECT count(*) FROM people", "SELECT count(*) FROM sensitive.recordings", "SELECT count(*) FROM sensitive.statements",
		"SELECT count(*) FROM sensitive.messages", "SELECT count(*) FROM sensitive.reads", "SELECT person_id FROM sensitive.applications", "SELECT ticket FROM sensitive.applications",
		"SELECT count(*) FROM sensitive.bandings", "SELECT count(*) FROM mails", "SELECT count(*) FROM audit", "SELECT count(*) FROM sensitive.compared",
		"UPDATE sensitive.copies SET ready = true", "UPDATE sensitive.panel_members SET cap = 100", "DELETE FROM sensitive.conflicts", "DELETE FROM sensitive.assessments",
	} {
		if err := w.as(m, func(tx *db.Tx) error { _, err := tx.NewRaw(q).Exec(t.Context()); return err }); err == nil {
			t.Errorf("a reader may %s", q)
		}
	}
	// Without the note that it is being read, not one copy of what is assigned shows.
	var n int
	if err := w.as(m, func(tx *db.Tx) error { return tx.NewRaw("SELECT count(*) FROM sensitive.copies").Scan(t.Context(), &n) }); err != nil || n != 0 {
		t.Errorf("%d copies without a note, %v", n, err)
	}
}

func TestPostgreSQLLetsNoReadingGoBackAndNoScoreBeChangedAfterwards(t *testing.T) {
	t.Parallel()
	w := newReading(t, 2, 3)
	a, m := w.applications[0], w.panel[0]
	w.score(m, a, "3")
	w.score(w.panel[1], a, "4")
	try := func(m *panel.Member, q string) (int64, error) {
		var n int64
		err := w.as(m, func(tx *db.Tx) error {
			done, err := tx.NewRaw(q).Exec(t.Context())
			if err == nil {
				n, err = done.RowsAffected()
			}
			return err
		})
		return n, err
	}
	if n, err := try(m, "UPDATE sensitive.assessments SET score = 0"); err != nil || n != 0 {
		t.Errorf("changed %d scores after they were handed in, %v", n, err)
	}
	if _, err := try(m, "UPDATE sensitive.assignments SET status = 'reading', done_at = NULL WHERE status = 'done'"); err == nil {
		t.Error("a reading that was done was opened for other scores")
	}
	third := w.panel[2]
	w.mustRead(third, a)
	beside := 0
	err := w.as(third, func(tx *db.Tx) error {
		return tx.NewRaw("SELECT count(*) FROM sensitive.scores_beside(?)", a.ID).Scan(t.Context(), &beside)
	})
	if err != nil || beside != 0 {
		t.Errorf("%d scores of others before one's own, %v", beside, err)
	}
	if _, err := try(third, "UPDATE sensitive.assignments SET status = 'done', done_at = now() WHERE status = 'reading'"); err == nil {
		t.Error("somebody is done without a score, and sees those of others")
	}
	if err := w.as(third, func(tx *db.Tx) error { return panel.HandBack(t.Context(), tx, third.PersonID, a.Code) }); err != nil {
		t.Fatal(err)
	}
	if _, err := try(third, "UPDATE sensitive.assignments SET status = 'assigned' WHERE status = 'handed_back'"); err == nil {
		t.Error("somebody took back what they had handed back")
	}
}

func TestNoOtherAudienceReachesThePanel(t *testing.T) {
	t.Parallel()
	w := newReading(t, 1, 3)
	w.score(w.panel[0], w.applications[0], "3")
	for _, role := range []string{db.App, db.Learner, db.Supporter, db.Access} {
		d := dbtest.As(t, w.app, role)
		for _, table := range []string{"conflicts", "compared", "assignments", "copies", "assessments", "bandings", "agreements", "minutes"} {
			err := d.WriteAs(t.Context(), db.Who{Person: w.panel[0].PersonID}, func(tx *db.Tx) error {
				_, err := tx.NewRaw("SELECT count(*) FROM sensitive." + table).Exec(t.Context())
				return err
			})
			if err == nil {
				t.Errorf("%s may look into %s", role, table)
			}
		}
	}
	office := 0
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return tx.NewRaw("SELECT count(*) FROM sensitive.assessments e JOIN sensitive.assignments s ON s.id = e.assignment_id WHERE s.status <> 'done'").Scan(t.Context(), &office)
	})
	if office != 0 {
		t.Errorf("the office sees %d scores that are not handed in", office)
	}
}
