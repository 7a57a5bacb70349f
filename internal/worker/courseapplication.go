package worker

import (
	"context"
	"errors"
	"fmt"

	"bursar/internal/admissions"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// remindApplicants writes to people for whom a place is kept that they applied for, before its day.
func (w *Worker) remindApplicants(ctx context.Context) error {
	due, err := courseapplication.ToRemind(ctx, w.DB, w.DB.Now(), sweepAtOnce)
	if err != nil {
		return err
	}
	return w.eachApplication(ctx, due, admissions.RemindApplicant)
}

// endApplications answers course applications to runs that are cancelled or have begun.
func (w *Worker) endApplications(ctx context.Context) error {
	due, err := courseapplication.Unanswerable(ctx, w.DB, london.DateOf(w.DB.Now()), sweepAtOnce)
	if err != nil {
		return err
	}
	return w.eachApplication(ctx, due, func(ctx context.Context, tx *db.Tx, a id.CourseApplication) error {
		return admissions.EndApplication(ctx, tx, w.Box, a)
	})
}

// eachApplication does something for each of some course applications: one that fails holds up no other.
func (w *Worker) eachApplication(ctx context.Context, due []id.CourseApplication, do func(context.Context, *db.Tx, id.CourseApplication) error) error {
	var failed []error
	for _, a := range due {
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return do(ctx, tx, a) }); err != nil {
			failed = append(failed, fmt.Errorf("course application %d: %w", a, err))
		}
	}
	return errors.Join(failed...)
}

// forgetApplications deletes course applications to runs that are long over, and those that were begun and never sent.
func (w *Worker) forgetApplications(ctx context.Context) error {
	return errors.Join(w.inPortions(ctx, courseapplication.Forget), w.inPortions(ctx, courseapplication.ForgetUnsent))
}
