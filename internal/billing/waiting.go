package billing

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
)

// RefundsWaiting lists refunds that were requested before a time and have not arrived, oldest first.
func RefundsWaiting(ctx context.Context, d bun.IDB, before time.Time, limit int) ([]Refund, error) {
	var refunds []Refund
	err := d.NewSelect().Model(&refunds).
		Where("status IN (?)", bun.List([]RefundStatus{RefundRequested, RefundSent})).Where("created_at < ?", before).
		Order("created_at", "id").Limit(int64(limit)).Scan(ctx)
	return refunds, err
}

// PaymentOf finds the payment for which the processor made a page, or returns ErrPaymentUnknown.
func PaymentOf(ctx context.Context, d bun.IDB, s Standing) (id.Payment, error) {
	var p id.Payment
	err := d.NewRaw(`
		SELECT id FROM payments WHERE session = ? OR code = nullif(?, '')
		ORDER BY id LIMIT 1`, s.Session, s.Reference).Scan(ctx, &p)
	if db.NoRows(err) {
		return 0, ErrPaymentUnknown
	}
	return p, err
}

// WithPage lists payments begun since a time that have a page or a charge at the processor, in the order of their ids,
// those after one of them.
func WithPage(ctx context.Context, d bun.IDB, since time.Time, after id.Payment, limit int) ([]Payment, error) {
	var payments []Payment
	err := d.NewSelect().Model(&payments).
		Where("created_at >= ? AND id > ? AND (session IS NOT NULL OR saved AND intent IS NOT NULL)", since, after).
		Order("id").Limit(int64(limit)).Scan(ctx)
	return payments, err
}

// EventsWaiting counts stored events that came before a time and have not been looked into.
func EventsWaiting(ctx context.Context, d bun.IDB, before time.Time) (n int, err error) {
	err = d.NewRaw("SELECT count(*) FROM processor_events WHERE applied_at IS NULL AND received_at < ?", before).Scan(ctx, &n)
	return n, err
}
