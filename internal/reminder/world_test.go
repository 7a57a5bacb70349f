package reminder_test

import (
	"fmt"
	"testing"
	"time"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/reminder"
)

// begins is the first day of the run: four blocks of five days, from 8 March, 7 June, 11 October and 6 December 2027.
var begins = london.On(2027, 3, 8)

// house is a run of four blocks whose first somebody teaches, with three who have a place on it, and an administrator.
type house struct {
	*testing.T
	db     *db.DB
	clock  *dbtest.Clock
	run    *course.Offering
	grace  id.Person
	kofi   id.Person
	places []*enrolment.Enrolment
}

func newHouse(t *testing.T) *house {
	t.Helper()
	d, clock := dbtest.NewAt(t, london.On(2026, 11, 23).At(9, 0))
	h := &house{T: t, db: dbtest.As(t, d, db.Worker), clock: clock, run: fixture.Run(t, d, "FND-T27", 200)}
	for i := range 3 {
		h.books(fmt.Sprintf("learner%d@post.example", i))
	}
	h.grace = fixture.Person(t, d, "grace@threshold.example", people.Admin).ID
	h.kofi = fixture.Person(t, d, "kofi@threshold.example").ID
	h.must(func(tx *db.Tx) error { return course.AddTrainer(t.Context(), tx, audit.System, h.kofi) })
	h.must(func(tx *db.Tx) error { return course.Assign(t.Context(), tx, audit.System, h.run.Blocks[0].ID, h.kofi) })
	return h
}

func (h *house) books(email string) {
	h.Helper()
	h.places = append(h.places, fixture.Confirmed(h, h.db, h.run, fixture.Person(h, h.db, email)))
}

func (h *house) must(do func(tx *db.Tx) error) {
	h.Helper()
	if err := h.db.Write(h.Context(), do); err != nil {
		h.Fatal(err)
	}
}

// on moves the clock to a time of a day in London.
func (h *house) on(day london.Date, hour int) { h.clock.Set(day.At(hour, 0)) }

// round does what the worker does, and returns how many were written to.
func (h *house) round() (written int) {
	h.Helper()
	due, err := reminder.Due(h.Context(), h.db, h.db.Now(), 100)
	if err != nil {
		h.Fatal(err)
	}
	for _, b := range due {
		for n := 1; n > 0; written += n {
			h.must(func(tx *db.Tx) (err error) {
				n, err = reminder.Write(h.Context(), tx, b)
				return err
			})
		}
	}
	return written
}

// mails counts mails of a template, to somebody or, with "", to everybody.
func (h *house) mails(template, to string) (n int) {
	h.Helper()
	if err := h.db.NewRaw("SELECT count(*) FROM mails WHERE template = ?0 AND (?1 = '' OR recipient = ?1)", template, to).Scan(h.Context(), &n); err != nil {
		h.Fatal(err)
	}
	return n
}

// sent expects so many mails of a template to everybody.
func (h *house) sent(template string, want int) {
	h.Helper()
	if n := h.mails(template, ""); n != want {
		h.Errorf("%d mails %s on %s, want %d", n, template, h.db.Now().Format(time.DateTime), want)
	}
}

// text is the latest mail of a template to somebody.
func (h *house) text(template, to string) (text string) {
	h.Helper()
	err := h.db.NewRaw("SELECT subject || E'\n' || text_body FROM mails WHERE template = ? AND recipient = ? ORDER BY id DESC LIMIT 1", template, to).Scan(h.Context(), &text)
	if err != nil {
		h.Fatal(err)
	}
	return text
}

func (h *house) keep(said ...reminder.Kept) error {
	return h.db.Write(h.Context(), func(tx *db.Tx) error { return reminder.Keep(h.Context(), tx, h.grace, h.run.ID, said) })
}
