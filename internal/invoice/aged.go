package invoice

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// AgedDebt is what is open of one organisation's invoices by how many days it is overdue, in pence.
type AgedDebt struct {
	Organisation id.Organisation
	Code         string
	Name         string
	NotDue       money.Amount
	To30         money.Amount // 1 to 30 days
	To60         money.Amount
	To90         money.Amount
	Over90       money.Amount
	Total        money.Amount
	Credit       money.Amount // that stands to its credit
}

// Aged lists what is open on a day, of organisations that owe something or have credit, in the order of their ids, at most
// limit of those after one of them.
func Aged(ctx context.Context, d bun.IDB, today london.Date, after id.Organisation, limit int) ([]AgedDebt, error) {
	var list []AgedDebt
	err := d.NewRaw(`
		SELECT o.id AS organisation, o.code, o.name, i.not_due, i.to30, i.to60, i.to90, i.over90, i.total, coalesce(-a.balance, 0) AS credit
		FROM organisations o
		CROSS JOIN LATERAL (
			SELECT coalesce(sum(open) FILTER (WHERE late <= 0), 0) AS not_due, coalesce(sum(open) FILTER (WHERE late BETWEEN 1 AND 30), 0) AS to30,
				coalesce(sum(open) FILTER (WHERE late BETWEEN 31 AND 60), 0) AS to60, coalesce(sum(open) FILTER (WHERE late BETWEEN 61 AND 90), 0) AS to90,
				coalesce(sum(open) FILTER (WHERE late > 90), 0) AS over90, coalesce(sum(open), 0) AS total
			FROM (SELECT total - paid - credited - written_off AS open, ?0::date - due_on AS late FROM invoices
				WHERE organisation_id = o.id AND status IN ('issued', 'part_paid')) x
		) i
		LEFT JOIN accounts a ON a.name = 'organisation/' || o.id || '/credit'
		WHERE o.id > ?1 AND (i.total > 0 OR a.balance < 0) ORDER BY o.id LIMIT ?2`, today, after, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading aged debt: %w", err)
	}
	return list, nil
}
