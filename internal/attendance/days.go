package attendance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
)

// Day is a day that somebody teaches, with how far its registers have come.
type Day struct {
	Run       string // code
	Course    string
	City      string
	Venue     string
	BlockID   id.Block
	RunID     id.Run
	Number    int // of the block
	EndsOn    london.Date
	Day       london.Date
	Expected  int // names on the register
	Morning   int // how many of them are marked
	Afternoon int
}

// DayKey is where a list of days goes on: behind this day of this block.
type DayKey struct {
	Day   london.Date
	Block id.Block
}

// Coming lists the days that whoever asks teaches, from one day on, soonest first; behind one that was shown before, when one is
// given. It is for the role db.Trainer in their name.
func Coming(ctx context.Context, d bun.IDB, from london.Date, after DayKey, limit int) ([]Day, error) {
	if after.Day.IsZero() {
		after = DayKey{Day: from.AddDays(-1), Block: 1<<62 - 1}
	}
	return taughtDays(ctx, d, "(x.day::date, b.id) > (?, ?) ORDER BY x.day, b.id", after, limit)
}

// Past lists the days before one that whoever asks taught, the latest first, as Coming does.
func Past(ctx context.Context, d bun.IDB, until london.Date, after DayKey, limit int) ([]Day, error) {
	if after.Day.IsZero() {
		after = DayKey{Day: until}
	}
	return taughtDays(ctx, d, "(x.day::date, b.id) < (?, ?) ORDER BY x.day DESC, b.id DESC", after, limit)
}

// placed says that a place e is one of those on the run r whose names stand on its registers.
const placed = "e.run_id = r.id AND e.status IN ('confirmed', 'completed') AND e.person_id IS NOT NULL"

func taughtDays(ctx context.Context, d bun.IDB, behind string, key DayKey, limit int) ([]Day, error) {
	var list []Day
	err := d.NewRaw(`
		SELECT r.code AS run, c.title AS course, r.city, coalesce(nullif(b.venue, ''), r.venue) AS venue, b.id AS block_id, r.id AS run_id, b.number, b.ends_on, x.day::date AS day,
		       (SELECT count(*) FROM enrolments e WHERE `+placed+`) AS expected,
		       (SELECT count(*) FROM registers g JOIN attendance_marks m ON m.register_id = g.id JOIN enrolments e ON e.id = m.enrolment_id AND `+placed+`
		        WHERE  g.block_id = b.id AND g.day = x.day::date AND g.half = 'am') AS morning,
		       (SELECT count(*) FROM registers g JOIN attendance_marks m ON m.register_id = g.id JOIN enrolments e ON e.id = m.enrolment_id AND `+placed+`
		        WHERE  g.block_id = b.id AND g.day = x.day::date AND g.half = 'pm') AS afternoon
		FROM   blocks b JOIN runs r ON r.id = b.run_id AND r.status NOT IN ('draft', 'cancelled') JOIN courses c ON c.id = r.course_id
		CROSS  JOIN LATERAL generate_series(b.starts_on, b.ends_on, interval '1 day') AS x (day)
		WHERE  b.id IN (SELECT taught_blocks()) AND `+behind+` LIMIT ?`, key.Day, key.Block, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing the days that somebody teaches: %w", err)
	}
	return list, nil
}

// Gap is half a day of which there is no register, or one on which somebody is not marked.
type Gap struct {
	Number   int // of the block
	Day      london.Date
	Half     Half
	Unmarked int // people of whom nobody has said anything, where there is a register
}

// Missing lists the half days of a run before a day of which nobody has marked anything, earliest first.
func Missing(ctx context.Context, d bun.IDB, run id.Run, before london.Date) ([]Gap, error) {
	var list []Gap
	err := d.NewRaw(`
		SELECT b.number, x.day::date AS day, h.half
		FROM   blocks b CROSS JOIN LATERAL generate_series(b.starts_on, least(b.ends_on, ?0::date - 1), interval '1 day') AS x (day)
		CROSS  JOIN (VALUES ('am'), ('pm')) AS h (half)
		WHERE  b.run_id = ?1 AND NOT EXISTS (SELECT FROM registers g JOIN attendance_marks m ON m.register_id = g.id AND m.mark <> 'made_up'
		                                     WHERE g.block_id = b.id AND g.day = x.day::date AND g.half = h.half)
		ORDER  BY x.day, h.half LIMIT 500`, before, run).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing missing registers: %w", err)
	}
	return list, nil
}

// Unfinished lists the half days of a run before a day on which some are marked and others are not, earliest first. Nobody is
// expected on a day before their place was certain, they came from other dates, or they took the place over from a colleague.
func Unfinished(ctx context.Context, d bun.IDB, run id.Run, before london.Date) ([]Gap, error) {
	var list []Gap
	err := d.NewRaw(`
		SELECT b.number, g.day, g.half, count(*) AS unmarked
		FROM   blocks b JOIN registers g ON g.block_id = b.id AND g.day < ?0
		JOIN   enrolments e ON e.run_id = b.run_id AND e.status IN ('confirmed', 'completed') AND e.person_id IS NOT NULL
		       AND (e.confirmed_at AT TIME ZONE 'Europe/London')::date <= g.day
		       AND NOT EXISTS (SELECT FROM moves v WHERE v.enrolment_id = e.id AND (v.at AT TIME ZONE 'Europe/London')::date > g.day)
		       AND `+theirs+`
		WHERE  b.run_id = ?1 AND EXISTS (SELECT FROM attendance_marks m WHERE m.register_id = g.id AND m.mark <> 'made_up')
		       AND NOT EXISTS (SELECT FROM attendance_marks m WHERE m.register_id = g.id AND m.enrolment_id = e.id)
		GROUP  BY b.number, g.day, g.half ORDER BY g.day, g.half LIMIT 500`, before, run).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing unfinished registers: %w", err)
	}
	return list, nil
}

// Taken is a register of a run with how many were there.
type Taken struct {
	Number  int
	Day     london.Date
	Half    Half
	Present int
	Absent  int
}

// Registers lists the registers of a run that say anything, the latest first, before one of them.
func Registers(ctx context.Context, d bun.IDB, run id.Run, before TakenKey, limit int) ([]Taken, error) {
	var list []Taken
	err := d.NewRaw(`
		SELECT b.number, g.day, g.half, count(*) FILTER (WHERE m.mark <> 'absent') AS present, count(*) FILTER (WHERE m.mark = 'absent') AS absent
		FROM   blocks b JOIN registers g ON g.block_id = b.id JOIN attendance_marks m ON m.register_id = g.id
		WHERE  b.run_id = ?0 AND (?1::date IS NULL OR (g.day, g.half) < (?1::date, ?2))
		GROUP  BY b.number, g.day, g.half ORDER BY g.day DESC, g.half DESC LIMIT ?3`, run, before.Day, before.Half, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing registers: %w", err)
	}
	return list, nil
}

// TakenKey is where a list of registers goes on.
type TakenKey struct {
	Day  london.Date
	Half Half
}
