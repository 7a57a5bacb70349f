package invoice

import (
	"context"
	"fmt"
	"strings"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

var (
	// ErrUndone means that a settlement was undone already, or undoes another itself.
	ErrUndone = failure.New(failure.Conflict, "settlement_undone", "This was undone already.")
	// ErrCardStays means that a payment by card cannot be undone: it is refunded.
	ErrCardStays = failure.New(failure.Conflict, "card_stays", "A payment by card cannot be undone here. Issue a credit note, and refund the credit to the card.")
	// ErrGiftGone means that a gift on the invoice has gone to its fund.
	ErrGiftGone = failure.New(failure.Conflict, "gift_gone", "A gift on this invoice has gone to its fund already, so this cannot be taken back here.")
	// ErrFreed means that what a settlement paid was credited since.
	ErrFreed = failure.New(failure.Conflict, "settlement_freed", "Part of this was credited since, and cannot be undone. It stands to the organisation’s credit.")
)

// Undo reverses a settlement. Money from a bank line stands in billing.Clearing afterwards, for the caller to say where it
// belongs. It returns ErrUnknown, ErrUndone, ErrCardStays, ErrGiftGone or ErrFreed.
func Undo(ctx context.Context, tx *db.Tx, by id.Person, which id.Settlement, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return failure.Field("reason", "Say why this is undone")
	}
	s, in, err := lockSettlement(ctx, tx, which)
	if err != nil {
		return err
	}
	switch {
	case s.Amount < 0:
		return ErrUndone
	case s.Kind == ByCard:
		return ErrCardStays
	}
	parts, err := settled(ctx, tx, which)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.GiftID != 0 {
			return ErrGiftGone
		}
	}
	back := Source{Kind: s.Kind, By: by, reason: reason}
	reversal, err := writeSettlement(ctx, tx, in, back, -s.Amount, s.ID, parts)
	switch {
	case db.Violates(err, "settlements_reversed_once"):
		return ErrUndone.Because(err)
	case db.Violates(err, "invoice_parts_within"), db.Violates(err, "invoices_not_overpaid"):
		return ErrFreed.Because(err)
	case err != nil:
		return err
	}
	if err := move(ctx, tx, fmt.Sprintf("settlement/%d", reversal), back.account(in.OrganisationID), parts, -1); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: actor(by), Action: "settlement undone", Subject: "invoice", SubjectID: int64(in.ID),
		Detail: map[string]any{"kind": s.Kind, "amount": s.Amount, "settlement": s.ID}})
}

func lockSettlement(ctx context.Context, tx *db.Tx, which id.Settlement) (*Settlement, *Invoice, error) {
	s := new(Settlement)
	if err := tx.NewRaw("SELECT "+settlementColumns+" FROM settlements WHERE id = ?", which).Scan(ctx, s); err != nil {
		if db.NoRows(err) {
			return nil, nil, ErrUnknown
		}
		return nil, nil, fmt.Errorf("reading a settlement: %w", err)
	}
	in, err := LockByID(ctx, tx, s.InvoiceID)
	return s, in, err
}

// settled are the portions of a settlement.
func settled(ctx context.Context, tx *db.Tx, which id.Settlement) ([]portion, error) {
	var rows []asked
	err := tx.NewRaw(`SELECT p.id, coalesce(p.share_id, 0) AS share_id, coalesce(p.gift_id, 0) AS gift_id, s.amount
		FROM settlement_parts s JOIN invoice_parts p ON p.id = s.part_id WHERE s.settlement_id = ? ORDER BY p.id`, which).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading a settlement: %w", err)
	}
	list := make([]portion, len(rows))
	for i, r := range rows {
		list[i] = portion{r, r.Amount}
	}
	return list, nil
}
