package worker

import (
	"context"
	"errors"
	"fmt"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
)

// cancelPlaces does what cancelled runs mean for the places on them, each in a unit of work of its own: what a crash left undone
// is done the next time.
func (w *Worker) cancelPlaces(ctx context.Context) error {
	next, err := enrolment.ToCancel(ctx, w.DB, sweepAtOnce)
	if err != nil {
		return err
	}
	return w.each(ctx, next, func(tx *db.Tx, e id.Enrolment) error { return admissions.CancelNext(ctx, tx, e) })
}

// refundCancelled gives the money back for places on cancelled runs of which nobody chose anything in time.
func (w *Worker) refundCancelled(ctx context.Context) error {
	due, err := enrolment.CancelledDue(ctx, w.DB, w.DB.Now(), sweepAtOnce)
	if err != nil {
		return err
	}
	return w.each(ctx, due, func(tx *db.Tx, e id.Enrolment) error { return admissions.RefundCancelled(ctx, tx, audit.System, e) })
}

func (w *Worker) each(ctx context.Context, places []id.Enrolment, do func(*db.Tx, id.Enrolment) error) error {
	var failed []error
	for _, e := range places {
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return do(tx, e) }); err != nil {
			failed = append(failed, fmt.Errorf("place %d: %w", e, err))
		}
	}
	return errors.Join(failed...)
}
