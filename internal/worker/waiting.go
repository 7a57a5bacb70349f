package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/enrolment"
)

// waitingKinds are the jobs about waiting lists.
func (w *Worker) waitingKinds() []kind {
	return []kind{handle(w.passPlaces, patience{time.Second, time.Minute, 24 * time.Hour})}
}

// passPlaces offers what came free on a run to those who wait for it.
func (w *Worker) passPlaces(ctx context.Context, job admissions.PlaceFreed) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.PassPlaces(ctx, tx, job.Run) })
}

// passAwaited does so for every run for which somebody waits: places are also made, released and left over.
func (w *Worker) passAwaited(ctx context.Context) error {
	runs, err := enrolment.RunsAwaited(ctx, w.DB)
	if err != nil {
		return err
	}
	var failed []error
	for _, run := range runs {
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.PassPlaces(ctx, tx, run) }); err != nil {
			failed = append(failed, fmt.Errorf("run %d: %w", run, err))
		}
	}
	return errors.Join(failed...)
}
