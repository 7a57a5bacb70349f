package invoice

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

var (
	// ErrCredited means that less of an invoice can be credited than was asked for.
	ErrCredited = failure.New(failure.Conflict, "credited_already", "Less of this invoice is left to credit than that. Somebody may have credited part of it already.")
	// ErrGiftWhole means that only part of a gift was to be credited.
	ErrGiftWhole = failure.New(failure.Conflict, "gift_whole", "A gift can only be credited as a whole.")
)

// CreditLine is how much of a line of an invoice is taken back, in pence with VAT.
type CreditLine struct {
	Line   int
	Amount money.Amount
}

// Credit issues a credit note for lines of an invoice, so that they can be invoiced again, put right; nil lines are all that was
// not credited yet. Each line is divided among what it asked for as the invoice was. What was paid beyond what is left stands
// to the organisation's credit. It returns ErrUnknown, ErrCredited, ErrGiftWhole, ErrGiftGone or an Invalid failure about
// "reason".
func Credit(ctx context.Context, tx *db.Tx, by audit.Actor, number string, lines []CreditLine, reason string) (*CreditNote, error) {
	in, err := Lock(ctx, tx, number)
	if err != nil {
		return nil, err
	}
	list, err := in.portions(ctx, tx, lines)
	if err != nil {
		return nil, err
	}
	return in.credit(ctx, tx, by, list, reason)
}

