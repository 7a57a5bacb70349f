package fund

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
)

// LockGifts locks gifts that an invoice asks for, and their funds, before the invoice itself is locked.
func LockGifts(ctx context.Context, tx *db.Tx, which ...id.Gift) error {
	for _, rows := range []string{
		"SELECT id FROM gifts WHERE id IN (?) ORDER BY id FOR UPDATE",
		"SELECT id FROM funds WHERE id IN (SELECT fund_id FROM gifts WHERE id IN (?)) ORDER BY id FOR NO KEY UPDATE",
	} {
		if _, err := tx.NewRaw(rows, bun.List(which)).Exec(ctx); err != nil {
			return fmt.Errorf("locking gifts: %w", err)
		}
	}
	return nil
}

// ReceiveInvoiced puts money that was paid for a pledge by an invoice into its fund, from the ledger account on which it
// arrived. It returns ErrUnknownGift or state.ErrMovedOn.
func ReceiveInvoiced(ctx context.Context, tx *db.Tx, by audit.Actor, which id.Gift, from string) error {
	g, f, err := lockInvoiced(ctx, tx, which)
	if err != nil {
		return err
	}
	if err := g.receive(ctx, tx, f, from); err != nil {
		return err
	}
	return g.recordAs(ctx, tx, by, "gift received")
}

// CancelInvoiced writes down that a pledge which an invoice asked for will not come. It returns ErrUnknownGift,
// state.ErrMovedOn, or ErrNotEnough when it was promised on already.
func CancelInvoiced(ctx context.Context, tx *db.Tx, by audit.Actor, which id.Gift) error {
	g, f, err := lockInvoiced(ctx, tx, which)
	if err != nil {
		return err
	}
	if err := g.cancel(ctx, tx, f); err != nil {
		return err
	}
	return g.recordAs(ctx, tx, by, "gift cancelled")
}

func lockInvoiced(ctx context.Context, tx *db.Tx, which id.Gift) (*Gift, *Fund, error) {
	g, err := LockGift(ctx, tx, which)
	if err != nil {
		return nil, nil, err
	}
	f, err := ByID(ctx, tx, g.FundID)
	return g, f, err
}

func (g *Gift) recordAs(ctx context.Context, tx *db.Tx, by audit.Actor, action string) error {
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: action, Subject: "fund", SubjectID: int64(g.FundID),
		Detail: map[string]any{"gift": g.Code, "amount": g.Amount}})
}
