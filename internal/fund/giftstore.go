package fund

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
)

// GiftsOf lists the gifts of a fund, newest first, at most limit of those older than before; a zero before begins with
// the newest.
func GiftsOf(ctx context.Context, d bun.IDB, fund id.Fund, before id.Gift, limit int) ([]Gift, error) {
	var gifts []Gift
	q := d.NewSelect().Model(&gifts).Where("fund_id = ?", fund).Order("id DESC").Limit(int64(limit))
	if before != 0 {
		q = q.Where("id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing gifts: %w", err)
	}
	return gifts, nil
}

// FindGift reads a gift by its code, or returns ErrUnknownGift.
func FindGift(ctx context.Context, d bun.IDB, code string) (*Gift, error) {
	return scanGift(ctx, d.NewSelect().Where("code = ?", id.NormaliseCode(code)))
}

func scanGift(ctx context.Context, q *bun.SelectQuery) (*Gift, error) {
	g := new(Gift)
	if err := q.Model(g).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknownGift
		}
		return nil, fmt.Errorf("reading a gift: %w", err)
	}
	return g, nil
}

// lockGift loads a gift for change, with its fund.
func lockGift(ctx context.Context, tx *db.Tx, code string) (*Gift, *Fund, error) {
	g, err := scanGift(ctx, tx.NewSelect().Where("code = ?", id.NormaliseCode(code)).For("UPDATE"))
	if err != nil {
		return nil, nil, err
	}
	f, err := ByID(ctx, tx, g.FundID)
	return g, f, err
}
