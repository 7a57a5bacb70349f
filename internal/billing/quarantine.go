package billing

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// DoubtKind says what does not agree.
type DoubtKind string

// The kinds of doubt.
const (
	WrongAmount    DoubtKind = "wrong_amount"      // amount or currency differs from what was asked for
	UnknownPayment DoubtKind = "unknown_payment"   // an event about nothing of ours
	WrongVersion   DoubtKind = "wrong_api_version" // the webhook endpoint is set up with another API version
	WrongMode      DoubtKind = "wrong_mode"        // a test event in live mode, or the reverse
	StrangeRefund  DoubtKind = "strange_refund"    // a refund that we did not ask for
	RefundCameBack DoubtKind = "refund_came_back"  // the bank returned a refund
	Missing        DoubtKind = "missing"           // in the books and not at the processor, or the reverse
)

// Doubt is something that does not agree with the books and waits for a person. Nothing is posted for it.
type Doubt struct {
	bun.BaseModel `bun:"table:quarantine"`

	ID         id.Quarantine `bun:"id,pk,autoincrement"`
	Kind       DoubtKind     `bun:"kind"`
	Object     string        `bun:"object"` // the id of what it is about, ours or the processor's
	Payment    id.Payment    `bun:"payment_id,nullzero"`
	Detail     string        `bun:"detail"` // a sentence for staff, without names
	CreatedAt  time.Time     `bun:"created_at"`
	ResolvedAt time.Time     `bun:"resolved_at,nullzero"`
	ResolvedBy id.Person     `bun:"resolved_by,nullzero"`
	Found      string        `bun:"found"` // by whoever looked at it
}

// ErrNoDoubt means that there is no such doubt.
var ErrNoDoubt = failure.New(failure.NotFound, "no_doubt", "There is no such doubt.")

// Quarantine keeps a doubt for a person to look at, once for each kind and object.
func Quarantine(ctx context.Context, tx *db.Tx, d Doubt) error {
	d.CreatedAt = tx.Now
	_, err := tx.NewInsert().Model(&d).On("CONFLICT ON CONSTRAINT quarantine_once DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("quarantining: %w", err)
	}
	return nil
}

// Doubts lists what waits for a person, oldest first.
func Doubts(ctx context.Context, d bun.IDB) ([]Doubt, error) {
	var doubts []Doubt
	err := d.NewSelect().Model(&doubts).Where("resolved_at IS NULL").Order("id").Limit(200).Scan(ctx)
	return doubts, err
}

// DoubtOf is one doubt, dealt with or not, or ErrNoDoubt.
func DoubtOf(ctx context.Context, d bun.IDB, which id.Quarantine) (*Doubt, error) {
	doubt := &Doubt{}
	err := d.NewSelect().Model(doubt).Where("id = ?", which).Scan(ctx)
	if db.NoRows(err) {
		return nil, ErrNoDoubt
	}
	if err != nil {
		return nil, fmt.Errorf("reading a doubt: %w", err)
	}
	return doubt, nil
}

// Resolve says that somebody has looked at a doubt, and what they found: it waits no longer, and nothing is posted by that. A doubt that
// is dealt with stays as it is. It returns ErrNoDoubt, or a failure about the field "found".
func Resolve(ctx context.Context, tx *db.Tx, by id.Person, which id.Quarantine, found string) error {
	doubt, err := DoubtOf(ctx, tx, which)
	if err != nil || !doubt.ResolvedAt.IsZero() {
		return err
	}
	if found == "" || len([]rune(found)) > 1_000 {
		return failure.Field("found", "Say what you found and what was done about it, in up to 1,000 characters")
	}
	done, err := tx.NewRaw("UPDATE quarantine SET resolved_at = ?, resolved_by = ?, found = ? WHERE id = ? AND resolved_at IS NULL",
		tx.Now, by, found, which).Exec(ctx)
	if err != nil {
		return fmt.Errorf("resolving a doubt: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "doubt dealt with", Subject: "doubt", SubjectID: int64(which),
		Detail: map[string]any{"kind": doubt.Kind, "object": doubt.Object}})
}
