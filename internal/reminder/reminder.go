// Package reminder writes to people because the days of a run come near or have gone by: how to join, that a block is close, thanks
// after one, and to those who teach and the office that a register is missing.
//
// What always holds: nobody is written to twice about the same day of the same block for the same reason, however often and in how
// many processes it is tried; only who has a confirmed place learns a link; nothing goes out at night, by London's clocks.
package reminder

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Kind is why people are written to.
type Kind string

// The kinds.
const (
	Joining  Kind = "joining"  // how to come to the first block
	Before   Kind = "before"   // that a block is close
	After    Kind = "after"    // thanks for a block, and what is next
	Register Kind = "register" // that registers of a block are missing, to who teaches it and the office
)

// Kinds lists all of them, in the order in which they fall due.
func Kinds() []Kind { return []Kind{Joining, Before, After, Register} }

// usual is how many days before or after a block each kind goes out, until staff say otherwise.
var usual = map[Kind]int{Joining: 14, Before: 2, After: 1, Register: 1}

// Ahead reports whether a kind goes out before a block, and not after it.
func (k Kind) Ahead() bool { return k == Joining || k == Before }

// Kept says whether a kind goes out for a run, and how many days before a block's first day or after its last.
type Kept struct {
	Kind Kind
	Days int
	Off  bool
}

// Day is when the mail about a block goes out.
func (k Kept) Day(b course.Block) london.Date {
	if k.Kind.Ahead() {
		return b.StartsOn.AddDays(-k.Days)
	}
	return b.EndsOn.AddDays(k.Days)
}

// KeptFor is what holds for a run, of every kind.
func KeptFor(ctx context.Context, d bun.IDB, run id.Run) ([]Kept, error) {
	var said []Kept
	if err := d.NewRaw("SELECT kind, days, off FROM run_mails WHERE run_id = ?", run).Scan(ctx, &said); err != nil {
		return nil, fmt.Errorf("reading when people are written to: %w", err)
	}
	all := make([]Kept, 0, len(usual))
	for _, kind := range Kinds() {
		k := Kept{Kind: kind, Days: usual[kind]}
		for _, s := range said {
			if s.Kind == kind {
				k = s
			}
		}
		all = append(all, k)
	}
	return all, nil
}

const (
	// fromHour is when mails go out in the morning.
	fromHour = 8
	// lateBy is for how many days what should have gone out after a block still does: later it would surprise.
	lateBy = 7
	// portion is how many people are written to in one unit of work.
	portion = 50
)

// Batch is what is to be written about one block: Day is the day of the block that it is about.
type Batch struct {
	Kind    Kind
	RunID   id.Run
	BlockID id.Block
	Day     london.Date
}

// owed are the blocks about which a kind of mail goes out now: ?0 is today in London. A mail before a block is late until the block
// begins, except that joining instructions still go to whoever gets a place on its first day.
var owed = fmt.Sprintf(`
	SELECT k.kind, b.run_id, b.id AS block_id, CASE WHEN k.ahead THEN b.starts_on ELSE b.ends_on END AS day
	FROM   blocks b
	JOIN   runs r ON r.id = b.run_id AND r.status IN ('open', 'closed', 'finished')
	CROSS  JOIN (VALUES %s) AS k (kind, days, ahead)
	LEFT   JOIN run_mails s ON s.run_id = b.run_id AND s.kind = k.kind
	WHERE  NOT coalesce(s.off, false) AND (k.kind <> 'joining' OR b.number = 1)
	       AND CASE WHEN k.ahead THEN ?0::date BETWEEN b.starts_on - coalesce(s.days, k.days) AND b.starts_on - (k.kind = 'before')::int
	                ELSE ?0::date BETWEEN b.ends_on + coalesce(s.days, k.days) AND b.ends_on + coalesce(s.days, k.days) + %d END`, usualRows(), lateBy)

// usualRows are the usual days as rows of a query.
func usualRows() string {
	var rows []string
	for _, kind := range Kinds() {
		rows = append(rows, fmt.Sprintf("('%s', %d, %t)", kind, usual[kind], kind.Ahead()))
	}
	return strings.Join(rows, ", ")
}

