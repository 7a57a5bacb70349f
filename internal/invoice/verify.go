package invoice

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
)

// faults finds what must never be, each with a sentence whose gap is filled by a number or an id.
var faults = []struct{ sentence, rows string }{
	{"the numbers of series %s are not 1, 2, 3 …", `
		SELECT s.series FROM document_series s JOIN LATERAL (
			SELECT count(*) AS n, coalesce(max(seq), 0) AS top FROM (
				SELECT seq FROM invoices WHERE s.series = 'INV' UNION ALL SELECT seq FROM credit_notes WHERE s.series = 'CRN') x) d ON true
		WHERE d.n <> d.top OR d.top <> s.last`},
	{"%s does not stand by its number", `
		SELECT number FROM invoices WHERE number <> 'INV-' || lpad(seq::text, greatest(5, length(seq::text)), '0')
		UNION ALL SELECT number FROM credit_notes WHERE number <> 'CRN-' || lpad(seq::text, greatest(5, length(seq::text)), '0')`},
	{"what met %s is not what its counters say", `
		SELECT i.number FROM invoices i LEFT JOIN LATERAL (
			SELECT coalesce(sum(amount) FILTER (WHERE kind <> 'write_off'), 0) AS paid, coalesce(sum(amount) FILTER (WHERE kind = 'write_off'), 0) AS off
			FROM settlements WHERE invoice_id = i.id) s ON true LEFT JOIN LATERAL (
			SELECT coalesce(sum(total), 0) AS credited FROM credit_notes WHERE invoice_id = i.id) n ON true
		WHERE (i.paid, i.written_off, i.credited) IS DISTINCT FROM (s.paid, s.off, n.credited)`},
	{"the parts of %s are not what it says", `
		SELECT i.number FROM invoices i JOIN LATERAL (
			SELECT coalesce(sum(amount), 0) AS amount, coalesce(sum(settled), 0) AS settled, coalesce(sum(credited), 0) AS credited
			FROM invoice_parts WHERE invoice_id = i.id) p ON true
		WHERE (i.total, i.paid + i.written_off, i.credited) IS DISTINCT FROM (p.amount, p.settled, p.credited)`},
	{"part %s of an invoice does not add up", `
		SELECT p.id::text FROM invoice_parts p
		WHERE p.settled <> coalesce((SELECT sum(amount) FROM settlement_parts WHERE part_id = p.id), 0)
			OR p.credited <> coalesce((SELECT sum(amount) FROM credit_parts WHERE part_id = p.id), 0)`},
	{"share %s is not invoiced for what it says", `
		SELECT s.id::text FROM shares s LEFT JOIN LATERAL (
			SELECT coalesce(sum(amount - credited), 0) AS asked FROM invoice_parts WHERE share_id = s.id) p ON true
		WHERE s.organisation_id IS NOT NULL AND s.invoiced <> p.asked`},
	{"what was settled of share %s is not in the books", `
		SELECT s.id::text FROM shares s JOIN LATERAL (
			SELECT sum(settled) AS settled FROM invoice_parts WHERE share_id = s.id) p ON p.settled IS NOT NULL
		LEFT JOIN accounts a ON a.name = 'share/' || s.id || '/due'
		WHERE coalesce(a.balance, 0) <> coalesce(s.kept, s.amount) - s.let_off - p.settled`},
	{"the VAT of the parts of %s is not what it says", `
		SELECT i.number FROM invoices i WHERE i.vat <> (SELECT sum(vat) FROM invoice_parts WHERE invoice_id = i.id)
		UNION ALL SELECT n.number FROM credit_notes n WHERE n.vat <> (SELECT sum(vat) FROM credit_parts WHERE credit_note_id = n.id)`},
	{"the VAT in the books is not that of what was invoiced and paid: it is more by %s pence", `
		SELECT owed::text FROM (SELECT coalesce((SELECT -balance FROM accounts WHERE name = 'vat'), 0) - (SELECT coalesce(sum(vat), 0) FROM shares) AS owed) x
		WHERE owed <> 0`},
	{"what stands to the credit of organisation %s is not what came and was not used", `
		SELECT o.code FROM organisations o LEFT JOIN accounts a ON a.name = 'organisation/' || o.id || '/credit' WHERE coalesce(-a.balance, 0) <>
			(SELECT coalesce(sum(amount), 0) FROM credit_receipts WHERE organisation_id = o.id)
			- (SELECT coalesce(sum(s.amount), 0) FROM settlements s JOIN invoices i ON i.id = s.invoice_id WHERE i.organisation_id = o.id AND s.kind = 'credit')
			- (SELECT coalesce(sum(amount), 0) FROM credit_refunds WHERE organisation_id = o.id AND outcome = 'agreed')`},
	{"more was paid on %s than is owed", `
		SELECT name FROM accounts WHERE name LIKE 'share/%/due' AND balance < 0`},
	{"%s stands open for a share that does not exist", `
		SELECT a.name FROM accounts a WHERE a.name LIKE 'share/%/due' AND a.balance <> 0
			AND NOT EXISTS (SELECT FROM shares s WHERE a.name = 'share/' || s.id || '/due')`},
}

// Verify looks at all that was ever issued and returns a sentence for each thing that cannot be right: a gap in the numbers,
// a snapshot that is not what was issued, and amounts that do not agree with each other or with the ledger.
func Verify(ctx context.Context, d bun.IDB) ([]string, error) {
	var found []string
	for _, f := range faults {
		var names []string
		if err := d.NewRaw(f.rows+" LIMIT 100").Scan(ctx, &names); err != nil {
			return nil, fmt.Errorf("looking whether %s: %w", f.sentence, err)
		}
		for _, n := range names {
			found = append(found, fmt.Sprintf(f.sentence, n))
		}
	}
	var in []Invoice
	for before := id.Invoice(0); ; before = in[len(in)-1].ID {
		var err error
		if in, err = List(ctx, d, Filter{}, before, verifiedAtOnce); err != nil {
			return nil, err
		}
		for i := range in {
			found = append(found, in[i].wrong()...)
		}
		if len(in) < verifiedAtOnce {
			break
		}
	}
	notes, err := verifyNotes(ctx, d)
	return append(found, notes...), err
}

const verifiedAtOnce = 500

// wrong says how an invoice differs from its snapshot.
func (i *Invoice) wrong() []string {
	s, err := SnapshotOf(i)
	switch {
	case err != nil:
		return []string{fmt.Sprintf("the snapshot of %s is not what was issued", i.Number)}
	case s.Total != i.Total || s.VAT != i.VAT || s.Net+s.VAT != s.Total:
		return []string{fmt.Sprintf("%s does not say what its snapshot says", i.Number)}
	}
	return nil
}

func verifyNotes(ctx context.Context, d bun.IDB) (found []string, err error) {
	for before := id.CreditNote(0); ; {
		notes, err := ListCreditNotes(ctx, d, 0, before, verifiedAtOnce)
		if err != nil {
			return nil, err
		}
		for _, n := range notes {
			s, err := SnapshotOfCredit(&n)
			if err != nil || s.Total != n.Total || s.VAT != n.VAT || s.Net+s.VAT != s.Total {
				found = append(found, fmt.Sprintf("the snapshot of %s is not what was issued", n.Number))
			}
			before = n.ID
		}
		if len(notes) < verifiedAtOnce {
			return found, nil
		}
	}
}
