package admissions

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

// SeatReckoning is what it means for an organisation to give up its part of a place: by the contract's scale, since the 14
// days are for individuals.
type SeatReckoning struct {
	DaysBefore int          // left before the first day; negative once it has begun
	Step       course.Step  // of the scale, for a whole place; nothing is kept of one that was never confirmed
	Confirmed  bool         // the place was
	Ours       bool         // we have cancelled the dates, so that nothing is kept
	Own        money.Amount // what the organisation pays of the place, in pence
	Kept       money.Amount // what it owes of that all the same
	Back       money.Amount // Own = Kept + Back: taken off its invoices, or its credit once paid
}

// QuoteSeat works out what giving up a place at an instant would leave an organisation to pay. It must see every share, and
// returns enrolment.ErrUnknown for a place of which the organisation pays nothing.
func QuoteSeat(ctx context.Context, d bun.IDB, of *organisation.Organisation, seat string, now time.Time) (SeatReckoning, error) {
	e, err := enrolment.ByCode(ctx, d, seat)
	if err != nil {
		return SeatReckoning{}, err
	}
	o, err := course.OfferingOf(ctx, d, e.RunID)
	if err != nil {
		return SeatReckoning{}, err
	}
	shares, err := sharesOf(ctx, d, e)
	if err != nil {
		return SeatReckoning{}, err
	}
	q := reckonSeat(of.ID, e, shares, o, now)
	if q.Own > 0 {
		return q, nil
	}
	t, err := enrolment.TeamOf(ctx, d, e.TeamID)
	if err == nil && t.OrganisationID == of.ID {
		return q, nil // included in what it pays for others
	}
	return q, enrolment.ErrUnknown
}

// MayWithdraw reports whether the organisation that booked a place can give it up alone: it is held or confirmed, nobody is
// asked whether they keep it or has kept it, and only organisations pay. It must see every share. A place of another's
// booking is enrolment.ErrUnknown.
func MayWithdraw(ctx context.Context, d bun.IDB, of *organisation.Organisation, seat string) (bool, error) {
	e, err := enrolment.ByCode(ctx, d, seat)
	if err != nil {
		return false, err
	}
	t, err := enrolment.TeamOf(ctx, d, e.TeamID)
	if err != nil || t.OrganisationID != of.ID {
		return false, enrolment.ErrUnknown.Because(err)
	}
	if e.Status != enrolment.Held && e.Status != enrolment.Confirmed {
		return false, nil
	}
	if kept, err := enrolment.Kept(ctx, d, e.ID); err != nil || kept {
		return false, err
	}
	if _, err := enrolment.DepartureOf(ctx, d, e.ID); !errors.Is(err, enrolment.ErrNotLeft) {
		return false, err
	}
	err = onlyOrganisations(ctx, d, e)
	if errors.Is(err, ErrOthersPay) {
		return false, nil
	}
	return err == nil, err
}

// reckonSeat divides what is kept of the whole place over all shares by their agreed amounts, and adds up the
// organisation's own.
func reckonSeat(of id.Organisation, e *enrolment.Enrolment, shares []billing.Share, o *course.Offering, now time.Time) SeatReckoning {
	r := enrolment.ReckonContract(e, o, now)
	q := SeatReckoning{DaysBefore: r.DaysBefore, Step: r.Step, Confirmed: r.Ground != enrolment.Unpaid, Ours: r.Ground == enrolment.Ours}
	for i, charge := range split(r.Charge, shares) {
		if shares[i].OrganisationID == of {
			q.Own, q.Kept = q.Own+shares[i].Amount, q.Kept+charge
		}
	}
	q.Back = q.Own - q.Kept
	return q
}

// WithdrawSeat gives up a place that an organisation has booked. Each organisation that pays a part keeps paying what the
// contract says of its part; the rest is credited the way it was invoiced. agreedKept is what the page said that this one
// still pays, in pence. It returns enrolment.ErrUnknown, ErrOthersPay, ErrReckoningChanged or state.ErrMovedOn, and runs as
// db.Worker.
func WithdrawSeat(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, seat string, agreedKept money.Amount) error {
	e, err := lockQuietSeat(ctx, tx, of, seat)
	if err != nil {
		return err
	}
	if e.Status == enrolment.Completed {
		return state.ErrMovedOn
	}
	if err := onlyOrganisations(ctx, tx, e); err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	shares, err := sharesOf(ctx, tx, e)
	if err != nil {
		return err
	}
	if reckonSeat(of.ID, e, shares, o, tx.Now).Kept != agreedKept {
		return ErrReckoningChanged
	}
	return endSeat(ctx, tx, by, of, e, shares, enrolment.ReckonContract(e, o, tx.Now).Charge)
}

func endSeat(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, e *enrolment.Enrolment, shares []billing.Share, charge money.Amount) error {
	if err := enrolment.Withdraw(ctx, tx, e); err != nil {
		return err
	}
	for i, part := range split(charge, shares) {
		if err := endOrganisationShare(ctx, tx, &shares[i], e, part); err != nil {
			return err
		}
	}
	if err := record(ctx, tx, audit.Person(by), e, "place given up by its organisation", map[string]any{"kept": charge}); err != nil {
		return err
	}
	if err := tellSeatWithdrawn(ctx, tx, of, e); err != nil {
		return err
	}
	return passOnPlace(ctx, tx, e.RunID)
}

// endOrganisationShare leaves of an organisation's share only a charge to be paid, and credits what was invoiced beyond it.
func endOrganisationShare(ctx context.Context, tx *db.Tx, s *billing.Share, e *enrolment.Enrolment, charge money.Amount) error {
	if err := billing.Reduce(ctx, tx, s, e.RunID, charge); err != nil {
		return err
	}
	if s.PayRequestID != 0 {
		if err := billing.EndRequest(ctx, tx, s.PayRequestID); err != nil {
			return err
		}
	}
	if s.Invoiced <= charge {
		return nil
	}
	why := "Place " + e.Code + " was given up."
	if e.Status == enrolment.Cancelled {
		why = "We cancelled the dates of place " + e.Code + "."
	}
	return invoice.CreditShare(ctx, tx, audit.System, s.ID, s.Invoiced-charge, why)
}

// endShare settles one share of a place that ends, whoever pays it.
func endShare(ctx context.Context, tx *db.Tx, a *award.Award, s billing.Share, e *enrolment.Enrolment, charge money.Amount) error {
	switch s.Payer {
	case billing.Award:
		return returnToFund(ctx, tx, a, s, e.RunID, charge)
	case billing.Organisation:
		return endOrganisationShare(ctx, tx, &s, e, charge)
	}
	if err := billing.EndPlan(ctx, tx, s.ID); err != nil {
		return err
	}
	_, err := billing.GiveBack(ctx, tx, s, e.RunID, charge)
	return err
}
