package billing

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// VAT is the account of the VAT that we owe. It is due once a place is invoiced or paid, whichever comes first (VAT Act 1994,
// section 6(4)): what organisations are asked for when it is invoiced, and what learners and funds pay when they pay it.
const VAT = "vat"

// VATRate is the standard rate in per cent (VAT Act 1994, section 2).
const VATRate = 20

// NetOf is an amount without the VAT in it at a rate in per cent. It is chosen so that VAT counted on it gives the amount
// wherever any net does.
func NetOf(amount money.Amount, rate int) money.Amount {
	net := amount.Split(100, int64(rate))[0]
	for _, near := range []money.Amount{net, net - 1, net + 1} {
		if near+near.Percent(int64(rate)*100) == amount {
			return near
		}
	}
	return net
}

// standardRated reports whether there is VAT in our prices, as our details for invoices say now.
func standardRated(ctx context.Context, d bun.IDB) (is bool, err error) {
	err = d.NewRaw("SELECT EXISTS (SELECT FROM provider_details WHERE vat = 'standard' AND id = (SELECT max(id) FROM provider_details))").Scan(ctx, &is)
	if err != nil {
		return false, fmt.Errorf("reading how we stand to VAT: %w", err)
	}
	return is, nil
}

// taxPaid takes the VAT out of what was charged for a share, as much as is in money that was just put towards it. from is the
// account of a run in which the charge stands: Deferred or, once the place was given up, Kept.
func taxPaid(ctx context.Context, tx *db.Tx, reference string, share id.Share, amount money.Amount, from func(id.Run) string) error {
	standard, err := standardRated(ctx, tx)
	if err != nil || !standard {
		return err
	}
	vat := amount - NetOf(amount, VATRate)
	if vat == 0 {
		return nil
	}
	var run id.Run
	err = tx.NewRaw("UPDATE shares s SET vat = vat + ? FROM enrolments e WHERE s.id = ? AND e.id = s.enrolment_id RETURNING e.run_id", vat, share).Scan(ctx, &run)
	if err != nil {
		return fmt.Errorf("counting VAT: %w", err)
	}
	return ledger.Post(ctx, tx, entry(reference+"/vat", vat, VAT, from(run)))
}

// taxKept puts the VAT of a share right whose place was given up, of which so much stays paid and so much goes back: what is
// in the charge was kept, and what is in the rest is owed no more.
func taxKept(ctx context.Context, tx *db.Tx, reference string, share id.Share, run id.Run, stays, back money.Amount) error {
	var vat money.Amount
	if err := tx.NewRaw("SELECT vat FROM shares WHERE id = ?", share).Scan(ctx, &vat); err != nil {
		return fmt.Errorf("reading VAT: %w", err)
	}
	if vat == 0 {
		return nil
	}
	left := vat.Split(int64(stays), int64(back))[0]
	if _, err := tx.NewRaw("UPDATE shares SET vat = ? WHERE id = ?", left, share).Exec(ctx); err != nil {
		return fmt.Errorf("counting VAT: %w", err)
	}
	return moveVAT(ctx, tx, reference, run, vat, left)
}

// moveVAT posts that the VAT of a share was taken out of what was charged for a run, and is in what was kept of it now, as far
// as it is left.
func moveVAT(ctx context.Context, tx *db.Tx, reference string, run id.Run, vat, left money.Amount) error {
	lines := []ledger.Line{{Account: Deferred(run), Amount: -vat}, {Account: Kept(run), Amount: left}, {Account: VAT, Amount: vat - left}}
	lines = slices.DeleteFunc(lines, func(l ledger.Line) bool { return l.Amount == 0 })
	if len(lines) == 0 {
		return nil
	}
	return ledger.Post(ctx, tx, ledger.Entry{Reference: reference + "/vat", Lines: lines})
}
