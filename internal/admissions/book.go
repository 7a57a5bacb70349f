// Package admissions is the journeys that span places, money and people: booking a place, settling what was
// paid for it, giving it back. It has no SQL of its own; each verb calls those of the packages below in one
// unit of work, in the order of their locks: run, enrolment, payment, ledger.
package admissions

import (
	"context"
	"errors"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/money"
	"bursar/internal/people"
)

var (
	// ErrIncomplete means that a booking still needs an answer.
	ErrIncomplete = failure.New(failure.Invalid, "booking_incomplete", "Some questions still need an answer before you can book.")
	// ErrPriceChanged means that the price is not the one that was agreed to on the page.
	ErrPriceChanged = failure.New(failure.Conflict, "price_changed",
		"The price has changed since you opened this page. Nothing has been booked. Please check the new price below.")
)

// Book turns the signed-in owner's booking of a run into a held place with its share, payment and ledger entry,
// at the price they agreed to, in pence. Doing it again returns the place it made. It returns ErrIncomplete,
// ErrPriceChanged, course.ErrUnknown, course.ErrClosed, course.ErrFull or enrolment.ErrAlreadyThere.
func Book(ctx context.Context, tx *db.Tx, owner enrolment.Owner, run string, agreed money.Amount) (*enrolment.Enrolment, error) {
	o, err := course.FindOffering(ctx, tx, run)
	if err != nil {
		return nil, err
	}
	b, err := enrolment.LockBooking(ctx, tx, owner, o.ID)
	if err != nil {
		return nil, err
	}
	switch e, err := enrolment.ActiveOf(ctx, tx, owner.Person, o.ID); {
	case err == nil:
		return e, nil
	case !errors.Is(err, enrolment.ErrUnknown):
		return nil, err
	}
	if err := mayBook(owner, b, o, agreed, tx); err != nil {
		return nil, err
	}
	if b.Shared() {
		return nil, ErrIncomplete // its employer is to be asked: see BookShared
	}
	if err := people.SetDetails(ctx, tx, owner.Person, people.Details{Name: b.Name, Phone: b.Phone}); err != nil {
		return nil, err
	}
	e, err := enrolment.Hold(ctx, tx, o, enrolment.Claim{
		Person: owner.Person, Peer: b.Peer == enrolment.Yes, Band: b.Band(),
		ExpressStart: b.ExpressStart == enrolment.Yes, Until: tx.Now.Add(billing.PageLife),
	})
	if err != nil {
		return nil, err
	}
	if err := enrolment.FinishBooking(ctx, tx, b, e); err != nil {
		return nil, err
	}
	return e, charge(ctx, tx, e)
}

// mayBook checks what does not depend on anybody else.
func mayBook(owner enrolment.Owner, b *enrolment.Booking, o *course.Offering, agreed money.Amount, tx *db.Tx) error {
	switch {
	case !o.TakesBookings(tx.Now):
		return course.ErrClosed
	case owner.Person == 0, b.ID == 0, b.Next(o, tx.Now) != enrolment.StepCheck:
		return ErrIncomplete
	case o.Price(b.Band()) != agreed:
		return ErrPriceChanged
	}
	return nil
}

// charge makes the learner's share of the whole price and begins its payment.
func charge(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	shares, err := billing.Charge(ctx, tx, e.ID, e.RunID, billing.Share{Payer: billing.Learner, Amount: e.Price})
	if err != nil {
		return err
	}
	if _, err := billing.Start(ctx, tx, shares[0]); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(e.PersonID), e, "place held", map[string]any{"until": e.HeldUntil, "price": e.Price})
}

// record writes down what was done to an enrolment, and how it stands after it.
func record(ctx context.Context, tx *db.Tx, by audit.Actor, e *enrolment.Enrolment, action string, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["status"] = e.Status
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: action, Subject: "enrolment", SubjectID: int64(e.ID), Detail: detail})
}