// readers are those who have a place on the run of a batch o and have not been written to: ?1 is when today began. Whoever is told
// today how to join is not told on the same day that it is close.
const readers = `
	SELECT e.code, w.id AS person_id, coalesce(n.name, w.name) AS name, coalesce(n.email, w.email) AS email
	FROM   enrolments e
	LEFT   JOIN seat_names n ON n.enrolment_id = e.id AND n.until IS NULL
	JOIN   people w ON w.id = coalesce(n.person_id, e.person_id)
	WHERE  e.run_id = o.run_id AND (e.status = 'confirmed' OR e.status = 'completed' AND o.kind = 'after')
	       AND NOT EXISTS (SELECT FROM block_mails m WHERE m.block_id = o.block_id AND m.kind = o.kind AND m.day = o.day AND m.person_id = w.id)
	       AND (o.kind <> 'before' OR NOT EXISTS (SELECT FROM block_mails m WHERE m.block_id = o.block_id AND m.kind = 'joining' AND m.person_id = w.id AND m.at >= ?1))`

// Due lists what is to be written now, the soonest block first and how to join before that it is close, at most limit. At night
// nothing is.
func Due(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]Batch, error) {
	today := london.DateOf(now)
	if now.Before(today.At(fromHour, 0)) {
		return nil, nil
	}
	var list []Batch
	err := d.NewRaw(`
		SELECT o.* FROM (`+owed+`) AS o
		WHERE  CASE o.kind WHEN 'register'
		       THEN NOT EXISTS (SELECT FROM block_mails m WHERE m.block_id = o.block_id AND m.kind = o.kind AND m.day = o.day) AND EXISTS (`+missing+`)
		       ELSE EXISTS (`+readers+`) END
		ORDER  BY o.day, o.block_id, o.kind <> 'joining', o.kind LIMIT ?2`, today, today.At(0, 0), limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing who is to be written to about a block: %w", err)
	}
	return list, nil
}

// missing are half days of the block of a batch o in whose register nobody has written anything.
const missing = `
	SELECT x.day::date AS day, h.half
	FROM   blocks b CROSS JOIN LATERAL generate_series(b.starts_on, b.ends_on, interval '1 day') AS x (day)
	CROSS  JOIN (VALUES ('am'), ('pm')) AS h (half)
	WHERE  b.id = o.block_id AND EXISTS (SELECT FROM enrolments e WHERE e.run_id = o.run_id AND e.status IN ('confirmed', 'completed'))
	       AND NOT EXISTS (SELECT FROM registers g JOIN attendance_marks m ON m.register_id = g.id AND m.mark <> 'made_up'
	                       WHERE g.block_id = b.id AND g.day = x.day::date AND g.half = h.half)`

// Write writes what a batch owes, to at most 50 people in one unit of work, and returns to how many; 0 when everybody has been
// written to, or nothing is due any more.
func Write(ctx context.Context, tx *db.Tx, b Batch) (int, error) {
	due, err := stillDue(ctx, tx, b)
	if err != nil || !due {
		return 0, err
	}
	o, err := course.OfferingOf(ctx, tx, b.RunID)
	if err != nil {
		return 0, err
	}
	if b.Kind == Register {
		return writeMissing(ctx, tx, b, o)
	}
	return writeLearners(ctx, tx, b, o)
}

// stillDue looks again under the lock of the run's places, with which dates change and runs are cancelled.
func stillDue(ctx context.Context, tx *db.Tx, b Batch) (bool, error) {
	if err := course.LockPlaces(ctx, tx, b.RunID); err != nil {
		return false, err
	}
	var due bool
	err := tx.NewRaw("SELECT EXISTS (SELECT FROM ("+owed+") AS o WHERE o.kind = ?1 AND o.block_id = ?2 AND o.day = ?3::date)",
		london.DateOf(tx.Now), b.Kind, b.BlockID, b.Day).Scan(ctx, &due)
	if err != nil {
		return false, fmt.Errorf("looking whether a mail is still due: %w", err)
	}
	return due, nil
}
