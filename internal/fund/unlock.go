package fund

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/money"
)

// Unlock is what the next pounds given to a fund do, counted from an allocation. It names nobody.
type Unlock struct {
	More money.Amount // pence more that pay for one more person; 0: what was lacking has been given since
	At   time.Time    // of the allocation
}

// Unlocks reads what the next pounds unlock in each fund: of several rounds the one that still needs the least. What was given
// after an allocation counts towards it. A fund that is not there would pay for nobody more now: a gift to it waits for
// the next round.
func Unlocks(ctx context.Context, d bun.IDB) (map[id.Fund]Unlock, error) {
	var rows []unlockRow
	err := d.NewRaw(`
		SELECT DISTINCT ON (u.fund_id) u.fund_id, greatest(0, u.more - coalesce(given.sum, 0)) AS more, u.at
		FROM   fund_unlocks u
		LEFT   JOIN LATERAL (SELECT sum(g.amount) AS sum FROM gifts g
		                     WHERE g.fund_id = u.fund_id AND g.status = 'received' AND g.received_at > u.at) given ON true
		ORDER  BY u.fund_id, greatest(0, u.more - coalesce(given.sum, 0)) = 0, 2, u.round_id`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading what gifts unlock: %w", err)
	}
	unlocks := make(map[id.Fund]Unlock, len(rows))
	for _, r := range rows {
		unlocks[r.FundID] = Unlock{More: r.More, At: r.At}
	}
	return unlocks, nil
}

// SetUnlocks replaces what the next pounds unlock by what the allocation of a round has just found: for each fund in which
// more money would pay for one more person, how many pence.
func SetUnlocks(ctx context.Context, tx *db.Tx, round id.Round, more map[id.Fund]money.Amount) error {
	if _, err := tx.NewRaw("DELETE FROM fund_unlocks WHERE round_id = ?", round).Exec(ctx); err != nil {
		return fmt.Errorf("forgetting what gifts unlocked: %w", err)
	}
	if len(more) == 0 {
		return nil
	}
	var rows []unlockRow
	for _, f := range slices.Sorted(maps.Keys(more)) {
		rows = append(rows, unlockRow{FundID: f, RoundID: round, More: more[f], At: tx.Now})
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("writing what gifts unlock: %w", err)
	}
	return nil
}

type unlockRow struct {
	bun.BaseModel `bun:"table:fund_unlocks"`

	FundID  id.Fund      `bun:"fund_id,pk"`
	RoundID id.Round     `bun:"round_id,pk"`
	More    money.Amount `bun:"more"` // pence
	At      time.Time    `bun:"at"`
}
