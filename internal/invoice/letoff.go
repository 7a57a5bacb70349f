package invoice

import (
	"context"
	"fmt"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
)

// LetOff is Credit out of goodwill: what is credited is owed no more, and is never invoiced again.
func LetOff(ctx context.Context, tx *db.Tx, by audit.Actor, number string, lines []CreditLine, reason string) (*CreditNote, error) {
	in, err := lockAll(ctx, tx, number)
	if err != nil {
		return nil, err
	}
	list, err := in.portions(ctx, tx, lines)
	if err != nil {
		return nil, err
	}
	n, err := in.credit(ctx, tx, by, list, reason)
	if err != nil {
		return nil, err
	}
	return n, billing.LetOff(ctx, tx, fmt.Sprintf("credit-note/%d/let-off", n.ID), in.RunID, lessOf(list))
}

// lessOf is how much less is asked for of each share.
func lessOf(list []portion) (less []billing.Less) {
	for _, p := range list {
		at := slices.IndexFunc(less, func(l billing.Less) bool { return l.Share == p.ShareID })
		switch {
		case p.ShareID == 0: // a gift, whose pledge has ended
		case at < 0:
			less = append(less, billing.Less{Share: p.ShareID, Amount: p.amount})
		default:
			less[at].Amount += p.amount
		}
	}
	return less
}

// lockAll is Lock of an invoice with its places and its purchase order, of which less is asked for afterwards.
func lockAll(ctx context.Context, tx *db.Tx, number string) (*Invoice, error) {
	in, err := ByNumber(ctx, tx, number)
	if err != nil {
		return nil, err
	}
	_, err = tx.NewRaw(`SELECT FROM enrolments WHERE id IN (SELECT s.enrolment_id FROM invoice_parts p JOIN shares s ON s.id = p.share_id
		WHERE p.invoice_id = ?) ORDER BY id FOR UPDATE`, in.ID).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("locking places: %w", err)
	}
	if err := lockGiftsOf(ctx, tx, in.ID); err != nil {
		return nil, err
	}
	if _, err := tx.NewRaw("SELECT FROM purchase_orders WHERE id = ? FOR UPDATE", in.PurchaseOrderID).Exec(ctx); err != nil {
		return nil, fmt.Errorf("locking a purchase order: %w", err)
	}
	return LockByID(ctx, tx, in.ID)
}
