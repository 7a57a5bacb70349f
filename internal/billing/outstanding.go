package billing

import (
	"context"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// ErrNotOutstanding means that nothing is outstanding of the charge for a place that was given up.
var ErrNotOutstanding = failure.New(failure.Conflict, "not_outstanding", "Nothing is still to be paid of this charge. It may have been paid or let off a moment ago.")

// PayOutstanding puts money that was just captured towards the charge for a place that was given up. What is more than is
// outstanding goes back to where it came from.
func PayOutstanding(ctx context.Context, tx *db.Tx, p *Payment, s *Share) error {
	used := min(p.Captured, s.Outstanding)
	if used > 0 {
		if err := ledger.Post(ctx, tx, entry(fmt.Sprintf("payment/%d/applied", p.ID), used, Due(s.ID), Clearing)); err != nil {
			return fmt.Errorf("applying payment %s: %w", p.Code, err)
		}
		if err := taxPaid(ctx, tx, fmt.Sprintf("payment/%d", p.ID), s.ID, used, Kept); err != nil {
			return err
		}
	}
	if used < p.Captured {
		if err := giveBackRest(ctx, tx, p, p.Captured-used); err != nil {
			return err
		}
	}
	return setOutstanding(ctx, tx, s, s.Outstanding-used)
}

// LetOffOutstanding asks for no more of the charge for a place on a run that was given up. A page on which it could be paid is closed.
// It returns ErrNotOutstanding, and ErrPartUnderWay while a bank is confirming a payment of it.
func LetOffOutstanding(ctx context.Context, tx *db.Tx, s *Share, run id.Run) error {
	open, err := OpenPayment(ctx, tx, *s)
	switch {
	case err != nil:
		return err
	case s.Outstanding == 0:
		return ErrNotOutstanding
	case open != nil && open.Status == Pending:
		return ErrPartUnderWay
	case open != nil:
		if err := tx.Enqueue(ctx, PageClosing{open.ID}); err != nil {
			return err
		}
	}
	if err := ledger.Post(ctx, tx, entry(fmt.Sprintf("share/%d/let-off", s.ID), s.Outstanding, Due(s.ID), Kept(run))); err != nil {
		return fmt.Errorf("letting a learner off: %w", err)
	}
	return setOutstanding(ctx, tx, s, 0)
}

func setOutstanding(ctx context.Context, tx *db.Tx, s *Share, amount money.Amount) error {
	s.Outstanding = amount
	if _, err := tx.NewUpdate().Model(s).Column("outstanding").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("counting what is outstanding: %w", err)
	}
	return nil
}
