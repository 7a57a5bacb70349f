package course

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Retime changes when and where a run is taught; what it was before and is now come back. Its places must be locked. Blocks are
// put in the order of their days; one that has begun stays. Trainers go with their blocks. It returns an Invalid failure by
// field ("block1" for the first block's days), or ErrElsewhere when somebody who teaches it would be in two places. Telling
// whoever has a place is the caller's.
func Retime(ctx context.Context, tx *db.Tx, by audit.Actor, run id.Run, t Timetable) (before, after *Offering, err error) {
	o, err := OfferingOf(ctx, tx, run)
	if err != nil {
		return nil, nil, err
	}
	if err := o.Allows(t, london.DateOf(tx.Now)); err != nil {
		return nil, nil, err
	}
	edition := o.Edition
	if o.Moves(t) {
		edition++
	}
	_, err = tx.NewRaw("UPDATE runs SET city = ?, venue = ?, day_starts = ?, day_ends = ?, edition = ? WHERE id = ?",
		t.City, t.Venue, t.DayStarts, t.DayEnds, edition, run).Exec(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("changing where run %s is taught: %w", o.Code, err)
	}
	if err := replaceBlocks(ctx, tx, o, t); err != nil {
		return nil, nil, err
	}
	err = audit.Record(ctx, tx, audit.Event{Actor: by, Action: "run dates changed", Subject: "run", SubjectID: int64(run), Detail: map[string]any{
		"edition": edition, "before": spans(o.timetable()), "now": spans(t)}})
	if err != nil {
		return nil, nil, err
	}
	after, err = OfferingOf(ctx, tx, run)
	return o, after, err
}

// Allows says whether a run may have another timetable from a day on: an Invalid failure by field, or a Conflict once it is
// over.
func (o *Offering) Allows(t Timetable, today london.Date) error {
	if o.Status == Cancelled || o.Status == Finished {
		return ErrClosed
	}
	return refused(t.wrong(today, o.Blocks))
}

// replaceBlocks gives a run the blocks of a timetable. Numbers and days are exchanged in between, so that the constraints on
// them look at the end only.
func replaceBlocks(ctx context.Context, tx *db.Tx, o *Offering, t Timetable) error {
	if _, err := tx.NewRaw("SET CONSTRAINTS blocks_apart, block_trainers_in_one_place DEFERRED").Exec(ctx); err != nil {
		return fmt.Errorf("changing the blocks of run %s: %w", o.Code, err)
	}
	for _, b := range o.Blocks {
		kept := slices.ContainsFunc(t.Blocks, func(s Sitting) bool { return s.ID == b.ID })
		statement := "UPDATE blocks SET number = -number WHERE id = ?"
		if !kept {
			statement = "DELETE FROM blocks WHERE id = ?"
		}
		if _, err := tx.NewRaw(statement, b.ID).Exec(ctx); err != nil {
			return fmt.Errorf("changing block %d of run %s: %w", b.Number, o.Code, err)
		}
	}
	for i, s := range t.Blocks {
		if err := putBlock(ctx, tx, o.ID, i+1, s); err != nil {
			return err
		}
	}
	if err := inTwoPlaces(ctx, tx, o.ID); err != nil {
		return err
	}
	_, err := tx.NewRaw("SET CONSTRAINTS blocks_apart, block_trainers_in_one_place IMMEDIATE").Exec(ctx)
	if db.Violates(err, "block_trainers_in_one_place") {
		return ErrElsewhere.Because(err)
	}
	if err != nil {
		return fmt.Errorf("changing the blocks of run %s: %w", o.Code, err)
	}
	return nil
}

func putBlock(ctx context.Context, tx *db.Tx, run id.Run, number int, s Sitting) error {
	var err error
	if s.ID == 0 {
		_, err = tx.NewRaw("INSERT INTO blocks (run_id, number, starts_on, ends_on, venue, link) VALUES (?, ?, ?, ?, ?, ?)",
			run, number, s.StartsOn, s.EndsOn, s.Venue, s.Link).Exec(ctx)
	} else {
		_, err = tx.NewRaw("UPDATE blocks SET number = ?, starts_on = ?, ends_on = ?, venue = ?, link = ? WHERE id = ? AND run_id = ?",
			number, s.StartsOn, s.EndsOn, s.Venue, s.Link, s.ID, run).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("changing block %d of run %d: %w", number, run, err)
	}
	return nil
}

// inTwoPlaces returns ErrElsewhere with who would be where, when somebody who teaches a run also teaches something else on one
// of its days.
func inTwoPlaces(ctx context.Context, d bun.IDB, run id.Run) error {
	var block id.Block
	var person id.Person
	err := d.NewRaw(`
		SELECT a.block_id, a.person_id
		FROM   blocks k JOIN block_trainers a ON a.block_id = k.id
		JOIN   block_trainers b ON b.person_id = a.person_id AND b.block_id <> a.block_id AND b.starts_on <= a.ends_on AND b.ends_on >= a.starts_on
		WHERE  k.run_id = ? ORDER BY a.starts_on, a.person_id LIMIT 1`, run).Scan(ctx, &block, &person)
	if db.NoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking who would be in two places: %w", err)
	}
	return failure.Of(free(ctx, d, block, person))
}

// spans are the days of a timetable as the trail keeps them.
func spans(t Timetable) []string {
	list := make([]string, len(t.Blocks))
	for i, s := range t.Blocks {
		list[i] = s.StartsOn.String() + "/" + s.EndsOn.String()
	}
	return list
}
