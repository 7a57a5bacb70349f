package admissions

import (
	"context"
	"errors"

	"bursar/internal/allocation"
	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// RunReserve offers what has come free to the next on a ratified round's reserve list, by the same allocator. Every live
// offer goes in first and comes out as it was; only which fund pays it may change. It runs as the program itself
// (db.Worker), because it concerns others than whoever gave something up. The places of the round's runs are locked.
func RunReserve(ctx context.Context, tx *db.Tx, box *secret.Box, round id.Round) error {
	r, err := bursary.LockRoundByID(ctx, tx, round)
	if err != nil {
		return err
	}
	if ratified, err := award.RatifiedOf(ctx, tx, round); err != nil || ratified == nil {
		return err
	}
	if err := fund.LockOpen(ctx, tx); err != nil {
		return err
	}
	in, err := award.LoadReserve(ctx, tx, box, r)
	if err != nil {
		return err
	}
	if err := offerNext(ctx, tx, box, in); err != nil {
		return err
	}
	return publishUnlocks(ctx, tx, in)
}

// passOn is RunReserve after somebody gave something up. Should the allocator find that live offers cannot all be kept,
// which is a fault of ours, that takes nothing from what they did: a job tries again, and rings the alarm.
func passOn(ctx context.Context, tx *db.Tx, box *secret.Box, round id.Round) error {
	err := RunReserve(ctx, tx, box, round)
	if _, unkept := errors.AsType[*allocation.Unkept](err); unkept { // nothing was written yet
		return tx.Enqueue(ctx, award.ReserveRun{Round: round})
	}
	return err
}

// ReserveNow is RunReserve for whoever holds no locks yet: a job, or a member of staff.
func ReserveNow(ctx context.Context, tx *db.Tx, box *secret.Box, round id.Round) error {
	if err := lockRunsOf(ctx, tx, round); err != nil {
		return err
	}
	return RunReserve(ctx, tx, box, round)
}

func offerNext(ctx context.Context, tx *db.Tx, box *secret.Box, in *award.Inputs) error {
	if len(in.Applicants) == 0 {
		return nil
	}
	plan, err := allocation.Plan(in.Problem())
	if err != nil {
		return err
	}
	grants, err := in.Grants(plan)
	if err != nil || len(grants) == 0 {
		return err
	}
	if err := in.Reroute(ctx, tx, plan); err != nil {
		return err
	}
	made, err := grant(ctx, tx, audit.System, in, grants, true)
	if err != nil {
		return err
	}
	letters := make([]award.Letter, len(grants))
	for i, g := range grants {
		letters[i] = in.Offer(g, "")
	}
	return send(ctx, tx, box, letters, made)
}
