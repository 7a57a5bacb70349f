package invoice

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/money"
)

// writeNote numbers and writes a credit note, of which so much was freed that the organisation had paid.
func (i *Invoice) writeNote(ctx context.Context, tx *db.Tx, by audit.Actor, parts []portion, freed money.Amount, reason string) (*CreditNote, *Snapshot, error) {
	was, err := SnapshotOf(i)
	if err != nil {
		return nil, nil, err
	}
	s := was
	s.Kind, s.IssuedOn, s.DueOn = ACreditNote, london.DateOf(tx.Now), london.Date{}
	s.Credits, s.Reason = &Origin{Number: i.Number, IssuedOn: i.IssuedOn}, reason
	s.Lines = was.creditLines(parts)
	s.Net, s.VAT, s.Total = 0, 0, sum(parts)
	for _, l := range s.Lines {
		s.Net, s.VAT = s.Net+l.Net, s.VAT+l.VAT
	}
	seq, err := next(ctx, tx, "CRN")
	if err != nil {
		return nil, nil, err
	}
	s.Number = number("CRN", seq)
	s.Terms = creditTerms(i.Number, s.Total, freed)
	n := &CreditNote{Seq: seq, Number: s.Number, InvoiceID: i.ID, OrganisationID: i.OrganisationID, Total: s.Total, VAT: s.VAT, Reason: reason,
		IssuedOn: s.IssuedOn, IssuedAt: tx.Now}
	if n.Snapshot, n.Hash, err = s.seal(); err != nil {
		return nil, nil, err
	}
	person, _ := by.Person()
	err = tx.NewRaw(`
		INSERT INTO credit_notes (seq, number, invoice_id, organisation_id, total, vat, reason, issued_on, issued_at, issued_by, snapshot, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?) RETURNING id`,
		n.Seq, n.Number, n.InvoiceID, n.OrganisationID, n.Total, n.VAT, n.Reason, n.IssuedOn, n.IssuedAt, person, n.Snapshot, n.Hash).Scan(ctx, &n.ID)
	if err != nil {
		return nil, nil, fmt.Errorf("issuing %s: %w", n.Number, err)
	}
	return n, &s, nil
}

// creditTerms are the paragraphs about what a credit note does.
func creditTerms(number string, total, freed money.Amount) []string {
	list := []string{fmt.Sprintf("This takes %s off invoice %s.", total, number)}
	if freed > 0 {
		list = append(list, fmt.Sprintf("You had paid %s of that already. It stands to your credit: we take it off another invoice, or pay it back to you.", freed))
	}
	return list
}

// creditLines are the lines of a credit note: those of the invoice, as far as they are credited.
func (s Snapshot) creditLines(parts []portion) []Line {
	var lines []Line
	for _, l := range s.Lines {
		gross, whole, places := money.Amount(0), 0, []string{}
		for _, p := range parts {
			if p.Line != l.Number {
				continue
			}
			gross += p.amount
			if p.amount == p.Amount {
				whole++
			}
			if p.Place != "" {
				places = append(places, p.Place)
			}
		}
		if gross == 0 {
			continue
		}
		if unit := l.Unit - l.Discount/money.Amount(l.Quantity); gross == unit*money.Amount(whole) {
			l.Discount = l.Discount / money.Amount(l.Quantity) * money.Amount(whole)
			l.Quantity = whole
		} else {
			l.Description, l.Quantity, l.Unit, l.Discount, l.DiscountName = "Part of: "+l.Description, 1, gross, 0, ""
		}
		l.Number, l.Gross, l.Places = len(lines)+1, gross, places
		lines = append(lines, l)
	}
	shareVAT(lines)
	return lines
}

// take writes which parts a credit note takes back, line by line; the triggers count them.
func (i *Invoice) take(ctx context.Context, tx *db.Tx, n *CreditNote, lines []Line, parts []portion) error {
	var vat []money.Amount
	for at := 0; at < len(parts); {
		var of []money.Amount
		for _, p := range parts[at:] {
			if p.Line == parts[at].Line {
				of = append(of, p.amount)
			}
		}
		vat = append(vat, lines[0].vatOf(of)...)
		lines, at = lines[1:], at+len(of)
	}
	for j, p := range parts {
		_, err := tx.NewRaw("INSERT INTO credit_parts (credit_note_id, part_id, amount, vat) VALUES (?, ?, ?, ?)", n.ID, p.ID, p.amount, vat[j]).Exec(ctx)
		if err != nil {
			return fmt.Errorf("crediting a part of %s: %w", i.Number, err)
		}
	}
	i.Credited += n.Total
	return nil
}
