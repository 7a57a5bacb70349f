package bank

import (
	"context"
	"errors"
	"slices"
	"strings"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/organisation"
)

// ErrCreditUsed means that what was put to an organisation's credit by a line has been used or paid back since.
var ErrCreditUsed = failure.New(failure.Conflict, "bank_credit_used",
	"Part of this payment went to the organisation’s credit, and has been used since. Undo that first.")

// Undo takes back what a line was matched with: every settlement is reversed, what went to an organisation's credit is taken
// from it, and the line is open again. The refusals are ErrUnknownLine, ErrOpen, ErrTaken, ErrCreditUsed, those of
// invoice.Undo, and a failure of the field reason.
func Undo(ctx context.Context, tx *db.Tx, by id.Person, which id.BankLine, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return failure.Field("reason", "Say why this is undone")
	}
	l, met, invoices, err := lockMatched(ctx, tx, which)
	if err != nil {
		return err
	}
	for _, s := range met {
		if err := invoice.Undo(ctx, tx, by, s.ID, reason); err != nil {
			return err
		}
	}
	if l.Credited > 0 {
		err := invoice.TakeOffCredit(ctx, tx, l.CreditedTo, l.source(by), l.reference("rest-undone"), l.Credited)
		if errors.Is(err, invoice.ErrNotEnoughCredit) {
			return ErrCreditUsed
		}
		if err != nil {
			return err
		}
	}
	if err := ledger.Post(ctx, tx, moves(l.reference("undone"), billing.Clearing, Unmatched, l.Amount)); err != nil {
		return err
	}
	if err := learn(ctx, tx, l, payees(invoices, Rest{l.CreditedTo, l.Credited}), -1); err != nil {
		return err
	}
	if err := l.open(ctx, tx); err != nil {
		return err
	}
	return record(ctx, tx, by, "bank line undone", "bank line", int64(l.ID), map[string]any{"reason": reason, "turn": l.Turn})
}

// lockMatched locks what an Undo touches, in the order in which everybody does: gifts on the invoices and the organisation
// with the credit, the line, and the invoices. What was read before the line was locked holds while the turn is the same.
func lockMatched(ctx context.Context, tx *db.Tx, which id.BankLine) (*Line, []invoice.Settlement, []*invoice.Invoice, error) {
	was, err := lineByID(ctx, tx, which)
	if err != nil {
		return nil, nil, nil, err
	}
	met, err := invoice.SettlementsOfBankLine(ctx, tx, was.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	slices.SortFunc(met, func(a, b invoice.Settlement) int { return int(a.InvoiceID - b.InvoiceID) })
	var on []id.Invoice
	for _, s := range met {
		on = append(on, s.InvoiceID)
	}
	if err := lockGifts(ctx, tx, on); err != nil {
		return nil, nil, nil, err
	}
	if was.CreditedTo != 0 {
		if _, err := organisation.Lock(ctx, tx, was.CreditedTo); err != nil {
			return nil, nil, nil, err
		}
	}
	l, err := lockLine(ctx, tx, which)
	switch {
	case err != nil:
		return nil, nil, nil, err
	case l.Status != Matched:
		return nil, nil, nil, ErrOpen
	case was.Status != Matched || l.Turn != was.Turn:
		return nil, nil, nil, ErrTaken
	}
	var invoices []*invoice.Invoice
	for _, which := range on {
		n, err := invoice.LockByID(ctx, tx, which)
		if err != nil {
			return nil, nil, nil, err
		}
		invoices = append(invoices, n)
	}
	return l, met, invoices, nil
}
