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

// remindDrafts writes to people whose deadline comes near.
func (w *Worker) remindDrafts(ctx context.Context) error {
	return w.inPortions(ctx, bursary.RemindDrafts)
}

// forgetDrafts empties applications that were never sent, once their term is over.
func (w *Worker) forgetDrafts(ctx context.Context) error {
	return w.inPortions(ctx, bursary.ForgetDrafts)
}

// inPortions does something in units of work of a bearable size, until there is nothing left to do.
func (w *Worker) inPortions(ctx context.Context, do func(context.Context, *db.Tx) (int, error)) error {
	for n := 1; n > 0; {
		err := w.DB.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = do(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
