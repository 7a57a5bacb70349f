package admissions

import (
	"context"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
)

// outstandingShare is the share of a place that was given up of whose charge its learner has not paid everything, or nil.
func outstandingShare(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (*billing.Share, error) {
	shares, err := billing.SharesOf(ctx, tx, e.ID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(shares, func(s billing.Share) bool { return s.Outstanding > 0 })
	if i < 0 {
		return nil, nil
	}
	return &shares[i], nil
}

// payOutstanding begins the payment of what is outstanding of the charge for a place that was given up, or returns the one that is
// open. It returns ErrNothingToPay.
func payOutstanding(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (*billing.Payment, error) {
	s, err := outstandingShare(ctx, tx, e)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, ErrNothingToPay
	}
	open, err := billing.OpenPayment(ctx, tx, *s)
	switch {
	case err != nil:
		return nil, err
	case open != nil && open.Saved:
		return nil, ErrNothingToPay // an instalment was on its way when the place was given up: it goes back
	case open != nil:
		return open, nil
	}
	return billing.StartRest(ctx, tx, *s)
}

// takeOutstanding puts money towards what is outstanding of the charge for a place that was given up, and says so.
func takeOutstanding(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment, s *billing.Share) error {
	used := min(p.Captured, s.Outstanding)
	if err := billing.PayOutstanding(ctx, tx, p, s); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.CardProcessor, e, "charge paid", moneyOf(p)); err != nil {
		return err
	}
	return tell(ctx, tx, e, "charge-paid", letter{Payment: p.Code, Amount: used, Owed: s.Outstanding})
}

// LetOffCharge asks a learner for no more of the charge for a place that they gave up, and tells them. seen is what was
// outstanding on the page, in pence. It returns billing.ErrNotOutstanding when that is not so any more, billing.ErrPartUnderWay
// and Invalid failures about "reason".
func LetOffCharge(ctx context.Context, tx *db.Tx, by id.Person, place string, seen money.Amount, reason string) error {
	if reason == "" {
		return failure.Field("reason", "Say why, so that a colleague can understand it later")
	}
	known, err := enrolment.ByCode(ctx, tx, place)
	if err != nil {
		return err
	}
	e, err := enrolment.Lock(ctx, tx, known.ID)
	if err != nil {
		return err
	}
	s, err := outstandingShare(ctx, tx, e)
	if err != nil {
		return err
	}
	if s == nil || s.Outstanding != seen {
		return billing.ErrNotOutstanding
	}
	if err := billing.LetOffOutstanding(ctx, tx, s, e.RunID); err != nil {
		return err
	}
	detail := map[string]any{"amount": seen, "reason": reason}
	if err := record(ctx, tx, audit.Person(by), e, "charge let off", detail); err != nil {
		return err
	}
	return tell(ctx, tx, e, "charge-let-off", letter{Amount: seen})
}
