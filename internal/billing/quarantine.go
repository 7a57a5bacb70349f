package billing

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
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
}

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
