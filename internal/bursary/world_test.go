package bursary_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// world is a published round that is open for applications, its office and an applicant, each with the database
// role of their audience.
type world struct {
	t          *testing.T
	clock      *dbtest.Clock
	app        *db.DB
	learners   *db.DB
	officers   *db.DB
	supporters *db.DB
	box        *secret.Box
	round      *bursary.Round
	admin      people.Person
	applicant  people.Person
}

func newWorld(t *testing.T) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: clock, app: app, learners: dbtest.As(t, app, db.Learner), officers: dbtest.As(t, app, db.Office), box: box,
		supporters: dbtest.As(t, app, db.Supporter)}
	w.admin = fixture.Person(t, app, "grace@threshold.example", people.Admin)
	w.applicant = fixture.Person(t, app, "ana@post.example")
	run := fixture.Run(t, app, "FND-T27", 20)
	w.round = fixture.Round(t, w.officers, box, w.admin.ID, "SPRING-27", run.Code)
	return w
}

func (w *world) as(d *db.DB, person id.Person, f func(*db.Tx) error) error {
	w.t.Helper()
	return d.WriteAs(w.t.Context(), db.Who{Person: person}, f)
}

// must runs something in a person's name that has to go well.
func (w *world) must(d *db.DB, person id.Person, f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.as(d, person, f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) begun() *bursary.Application {
	w.t.Helper()
	var a *bursary.Application
	w.must(w.learners, w.applicant.ID, func(tx *db.Tx) (err error) {
		a, err = bursary.Begin(w.t.Context(), tx, w.applicant.ID, w.round.Code)
		return err
	})
	return a
}

// typed saves a text as the answer to a question.
func (w *world) typed(a *bursary.Application, key, text string, seen bursary.Mark) bursary.Saved {
	w.t.Helper()
	var saved bursary.Saved
	w.must(w.learners, a.PersonID, func(tx *db.Tx) (err error) {
		saved, err = bursary.Save(w.t.Context(), tx, w.box, a.PersonID, a.Code, w.question(key), form.Answers{key: text}, bursary.Marks{key: seen}, tx.Now)
		return err
	})
	return saved
}

func (w *world) question(key string) []form.Question {
	w.t.Helper()
	q, ok := form.Current().Question(key)
	if !ok {
		w.t.Fatalf("there is no question %q", key)
	}
	return []form.Question{q}
}

func (w *world) open(a *bursary.Application) *bursary.File {
	w.t.Helper()
	var f *bursary.File
	w.must(w.learners, a.PersonID, func(tx *db.Tx) (err error) {
		f, err = bursary.Open(w.t.Context(), tx, w.box, a.PersonID, a.Code)
		return err
	})
	return f
}

// workers is the database as the jobs see it.
func (w *world) workers() *db.DB {
	w.t.Helper()
	return dbtest.As(w.t, w.app, db.Worker)
}

// bunIdent is a name in a query.
func bunIdent(name string) bun.Ident { return bun.Ident(name) }
