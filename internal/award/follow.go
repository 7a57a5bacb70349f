package award

import (
	"context"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/id"
)

// Follow takes an award to the run to which the place that it helps to pay for has gone. The place goes first: PostgreSQL
// refuses any other run.
func Follow(ctx context.Context, tx *db.Tx, a *Award, run id.Run) error {
	a.RunID = run
	if _, err := tx.NewUpdate().Model(a).Column("run_id").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("taking award %s to another run: %w", a.Code, err)
	}
	return nil
}
