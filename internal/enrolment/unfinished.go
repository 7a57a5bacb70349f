package enrolment

import (
	"context"

	"github.com/uptrace/bun"

	"bursar/internal/id"
)

// UnfinishedOf lists what a person has begun to book and not finished, where they have no active enrolment on
// the run, latest first.
func UnfinishedOf(ctx context.Context, d bun.IDB, person id.Person) ([]*Booking, error) {
	var list []*Booking
	err := d.NewSelect().Model(&list).ModelTableExpr("bookings AS b").ColumnExpr("b.*").
		Where("b.person_id = ? AND b.enrolment_id IS NULL", person).
		Where(`NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.run_id = b.run_id AND e.person_id = b.person_id
			AND e.status IN ('waiting', 'held', 'confirmed', 'completed'))`).
		OrderExpr("b.updated_at DESC, b.id DESC").Limit(50).Scan(ctx)
	return list, err
}
