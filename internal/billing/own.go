package billing

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
)

// ownColumns are those of a share that an organisation's people may see.
const ownColumns = `id, enrolment_id, payer, organisation_id, amount, secured_at, agreed_at, purchase_order_id, ordered, cost_code, kept, invoiced, let_off,
	pay_request_id`

// OwnShares reads what an organisation itself pays of places, by place, the oldest share first. It needs no more than the
// organisation's people may see.
func OwnShares(ctx context.Context, d bun.IDB, of id.Organisation, places ...id.Enrolment) (map[id.Enrolment][]Share, error) {
	byPlace := make(map[id.Enrolment][]Share, len(places))
	if len(places) == 0 {
		return byPlace, nil
	}
	var list []Share
	err := d.NewRaw("SELECT "+ownColumns+" FROM shares WHERE organisation_id = ? AND enrolment_id IN (?) ORDER BY id LIMIT 20000",
		of, bun.List(places)).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading an organisation's shares: %w", err)
	}
	for _, s := range list {
		byPlace[s.EnrolmentID] = append(byPlace[s.EnrolmentID], s)
	}
	return byPlace, nil
}
