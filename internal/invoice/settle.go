package invoice

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// ErrTooMuch means that less of an invoice is open than an amount.
var ErrTooMuch = failure.New(failure.Conflict, "more_than_open", "Less of this invoice is open than that. Somebody may have settled part of it already.")

// SettlementKind says what met an invoice.
type SettlementKind string

// The kinds of settlement.
const (
	ByBank     SettlementKind = "bank"
	ByCard     SettlementKind = "card"
	ByCredit   SettlementKind = "credit"    // what stood to the organisation's credit; below zero: what a credit note freed
	ByWriteOff SettlementKind = "write_off" // nothing came, and nothing is expected
)

// WrittenOff is the ledger account of what we do without.
const WrittenOff = "written-off"

// Source says where money for an invoice comes from.
type Source struct {
	Kind     SettlementKind
	Payment  id.Payment  // of ByCard
	BankLine id.BankLine // of ByBank
	By       id.Person   // zero: by itself

	agreedBy id.Person
	reason   string
}

// account is the ledger account on which the money of a source stands.
func (s Source) account(of id.Organisation) string {
	switch s.Kind {
	case ByCredit:
		return CreditAccount(of)
	case ByWriteOff:
		return WrittenOff
	}
	return billing.Clearing
}

// Settlement is what met an invoice once; one below zero undoes.
type Settlement struct {
	ID        id.Settlement
	InvoiceID id.Invoice
	Kind      SettlementKind
	Amount    money.Amount
	Reverses  id.Settlement // zero: none
	At        time.Time
}

const settlementColumns = "id, invoice_id, kind, amount, coalesce(reverses, 0) AS reverses, at"

// SettlementsOf lists what met an invoice, oldest first.
func SettlementsOf(ctx context.Context, d bun.IDB, of id.Invoice) ([]Settlement, error) {
	var list []Settlement
	err := d.NewRaw("SELECT "+settlementColumns+" FROM settlements WHERE invoice_id = ? ORDER BY id LIMIT 500", of).Scan(ctx, &list)
	return list, err
}

// SettlementsOfBankLine lists what was matched with a line of a bank statement and still stands, oldest first.
func SettlementsOfBankLine(ctx context.Context, d bun.IDB, of id.BankLine) ([]Settlement, error) {
	var list []Settlement
	err := d.NewRaw("SELECT "+settlementColumns+` FROM settlements s WHERE bank_line_id = ? AND amount > 0
		AND NOT EXISTS (SELECT FROM settlements r WHERE r.reverses = s.id) ORDER BY id LIMIT 500`, of).Scan(ctx, &list)
	return list, err
}

// Lock loads an invoice for what meets it, or returns ErrUnknown. Gifts that it asks for, and their funds, are locked
// before it.
func Lock(ctx context.Context, tx *db.Tx, number string) (*Invoice, error) {
	in, err := ByNumber(ctx, tx, number)
	if err != nil {
		return nil, err
	}
	return LockByID(ctx, tx, in.ID)
}

// LockByID is Lock of the invoice with an id.
func LockByID(ctx context.Context, tx *db.Tx, which id.Invoice) (*Invoice, error) {
	if err := lockGiftsOf(ctx, tx, which); err != nil {
		return nil, err
	}
	return scan(ctx, tx.NewRaw("SELECT "+columns+" FROM invoices WHERE id = ? FOR UPDATE", which))
}

func lockGiftsOf(ctx context.Context, tx *db.Tx, which id.Invoice) error {
	var gifts []id.Gift
	err := tx.NewRaw("SELECT gift_id FROM invoice_parts WHERE invoice_id = ? AND gift_id IS NOT NULL ORDER BY gift_id", which).Scan(ctx, &gifts)
	if err != nil {
		return fmt.Errorf("reading gifts: %w", err)
	}
	if len(gifts) == 0 {
		return nil
	}
	return fund.LockGifts(ctx, tx, gifts...)
}