// portions is what lines take back of which parts of a locked invoice, in the order of these.
func (i *Invoice) portions(ctx context.Context, tx *db.Tx, lines []CreditLine) ([]portion, error) {
	parts, err := partsOf(ctx, tx, i.ID)
	if err != nil {
		return nil, err
	}
	var list []portion
	if lines == nil {
		for _, p := range parts {
			if left := p.Amount - p.Credited; left > 0 {
				list = append(list, portion{p, left})
			}
		}
	}
	for _, l := range lines {
		some, err := ofLine(parts, l)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	slices.SortStableFunc(list, func(a, b portion) int { return int(a.ID - b.ID) })
	return list, nil
}

// ofLine divides an amount among the parts of a line.
func ofLine(parts []asked, l CreditLine) (list []portion, err error) {
	var of []asked
	var weights []int64
	left := money.Amount(0)
	for _, p := range parts {
		if p.Line == l.Line && p.Amount > p.Credited {
			of, weights = append(of, p), append(weights, int64(p.Amount-p.Credited))
			left += p.Amount - p.Credited
		}
	}
	if l.Amount <= 0 || l.Amount > left {
		return nil, ErrCredited
	}
	for i, amount := range l.Amount.Split(weights...) {
		if amount > 0 {
			list = append(list, portion{of[i], amount})
		}
	}
	return list, nil
}

// CreditShare takes back so much of what was invoiced for a share, the latest invoice first, with a credit note for each.
// It is for a place that was given up, once billing.Reduce has left only the charge to be paid. It returns ErrCredited.
func CreditShare(ctx context.Context, tx *db.Tx, by audit.Actor, share id.Share, amount money.Amount, reason string) error {
	if amount == 0 {
		return nil
	}
	var invoices []id.Invoice
	err := tx.NewRaw("SELECT DISTINCT invoice_id FROM invoice_parts WHERE share_id = ? AND amount > credited ORDER BY invoice_id", share).Scan(ctx, &invoices)
	if err != nil {
		return fmt.Errorf("reading the invoices of a share: %w", err)
	}
	locked := make([]*Invoice, len(invoices))
	for i, which := range invoices {
		if locked[i], err = LockByID(ctx, tx, which); err != nil {
			return err
		}
	}
	for _, in := range slices.Backward(locked) {
		parts, err := partsOf(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		var list []portion
		for _, p := range parts {
			if some := min(amount, p.Amount-p.Credited); p.ShareID == share && some > 0 {
				list = append(list, portion{p, some})
				amount -= some
			}
		}
		if len(list) == 0 {
			continue
		}
		if _, err := in.credit(ctx, tx, by, list, reason); err != nil {
			return err
		}
	}
	if amount > 0 {
		return ErrCredited
	}
	return nil
}

// credit issues a credit note for portions of a locked invoice.
func (i *Invoice) credit(ctx context.Context, tx *db.Tx, by audit.Actor, parts []portion, reason string) (*CreditNote, error) {
	switch reason = strings.TrimSpace(reason); {
	case reason == "":
		return nil, failure.Field("reason", "Say why this is credited. It stands on the credit note")
	case len(parts) == 0:
		return nil, ErrCredited
	}
	for _, p := range parts {
		if err := p.letGo(ctx, tx, by); err != nil {
			return nil, err
		}
	}
	freed, err := i.free(ctx, tx, by, parts, reason)
	if err != nil {
		return nil, err
	}
	n, s, err := i.writeNote(ctx, tx, by, parts, freed, reason)
	if err != nil {
		return nil, err
	}
	if err := i.take(ctx, tx, n, s.Lines, parts); err != nil {
		return nil, err
	}
	err = i.postVAT(ctx, tx, fmt.Sprintf("credit-note/%d/vat", n.ID), -1,
		"SELECT a.share_id, c.vat FROM credit_parts c JOIN invoice_parts a ON a.id = c.part_id WHERE c.credit_note_id = ?", n.ID)
	if err != nil {
		return nil, err
	}
	err = audit.Record(ctx, tx, audit.Event{Actor: by, Action: "invoice credited", Subject: "invoice", SubjectID: int64(i.ID),
		Detail: map[string]any{"number": n.Number, "total": n.Total}})
	if err != nil {
		return nil, err
	}
	o, err := organisation.ByID(ctx, tx, i.OrganisationID)
	if err != nil {
		return nil, err
	}
	return n, s.send(ctx, tx, "credit-note", o.InvoiceEmail)
}

// letGo ends the pledge of a gift that is credited.
func (p portion) letGo(ctx context.Context, tx *db.Tx, by audit.Actor) error {
	switch {
	case p.GiftID == 0:
		return nil
	case p.Settled > p.Forgone:
		return ErrGiftGone
	case p.amount != p.Amount:
		return ErrGiftWhole
	case p.Settled > 0:
		return nil // it was written off, and ended then
	}
	return fund.CancelInvoiced(ctx, tx, by, p.GiftID)
}

// free makes room for a credit note where more was settled than will be left: first what was written off, which brings
// nothing back, and then what was paid, which stands to the organisation's credit from now on, and is returned.
func (i *Invoice) free(ctx context.Context, tx *db.Tx, by audit.Actor, parts []portion, reason string) (money.Amount, error) {
	person, _ := by.Person()
	var forgone, paid []portion
	for _, p := range parts {
		over := p.amount - p.open()
		if some := min(over, p.Forgone); some > 0 {
			forgone = append(forgone, portion{p.asked, some})
			over -= some
		}
		if over > 0 {
			paid = append(paid, portion{p.asked, over})
		}
	}
	if _, err := i.unsettle(ctx, tx, Source{Kind: ByWriteOff, By: person, reason: reason}, forgone); err != nil {
		return 0, err
	}
	return i.unsettle(ctx, tx, Source{Kind: ByCredit, By: person, reason: reason}, paid)
}

// unsettle takes back so much of what met an invoice, without undoing any one settlement.
func (i *Invoice) unsettle(ctx context.Context, tx *db.Tx, s Source, parts []portion) (money.Amount, error) {
	total := sum(parts)
	if total == 0 {
		return 0, nil
	}
	which, err := writeSettlement(ctx, tx, i, s, -total, 0, parts)
	if err != nil {
		return 0, err
	}
	if s.Kind == ByWriteOff {
		i.WrittenOff -= total
	} else {
		i.Paid -= total
	}
	return total, move(ctx, tx, fmt.Sprintf("settlement/%d", which), s.account(i.OrganisationID), parts, -1)
}

func sum(parts []portion) (total money.Amount) {
	for _, p := range parts {
		total += p.amount
	}
	return total
}
