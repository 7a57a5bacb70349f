package people

import (
	"context"
	"fmt"

	"bursar/internal/db"
)

// keptForDays is how long a sign-in request is kept after it was made.
const keptForDays = 1

// Sweep deletes sign-in requests of more than a day ago and sessions that have ended. It returns how many rows
// went. Both are dead already: what is deleted is only what is no longer needed.
func Sweep(ctx context.Context, tx *db.Tx) (int64, error) {
	asks, err := tx.NewRaw(`DELETE FROM sign_ins WHERE asked_at < ?`, tx.Now.AddDate(0, 0, -keptForDays)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("deleting old sign-in requests: %w", err)
	}
	ended, err := tx.NewRaw(`DELETE FROM sessions WHERE expires_at <= ?`, tx.Now).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("deleting ended sessions: %w", err)
	}
	a, _ := asks.RowsAffected()
	b, _ := ended.RowsAffected()
	return a + b, nil
}
