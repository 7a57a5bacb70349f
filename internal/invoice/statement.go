package invoice

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Statement is what an organisation owed on its invoices, and how that changed, from one day to another. Credit that was
// not used for an invoice is not part of it.
type Statement struct {
	Organisation     string // its name
	From, To         london.Date
	Opening, Closing money.Amount // what was open, in pence
	Lines            []StatementLine
}

// StatementLine is one change.
type StatementLine struct {
	On      london.Date
	What    string
	Number  string // of the invoice or credit note
	Debit   money.Amount
	Credit  money.Amount
	Balance money.Amount // after it
}

// whats are the words for what changes a balance.
var whats = map[string]string{
	"invoice": "Invoice", "credit_note": "Credit note", "bank": "Payment by bank transfer", "card": "Payment by card",
	"credit": "Paid from your credit", "write_off": "Written off",
	"bank-": "Payment taken back", "credit-": "Payment moved to your credit", "write_off-": "Write-off taken back",
}

// mostLines bounds a statement: far above what one organisation has in years.
const mostLines = 10_000

// StatementOf reads an organisation's statement from one day to another, both included. Its people may read their own.
func StatementOf(ctx context.Context, d bun.IDB, of id.Organisation, from, to london.Date) (Statement, error) {
	s := Statement{From: from, To: to}
	if err := d.NewRaw("SELECT name FROM organisations WHERE id = ?", of).Scan(ctx, &s.Organisation); err != nil {
		return s, fmt.Errorf("reading an organisation: %w", err)
	}
	var rows []struct {
		On     london.Date
		Kind   string
		Number string
		Amount money.Amount
	}
	err := d.NewRaw(`
		SELECT "on", kind, number, amount FROM (
			SELECT issued_on AS "on", 1 AS rank, id, 'invoice' AS kind, number, total AS amount FROM invoices WHERE organisation_id = ?0
			UNION ALL
			SELECT n.issued_on, 3, n.id, 'credit_note', n.number, -n.total FROM credit_notes n WHERE n.organisation_id = ?0
			UNION ALL
			SELECT (s.at AT TIME ZONE 'Europe/London')::date, 2, s.id, CASE WHEN s.amount < 0 THEN s.kind || '-' ELSE s.kind END, i.number, -s.amount
			FROM settlements s JOIN invoices i ON i.id = s.invoice_id WHERE i.organisation_id = ?0
		) changes WHERE "on" <= ?1 ORDER BY "on", rank, id LIMIT ?2`, of, to, mostLines).Scan(ctx, &rows)
	if err != nil {
		return s, fmt.Errorf("reading a statement: %w", err)
	}
	for _, r := range rows {
		s.Closing += r.Amount
		if r.On.Before(from) {
			s.Opening = s.Closing
			continue
		}
		s.Lines = append(s.Lines, StatementLine{On: r.On, What: whats[r.Kind], Number: r.Number,
			Debit: max(0, r.Amount), Credit: max(0, -r.Amount), Balance: s.Closing})
	}
	return s, nil
}

// Rows are the statement as a table, with its head: for a file of comma-separated values. Amounts are in pounds, as "3780.00".
func (s Statement) Rows() [][]string {
	rows := [][]string{{"Date", "What", "Number", "Debit", "Credit", "Balance"}, {s.From.String(), "Opening balance", "", "", "", plain(s.Opening)}}
	for _, l := range s.Lines {
		row := []string{l.On.String(), l.What, l.Number, "", "", plain(l.Balance)}
		if l.Debit > 0 {
			row[3] = plain(l.Debit)
		}
		if l.Credit > 0 {
			row[4] = plain(l.Credit)
		}
		rows = append(rows, row)
	}
	return append(rows, []string{s.To.String(), "Closing balance", "", "", "", plain(s.Closing)})
}

// plain writes an amount as programs read it.
func plain(a money.Amount) string {
	sign := ""
	if a < 0 {
		sign, a = "-", -a
	}
	return fmt.Sprintf("%s%d.%02d", sign, a/100, a%100)
}
