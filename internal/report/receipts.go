package report

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/id"
	"bursar/internal/money"
)

// Receipt is a payment by card for a place, as a list for staff shows it.
type Receipt struct {
	ID        id.Payment
	Code      string
	Place     string // code
	Run       string // code
	Name      string // of whoever has the place
	Status    billing.PaymentStatus
	Amount    money.Amount
	Captured  money.Amount
	Refunded  money.Amount
	CreatedAt time.Time
	SettledAt time.Time
}

// Receipts lists payments by card for places, older than one of them, the latest first; of one status, or of all.
func Receipts(ctx context.Context, d bun.IDB, status billing.PaymentStatus, before id.Payment, limit int) ([]Receipt, error) {
	var list []Receipt
	err := d.NewRaw(`
		SELECT p.id, p.code, e.code AS place, r.code AS run, coalesce(w.name, '') AS name, p.status, p.amount, p.captured, p.refunded, p.created_at, p.settled_at
		FROM   payments p
		JOIN   shares s ON s.id = p.share_id
		JOIN   enrolments e ON e.id = s.enrolment_id
		JOIN   runs r ON r.id = e.run_id
		LEFT   JOIN people w ON w.id = e.person_id
		WHERE  (?0 = '' OR p.status = ?0) AND (?1 = 0 OR p.id < ?1) ORDER BY p.id DESC LIMIT ?2`, status, before, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing payments: %w", err)
	}
	return list, nil
}
