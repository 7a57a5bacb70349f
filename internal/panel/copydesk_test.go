package panel_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/panel"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// copyDesk is an application that was sent and an assessor to whom it is assigned, on the morning after the deadline.
type copyDesk struct {
	t         *testing.T
	clock     *dbtest.Clock
	learners  *db.DB
	officers  *db.DB
	assessors *db.DB
	box       *secret.Box
	app       *db.DB
	admin     people.Person
	reader    people.Person
	a         *bursary.Application
}

// plant writes what another package's verbs write, straight into the database.
func (w *copyDesk) plant(statement string, args ...any) {
	w.t.Helper()
	if _, err := dbtest.Owner(w.t, w.app).NewRaw(statement, args...).Exec(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func newCopyDesk(t *testing.T) *copyDesk {
	t.Helper()
	app, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &copyDesk{
		t: t, clock: clock, box: box, app: app,
		learners: dbtest.As(t, app, db.Learner), officers: dbtest.As(t, app, db.Office), assessors: dbtest.As(t, app, db.Assessor),
		admin: fixture.Person(t, app, "grace@threshold.example", people.Admin), reader: fixture.Person(t, app, "vera@post.example", people.Assessor),
	}
	run := fixture.Run(t, app, "FND-T27", 20)
	r := fixture.Round(t, w.officers, box, w.admin.ID, "SPRING-27", run.Code)
	applicant := fixture.Person(t, app, "ana@post.example")
	answers := fixture.GoodAnswers(run.Code)
	answers["practice"] = "I am Ana Reyes of Tidewell, ana@post.example. I run a group in Carlisle."
	w.must(w.learners, applicant.ID, func(tx *db.Tx) error {
		if w.a, err = bursary.Begin(t.Context(), tx, applicant.ID, r.Code); err != nil {
			return err
		}
		if _, err = bursary.Save(t.Context(), tx, box, applicant.ID, w.a.Code, form.Current().Questions(), answers, nil, tx.Now); err != nil {
			return err
		}
		w.a, err = bursary.Submit(t.Context(), tx, box, applicant.ID, w.a.Code, tx.Now)
		return err
	})
	w.plant(`INSERT INTO sensitive.panel_members (round_id, person_id, name, peer, cap, status, created_at) VALUES (?, ?, 'Vera Lindqvist', true, 8, 'active', now())`, r.ID, w.reader.ID)
	w.plant(`INSERT INTO sensitive.assignments (application_id, member_id, status, created_at) SELECT ?, id, 'assigned', now() FROM sensitive.panel_members`, w.a.ID)
	clock.Set(london.On(2026, 12, 14).At(9, 0))
	return w
}

func (w *copyDesk) as(d *db.DB, person id.Person, f func(*db.Tx) error) error {
	w.t.Helper()
	return d.WriteAs(w.t.Context(), db.Who{Person: person}, f)
}

func (w *copyDesk) must(d *db.DB, person id.Person, f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.as(d, person, f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *copyDesk) prepare() error {
	w.t.Helper()
	return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return panel.Prepare(w.t.Context(), tx, w.box, w.admin.ID, w.a.Code)
	})
}

func (w *copyDesk) part(key string) (p panel.Part) {
	w.t.Helper()
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		parts, err := panel.Parts(w.t.Context(), tx, w.box, w.admin.ID, w.a.Code)
		if i := slices.IndexFunc(parts, func(p panel.Part) bool { return p.Key == key }); i >= 0 {
			p = parts[i]
		}
		return err
	})
	return p
}

func (w *copyDesk) revise(key, text, seen string, approve bool) error {
	w.t.Helper()
	return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return panel.Revise(w.t.Context(), tx, w.box, w.admin.ID, w.a.Code, key,
			panel.Revision{Text: text, Seen: seen, Approve: approve})
	})
}

// approved prepares the copies and approves one as proposed.
func (w *copyDesk) approved(key string) {
	w.t.Helper()
	if err := w.prepare(); err != nil {
		w.t.Fatal(err)
	}
	p := w.part(key)
	if err := w.revise(key, p.Copy, p.Seen(), true); err != nil {
		w.t.Fatal(err)
	}
}

// readable is what the assessor can read.
func (w *copyDesk) readable() (texts map[string]string) {
	w.t.Helper()
	w.must(w.assessors, w.reader.ID, func(tx *db.Tx) (err error) {
		texts, err = panel.ReadCopies(w.t.Context(), tx, w.box, w.reader.ID, w.a.ID)
		return err
	})
	return texts
}
