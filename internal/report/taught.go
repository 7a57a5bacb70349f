package report

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// ErrNotTaught means that a block has not ended, or that its run is not held.
var ErrNotTaught = failure.New(failure.Conflict, "not_taught", "This block has not been taught yet.")

// block is a block of a run with when it is over.
type block struct {
	ID     id.Block
	RunID  id.Run
	Days   int64
	EndsAt time.Time
	Held   bool // its run is
}

// RecogniseTaught moves what a block has earned from what was charged for its run and not earned yet: as much of that as
// the block has of its days and those of all later blocks, and all of it with the last block. What was charged or given
// back after the block ended belongs to the blocks that follow; after the last one it is earned as it comes. Blocks before
// it that were missed come first. It is done once for each block, and may be asked for again. It returns ErrNotTaught.
func RecogniseTaught(ctx context.Context, tx *db.Tx, which id.Block) error {
	blocks, at, err := blocksUpTo(ctx, tx, which)
	if err != nil {
		return err
	}
	if !blocks[at].Held || blocks[at].EndsAt.After(tx.Now) {
		return ErrNotTaught
	}
	if err := course.LockPlaces(ctx, tx, blocks[at].RunID); err != nil {
		return fmt.Errorf("locking a run: %w", err)
	}
	for i := range blocks[:at+1] {
		if err := recognise(ctx, tx, blocks[i:]); err != nil {
			return err
		}
	}
	return nil
}

const blockColumns = `b.id, b.run_id, b.ends_on - b.starts_on + 1 AS days,
	(b.ends_on + r.day_ends) AT TIME ZONE 'Europe/London' AS ends_at, r.status NOT IN ('draft', 'cancelled') AS held`

// blocksUpTo are all blocks of the run of one, and where in them it is.
func blocksUpTo(ctx context.Context, d bun.IDB, which id.Block) ([]block, int, error) {
	var blocks []block
	err := d.NewRaw("SELECT "+blockColumns+` FROM blocks b JOIN runs r ON r.id = b.run_id
		WHERE b.run_id = (SELECT run_id FROM blocks WHERE id = ?) ORDER BY b.number`, which).Scan(ctx, &blocks)
	if err != nil {
		return nil, 0, fmt.Errorf("reading the blocks of a run: %w", err)
	}
	for i, b := range blocks {
		if b.ID == which {
			return blocks, i, nil
		}
	}
	return nil, 0, course.ErrUnknown
}

// recognise does the first of the blocks that are left.
func recognise(ctx context.Context, tx *db.Tx, left []block) error {
	b, last := left[0], len(left) == 1
	reference := fmt.Sprintf("block/%d/earned", b.ID)
	var times int
	err := tx.NewRaw("SELECT count(*) FROM entry_lines l JOIN entries e ON e.id = l.entry_id WHERE l.account = ?0 AND (e.reference = ?1 OR e.reference ^@ ?2)",
		billing.Earned(b.RunID), reference, reference+"/").Scan(ctx, &times)
	if err != nil {
		return fmt.Errorf("reading what block %d has earned: %w", b.ID, err)
	}
	if times > 0 {
		if !last {
			return nil
		}
		reference = fmt.Sprintf("%s/%d", reference, times+1)
	}
	until := b.EndsAt
	if last {
		until = tx.Now
	}
	// A block that was recognised late earns what it would have earned in time: what came later is not counted.
	var deferred money.Amount
	err = tx.NewRaw(`SELECT coalesce(-sum(l.amount), 0) FROM entry_lines l JOIN entries e ON e.id = l.entry_id
		WHERE l.account = ? AND (e.posted_at <= ? OR e.reference ^@ 'block/')`, billing.Deferred(b.RunID), until).Scan(ctx, &deferred)
	if err != nil {
		return fmt.Errorf("reading what run %d has not earned: %w", b.RunID, err)
	}
	earned := portions(deferred, left)[0]
	if earned == 0 {
		return nil
	}
	return ledger.Post(ctx, tx, ledger.Entry{Reference: reference, Lines: []ledger.Line{
		{Account: billing.Deferred(b.RunID), Amount: earned}, {Account: billing.Earned(b.RunID), Amount: -earned}}})
}

// portions divides what is not earned yet among the blocks that are left, as they will earn it one after the other.
func portions(deferred money.Amount, left []block) []money.Amount {
	parts := make([]money.Amount, len(left))
	days := int64(0)
	for _, b := range left {
		days += b.Days
	}
	sign := money.Amount(1)
	if deferred < 0 {
		sign, deferred = -1, -deferred
	}
	for i, b := range left {
		days -= b.Days
		parts[i] = sign * deferred.Split(b.Days, days)[0]
		deferred -= sign * parts[i]
	}
	return parts
}

// BlocksTaught lists blocks for which RecogniseTaught has something to do, the earliest first.
func BlocksTaught(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]id.Block, error) {
	var list []id.Block
	err := d.NewRaw(`
		SELECT id FROM (
			SELECT b.id, b.run_id, b.number, (b.ends_on + r.day_ends) AT TIME ZONE 'Europe/London' AS ends_at,
				b.ends_on - b.starts_on + 1 AS days,
				(SELECT sum(o.ends_on - o.starts_on + 1) FROM blocks o WHERE o.run_id = b.run_id AND o.number >= b.number) AS left_days
			FROM blocks b JOIN runs r ON r.id = b.run_id
			WHERE r.status NOT IN ('draft', 'cancelled') AND b.ends_on <= (?0 AT TIME ZONE 'Europe/London')::date
		) b
		WHERE ends_at <= ?0 AND CASE
			WHEN days = left_days THEN EXISTS (SELECT FROM accounts WHERE name = 'run/' || run_id || '/deferred' AND balance <> 0)
			ELSE NOT EXISTS (SELECT FROM blocks o JOIN entries e ON e.reference = 'block/' || o.id || '/earned' WHERE o.run_id = b.run_id AND o.number >= b.number)
				AND (SELECT 2 * abs(sum(l.amount)) * days >= left_days -- it comes to a penny or more
					FROM entry_lines l JOIN entries e ON e.id = l.entry_id
					WHERE l.account = 'run/' || run_id || '/deferred' AND (e.posted_at <= b.ends_at OR e.reference ^@ 'block/'))
			END
		ORDER BY ends_at, id LIMIT ?1`, now, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("looking for blocks that were taught: %w", err)
	}
	return list, nil
}
