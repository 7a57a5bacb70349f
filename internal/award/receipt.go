package award

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// ErrUnknownReceipt means that there is no such receipt, or that it is somebody else's.
var ErrUnknownReceipt = failure.New(failure.NotFound, "receipt_unknown", "We cannot find that receipt.")

const (
	// ReceiptLimit is the most bytes that a receipt may have.
	ReceiptLimit = 5 << 20
	// MaxReceipts is how many can go with one claim.
	MaxReceipts = 5

	receiptsTable = "sensitive.receipts"
)

// Upload is a file as it was sent. Its name is not looked at: names say more about people than they know.
type Upload struct{ Body []byte }

// receiptTypes are the contents that are kept, by what the first bytes say.
var receiptTypes = []string{"application/pdf", "image/jpeg", "image/png"}

func (u Upload) contentType() string { return http.DetectContentType(u.Body) }

// Receipt is a sealed file that shows what somebody spent.
type Receipt struct {
	bun.BaseModel `bun:"table:sensitive.receipts,alias:receipt"`

	ID          id.Receipt `bun:"id,pk"`
	ClaimID     id.Claim   `bun:"claim_id"`
	ContentType string     `bun:"content_type"`
	Body        []byte     `bun:"body"` // opened, and only where somebody reads it
	At          time.Time  `bun:"at"`
}

// Extension is the usual end of a file's name for what the receipt is.
func (r Receipt) Extension() string {
	return map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}[r.ContentType]
}

// checkReceipts is what is wrong with some files, in a sentence; empty when nothing is.
func checkReceipts(files []Upload) string {
	switch {
	case len(files) == 0:
		return "Add a receipt, a ticket or a bill. A photo of it is enough."
	case len(files) > MaxReceipts:
		return fmt.Sprintf("You can add up to %d files at a time.", MaxReceipts)
	}
	for _, f := range files {
		switch {
		case len(f.Body) > ReceiptLimit:
			return "Each file must be 5 MB or smaller."
		case !slices.Contains(receiptTypes, f.contentType()):
			return "Each file must be a PDF, a JPEG or a PNG."
		}
	}
	return ""
}

// keepReceipts seals the files of a claim.
func keepReceipts(ctx context.Context, tx *db.Tx, box *secret.Box, c *Claim, files []Upload) error {
	for _, f := range files {
		n, err := tx.NextID(ctx, receiptsTable)
		if err != nil {
			return err
		}
		r := Receipt{ID: id.Receipt(n), ClaimID: c.ID, ContentType: f.contentType(), At: tx.Now}
		if r.Body, err = box.Seal(f.Body, receiptsTable, "body", n); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&r).Returning("NULL").Exec(ctx); err != nil {
			return fmt.Errorf("keeping a receipt: %w", err)
		}
	}
	return nil
}

// withReceipts lists the receipts of claims without their bodies. Staff have noted the reading before.
func withReceipts(ctx context.Context, d bun.IDB, claims ...*Claim) error {
	if len(claims) == 0 {
		return nil
	}
	byID := make(map[id.Claim]*Claim, len(claims))
	var which []id.Claim
	for _, c := range claims {
		byID[c.ID], c.Receipts = c, nil
		which = append(which, c.ID)
	}
	var all []Receipt
	err := d.NewSelect().Model(&all).ExcludeColumn("body").Where("claim_id IN (?)", bun.List(which)).Order("id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("listing receipts: %w", err)
	}
	for _, r := range all {
		byID[r.ClaimID].Receipts = append(byID[r.ClaimID].Receipts, r)
	}
	return nil
}

// OwnReceipt opens the n-th receipt, from 1, of a claim on a person's own application, or returns bursary.ErrUnknown,
// ErrUnknownClaim or ErrUnknownReceipt.
func OwnReceipt(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, application, claim string, nth int) (*Receipt, error) {
	app, err := bursary.OfPerson(ctx, tx, person, application)
	if err != nil {
		return nil, err
	}
	c, of, err := findClaim(ctx, tx, claim)
	if err != nil {
		return nil, err
	}
	if of != app.ID {
		return nil, ErrUnknownClaim
	}
	return openReceipt(ctx, tx, box, c, nth)
}

// ReadReceipt opens the n-th receipt, from 1, of a claim for staff, and notes the reading. It returns ErrUnknownClaim or
// ErrUnknownReceipt.
func ReadReceipt(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, claim string, nth int) (*Receipt, error) {
	c, application, err := findClaim(ctx, tx, claim)
	if err != nil {
		return nil, err
	}
	if err := bursary.Note(ctx, tx, application, reader, form.Office); err != nil {
		return nil, err
	}
	return openReceipt(ctx, tx, box, c, nth)
}

func openReceipt(ctx context.Context, tx *db.Tx, box *secret.Box, c *Claim, nth int) (*Receipt, error) {
	if nth < 1 || nth > MaxReceipts {
		return nil, ErrUnknownReceipt
	}
	r := new(Receipt)
	if err := tx.NewSelect().Model(r).Where("claim_id = ?", c.ID).Order("id").Offset(int64(nth - 1)).Limit(1).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknownReceipt
		}
		return nil, fmt.Errorf("reading a receipt: %w", err)
	}
	var err error
	r.Body, err = box.Open(r.Body, receiptsTable, "body", int64(r.ID))
	return r, err
}
