package invoice

import (
	"cmp"
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/mail"
	"bursar/internal/money"
	"bursar/internal/organisation"
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

// PutOnCredit puts money of a bank line or a card that stands in billing.Clearing to an organisation's credit, once under a
// reference, and tells the organisation.
func PutOnCredit(ctx context.Context, tx *db.Tx, of id.Organisation, from Source, reference string, amount money.Amount) error {
	if err := receive(ctx, tx, of, from, reference, amount); err != nil {
		return err
	}
	o, err := organisation.ByID(ctx, tx, of)
	if err != nil || o.InvoiceEmail == "" {
		return err
	}
	credit, err := Credits(ctx, tx, of)
	if err != nil {
		return err
	}
	return mail.Send(ctx, tx, mail.Message{To: o.InvoiceEmail, Template: "credit-received", Data: creditLetter{
		To: cmp.Or(o.Contact, o.Name), Name: o.Name, Code: o.Code, Amount: amount, Credit: credit}})
}

// creditLetter is what an organisation is told that paid more than was open.
type creditLetter struct {
	To, Name, Code string
	Amount, Credit money.Amount // what was too much now, and all that stands to its credit
}

// TakeOffCredit takes what PutOnCredit put there back into billing.Clearing, once under a reference. It returns
// ErrNotEnoughCredit when it was used since. The organisation is locked before.
func TakeOffCredit(ctx context.Context, tx *db.Tx, of id.Organisation, from Source, reference string, amount money.Amount) error {
	credit, err := Credits(ctx, tx, of)
	if err != nil {
		return err
	}
	if credit < amount {
		return ErrNotEnoughCredit
	}
	return receive(ctx, tx, of, from, reference, -amount)
}

// receive moves money between billing.Clearing and an organisation's credit, and keeps where it came from.
func receive(ctx context.Context, tx *db.Tx, of id.Organisation, from Source, reference string, amount money.Amount) error {
	_, err := tx.NewRaw("INSERT INTO credit_receipts (organisation_id, kind, amount, payment_id, bank_line_id, at) VALUES (?, ?, ?, nullif(?, 0), nullif(?, 0), ?)",
		of, from.Kind, amount, from.Payment, from.BankLine, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping what came: %w", err)
	}
	return ledger.Post(ctx, tx, ledger.Entry{Reference: reference, Lines: []ledger.Line{
		{Account: billing.Clearing, Amount: amount}, {Account: CreditAccount(of), Amount: -amount}}})
}

// CreditedFrom is how much of a payment by card went to its organisation's credit, in pence.
func CreditedFrom(ctx context.Context, d bun.IDB, payment id.Payment) (sum money.Amount, err error) {
	err = d.NewRaw("SELECT coalesce(sum(amount), 0) FROM credit_receipts WHERE payment_id = ?", payment).Scan(ctx, &sum)
	return sum, err
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
