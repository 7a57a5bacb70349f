package worker

import (
	"context"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
)

// roundKinds are the jobs about calls for applications.
func (w *Worker) roundKinds() []kind {
	return []kind{handle(w.tellMoved, patience{2 * time.Second, time.Minute, 24 * time.Hour})}
}

// tellMoved tells people that they have more time.
func (w *Worker) tellMoved(ctx context.Context, job bursary.DeadlineMoved) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error { return bursary.TellMoved(ctx, tx, job) })
}

// closeRounds closes rounds whose deadline has passed.
func (w *Worker) closeRounds(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error { return bursary.CloseDue(ctx, tx) })
}

// remindDrafts writes to people whose deadline comes near, in portions.
func (w *Worker) remindDrafts(ctx context.Context) error {
	for written := 1; written > 0; {
		err := w.DB.Write(ctx, func(tx *db.Tx) (err error) {
			written, err = bursary.RemindDrafts(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
