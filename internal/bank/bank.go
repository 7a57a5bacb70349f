// Package bank is what came into the bank accounts of the provider, and what it paid. A statement is read from a file, once
// however often it is uploaded; every line of money that came in is then matched with invoices, or set aside with a reason.
//
// Money of a line that is read and not yet matched stands on the ledger account Unmatched, so that its balance is always the
// sum of the open lines. A match is undone by reversal, never by deletion: the line is open again for another turn.
package bank

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/bankfile"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// Ledger accounts of this package; what is in the bank itself is fund.Bank.
const (
	// Unmatched is money that came in and waits for somebody to say what it is for.
	Unmatched = "unmatched"
	// OtherIncome is money that came in and is not for an invoice.
	OtherIncome = "other"
)

var (
	// ErrUnknownAccount means that there is no such bank account.
	ErrUnknownAccount = failure.New(failure.NotFound, "bank_account_unknown", "We cannot find that bank account.")
	// ErrFixed means that lines of an account are known by what stood in another column, so that the same lines would come in again.
	ErrFixed = failure.New(failure.Invalid, "bank_id_fixed",
		"Lines of this account have been read already with another choice for the bank’s own number. Choose the same as before.")
)

// Account is a bank account whose statements are read.
type Account struct {
	bun.BaseModel `bun:"table:bank_accounts"`

	ID      id.BankAccount   `bun:"id,pk,autoincrement"`
	Code    string           `bun:"code"`
	Name    string           `bun:"name"`
	Mapping bankfile.Mapping `bun:"mapping,type:jsonb"` // of its last file; the zero mapping before the first
}

// mapped reports whether a file of the account has been laid out before.
func (a *Account) mapped() bool { return a.Mapping.Date != "" }

// Accounts lists the bank accounts by name.
func Accounts(ctx context.Context, d bun.IDB) ([]Account, error) {
	var list []Account
	if err := d.NewSelect().Model(&list).Order("name").Limit(100).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing bank accounts: %w", err)
	}
	return list, nil
}

// AccountByCode reads an account, or returns ErrUnknownAccount.
func AccountByCode(ctx context.Context, d bun.IDB, code string) (*Account, error) {
	return scanAccount(ctx, d.NewSelect().Where("code = ?", code))
}

func accountByID(ctx context.Context, d bun.IDB, which id.BankAccount) (*Account, error) {
	return scanAccount(ctx, d.NewSelect().Where("id = ?", which))
}

func scanAccount(ctx context.Context, q *bun.SelectQuery) (*Account, error) {
	a := new(Account)
	if err := q.Model(a).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknownAccount
		}
		return nil, fmt.Errorf("reading a bank account: %w", err)
	}
	return a, nil
}

// longestName is how many letters the name of an account may have.
const longestName = 60

// AddAccount adds a bank account under a name that none has yet.
func AddAccount(ctx context.Context, tx *db.Tx, by id.Person, name string) (*Account, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || utf8.RuneCountInString(name) > longestName {
		return nil, failure.Field("name", "Enter a name for the account, like “Tarn Bank, current account”")
	}
	a := &Account{Code: id.Code(), Name: name}
	if _, err := tx.NewInsert().Model(a).Returning("id").Exec(ctx); err != nil {
		if db.Violates(err, "bank_accounts_name_once") {
			return nil, failure.Field("name", "There is an account of this name already")
		}
		return nil, fmt.Errorf("adding a bank account: %w", err)
	}
	return a, record(ctx, tx, by, "bank account added", "bank account", int64(a.ID), map[string]any{"code": a.Code})
}

// remember keeps how files of an account are laid out.
func (a *Account) remember(ctx context.Context, tx *db.Tx, m bankfile.Mapping) error {
	a.Mapping = m
	if _, err := tx.NewUpdate().Model(a).Column("mapping").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("keeping a mapping: %w", err)
	}
	return nil
}

// fits refuses a mapping by which lines that are in the books already would not be known again.
func (a *Account) fits(ctx context.Context, d bun.IDB, m bankfile.Mapping) error {
	var before bankfile.Column
	err := d.NewRaw(`SELECT coalesce(f.mapping->>'bank_id', '') FROM bank_lines l JOIN bank_files f ON f.id = l.file_id
		WHERE l.account_id = ? LIMIT 1`, a.ID).Scan(ctx, &before)
	switch {
	case db.NoRows(err):
		return nil
	case err != nil:
		return fmt.Errorf("reading the mapping of a bank account: %w", err)
	case before != m.BankID:
		f := *ErrFixed
		f.Fields = map[string]string{"bank_id": ErrFixed.Message}
		return &f
	}
	return nil
}

func record(ctx context.Context, tx *db.Tx, by id.Person, action, subject string, which int64, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: subject, SubjectID: which, Detail: detail})
}
