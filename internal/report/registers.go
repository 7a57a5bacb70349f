package report

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
)

// halfDays are the half days h of the days x of all blocks b before ?0, with their run r. registerMissing says that somebody was to be
// there, and nobody wrote down whether they were.
const (
	halfDays = `blocks b JOIN runs r ON r.id = b.run_id
		CROSS JOIN LATERAL generate_series(b.starts_on, least(b.ends_on, ?0::date - 1), interval '1 day') AS x (day)
		CROSS JOIN (VALUES ('am'), ('pm')) AS h (half)`
	registerMissing = `r.status IN ('open', 'closed') AND EXISTS (SELECT FROM enrolments e WHERE e.run_id = r.id AND e.status IN ('confirmed', 'completed'))
		AND NOT EXISTS (SELECT FROM registers g JOIN attendance_marks k ON k.register_id = g.id AND k.mark <> 'made_up'
		                WHERE g.block_id = b.id AND g.day = x.day::date AND g.half = h.half)`
)

// Gap is half a day that was taught and has no register.
type Gap struct {
	Block  id.Block
	Run    string // code
	Number int    // of the block
	Day    london.Date
	Half   string // am, pm
}

// GapKey is where a list of them goes on.
type GapKey struct {
	Day   london.Date
	Half  string
	Block id.Block
}

// RegistersMissing lists half days before a day that have no register, the earliest first, after one of them.
func RegistersMissing(ctx context.Context, d bun.IDB, today london.Date, after GapKey, limit int) ([]Gap, error) {
	var list []Gap
	err := d.NewRaw(`
		SELECT b.id AS block, r.code AS run, b.number, x.day::date AS day, h.half FROM `+halfDays+`
		WHERE  `+registerMissing+` AND (?1 = 0 OR (x.day::date, h.half, b.id) > (?2::date, ?3, ?1))
		ORDER  BY x.day, h.half, b.id LIMIT ?4`, today, after.Block, after.Day, after.Half, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing missing registers: %w", err)
	}
	return list, nil
}
