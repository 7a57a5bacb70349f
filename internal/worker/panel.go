package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/panel"
)

// panelKinds are the jobs about who reads what.
func (w *Worker) panelKinds() []kind {
	soon := patience{2 * time.Second, time.Minute, 24 * time.Hour}
	return []kind{handle(w.findConflicts, soon), handle(w.refill, soon)}
}

// findConflicts holds the applications of a round against its panel.
func (w *Worker) findConflicts(ctx context.Context, job panel.FindConflicts) error {
	return w.compare(ctx, job.Round)
}

func (w *Worker) compare(ctx context.Context, round id.Round) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error { return panel.Compare(ctx, tx, w.Box, round) })
}

// refill finds readers for what was handed back or recused.
func (w *Worker) refill(ctx context.Context, job panel.Refill) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		if err := panel.Compare(ctx, tx, w.Box, job.Round); err != nil {
			return err
		}
		return panel.FillHoles(ctx, tx, job.Round)
	})
}

// compareChanged holds applications against panels wherever something has changed since it was last done.
func (w *Worker) compareChanged(ctx context.Context) error {
	rounds, err := panel.Uncompared(ctx, w.DB)
	if err != nil {
		return err
	}
	var failed []error
	for _, r := range rounds {
		if err := w.compare(ctx, r); err != nil {
			failed = append(failed, fmt.Errorf("round %d: %w", r, err))
		}
	}
	return errors.Join(failed...)
}

// remindReaders writes to members of panels who have something unread.
func (w *Worker) remindReaders(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := panel.Remind(ctx, tx)
		return err
	})
}
