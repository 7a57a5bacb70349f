package admissions

import (
	"context"
	"errors"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/people"
)

// BookShared turns the signed-in owner's booking of a run, for which they and their employer pay, into a held place: the
// employer is asked for its part, and their own can be paid at any time until the last day. agreed is the whole price on
// the page, in pence. Doing it again returns the place it made. The errors are those of Book and AskToPay; it runs as
// db.Worker.
func BookShared(ctx context.Context, tx *db.Tx, owner enrolment.Owner, run string, agreed money.Amount) (*enrolment.Enrolment, error) {
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
	if !b.Shared() {
		return nil, ErrIncomplete
	}
	amount, err := b.Asked().Check(b.MostShared(o))
	if err != nil {
		return nil, err
	}
	if err := people.SetDetails(ctx, tx, owner.Person, people.Details{Name: b.Name, Phone: b.Phone}); err != nil {
		return nil, err
	}
	e, err := enrolment.Hold(ctx, tx, o, enrolment.Claim{
		Person: owner.Person, Peer: b.Peer == enrolment.Yes, Band: b.Band(), ExpressStart: b.ExpressStart == enrolment.Yes, Until: enrolment.SharedUntil(o, tx.Now).End(),
	})
	if err != nil {
		return nil, err
	}
	if err := enrolment.FinishBooking(ctx, tx, b, e); err != nil {
		return nil, err
	}
	shares, err := billing.Charge(ctx, tx, e.ID, e.RunID, billing.Share{Payer: billing.Learner, Amount: e.Price})
	if err != nil {
		return nil, err
	}
	a := Ask{Name: b.Employer, Email: b.EmployerEmail, Contact: b.EmployerContact, Amount: amount}
	if err := askEmployer(ctx, tx, owner.Person, e, &shares[0], a); err != nil {
		return nil, err
	}
	return e, record(ctx, tx, audit.Person(owner.Person), e, "place held", map[string]any{"until": e.HeldUntil, "price": e.Price, "employer": amount})
}
