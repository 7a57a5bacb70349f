package worker

import (
	"context"
	"errors"
	"fmt"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/enrolment"
)

// lapseSeats ends places that were held for organisations until what was missing would come. Nothing ends by the passing of
// time alone.
func (w *Worker) lapseSeats(ctx context.Context) error {
	due, err := enrolment.DueTeams(ctx, w.DB, w.DB.Now(), sweepAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, seat := range due {
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.LapseSeat(ctx, tx, seat) }); err != nil {
			failed = append(failed, fmt.Errorf("place %d: %w", seat, err))
		}
	}
	return errors.Join(failed...)
}

// remindTeams reminds organisations of what is missing for places that are held.
func (w *Worker) remindTeams(ctx context.Context) error {
	due, err := admissions.TeamsToRemind(ctx, w.DB, sweepAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, team := range due {
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.RemindTeam(ctx, tx, team) }); err != nil {
			failed = append(failed, fmt.Errorf("booking %s: %w", team, err))
		}
	}
	return errors.Join(failed...)
}
