package db

import (
	"context"
	"fmt"
)

// Claim notes what mode a database is used in, unless it was noted before, and returns what it says. A database
// keeps the mode of its first use for ever.
func (db *DB) Claim(ctx context.Context, mode string) (string, error) {
	var claimed string
	err := db.Write(ctx, func(tx *Tx) error {
		if _, err := tx.NewRaw("INSERT INTO used_for (mode) VALUES (?) ON CONFLICT DO NOTHING", mode).Exec(ctx); err != nil {
			return err
		}
		return tx.NewRaw("SELECT mode FROM used_for").Scan(ctx, &claimed)
	})
	if err != nil {
		return "", fmt.Errorf("claiming the database: %w", err)
	}
	return claimed, nil
}
