package attendance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Attended is half a day of somebody's run with what the register says of them.
type Attended struct {
	Number int // of the block
	Day    london.Date
	Half   Half
	Mark   Mark
}

// HistoryOf lists the half days of the run on which somebody has their place, until a day, earliest first.
func HistoryOf(ctx context.Context, d bun.IDB, e *enrolment.Enrolment, until london.Date) ([]Attended, error) {
	var list []Attended
	err := d.NewRaw(`
		SELECT b.number, x.day::date AS day, h.half, coalesce(m.mark, '') AS mark
		FROM   blocks b CROSS JOIN LATERAL generate_series(b.starts_on, least(b.ends_on, ?0::date), interval '1 day') AS x (day)
		CROSS  JOIN (VALUES ('am'), ('pm')) AS h (half)
		LEFT   JOIN registers g ON g.block_id = b.id AND g.day = x.day::date AND g.half = h.half
		LEFT   JOIN enrolments e ON e.id = ?1
		LEFT   JOIN attendance_marks m ON m.register_id = g.id AND m.enrolment_id = e.id AND `+theirs+`
		WHERE  b.run_id = ?2 ORDER BY x.day, h.half LIMIT 1000`, until, e.ID, e.RunID).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing somebody's half days: %w", err)
	}
	return list, nil
}

// Slot is a day of other dates on which something can be made up.
type Slot struct {
	Run  string // code
	City string
	Day  london.Date
}

// slotsShown is more days than anybody chooses from.
const slotsShown = 200

// Elsewhere lists the days of other runs of the same course from a day on, soonest first, without those on which the run itself meets.
func Elsewhere(ctx context.Context, d bun.IDB, run *course.Offering, from london.Date) ([]Slot, error) {
	var list []Slot
	err := d.NewRaw(`
		SELECT r.code AS run, r.city, x.day::date AS day
		FROM   runs r JOIN blocks b ON b.run_id = r.id AND b.ends_on >= ?0::date
		CROSS  JOIN LATERAL generate_series(greatest(b.starts_on, ?0::date), b.ends_on, interval '1 day') AS x (day)
		WHERE  r.course_id = (SELECT course_id FROM runs WHERE id = ?1) AND r.id <> ?1 AND r.status NOT IN ('draft', 'cancelled')
		       AND NOT EXISTS (SELECT FROM blocks o WHERE o.run_id = ?1 AND x.day::date BETWEEN o.starts_on AND o.ends_on)
		ORDER  BY x.day, r.code LIMIT ?2`, from, run.ID, slotsShown).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing days of other dates: %w", err)
	}
	return list, nil
}

// Rule is what completing a run takes.
type Rule struct {
	AttendanceBP int  // of the half days, in basis points
	MayMissBlock bool // a block that was wholly missed need not be made up
}

// RuleOf is what completing a run takes, or ErrUnknown.
func RuleOf(ctx context.Context, d bun.IDB, run id.Run) (Rule, error) {
	r, err := ruleOf(ctx, d, run)
	return Rule{AttendanceBP: r.AttendanceBP, MayMissBlock: r.MayMissBlock}, err
}
