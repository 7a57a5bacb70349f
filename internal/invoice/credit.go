package invoice

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// ErrNotEnoughCredit means that less stands to an organisation's credit than an amount.
var ErrNotEnoughCredit = failure.New(failure.Conflict, "not_enough_credit", "Less than that stands to this organisation’s credit now.")

// CreditAccount is the ledger account of what we owe an organisation: what it paid beyond its invoices.
func CreditAccount(of id.Organisation) string { return fmt.Sprintf("organisation/%d/credit", of) }

// Credits is what stands to an organisation's credit, in pence.
func Credits(ctx context.Context, d bun.IDB, of id.Organisation) (money.Amount, error) {
	balance, err := ledger.Balance(ctx, d, CreditAccount(of))
	return -balance, err
}

// PutOnCredit puts money that stands in billing.Clearing to an organisation's credit, once under a reference.
func PutOnCredit(ctx context.Context, tx *db.Tx, of id.Organisation, reference string, amount money.Amount) error {
	return ledger.Post(ctx, tx, ledger.Entry{Reference: reference, Lines: []ledger.Line{
		{Account: billing.Clearing, Amount: amount}, {Account: CreditAccount(of), Amount: -amount}}})
}

// UseCredit pays so much of an invoice with what stands to its organisation's credit. It returns ErrUnknown,
// ErrNotEnoughCredit or ErrTooMuch.
func UseCredit(ctx context.Context, tx *db.Tx, by id.Person, number string, amount money.Amount) error {
	in, err := ByNumber(ctx, tx, number)
	if err != nil {
		return err
	}
	if err := lockGiftsOf(ctx, tx, in.ID); err != nil {
		return err
	}
	if err := lockCredit(ctx, tx, in.OrganisationID, amount); err != nil {
		return err
	}
	if in, err = LockByID(ctx, tx, in.ID); err != nil {
		return err
	}
	used, err := Settle(ctx, tx, in, Source{Kind: ByCredit, By: by}, amount)
	if err == nil && used != amount {
		return ErrTooMuch
	}
	return err
}

// lockCredit locks an organisation and checks that so much stands to its credit.
func lockCredit(ctx context.Context, tx *db.Tx, of id.Organisation, amount money.Amount) error {
	if amount <= 0 {
		return failure.Field("amount", "Enter an amount above £0")
	}
	if _, err := tx.NewRaw("SELECT FROM organisations WHERE id = ? FOR UPDATE", of).Exec(ctx); err != nil {
		return fmt.Errorf("locking an organisation: %w", err)
	}
	credit, err := Credits(ctx, tx, of)
	if err == nil && credit < amount {
		return ErrNotEnoughCredit
	}
	return err
}
