package bursary

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// LockRoundByID loads a round for change, or returns ErrUnknownRound.
func LockRoundByID(ctx context.Context, tx *db.Tx, which id.Round) (*Round, error) {
	return scanRound(ctx, tx.NewSelect().Where("id = ?", which).For("NO KEY UPDATE"))
}

// Ranked lists a round's applications that stand in the order for allocation, from the first, and have a status.
func Ranked(ctx context.Context, d bun.IDB, round id.Round, status ...Status) ([]*Application, error) {
	var list []*Application
	err := d.NewSelect().Model(&list).Where("round_id = ? AND position IS NOT NULL AND status IN (?)", round, bun.List(status)).
		Order("position", "id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the order of a round: %w", err)
	}
	return list, nil
}

// Unranked lists a round's banded applications that have no place in the order: those of band C.
func Unranked(ctx context.Context, d bun.IDB, round id.Round) ([]*Application, error) {
	var list []*Application
	err := d.NewSelect().Model(&list).Where("round_id = ? AND position IS NULL AND status = ?", round, Banded).Order("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing who is outside the order of a round: %w", err)
	}
	return list, nil
}

// Answered reads some answers of several applications for the office, and notes for each that reader did.
func Answered(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, which []id.Application, keys ...string) (map[id.Application]form.Answers, error) {
	if len(which) == 0 {
		return nil, nil
	}
	if err := noteAll(ctx, tx, which, reader); err != nil {
		return nil, err
	}
	return loadKeys(ctx, tx, box, which, keys)
}

// NoteAll writes down that somebody of the office reads several applications, as Note does for one.
func NoteAll(ctx context.Context, tx *db.Tx, which []id.Application, reader id.Person) error {
	if len(which) == 0 {
		return nil
	}
	return noteAll(ctx, tx, which, reader)
}

// Decided writes down where a locked application stands after a decision about money.
func Decided(ctx context.Context, tx *db.Tx, a *Application, to Status) error {
	if err := a.Move(to); err != nil {
		return err
	}
	a.UpdatedAt = tx.Now
	if _, err := tx.NewUpdate().Model(a).Column("status", "updated_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving application %s: %w", a.Code, err)
	}
	return nil
}
