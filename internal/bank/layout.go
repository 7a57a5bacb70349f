package bank

import (
	"context"

	"bursar/internal/bankfile"
	"bursar/internal/db"
	"bursar/internal/id"
)

// Start has a file read by a mapping, which is kept for the account. It returns what Mapping.Check says, ErrFixed,
// ErrFileMoved or ErrUnknownFile.
func Start(ctx context.Context, tx *db.Tx, by id.Person, code string, m bankfile.Mapping) error {
	if err := m.Check(); err != nil {
		return err
	}
	f, err := lockToLayOut(ctx, tx, code)
	if err != nil {
		return err
	}
	a, err := accountByID(ctx, tx, f.AccountID)
	if err != nil {
		return err
	}
	if err := a.fits(ctx, tx, m); err != nil {
		return err
	}
	if err := a.remember(ctx, tx, m); err != nil {
		return err
	}
	f.Mapping, f.Status = m, Reading
	if err := f.update(ctx, tx, "mapping", "status"); err != nil {
		return err
	}
	if err := tx.Enqueue(ctx, FileArrived{f.ID}); err != nil {
		return err
	}
	return record(ctx, tx, by, "bank file laid out", "bank file", int64(f.ID), nil)
}

// Drop forgets a file that waits for its columns. It can be uploaded again.
func Drop(ctx context.Context, tx *db.Tx, by id.Person, code string) error {
	f, err := lockToLayOut(ctx, tx, code)
	if err != nil {
		return err
	}
	if err := f.refuse(ctx, tx, nil); err != nil {
		return err
	}
	return record(ctx, tx, by, "bank file dropped", "bank file", int64(f.ID), nil)
}

func lockToLayOut(ctx context.Context, tx *db.Tx, code string) (*File, error) {
	f, err := scanFile(ctx, tx.NewSelect().Where("code = ?", code).For("NO KEY UPDATE"))
	if err == nil && f.Status != ToLayOut {
		return nil, ErrFileMoved
	}
	return f, err
}
