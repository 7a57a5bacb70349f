package worker

import (
	"context"

	"bursar/internal/db"
	"bursar/internal/openness"
)

// publish works out what is published of cohorts and rounds.
func (w *Worker) publish(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error { return openness.Make(ctx, tx) })
}
