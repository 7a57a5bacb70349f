package dbtest

import (
	"context"
	"testing"

	"github.com/uptrace/bun"

	"bursar/internal/db"
)

// Force runs a statement as the owner of d's tables while no trigger looks, for a test that needs a row where the
// verbs lead only by a long way, or where they never lead. Constraints of a table hold all the same.
func Force(t testing.TB, d *db.DB, statement string, args ...any) {
	t.Helper()
	err := Owner(t, d).RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, "SET LOCAL session_replication_role = replica"); err != nil {
			return err
		}
		_, err := tx.NewRaw(statement, args...).Exec(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
