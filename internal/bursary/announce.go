package bursary

import (
	"context"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

var (
	// ErrNotDrawn means that the order for allocation of a round does not stand yet.
	ErrNotDrawn = failure.New(failure.Conflict, "round_not_drawn", "How a round ended can be published once its lottery is drawn.")
	// errResult refuses numbers that cannot be.
	errResult = failure.New(failure.Invalid, "result_invalid", "Nobody can be funded who has not applied.")
)

// Announce publishes how a round ended: how many people applied and how many of them were funded. Those who think
// about applying next time can see the odds. It returns ErrUnknownRound, or ErrNotDrawn before there is an order for
// allocation.
func Announce(ctx context.Context, tx *db.Tx, by id.Person, code string, applied, funded int) error {
	r, err := lockRound(ctx, tx, code)
	if err != nil {
		return err
	}
	switch {
	case r.Status != RoundDrawn:
		return ErrNotDrawn
	case funded < 0 || funded > applied:
		return errResult
	}
	r.Applied, r.Funded = &applied, &funded
	if err := saveRound(ctx, tx, r); err != nil {
		return err
	}
	return recordRound(ctx, tx, by, "result announced", r, map[string]any{"applied": applied, "funded": funded})
}
