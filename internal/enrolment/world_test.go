package enrolment_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
)

// run schedules a run of a five-day block from 8 March 2027 with so many places, some of them for peers.
func run(t *testing.T, d *db.DB, capacity, reserved int) *course.Offering {
	t.Helper()
	c := &course.Course{Slug: "foundation", Title: "Foundation", Summary: "s", Description: "d", Audience: "a"}
	o := &course.Offering{
		Run: course.Run{Code: "FND-M27", City: "Manchester", Status: course.Open, Entry: course.Book, Listed: true, DayStarts: "09:30", DayEnds: "16:30"},
		Blocks: []course.Block{
			{StartsOn: london.On(2027, 3, 8), EndsOn: london.On(2027, 3, 12)},
			{StartsOn: london.On(2027, 6, 7), EndsOn: london.On(2027, 6, 11)},
		},
		Prices: []course.Price{{Band: course.Organisation, Amount: 420_000}, {Band: course.Self, Amount: 325_000}, {Band: course.Peer, Amount: 195_000}},
		Scale:  []course.Step{{DaysBefore: 60, Fee: 7_500}, {DaysBefore: 28, ChargeBP: 5_000}, {DaysBefore: 0, ChargeBP: 10_000}},
		Places: course.Places{Capacity: capacity, Reserved: reserved, ReleaseOn: london.On(2026, 12, 31)},
	}
	write(t, d, func(tx *db.Tx) error {
		if err := course.Add(t.Context(), tx, audit.System, c); err != nil {
			return err
		}
		o.CourseID = c.ID
		return course.Schedule(t.Context(), tx, audit.System, o)
	})
	return reload(t, d, o)
}

func reload(t *testing.T, d *db.DB, o *course.Offering) *course.Offering {
	t.Helper()
	fresh, err := course.OfferingOf(t.Context(), d, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

// folk makes n people.
func folk(t *testing.T, d *db.DB, n int) []id.Person {
	t.Helper()
	ids := make([]id.Person, n)
	write(t, d, func(tx *db.Tx) error {
		for i := range ids {
			p, err := people.Ensure(t.Context(), tx, fmt.Sprintf("learner%d@people.example", i))
			if err != nil {
				return err
			}
			ids[i] = p.ID
		}
		return nil
	})
	return ids
}

// hold takes a place and shares its price, as every caller of Hold must.
func hold(ctx context.Context, d *db.DB, o *course.Offering, p id.Person, peer bool) (e *enrolment.Enrolment, err error) {
	err = d.Write(ctx, func(tx *db.Tx) error {
		e, err = enrolment.Hold(ctx, tx, o, enrolment.Claim{Person: p, Peer: peer, Band: course.Self, Until: tx.Now.Add(35 * time.Minute)})
		if err != nil {
			return err
		}
		return share(ctx, tx, e.ID, e.Price)
	})
	return e, err
}

func share(ctx context.Context, tx *db.Tx, e id.Enrolment, amount money.Amount) error {
	_, err := tx.NewRaw("INSERT INTO shares (enrolment_id, number, payer, amount) VALUES (?, 1, 'learner', ?)", e, amount).Exec(ctx)
	return err
}

func write(t *testing.T, d *db.DB, f func(*db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}
