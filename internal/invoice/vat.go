package invoice

import (
	"context"
	"fmt"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// postVAT takes the VAT of shares, as a query finds it, out of what was charged for the run; with sign -1 it puts that back. Of
// a place that was given up it is in what was kept. Whoever gives one up waits for the rows of the shares, which were counted
// before, and finds their VAT.
func (i *Invoice) postVAT(ctx context.Context, tx *db.Tx, reference string, sign money.Amount, query string, args ...any) error {
	var vat struct{ Deferred, Kept money.Amount }
	err := tx.NewRaw(`
		SELECT coalesce(sum(p.vat) FILTER (WHERE s.kept IS NULL), 0) AS deferred, coalesce(sum(p.vat) FILTER (WHERE s.kept IS NOT NULL), 0) AS kept
		FROM (`+query+`) p JOIN shares s ON s.id = p.share_id`, args...).Scan(ctx, &vat)
	if err != nil {
		return fmt.Errorf("reading the VAT of %s: %w", i.Number, err)
	}
	e := ledger.Entry{Reference: reference}
	for _, l := range []ledger.Line{{Account: billing.Deferred(i.RunID), Amount: vat.Deferred}, {Account: billing.Kept(i.RunID), Amount: vat.Kept},
		{Account: billing.VAT, Amount: -vat.Deferred - vat.Kept}} {
		if l.Amount != 0 {
			e.Lines = append(e.Lines, ledger.Line{Account: l.Account, Amount: sign * l.Amount})
		}
	}
	if len(e.Lines) == 0 {
		return nil
	}
	return ledger.Post(ctx, tx, e)
}