// Settle puts money towards a locked invoice and returns how much of it was used: at most what is open, and a gift only
// when all of it is there. Money of a bank line or a card stands in billing.Clearing; what is not used stays there, for the
// caller to say where it goes.
func Settle(ctx context.Context, tx *db.Tx, in *Invoice, from Source, amount money.Amount) (money.Amount, error) {
	parts, err := partsOf(ctx, tx, in.ID)
	if err != nil {
		return 0, err
	}
	list, used := meet(parts, amount)
	if used <= 0 {
		return 0, nil
	}
	which, err := writeSettlement(ctx, tx, in, from, used, 0, list)
	if err != nil {
		return 0, err
	}
	if err := move(ctx, tx, fmt.Sprintf("settlement/%d", which), from.account(in.OrganisationID), list, 1); err != nil {
		return 0, err
	}
	for _, p := range list {
		if p.GiftID == 0 {
			continue
		}
		if from.Kind == ByWriteOff {
			err = fund.CancelInvoiced(ctx, tx, actor(from.By), p.GiftID)
		} else {
			err = fund.ReceiveInvoiced(ctx, tx, actor(from.By), p.GiftID, from.account(in.OrganisationID))
		}
		if err != nil {
			return 0, err
		}
	}
	if from.Kind == ByWriteOff {
		in.WrittenOff += used
	} else {
		in.Paid += used
	}
	return used, audit.Record(ctx, tx, audit.Event{Actor: actor(from.By), Action: "invoice settled", Subject: "invoice", SubjectID: int64(in.ID),
		Detail: map[string]any{"kind": from.Kind, "amount": used, "settlement": which}})
}

// writeSettlement writes what met an invoice and its parts; the triggers count them.
func writeSettlement(ctx context.Context, tx *db.Tx, in *Invoice, s Source, amount money.Amount, reverses id.Settlement, parts []portion) (id.Settlement, error) {
	var which id.Settlement
	err := tx.NewRaw(`
		INSERT INTO settlements (invoice_id, kind, amount, payment_id, bank_line_id, reverses, reason, at, by, agreed_by)
		VALUES (?, ?, ?, nullif(?, 0), nullif(?, 0), nullif(?, 0), ?, ?, nullif(?, 0), nullif(?, 0)) RETURNING id`,
		in.ID, s.Kind, amount, s.Payment, s.BankLine, reverses, s.reason, tx.Now, s.By, s.agreedBy).Scan(ctx, &which)
	if err != nil {
		return 0, fmt.Errorf("settling %s: %w", in.Number, err)
	}
	sign := money.Amount(cmp.Compare(amount, 0))
	for _, p := range parts {
		_, err := tx.NewRaw("INSERT INTO settlement_parts (settlement_id, part_id, amount) VALUES (?, ?, ?)", which, p.ID, sign*p.amount).Exec(ctx)
		if err != nil {
			return 0, fmt.Errorf("settling a part of %s: %w", in.Number, err)
		}
	}
	return which, nil
}

// move moves portions of shares from an account to what is due of them; with sign -1 the other way. Gifts move in their funds.
func move(ctx context.Context, tx *db.Tx, reference, account string, parts []portion, sign money.Amount) error {
	e := ledger.Entry{Reference: reference, Lines: []ledger.Line{{Account: account}}}
	at := map[id.Share]int{}
	for _, p := range parts {
		if p.ShareID == 0 {
			continue
		}
		if _, known := at[p.ShareID]; !known {
			at[p.ShareID] = len(e.Lines)
			e.Lines = append(e.Lines, ledger.Line{Account: billing.Due(p.ShareID)})
		}
		e.Lines[at[p.ShareID]].Amount -= sign * p.amount
		e.Lines[0].Amount += sign * p.amount
	}
	if len(e.Lines) == 1 {
		return nil
	}
	return ledger.Post(ctx, tx, e)
}
