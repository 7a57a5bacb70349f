package course

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
)

// Add puts a course into the catalogue and sets its ID.
func Add(ctx context.Context, tx *db.Tx, by audit.Actor, c *Course) error {
	if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
		return fmt.Errorf("adding course %s: %w", c.Slug, err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "course added", Subject: "course", SubjectID: int64(c.ID)})
}

// Schedule adds a run with its blocks, prices, withdrawal scale and places, and sets its ID. Blocks are
// numbered in the order given.
func Schedule(ctx context.Context, tx *db.Tx, by audit.Actor, o *Offering) error {
	if _, err := tx.NewInsert().Model(&o.Run).Exec(ctx); err != nil {
		return fmt.Errorf("scheduling run %s: %w", o.Code, err)
	}
	o.Places.RunID = o.ID
	for i := range o.Blocks {
		o.Blocks[i].RunID, o.Blocks[i].Number = o.ID, i+1
	}
	for i := range o.Prices {
		o.Prices[i].RunID = o.ID
	}
	for i := range o.Scale {
		o.Scale[i].RunID = o.ID
	}
	for _, rows := range []any{&o.Blocks, &o.Prices, &o.Scale} {
		if _, err := tx.NewInsert().Model(rows).Exec(ctx); err != nil {
			return fmt.Errorf("scheduling run %s: %w", o.Code, err)
		}
	}
	_, err := tx.NewInsert().Model(&o.Places).Column("run_id", "capacity", "reserved", "release_on").Returning("NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("giving run %s its places: %w", o.Code, err)
	}
	if o.Discounts.TeamFrom > 0 {
		o.Discounts.RunID = o.ID
		if _, err := tx.NewInsert().Model(&o.Discounts).Returning("NULL").Exec(ctx); err != nil {
			return fmt.Errorf("giving run %s its discounts: %w", o.Code, err)
		}
	}
	if o.Plans.Any() {
		o.Plans.RunID = o.ID
		if _, err := tx.NewInsert().Model(&o.Plans).Returning("NULL").Exec(ctx); err != nil {
			return fmt.Errorf("giving run %s its plans: %w", o.Code, err)
		}
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "run scheduled", Subject: "run", SubjectID: int64(o.ID)})
}
