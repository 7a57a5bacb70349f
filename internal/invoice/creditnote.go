package invoice

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// CreditNote takes back an invoice or a part of one, as it was issued.
type CreditNote struct {
	bun.BaseModel `bun:"table:credit_notes"`

	ID             id.CreditNote   `bun:"id,pk,autoincrement"`
	Seq            int64           `bun:"seq"`
	Number         string          `bun:"number"` // "CRN-00001"
	InvoiceID      id.Invoice      `bun:"invoice_id"`
	OrganisationID id.Organisation `bun:"organisation_id"`
	Total          money.Amount    `bun:"total"` // pence, with VAT
	VAT            money.Amount    `bun:"vat"`
	Reason         string          `bun:"reason"`
	IssuedOn       london.Date     `bun:"issued_on"`
	IssuedAt       time.Time       `bun:"issued_at"`
	Snapshot       []byte          `bun:"snapshot"`
	Hash           []byte          `bun:"hash"`
}

// noteColumns are those that an organisation's people may see.
const noteColumns = "id, seq, number, invoice_id, organisation_id, total, vat, reason, issued_on, issued_at, snapshot, hash"

// CreditNotesOf lists the credit notes of an invoice, oldest first.
func CreditNotesOf(ctx context.Context, d bun.IDB, of id.Invoice) ([]CreditNote, error) {
	var list []CreditNote
	err := d.NewRaw("SELECT "+noteColumns+" FROM credit_notes WHERE invoice_id = ? ORDER BY id LIMIT 500", of).Scan(ctx, &list)
	return list, err
}

// CreditNoteByNumber reads a credit note, or returns ErrUnknown.
func CreditNoteByNumber(ctx context.Context, d bun.IDB, number string) (*CreditNote, error) {
	return scanNote(ctx, d.NewRaw("SELECT "+noteColumns+" FROM credit_notes WHERE number = upper(trim(?))", number))
}

// CreditNoteOf reads a credit note of one organisation, or returns ErrUnknown.
func CreditNoteOf(ctx context.Context, d bun.IDB, of id.Organisation, number string) (*CreditNote, error) {
	return scanNote(ctx, d.NewRaw("SELECT "+noteColumns+" FROM credit_notes WHERE organisation_id = ? AND number = upper(trim(?))", of, number))
}

func scanNote(ctx context.Context, q *bun.RawQuery) (*CreditNote, error) {
	n := new(CreditNote)
	if err := q.Scan(ctx, n); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknown
		}
		return nil, fmt.Errorf("reading a credit note: %w", err)
	}
	return n, nil
}

// ListCreditNotes lists credit notes, of one organisation or, without one, of all, latest first, at most limit of those
// before one of them.
func ListCreditNotes(ctx context.Context, d bun.IDB, of id.Organisation, before id.CreditNote, limit int) ([]CreditNote, error) {
	var list []CreditNote
	err := d.NewRaw("SELECT "+noteColumns+" FROM credit_notes WHERE (?0 = 0 OR organisation_id = ?0) AND (?1 = 0 OR id < ?1) ORDER BY id DESC LIMIT ?2",
		of, before, limit).Scan(ctx, &list)
	return list, err
}
