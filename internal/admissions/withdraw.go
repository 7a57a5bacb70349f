package admissions

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/state"
)

// ErrReckoningChanged means that what would go back is not what the page said.
var ErrReckoningChanged = failure.New(failure.Conflict, "reckoning_changed",
	"What you would get back has changed since you opened this page, because a day has passed or a payment came in. Nothing has been cancelled. Please check the new amount below.")

// Return is what giving up a place would mean for the learner's money.
type Return struct {
	enrolment.Reckoning
	Paid money.Amount // so far, in pence
	Kept money.Amount
	Back money.Amount // Paid = Kept + Back
}

// QuoteWithdrawal works out what withdrawing at an instant would give back.
func QuoteWithdrawal(ctx context.Context, d bun.IDB, e *enrolment.Enrolment, o *course.Offering, now time.Time) (Return, error) {
	r := Return{Reckoning: enrolment.Reckon(e, o, now)}
	shares, err := billing.SharesOf(ctx, d, e.ID)
	if err != nil {
		return r, err
	}
	charges := split(r.Charge, shares)
	for i, s := range shares {
		if !s.Secured() {
			continue
		}
		paid, err := billing.Paid(ctx, d, s)
		if err != nil {
			return r, err
		}
		kept, back := enrolment.Back(charges[i], paid)
		r.Paid, r.Kept, r.Back = r.Paid+paid, r.Kept+kept, r.Back+back
	}
	return r, nil
}

// split divides what is kept of a price over its shares, by their agreed amounts.
func split(charge money.Amount, shares []billing.Share) []money.Amount {
	weights := make([]int64, len(shares))
	for i, s := range shares {
		weights[i] = int64(s.Amount)
	}
	return charge.Split(weights...)
}

// Withdraw gives up a person's own place, held or confirmed: the place is free in the same unit of work, what is
// not kept goes back, and they are told. agreedBack is what the page said would go back, in pence. Withdrawing
// twice is done once.
func Withdraw(ctx context.Context, tx *db.Tx, person id.Person, code string, agreedBack money.Amount) error {
	mine, err := enrolment.OfPerson(ctx, tx, person, code)
	if err != nil {
		return err
	}
	e, err := enrolment.Lock(ctx, tx, mine.ID)
	if err != nil || e.Status == enrolment.Withdrawn {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	r, err := QuoteWithdrawal(ctx, tx, e, o, tx.Now)
	if err != nil {
		return err
	}
	if r.Back != agreedBack {
		return ErrReckoningChanged
	}
	switch e.Status {
	case enrolment.Held:
		err = giveUpHeld(ctx, tx, e)
	case enrolment.Confirmed:
		err = giveUpConfirmed(ctx, tx, e, r)
	case enrolment.Waiting:
		err = enrolment.Withdraw(ctx, tx, e)
	default:
		return state.ErrMovedOn
	}
	if err != nil {
		return err
	}
	return tellWithdrawn(ctx, tx, e, r)
}

func tellWithdrawn(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, r Return) error {
	err := record(ctx, tx, audit.Person(e.PersonID), e, "place given up",
		map[string]any{"ground": r.Ground, "kept": r.Kept, "back": r.Back})
	if err != nil {
		return err
	}
	if err := tell(ctx, tx, e, "place-withdrawn", letter{Amount: r.Back, Kept: r.Kept}); err != nil {
		return err
	}
	return tellIfWaited(ctx, tx, e.RunID)
}

// giveUpHeld frees a place that is not paid for. Its payment page is closed by a job; money that comes in
// meanwhile goes back.
func giveUpHeld(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	if err := enrolment.Withdraw(ctx, tx, e); err != nil {
		return err
	}
	if err := releaseShares(ctx, tx, e); err != nil {
		return err
	}
	return billing.ClosePages(ctx, tx, e.ID)
}

func giveUpConfirmed(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, r Return) error {
	if err := enrolment.Withdraw(ctx, tx, e); err != nil {
		return err
	}
	shares, err := billing.SharesOf(ctx, tx, e.ID)
	if err != nil {
		return err
	}
	for i, charge := range split(r.Charge, shares) {
		if _, err := billing.GiveBack(ctx, tx, shares[i], e.RunID, charge); err != nil {
			return err
		}
	}
	return nil
}
