package invoice

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Statement is what an organisation owed on its invoices, less what stood to its credit, and how that changed, from one day
// to another. What came is told as it came, also where it was more than was open; setting credit against an invoice changes
// nothing.
type Statement struct {
	Organisation     string // its name
	From, To         london.Date
	Opening, Closing money.Amount // what was open less credit, in pence; below zero: we owed the organisation
	Lines            []StatementLine
}

// StatementLine is one change.
type StatementLine struct {
	On      london.Date
	What    string
	Number  string // of the credit note, or of the invoices
	Debit   money.Amount
	Credit  money.Amount
	Balance money.Amount // after it
}

// whats are the words for what changes a balance.
var whats = map[string]string{
	"invoice": "Invoice", "credit_note": "Credit note", "bank": "Payment by bank transfer", "card": "Payment by card",
	"write_off": "Written off", "bank-": "Payment taken back", "write_off-": "Write-off taken back", "refund": "Paid back to you",
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
			SELECT (r.at AT TIME ZONE 'Europe/London')::date, 2, max(r.id), r.kind || CASE WHEN r.amount < 0 THEN '-' ELSE '' END,
				coalesce(string_agg(r.number, ', ' ORDER BY r.number), ''), -sum(r.amount)
			FROM (
				SELECT s.id, s.at, s.kind, s.receipt, s.amount, i.number FROM settlements s JOIN invoices i ON i.id = s.invoice_id
				WHERE i.organisation_id = ?0 AND s.kind <> 'credit'
				UNION ALL
				SELECT NULL, at, kind, receipt, amount, NULL FROM credit_receipts WHERE organisation_id = ?0
			) r GROUP BY r.at, r.kind, r.receipt, r.amount < 0
			UNION ALL
			SELECT (decided_at AT TIME ZONE 'Europe/London')::date, 4, id, 'refund', '', amount FROM credit_refunds
			WHERE organisation_id = ?0 AND outcome = 'agreed'
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
