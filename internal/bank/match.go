package bank

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// ErrGiftWhole means that what is over of an invoice could only go to a gift, which is paid whole or not at all, while the
// rest of the line goes to another organisation.
var ErrGiftWhole = failure.New(failure.Conflict, "bank_gift_whole",
	"Part of one of these invoices is a gift, which is paid whole or not at all. Match less with that invoice, and put the rest to the credit of its organisation.")

// Part is so much of a line for one invoice.
type Part struct {
	Invoice string       // its number
	Amount  money.Amount // pence, above 0
}

// Rest is so much of a line for the credit of an organisation; the zero Rest is nothing.
type Rest struct {
	Organisation id.Organisation
	Amount       money.Amount
}

// Match says what an open line pays. Parts and rest come to the line exactly. What a part cannot place, because the rest of
// its invoice is a gift that it does not pay whole, goes to the credit of the organisation too. The name of the payer is
// remembered for the organisations. The refusals are ErrUnknownLine, ErrTaken, ErrGiftWhole, invoice.ErrUnknown,
// invoice.ErrTooMuch, and failures of the fields parts and rest.
func Match(ctx context.Context, tx *db.Tx, by id.Person, which id.BankLine, parts []Part, rest Rest) error {
	parts, err := tidy(parts, rest)
	if err != nil {
		return err
	}
	invoices, err := involved(ctx, tx, parts, rest)
	if err != nil {
		return err
	}
	l, err := lockLine(ctx, tx, which)
	switch {
	case err != nil:
		return err
	case l.Status != Open:
		return ErrTaken
	case total(parts)+rest.Amount != l.Amount:
		return failure.Field("parts", fmt.Sprintf("These come to %s, and the payment is %s. Change them so that both are the same.", total(parts)+rest.Amount, l.Amount))
	}
	for i, n := range invoices {
		if invoices[i], err = invoice.LockByID(ctx, tx, n.ID); err != nil {
			return err
		}
	}
	if err := ledger.Post(ctx, tx, moves(l.reference("matched"), Unmatched, billing.Clearing, l.Amount)); err != nil {
		return err
	}
	if rest, err = l.pay(ctx, tx, by, invoices, parts, rest); err != nil {
		return err
	}
	if rest.Amount > 0 {
		if err := invoice.PutOnCredit(ctx, tx, rest.Organisation, l.source(by), l.reference("rest"), rest.Amount); err != nil {
			return err
		}
	}
	if err := learn(ctx, tx, l, payees(invoices, rest), 1); err != nil {
		return err
	}
	l.Status, l.CreditedTo, l.Credited, l.SettledBy, l.SettledAt = Matched, rest.Organisation, rest.Amount, by, tx.Now
	if err := l.settle(ctx, tx); err != nil {
		return err
	}
	return record(ctx, tx, by, "bank line matched", "bank line", int64(l.ID), map[string]any{"parts": parts, "credited": rest.Amount, "turn": l.Turn})
}

// tidy refuses parts that cannot be, and writes numbers the way they are issued.
func tidy(parts []Part, rest Rest) ([]Part, error) {
	if len(parts) == 0 && rest.Amount == 0 {
		return nil, failure.Field("parts", "Say what this payment is for")
	}
	if rest.Amount < 0 || (rest.Amount == 0) != (rest.Organisation == 0) {
		return nil, failure.Field("rest", "Choose the organisation to whose credit the rest goes, and enter how much")
	}
	tidied := slices.Clone(parts)
	for i := range tidied {
		tidied[i].Invoice = strings.ToUpper(strings.TrimSpace(parts[i].Invoice))
		if parts[i].Amount <= 0 {
			return nil, failure.Field("parts", "Enter an amount above £0 for each invoice")
		}
		if slices.ContainsFunc(tidied[:i], func(p Part) bool { return p.Invoice == tidied[i].Invoice }) {
			return nil, failure.Field("parts", "Enter each invoice once")
		}
	}
	return tidied, nil
}

func total(parts []Part) (sum money.Amount) {
	for _, p := range parts {
		sum += p.Amount
	}
	return sum
}

// involved finds the invoices of parts by id, and locks the gifts on them and the organisations, which go before a line.
func involved(ctx context.Context, tx *db.Tx, parts []Part, rest Rest) ([]*invoice.Invoice, error) {
	var list []*invoice.Invoice
	var which []id.Invoice
	for _, p := range parts {
		n, err := invoice.ByNumber(ctx, tx, p.Invoice)
		if err != nil {
			return nil, err
		}
		list, which = append(list, n), append(which, n.ID)
	}
	slices.SortFunc(list, func(a, b *invoice.Invoice) int { return int(a.ID - b.ID) })
	if err := lockGifts(ctx, tx, which); err != nil {
		return nil, err
	}
	// Payers and credit refer to organisations: without this their rows would be locked after those of the invoices.
	whose := payees(list, rest)
	_, err := tx.NewRaw("SELECT FROM organisations WHERE id IN (?) ORDER BY id FOR KEY SHARE", bun.List(whose)).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("locking organisations: %w", err)
	}
	return list, nil
}

// lockGifts locks the gifts on invoices, and their funds.
func lockGifts(ctx context.Context, tx *db.Tx, on []id.Invoice) error {
	if len(on) == 0 {
		return nil
	}
	var gifts []id.Gift
	if err := tx.NewRaw("SELECT gift_id FROM invoice_parts WHERE invoice_id IN (?) AND gift_id IS NOT NULL", bun.List(on)).Scan(ctx, &gifts); err != nil {
		return fmt.Errorf("reading gifts: %w", err)
	}
	if len(gifts) == 0 {
		return nil
	}
	return fund.LockGifts(ctx, tx, gifts...)
}

// payees are the organisations of invoices and of a rest, each once.
func payees(invoices []*invoice.Invoice, rest Rest) []id.Organisation {
	var whose []id.Organisation
	for _, n := range invoices {
		whose = append(whose, n.OrganisationID)
	}
	if rest.Organisation != 0 {
		whose = append(whose, rest.Organisation)
	}
	slices.Sort(whose)
	return slices.Compact(whose)
}

// source is the money of a line that somebody matches.
func (l *Line) source(by id.Person) invoice.Source {
	return invoice.Source{Kind: invoice.ByBank, BankLine: l.ID, By: by}
}

// pay settles locked invoices with the money of a line in billing.Clearing, and returns what is left for whose credit.
func (l *Line) pay(ctx context.Context, tx *db.Tx, by id.Person, invoices []*invoice.Invoice, parts []Part, rest Rest) (Rest, error) {
	for _, n := range invoices {
		at := slices.IndexFunc(parts, func(p Part) bool { return p.Invoice == n.Number })
		amount := parts[at].Amount
		if amount > n.Outstanding() {
			return rest, invoice.ErrTooMuch
		}
		used, err := invoice.Settle(ctx, tx, n, l.source(by), amount)
		if err != nil {
			return rest, err
		}
		if used == amount {
			continue
		}
		if rest.Organisation != 0 && rest.Organisation != n.OrganisationID {
			return rest, ErrGiftWhole
		}
		rest.Organisation, rest.Amount = n.OrganisationID, rest.Amount+amount-used
	}
	return rest, nil
}
