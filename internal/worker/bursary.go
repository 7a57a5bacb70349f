package worker

import (
	"context"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
)

// bursaryKinds are the jobs about applications. They need the worker's role: nobody else sees all that they do.
func (w *Worker) bursaryKinds() []kind {
	soon := patience{2 * time.Second, time.Minute, 24 * time.Hour}
	return []kind{
		handle(w.tellAnswered, soon),
	}
}

// tellAnswered tells an applicant that their supporter has answered.
func (w *Worker) tellAnswered(ctx context.Context, job bursary.StatementAnswered) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error { return bursary.TellAnswered(ctx, tx, job.Statement) })
}
