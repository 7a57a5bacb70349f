package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/money"
)

// Balance is the sum of the lines on an account; zero for an account that nothing was posted on.
func Balance(ctx context.Context, idb bun.IDB, account string) (money.Amount, error) {
	var balance int64
	err := idb.NewRaw("SELECT balance FROM accounts WHERE name = ?", account).Scan(ctx, &balance)
	if err != nil && !db.NoRows(err) {
		return 0, fmt.Errorf("reading the balance of %s: %w", account, err)
	}
	return money.Amount(balance), nil
}

// Balances lists every account whose name begins with prefix ("share/12/"), by name.
func Balances(ctx context.Context, idb bun.IDB, prefix string) ([]Account, error) {
	var accounts []Account
	err := idb.NewSelect().Model(&accounts).Column("name", "floor", "balance").
		Where("name ^@ ?", prefix).Order("name").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the balances of %s…: %w", prefix, err)
	}
	return accounts, nil
}

// entriesShown bounds EntriesOf: a page for people, not an export.
const entriesShown = 200

// EntriesOf lists the latest 200 entries that touch any of the accounts, newest first, each with all its lines.
func EntriesOf(ctx context.Context, idb bun.IDB, accounts ...string) ([]Posted, error) {
	var rows []struct {
		ID        id.Entry
		Reference string
		PostedAt  time.Time
		Account   string
		Amount    money.Amount
	}
	err := idb.NewRaw(`
		SELECT e.id, e.reference, e.posted_at, l.account, l.amount
		FROM   (SELECT DISTINCT entry_id FROM entry_lines WHERE account IN (?) ORDER BY entry_id DESC LIMIT ?) touched
		JOIN   entries e ON e.id = touched.entry_id
		JOIN   entry_lines l ON l.entry_id = e.id
		ORDER  BY e.id DESC, l.account`, bun.List(accounts), entriesShown).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading entries: %w", err)
	}
	var entries []Posted
	for _, r := range rows {
		if len(entries) == 0 || entries[len(entries)-1].ID != r.ID {
			entries = append(entries, Posted{ID: r.ID, PostedAt: r.PostedAt, Entry: Entry{Reference: r.Reference}})
		}
		last := &entries[len(entries)-1]
		last.Lines = append(last.Lines, Line{r.Account, r.Amount})
	}
	return entries, nil
}
