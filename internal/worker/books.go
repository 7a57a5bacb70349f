package worker

import (
	"context"
	"errors"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/report"
)

// recogniseTaught counts as earned what was charged for blocks that have been taught.
func (w *Worker) recogniseTaught(ctx context.Context) error {
	taught, err := report.BlocksTaught(ctx, w.DB, w.DB.Now(), sweepAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, block := range taught {
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return report.RecogniseTaught(ctx, tx, block) }); err != nil {
			failed = append(failed, fmt.Errorf("block %d: %w", block, err))
		}
	}
	return errors.Join(failed...)
}
