package worker

import (
	"context"
	"errors"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/mail"
	"bursar/internal/reminder"
)

// remindOfBlocks writes to people because the days of a run come near or have gone by, a portion of them in each unit of work:
// what a crash left undone is done the next time, and nobody is written to again.
func (w *Worker) remindOfBlocks(ctx context.Context) error {
	due, err := reminder.Due(ctx, w.DB, w.DB.Now(), sweepAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, batch := range due {
		if err := w.writeBatch(ctx, batch); err != nil {
			failed = append(failed, fmt.Errorf("block %d, %s: %w", batch.BlockID, batch.Kind, err))
		}
	}
	return errors.Join(failed...)
}

func (w *Worker) writeBatch(ctx context.Context, batch reminder.Batch) error {
	for written := 1; written > 0; {
		err := w.DB.Write(ctx, func(tx *db.Tx) (err error) {
			written, err = reminder.Write(ctx, tx, batch)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetMails deletes the words of mails written long ago.
func (w *Worker) forgetMails(ctx context.Context) error { return w.inPortions(ctx, mail.Forget) }
