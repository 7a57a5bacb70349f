package bursary

import (
	"context"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/lottery"
	"bursar/internal/secret"
)

// LockRound loads a round for change by package panel, or returns ErrUnknownRound.
func LockRound(ctx context.Context, tx *db.Tx, code string) (*Round, error) {
	return lockRound(ctx, tx, code)
}

// Seed opens the seed of a round's lottery. It is asked for by the drawing alone.
func Seed(ctx context.Context, tx *db.Tx, box *secret.Box, round id.Round) (lottery.Seed, error) {
	var sealed []byte
	if err := tx.NewRaw("SELECT seed FROM sensitive.round_seeds WHERE round_id = ?", round).Scan(ctx, &sealed); err != nil {
		return lottery.Seed{}, fmt.Errorf("reading the lottery's seed: %w", err)
	}
	plain, err := box.Open(sealed, seedsTable, "seed", int64(round))
	if err != nil {
		return lottery.Seed{}, err
	}
	return lottery.Seed(plain), nil
}

// PutInBand places an application that is being read; the empty band takes it out again.
func (a *Application) PutInBand(b Band) error {
	if a.Status != Banded {
		if err := a.Move(Banded); err != nil {
			return err
		}
	}
	a.Band = b
	if b == "" {
		return a.Move(InReview)
	}
	return nil
}

// SaveBand writes what PutInBand changed.
func SaveBand(ctx context.Context, tx *db.Tx, a *Application) error {
	a.UpdatedAt = tx.Now
	if _, err := tx.NewUpdate().Model(a).Column("status", "band", "updated_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving the band of application %s: %w", a.Code, err)
	}
	return nil
}
