package report

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/id"
)

// Order is a purchase order with whose it is.
type Order struct {
	billing.PurchaseOrder
	Organisation     string // its name
	OrganisationCode string
}

// Orders lists purchase orders of all organisations older than one of them, the latest first; those that are closed too, or not.
func Orders(ctx context.Context, d bun.IDB, closed bool, before id.PurchaseOrder, limit int) ([]Order, error) {
	var list []Order
	err := d.NewRaw(`
		SELECT p.id, p.code, p.organisation_id, p.number, p.amount, p.name, p.line, p.valid_until, p.over, p.over_for, p.used, p.closed_at, p.created_by, p.created_at,
		       o.name AS organisation, o.code AS organisation_code
		FROM   purchase_orders p JOIN organisations o ON o.id = p.organisation_id
		WHERE  (?0 OR p.closed_at IS NULL) AND (?1 = 0 OR p.id < ?1) ORDER BY p.id DESC LIMIT ?2`, closed, before, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing purchase orders: %w", err)
	}
	return list, nil
}
