// Package invoice is what organisations are asked for and what meets it: what is ready to be invoiced, invoices and
// credit notes with numbers without a gap, the money that settles them, what stands to an organisation's credit, and
// statements. A document is a snapshot with a hash, and all its forms (page, PDF, XML) are made of that and of nothing that
// may change afterwards. What was issued is corrected by a credit note and another invoice.
//
// Parts of an invoice ask for shares of places, or for a gift. They are counted by triggers as they are settled and
// credited; the money itself is counted in the ledger, under the accounts of billing.
package invoice

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// ErrUnknown means that there is no such invoice or credit note, or that it is another organisation's.
var ErrUnknown = failure.New(failure.NotFound, "invoice_unknown", "We cannot find that invoice.")

// Status says how much of an invoice is open. It follows from the counters.
type Status string

// The statuses of an invoice.
const (
	Issued   Status = "issued"
	PartPaid Status = "part_paid"
	Settled  Status = "settled"
	Credited Status = "credited"
)

// Invoice is an invoice as it was issued, and what has met it since.
type Invoice struct {
	bun.BaseModel `bun:"table:invoices"`

	ID              id.Invoice       `bun:"id,pk,autoincrement"`
	Seq             int64            `bun:"seq"`
	Number          string           `bun:"number"` // "INV-00001"; also the reference to pay with
	OrganisationID  id.Organisation  `bun:"organisation_id"`
	RunID           id.Run           `bun:"run_id"`
	PurchaseOrderID id.PurchaseOrder `bun:"purchase_order_id,nullzero"`
	Total           money.Amount     `bun:"total"` // pence, with VAT
	VAT             money.Amount     `bun:"vat"`
	Paid            money.Amount     `bun:"paid"` // this and the next two are counted by triggers
	Credited        money.Amount     `bun:"credited"`
	WrittenOff      money.Amount     `bun:"written_off"`
	IssuedOn        london.Date      `bun:"issued_on"`
	DueOn           london.Date      `bun:"due_on"`
	IssuedAt        time.Time        `bun:"issued_at"`
	Snapshot        []byte           `bun:"snapshot"`
	Hash            []byte           `bun:"hash"`
	Status          Status           `bun:"status,scanonly"`
}

// Outstanding is what is still to be paid, in pence.
func (i *Invoice) Outstanding() money.Amount { return i.Total - i.Paid - i.Credited - i.WrittenOff }

// Overdue is for how many days the invoice has been late on a day; zero when nothing is open or it is not due yet.
func (i *Invoice) Overdue(today london.Date) int {
	if i.Outstanding() == 0 {
		return 0
	}
	return max(0, i.DueOn.DaysUntil(today))
}

// columns are those that an organisation's people may see.
const columns = `id, seq, number, organisation_id, run_id, purchase_order_id, total, vat, paid, credited, written_off, issued_on,
	due_on, issued_at, snapshot, hash, status`

// ByNumber reads an invoice, or returns ErrUnknown.
func ByNumber(ctx context.Context, d bun.IDB, number string) (*Invoice, error) {
	return scan(ctx, d.NewRaw("SELECT "+columns+" FROM invoices WHERE number = upper(trim(?))", number))
}

// ByID reads an invoice, or returns ErrUnknown.
func ByID(ctx context.Context, d bun.IDB, which id.Invoice) (*Invoice, error) {
	return scan(ctx, d.NewRaw("SELECT "+columns+" FROM invoices WHERE id = ?", which))
}

// OfOrganisation reads an invoice of one organisation, or returns ErrUnknown.
func OfOrganisation(ctx context.Context, d bun.IDB, of id.Organisation, number string) (*Invoice, error) {
	return scan(ctx, d.NewRaw("SELECT "+columns+" FROM invoices WHERE organisation_id = ? AND number = upper(trim(?))", of, number))
}

func scan(ctx context.Context, q *bun.RawQuery) (*Invoice, error) {
	i := new(Invoice)
	if err := q.Scan(ctx, i); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknown
		}
		return nil, fmt.Errorf("reading an invoice: %w", err)
	}
	return i, nil
}

// Filter chooses invoices; the zero value is all of them.
type Filter struct {
	Organisation id.Organisation
	Status       Status
	Open         bool        // something is still to be paid
	DueBefore    london.Date // and was due before this day
	Query        string      // in the number, the name of the organisation or the number of the purchase order
}

// List lists invoices, latest first, at most limit of those before one of them; a zero before begins with the latest.
func List(ctx context.Context, d bun.IDB, f Filter, before id.Invoice, limit int) ([]Invoice, error) {
	var list []Invoice
	q := d.NewSelect().Model(&list).ColumnExpr(columns).Order("id DESC").Limit(int64(limit))
	if before != 0 {
		q = q.Where("id < ?", before)
	}
	if f.Organisation != 0 {
		q = q.Where("organisation_id = ?", f.Organisation)
	}
	if f.Status != "" {
		q = q.Where("status = ?", f.Status)
	}
	if f.Open || !f.DueBefore.IsZero() {
		q = q.Where("status IN ('issued', 'part_paid')")
	}
	if !f.DueBefore.IsZero() {
		q = q.Where("due_on < ?", f.DueBefore)
	}
	if f.Query != "" {
		q = q.Where(`number ILIKE ?0 OR EXISTS (SELECT FROM organisations o WHERE o.id = organisation_id AND o.name ILIKE ?0)
			OR EXISTS (SELECT FROM purchase_orders p WHERE p.id = purchase_order_id AND p.number ILIKE ?0)`, containing(f.Query))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing invoices: %w", err)
	}
	return list, nil
}
