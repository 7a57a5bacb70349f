package report

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/money"
)

// Charge is what somebody has not paid yet of the charge for a place that they gave up.
type Charge struct {
	ID          id.Share
	Place       string // its code
	Name        string // of whoever had it
	Run         string // its code
	EndedAt     time.Time
	Outstanding money.Amount
}

// chargeOutstanding is true of a share s of which something of the charge for a place that was given up is not paid.
const chargeOutstanding = "s.outstanding > 0"

// Charges lists what is outstanding of charges, the oldest share first, after one of them.
func Charges(ctx context.Context, d bun.IDB, after id.Share, limit int) ([]Charge, error) {
	var list []Charge
	err := d.NewRaw(`
		SELECT s.id, e.code AS place, coalesce(w.name, '') AS name, r.code AS run, e.ended_at, s.outstanding
		FROM   shares s
		JOIN   enrolments e ON e.id = s.enrolment_id
		JOIN   runs r ON r.id = e.run_id
		LEFT   JOIN people w ON w.id = e.person_id
		WHERE  `+chargeOutstanding+` AND s.id > ? ORDER BY s.id LIMIT ?`, after, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing charges that are not paid: %w", err)
	}
	return list, nil
}
