package billing

import (
	"context"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// Less is how much less is asked for of a share, in pence.
type Less struct {
	Share  id.Share
	Amount money.Amount
}

// LetOff asks organisations for less of their shares of a run, out of goodwill: it is owed no more, also of their purchase
// orders, and never invoiced again. reference says what was done once. The places and purchase orders are locked before.
func LetOff(ctx context.Context, tx *db.Tx, reference string, run id.Run, list []Less) error {
	e := ledger.Entry{Reference: reference}
	var deferred, charges money.Amount
	for _, l := range list {
		var kept bool
		err := tx.NewRaw("UPDATE shares SET let_off = let_off + ?0, ordered = greatest(0, ordered - ?0) WHERE id = ?1 RETURNING kept IS NOT NULL", l.Amount, l.Share).
			Scan(ctx, &kept)
		if err != nil {
			return fmt.Errorf("letting a payer off: %w", err)
		}
		if kept {
			charges += l.Amount
		} else {
			deferred += l.Amount
		}
		e.Lines = append(e.Lines, ledger.Line{Account: Due(l.Share), Amount: -l.Amount})
	}
	if deferred > 0 {
		e.Lines = append(e.Lines, ledger.Line{Account: Deferred(run), Amount: deferred})
	}
	if charges > 0 {
		e.Lines = append(e.Lines, ledger.Line{Account: Kept(run), Amount: charges})
	}
	if len(list) == 0 {
		return nil
	}
	return ledger.Post(ctx, tx, e)
}
