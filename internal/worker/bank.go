package worker

import (
	"context"
	"time"

	"bursar/internal/bank"
	"bursar/internal/db"
)

// bankKinds are the jobs about statements of the bank.
func (w *Worker) bankKinds() []kind {
	return []kind{handle(w.readBankFile, patience{time.Second, time.Minute, 24 * time.Hour})}
}

// readBankFile reads a statement into the books, and says how far it is in units of work of their own, which others see.
func (w *Worker) readBankFile(ctx context.Context, job bank.FileArrived) error {
	tell := func(rows, of int) error {
		return w.DB.Write(ctx, func(tx *db.Tx) error { return bank.NoteProgress(ctx, tx, job.File, rows, of) })
	}
	return w.DB.Write(ctx, func(tx *db.Tx) error { return bank.ReadFile(ctx, tx, job.File, tell) })
}
