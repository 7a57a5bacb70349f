package attendance_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/attendance"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
)

// begins is the first day of the run: four blocks of five days, from 8 March, 7 June, 11 October and 6 December 2027.
var begins = london.On(2027, 3, 8)

// house is a run of twenty days that two people teach, with three who have a place on it, and two administrators.
type house struct {
	*testing.T
	db      *db.DB
	owner   *bun.DB
	trainer *db.DB // in the role of those who teach
	clock   *dbtest.Clock
	run     *course.Offering
	kofi    id.Person
	maya    id.Person
	grace   id.Person
	hugh    id.Person
	places  []*enrolment.Enrolment
	sent    int
}

func newHouse(t *testing.T) *house {
	t.Helper()
	d, clock := dbtest.NewAt(t, london.On(2026, 11, 23).At(9, 0))
	h := &house{T: t, db: d, owner: dbtest.Owner(t, d), trainer: dbtest.As(t, d, db.Trainer), clock: clock}
	h.run = fixture.Run(t, d, "FND-T27", 8)
	for i := range 3 {
		h.places = append(h.places, fixture.Confirmed(t, d, h.run, fixture.Person(t, d, fmt.Sprintf("learner%d@post.example", i))))
	}
	h.kofi, h.maya = h.teaches("kofi@threshold.example"), h.teaches("maya@threshold.example")
	h.grace = fixture.Person(t, d, "grace@threshold.example", people.Admin).ID
	h.hugh = fixture.Person(t, d, "hugh@threshold.example", people.Admin).ID
	for _, who := range []id.Person{h.kofi, h.maya} {
		h.assign(h.run, who)
	}
	return h
}

func (h *house) write(f func(tx *db.Tx) error) error { return h.db.Write(h.Context(), f) }

func (h *house) must(f func(tx *db.Tx) error) {
	h.Helper()
	if err := h.write(f); err != nil {
		h.Fatal(err)
	}
}

func (h *house) teaches(email string) id.Person {
	h.Helper()
	who := fixture.Person(h, h.db, email).ID
	h.must(func(tx *db.Tx) error { return course.AddTrainer(h.Context(), tx, audit.System, who) })
	return who
}

// assign has somebody teach the whole of a run.
func (h *house) assign(o *course.Offering, who id.Person) {
	h.Helper()
	for _, b := range o.Blocks {
		h.must(func(tx *db.Tx) error { return course.Assign(h.Context(), tx, audit.System, b.ID, who) })
	}
}

// other schedules a run of one block beside the first, of the same course.
func (h *house) other(code string, first london.Date) *course.Offering {
	h.Helper()
	o := *h.run
	o.Run.ID, o.Code, o.Places = 0, code, course.Places{Capacity: 3}
	o.Blocks = []course.Block{{StartsOn: first, EndsOn: first.AddDays(4)}}
	h.must(func(tx *db.Tx) error { return course.Schedule(h.Context(), tx, audit.System, &o) })
	return &o
}

func (h *house) at(t time.Time) { h.clock.Set(t) }

func (h *house) half(run string, day london.Date, half attendance.Half) *attendance.HalfDay {
	h.Helper()
	found, err := attendance.Find(h.Context(), h.db, run, day.String(), string(half))
	if err != nil {
		h.Fatal(err)
	}
	return found
}

// stroke is a mark for the n-th place.
func (h *house) stroke(n int, was, mark attendance.Mark) attendance.Stroke {
	return attendance.Stroke{Code: h.places[n].Code, Was: was, Mark: mark}
}

// save marks as a trainer does, under a key of its own.
func (h *house) save(who id.Person, half *attendance.HalfDay, strokes ...attendance.Stroke) (map[string]error, error) {
	h.sent++
	return h.saveAs(attendance.Keeper{Person: who}, half, fmt.Sprintf("sending-%020d", h.sent), strokes...)
}

func (h *house) saveAs(by attendance.Keeper, half *attendance.HalfDay, key string, strokes ...attendance.Stroke) (refused map[string]error, err error) {
	err = h.write(func(tx *db.Tx) error {
		refused, err = attendance.Save(h.Context(), tx, by, half, key, strokes)
		return err
	})
	return refused, err
}

// saved marks, and expects nothing to be refused.
func (h *house) saved(who id.Person, half *attendance.HalfDay, strokes ...attendance.Stroke) {
	h.Helper()
	if refused, err := h.save(who, half, strokes...); err != nil || len(refused) > 0 {
		h.Fatalf("refused %v, %v", refused, err)
	}
}

// marks are those of the three places in half a day.
func (h *house) marks(half *attendance.HalfDay) string {
	h.Helper()
	sheet, err := attendance.Sheet(h.Context(), h.db, half)
	if err != nil {
		h.Fatal(err)
	}
	text := ""
	for _, p := range h.places {
		for _, e := range sheet {
			if e.ID == p.ID {
				text += fmt.Sprintf("%s ", e.Mark)
			}
		}
	}
	return text
}

// attends has the first halves of a run's half days marked present for a place, and the others absent, without the registers' own
// rules of time.
func (h *house) attends(place *enrolment.Enrolment, o *course.Offering, halves int, missing ...int) {
	h.Helper()
	left := halves
	for i, b := range o.Blocks {
		for day := b.StartsOn; !day.After(b.EndsOn); day = day.AddDays(1) {
			for _, half := range []string{"am", "pm"} {
				mark := "present"
				if left == 0 || contains(missing, i+1) {
					mark = "absent"
				} else {
					left--
				}
				_, err := h.owner.NewRaw(`
					WITH g AS (INSERT INTO registers (block_id, starts_on, ends_on, day, half) VALUES (?0, ?1, ?2, ?3, ?4)
					           ON CONFLICT ON CONSTRAINT registers_once DO UPDATE SET half = excluded.half RETURNING id)
					INSERT INTO attendance_marks (enrolment_id, register_id, mark, by_id, at) SELECT ?5, id, ?6, ?7, now() FROM g`,
					b.ID, b.StartsOn, b.EndsOn, day, half, place.ID, mark, h.kofi).Exec(h.Context())
				if err != nil {
					h.Fatal(err)
				}
			}
		}
	}
}

func contains(list []int, n int) bool {
	for _, one := range list {
		if one == n {
			return true
		}
	}
	return false
}

func (h *house) outcome(n int) attendance.Outcome {
	h.Helper()
	o, err := attendance.OutcomeOf(h.Context(), h.db, h.places[n].ID)
	if err != nil {
		h.Fatal(err)
	}
	return o
}
