package course

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/london"
)

// Plan puts a draft of a run into the catalogue and sets its ID: only the office sees it. It returns an Invalid failure with a
// sentence for each field that needs correcting.
func Plan(ctx context.Context, tx *db.Tx, by audit.Actor, o *Offering) error {
	wrong := o.timetable().wrong(london.DateOf(tx.Now), nil)
	if !codeForm.MatchString(o.Code) {
		wrong["code"] = "Enter a code like FND-L28: two to four capital letters or digits, a hyphen, two to five more"
	}
	if o.CourseID == 0 {
		wrong["course"] = "Choose a course"
	}
	o.Places.wrong(wrong)
	if err := refused(wrong); err != nil {
		return err
	}
	o.Status = Draft
	err := Schedule(ctx, tx, by, o)
	if db.Violates(err, "runs_code_once") {
		return failure.Field("code", "There are dates with this code already").Because(err)
	}
	return err
}

// Schedule adds a run with its blocks, prices, withdrawal scale and places, and sets its ID. Blocks are
// numbered in the order given.
func Schedule(ctx context.Context, tx *db.Tx, by audit.Actor, o *Offering) error {
	if _, err := tx.NewInsert().Model(&o.Run).Exec(ctx); err != nil {
		return fmt.Errorf("scheduling run %s: %w", o.Code, err)
	}
	for i := range o.Blocks {
		o.Blocks[i].RunID, o.Blocks[i].Number = o.ID, i+1
	}
	if _, err := tx.NewInsert().Model(&o.Blocks).Exec(ctx); err != nil {
		return fmt.Errorf("giving run %s its blocks: %w", o.Code, err)
	}
	o.Places.RunID = o.ID
	_, err := tx.NewInsert().Model(&o.Places).Column("run_id", "capacity", "reserved", "release_on").Returning("NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("giving run %s its places: %w", o.Code, err)
	}
	if err := setTerms(ctx, tx, o.ID, o.Terms()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "run scheduled", Subject: "run", SubjectID: int64(o.ID)})
}
