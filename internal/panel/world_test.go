package panel_test

import (
	"fmt"
	"path/filepath"
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
	"bursar/internal/panel"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// world is a round with applications that were sent and a panel, and the database in the role of each audience.
type world struct {
	t            *testing.T
	clock        *dbtest.Clock
	app          *db.DB
	learners     *db.DB
	officers     *db.DB
	assessors    *db.DB
	machine      *db.DB
	box          *secret.Box
	run          string
	round        *bursary.Round
	admin        people.Person
	applications []*bursary.Application
	panel        []*panel.Member
}

// newWorld has a round that is open, so many applications that were sent, and a panel of so many, every other one a
// peer.
func newWorld(t *testing.T, applications, members int) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, clock: clock, app: app, box: box,
		learners: dbtest.As(t, app, db.Learner), officers: dbtest.As(t, app, db.Office),
		assessors: dbtest.As(t, app, db.Assessor), machine: dbtest.As(t, app, db.Worker),
	}
	w.admin = fixture.Person(t, app, "grace@threshold.example", people.Admin)
	w.run = fixture.Run(t, app, "FND-T27", 20).Code
	w.round = fixture.Round(t, w.officers, box, w.admin.ID, "SPRING-27", w.run)
	for n := range members {
		w.says(w.join(panel.Terms{Name: fmt.Sprintf("Reader Number%d", n), Cap: panel.UsualCap}), n%2 == 0)
	}
	for range applications {
		w.apply(nil)
	}
	return w
}

func (w *world) must(d *db.DB, person id.Person, f func(*db.Tx) error) {
	w.t.Helper()
	if err := d.WriteAs(w.t.Context(), db.Who{Person: person}, f); err != nil {
		w.t.Fatal(err)
	}
}

// says is a member's own word whether they are a peer.
func (w *world) says(m *panel.Member, peer bool) {
	w.t.Helper()
	m.Peer = peer
	w.must(w.assessors, m.PersonID, func(tx *db.Tx) error { return panel.SetPeer(w.t.Context(), tx, m.PersonID, peer) })
}

// join puts somebody on the panel.
func (w *world) join(terms panel.Terms) *panel.Member {
	w.t.Helper()
	var m *panel.Member
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) (err error) {
		m, err = panel.Add(w.t.Context(), tx, w.admin.ID, w.round.Code, fmt.Sprintf("reader%d@post.example", len(w.panel)), terms)
		return err
	})
	w.panel = append(w.panel, m)
	return m
}

// apply sends an application with some answers of its own.
func (w *world) apply(own form.Answers) *bursary.Application {
	w.t.Helper()
	p := fixture.Person(w.t, w.app, fmt.Sprintf("applicant%d@post.example", len(w.applications)))
	answers := fixture.GoodAnswers(w.run)
	for key, text := range own {
		answers[key] = text
	}
	var a *bursary.Application
	w.must(w.learners, p.ID, func(tx *db.Tx) (err error) {
		if a, err = bursary.Begin(w.t.Context(), tx, p.ID, w.round.Code); err != nil {
			return err
		}
		if _, err = bursary.Save(w.t.Context(), tx, w.box, p.ID, a.Code, form.Current().Questions(), answers, nil, tx.Now); err != nil {
			return err
		}
		a, err = bursary.Submit(w.t.Context(), tx, w.box, p.ID, a.Code, tx.Now)
		return err
	})
	w.applications = append(w.applications, a)
	return a
}

// close ends the round on the morning after its last day, finds everybody eligible, and compares.
func (w *world) close() {
	w.t.Helper()
	w.clock.Set(london.On(2026, 12, 14).At(9, 0))
	w.must(w.machine, 0, func(tx *db.Tx) error {
		_, err := bursary.Close(w.t.Context(), tx, audit.System, w.round.Code)
		return err
	})
	w.plant("UPDATE sensitive.applications SET eligible = true WHERE status = 'submitted'")
	w.compare()
}

func (w *world) compare() {
	w.t.Helper()
	w.must(w.machine, 0, func(tx *db.Tx) error { return panel.Compare(w.t.Context(), tx, w.box, w.round.ID) })
}

func (w *world) refill() {
	w.t.Helper()
	w.compare()
	w.must(w.machine, 0, func(tx *db.Tx) error { return panel.FillHoles(w.t.Context(), tx, w.round.ID) })
}

func (w *world) propose() *panel.Proposal {
	w.t.Helper()
	var p *panel.Proposal
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) (err error) {
		p, err = panel.Propose(w.t.Context(), tx, w.round.Code)
		return err
	})
	return p
}

func (w *world) applyPlan(seen string) error {
	return w.officers.WriteAs(w.t.Context(), db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
		_, err := panel.Apply(w.t.Context(), tx, w.admin.ID, w.round.Code, seen)
		return err
	})
}

// assign closes the round and assigns what is proposed.
func (w *world) assign() {
	w.t.Helper()
	w.close()
	if err := w.applyPlan(w.propose().Seen()); err != nil {
		w.t.Fatal(err)
	}
}

// plant runs a statement as the owner of the tables.
func (w *world) plant(statement string, args ...any) {
	w.t.Helper()
	if _, err := dbtest.Owner(w.t, w.app).NewRaw(statement, args...).Exec(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// look reads one value as the owner of the tables.
func look[T any](w *world, statement string, args ...any) T {
	w.t.Helper()
	var value T
	if err := dbtest.Owner(w.t, w.app).NewRaw(statement, args...).Scan(w.t.Context(), &value); err != nil {
		w.t.Fatal(err)
	}
	return value
}
