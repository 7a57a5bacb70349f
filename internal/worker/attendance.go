package worker

import (
	"context"
	"errors"
	"fmt"

	"bursar/internal/attendance"
	"bursar/internal/db"
)

// tellAbsences tells organisations who was not there, each at most once a day and in a unit of work of its own.
func (w *Worker) tellAbsences(ctx context.Context) error {
	due, err := attendance.ToNotify(ctx, w.DB, w.DB.Now(), sweepAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, of := range due {
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return attendance.Notify(ctx, tx, of) }); err != nil {
			failed = append(failed, fmt.Errorf("organisation %d: %w", of, err))
		}
	}
	return errors.Join(failed...)
}

// forgetSendings forgets the keys under which registers were sent long ago.
func (w *Worker) forgetSendings(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := attendance.ForgetSendings(ctx, tx)
		return err
	})
}

// forgetNotes forgets what helped somebody on a day that was long ago.
func (w *Worker) forgetNotes(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := attendance.ForgetNotes(ctx, tx)
		return err
	})
}
