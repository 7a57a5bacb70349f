package billing

import (
	"context"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// MoveDeferred makes what was charged for days still to come, in pence, income of another run, because the place that it
// was charged for goes there. reference says what was done once.
func MoveDeferred(ctx context.Context, tx *db.Tx, reference string, from, to id.Run, amount money.Amount) error {
	if amount == 0 {
		return nil
	}
	return ledger.Post(ctx, tx, entry(reference, amount, Deferred(to), Deferred(from)))
}

// AddShare charges somebody for what a place costs more than before, in pence, as a share of its own. The price of the place
// is changed by the caller in the same unit of work.
func AddShare(ctx context.Context, tx *db.Tx, run id.Run, s *Share) error {
	if err := tx.NewRaw("SELECT max(number) + 1 FROM shares WHERE enrolment_id = ?", s.EnrolmentID).Scan(ctx, &s.Number); err != nil {
		return fmt.Errorf("numbering a share: %w", err)
	}
	if _, err := tx.NewInsert().Model(s).Exec(ctx); err != nil {
		return fmt.Errorf("adding a share: %w", err)
	}
	return ledger.Post(ctx, tx, charged(*s, run, "charged"))
}

// ReturnSurplus sends back to where it came from what was paid on a share beyond what it asks for now.
func ReturnSurplus(ctx context.Context, tx *db.Tx, reference string, s Share) (money.Amount, error) {
	due, err := ledger.Balance(ctx, tx, Due(s.ID))
	if err != nil || due >= 0 {
		return 0, err
	}
	orders, err := refundable(ctx, tx, s, -due)
	if err != nil {
		return 0, err
	}
	e := ledger.Entry{Reference: reference, Lines: []ledger.Line{{Account: Due(s.ID), Amount: -due}}}
	for _, o := range orders {
		e.Lines = append(e.Lines, ledger.Line{Account: Owed(o.payment.ID), Amount: -o.amount})
	}
	if err := ledger.Post(ctx, tx, e); err != nil {
		return 0, fmt.Errorf("returning what was paid too much: %w", err)
	}
	for _, o := range orders {
		if err := requestRefund(ctx, tx, o.payment, o.amount, ForMove); err != nil {
			return 0, err
		}
	}
	return -due, nil
}
