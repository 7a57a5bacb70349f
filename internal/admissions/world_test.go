package admissions_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
)

const fee = money.Amount(325_000)

// world is one open run and a clock.
type world struct {
	*testing.T
	db    *db.DB
	clock *dbtest.Clock
	run   id.Run
}

func newWorld(t *testing.T, capacity int) *world {
	t.Helper()
	d, clock := dbtest.NewAt(t, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	w := &world{T: t, db: dbtest.As(t, d, db.Worker), clock: clock}
	c := &course.Course{Slug: "foundation", Title: "Foundation", Summary: "s", Description: "d", Audience: "a"}
	o := &course.Offering{
		Run:    course.Run{Code: "FND-M27", City: "Manchester", Status: course.Open, Entry: course.Book, Listed: true, DayStarts: "09:30", DayEnds: "16:30"},
		Blocks: []course.Block{{StartsOn: london.On(2027, 3, 8), EndsOn: london.On(2027, 3, 12)}, {StartsOn: london.On(2027, 6, 7), EndsOn: london.On(2027, 6, 11)}},
		Prices: []course.Price{{Band: course.Organisation, Amount: fee}, {Band: course.Self, Amount: fee}, {Band: course.Peer, Amount: fee}},
		Scale:  []course.Step{{DaysBefore: 60, Fee: 7_500}, {DaysBefore: 28, ChargeBP: 5_000}, {DaysBefore: 0, ChargeBP: 10_000}},
		Places: course.Places{Capacity: capacity},
	}
	w.write(func(tx *db.Tx) error {
		if err := course.Add(t.Context(), tx, audit.System, c); err != nil {
			return err
		}
		o.CourseID = c.ID
		return course.Schedule(t.Context(), tx, audit.System, o)
	})
	w.run = o.ID
	return w
}

func (w *world) write(f func(*db.Tx) error) {
	w.Helper()
	if err := w.db.Write(w.Context(), f); err != nil {
		w.Fatal(err)
	}
}

// person is somebody with a booking that is ready to be sent.
func (w *world) person(n int) enrolment.Owner {
	w.Helper()
	var owner enrolment.Owner
	w.write(func(tx *db.Tx) error {
		p, err := people.Ensure(w.Context(), tx, fmt.Sprintf("learner%d@people.example", n))
		if err != nil {
			return err
		}
		owner = enrolment.Owner{Person: p.ID, VisitorHash: fmt.Appendf(nil, "browser %d", n)}
		_, err = enrolment.SaveBooking(w.Context(), tx, owner, w.run, func(b *enrolment.Booking) {
			b.Learner, b.Payer, b.Name, b.Email = enrolment.LearnerMyself, enrolment.PayerMyself, "Ana Reyes", p.Email
		})
		return err
	})
	return owner
}

func (w *world) book(owner enrolment.Owner) (e *enrolment.Enrolment, err error) {
	ctx := context.WithoutCancel(w.Context())
	err = w.db.Write(ctx, func(tx *db.Tx) error {
		e, err = admissions.Book(ctx, tx, owner, "FND-M27", fee)
		return err
	})
	return e, err
}

// booked is a new held place, its payment, and what the processor says when it is paid.
func (w *world) booked(n int) (*enrolment.Enrolment, *billing.Payment, billing.Standing) {
	w.Helper()
	e, err := w.book(w.person(n))
	if err != nil {
		w.Fatal(err)
	}
	p := w.payment(e.ID)
	return e, p, billing.Standing{
		Session: "cs_" + p.Code, Reference: p.Code, State: billing.PageComplete, Paid: true, Intent: "pi_" + p.Code,
		Amount: p.Amount, Captured: p.Amount, Currency: "gbp", ExpiresAt: p.ExpiresAt,
	}
}

func (w *world) settle(p *billing.Payment, s billing.Standing) {
	w.Helper()
	w.write(func(tx *db.Tx) error { return admissions.Settle(w.Context(), tx, p.ID, s) })
	w.sound()
}

// sound checks what holds after every unit of work: the books add up and nothing is left in Clearing.
func (w *world) sound() {
	w.Helper()
	problems, err := ledger.Verify(w.Context(), w.db)
	if err != nil || len(problems) > 0 {
		w.Fatalf("the books: %v %v", problems, err)
	}
	if b := w.balance(billing.Clearing); b != 0 {
		w.Fatalf("%s is left in clearing", b)
	}
}

func (w *world) balance(account string) money.Amount {
	w.Helper()
	b, err := ledger.Balance(w.Context(), w.db, account)
	if err != nil {
		w.Fatal(err)
	}
	return b
}

func (w *world) payment(e id.Enrolment) *billing.Payment {
	w.Helper()
	shares, err := billing.SharesOf(w.Context(), w.db, e)
	if err != nil {
		w.Fatal(err)
	}
	payments, err := billing.PaymentsOf(w.Context(), w.db, shares...)
	if err != nil || len(payments) != 1 {
		w.Fatalf("%d payments, %v", len(payments), err)
	}
	return &payments[0]
}

func (w *world) refunds(p *billing.Payment) []billing.Refund {
	w.Helper()
	refunds, err := billing.RefundsOf(w.Context(), w.db, *p)
	if err != nil {
		w.Fatal(err)
	}
	return refunds
}

func (w *world) enrolment(which id.Enrolment) *enrolment.Enrolment {
	w.Helper()
	e, err := enrolment.Get(w.Context(), w.db, which)
	if err != nil {
		w.Fatal(err)
	}
	return e
}

func (w *world) expect(which id.Enrolment, want enrolment.Status) {
	w.Helper()
	if e := w.enrolment(which); e.Status != want {
		w.Errorf("the place is %s, want %s", e.Status, want)
	}
}

func (w *world) places() course.Places {
	w.Helper()
	p, err := course.PlacesOf(w.Context(), w.db, w.run)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// mails counts the mails of a template.
func (w *world) mails(template string) int64 {
	w.Helper()
	n, err := w.db.NewSelect().Table("mails").Where("template = ?", template).Count(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) doubts() []billing.Doubt {
	w.Helper()
	doubts, err := billing.Doubts(w.Context(), w.db)
	if err != nil {
		w.Fatal(err)
	}
	return doubts
}

// administrator adds somebody to the office.
func (w *world) administrator() {
	w.Helper()
	w.write(func(tx *db.Tx) error {
		p, err := people.Ensure(w.Context(), tx, "office@staff.example")
		if err != nil {
			return err
		}
		return people.Grant(w.Context(), tx, audit.System, p.ID, people.Admin)
	})
}
