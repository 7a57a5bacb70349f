package certificate_test

import (
	"fmt"
	"testing"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/certificate"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
)

// ended is the day after the last of the run: four blocks of five days, 8 March, 7 June, 11 October and 6 December 2027.
var ended = london.On(2027, 12, 11)

// house is a run that is over, with three who had a place on it, and the office.
type house struct {
	*testing.T
	db     *db.DB
	owner  *bun.DB
	clock  *dbtest.Clock
	run    *course.Offering
	people []people.Person
	places []*enrolment.Enrolment
	grace  certificate.Office
	kofi   id.Person
}

func newHouse(t *testing.T) *house {
	t.Helper()
	d, clock := dbtest.NewAt(t, london.On(2026, 11, 23).At(9, 0))
	h := &house{T: t, db: d, owner: dbtest.Owner(t, d), clock: clock, run: fixture.Run(t, d, "FND-T27", 8)}
	for i, name := range []string{"Ana Reyes", "Ben Cole", "Cia Lund"} {
		p := fixture.Person(t, d, fmt.Sprintf("learner%d@post.example", i))
		h.people, h.places = append(h.people, p), append(h.places, fixture.Confirmed(t, d, h.run, p))
		h.must(func(tx *db.Tx) error { return people.SetDetails(t.Context(), tx, p.ID, people.Details{Name: name}) })
	}
	h.grace = certificate.Office{Person: fixture.Person(t, d, "grace@threshold.example", people.Admin).ID, Provider: "Threshold Dialogue Training CIC"}
	h.kofi = fixture.Person(t, d, "kofi@threshold.example").ID
	h.must(func(tx *db.Tx) error {
		if err := people.SetDetails(t.Context(), tx, h.kofi, people.Details{Name: "Kofi Mensah"}); err != nil {
			return err
		}
		return course.AddTrainer(t.Context(), tx, audit.System, h.kofi)
	})
	h.must(func(tx *db.Tx) error { return course.Assign(t.Context(), tx, audit.System, h.run.Blocks[0].ID, h.kofi) })
	clock.Set(ended.At(9, 0))
	return h
}

// taught is a house in which the first was there always, the second for fifteen and a half of the twenty days, the third never.
func taught(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	h.attends(0, 40)
	h.attends(1, 31)
	h.attends(2, 0)
	return h
}

func (h *house) write(f func(tx *db.Tx) error) error { return h.db.Write(h.Context(), f) }

func (h *house) must(f func(tx *db.Tx) error) {
	h.Helper()
	if err := h.write(f); err != nil {
		h.Fatal(err)
	}
}

// attends has the n-th there for the first halves of the run's half days, and not for the others.
func (h *house) attends(n, halves int) {
	h.Helper()
	fixture.Attended(h, h.db, h.run, h.places[n], halves)
}

// issued issues the certificates of the run, so many as are expected.
func (h *house) issued(want int) {
	h.Helper()
	h.must(func(tx *db.Tx) error {
		n, err := certificate.IssueRun(h.Context(), tx, h.grace, h.run.ID, want)
		if err == nil && n != want {
			h.Fatalf("%d certificates, want %d", n, want)
		}
		return err
	})
}

// of is the valid certificate of the n-th place.
func (h *house) of(n int) *certificate.Certificate {
	h.Helper()
	k, err := certificate.Of(h.Context(), h.db, h.people[n].ID, h.places[n].ID)
	if err != nil {
		h.Fatal(err)
	}
	return k
}

func (h *house) preview() certificate.Preview {
	h.Helper()
	p, err := certificate.PreviewOf(h.Context(), h.db, h.run, london.DateOf(h.db.Now()))
	if err != nil {
		h.Fatal(err)
	}
	return p
}

// why is why the n-th gets no certificate now.
func (h *house) why(n int) certificate.Why {
	h.Helper()
	s, err := certificate.StandingOf(h.Context(), h.db, h.run, h.places[n].ID, london.DateOf(h.db.Now()))
	if err != nil {
		h.Fatal(err)
	}
	return s.Why
}

func (h *house) count(query string, args ...any) (n int) {
	h.Helper()
	if err := h.owner.NewRaw(query, args...).Scan(h.Context(), &n); err != nil {
		h.Fatal(err)
	}
	return n
}
