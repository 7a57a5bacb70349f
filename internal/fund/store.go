package fund

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// Find reads a fund by its code, or returns ErrUnknown.
func Find(ctx context.Context, d bun.IDB, code string) (*Fund, error) {
	return scan(ctx, d.NewSelect().Where("code = ?", strings.ToUpper(strings.TrimSpace(code))))
}

// ByID reads a fund, or returns ErrUnknown.
func ByID(ctx context.Context, d bun.IDB, which id.Fund) (*Fund, error) {
	return scan(ctx, d.NewSelect().Where("id = ?", which))
}

func scan(ctx context.Context, q *bun.SelectQuery) (*Fund, error) {
	f := new(Fund)
	if err := q.Model(f).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknown
		}
		return nil, fmt.Errorf("reading a fund: %w", err)
	}
	return f, nil
}

// LockOpen locks every open fund for change, so that what Holdings says of them stays true until the unit of work ends:
// whoever decides over several funds comes one after the other.
func LockOpen(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.NewRaw("SELECT id FROM funds WHERE closed_at IS NULL ORDER BY id FOR NO KEY UPDATE").Exec(ctx); err != nil {
		return fmt.Errorf("locking the funds: %w", err)
	}
	return nil
}

// lock loads funds for a change of what they promise, hold or rule, in the order of their ids. It returns ErrUnknown
// when one is not there.
func lock(ctx context.Context, tx *db.Tx, which ...id.Fund) (map[id.Fund]*Fund, error) {
	var funds []*Fund
	err := tx.NewSelect().Model(&funds).Where("id IN (?)", bun.List(which)).Order("id").For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("locking funds: %w", err)
	}
	byID := make(map[id.Fund]*Fund, len(funds))
	for _, f := range funds {
		byID[f.ID] = f
	}
	for _, w := range which {
		if byID[w] == nil {
			return nil, ErrUnknown
		}
	}
	return byID, nil
}

// lockOpen is lock of one fund that is not closed: else it returns ErrClosed.
func lockOpen(ctx context.Context, tx *db.Tx, which id.Fund) (*Fund, error) {
	funds, err := lock(ctx, tx, which)
	if err != nil {
		return nil, err
	}
	if funds[which].Closed() {
		return nil, ErrClosed
	}
	return funds[which], nil
}

// Holdings lists every open fund with its current terms and where its money stands, by code.
func Holdings(ctx context.Context, d bun.IDB) ([]Holding, error) {
	all, err := All(ctx, d)
	return slices.DeleteFunc(all, func(h Holding) bool { return h.Closed() }), err
}

// All is Holdings with the closed funds. A provider has tens of funds; the limit is a guard, not a page.
func All(ctx context.Context, d bun.IDB) ([]Holding, error) {
	var funds []*Fund
	if err := d.NewSelect().Model(&funds).Order("code").Limit(1000).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing funds: %w", err)
	}
	return holdings(ctx, d, funds, "fund/")
}

// HoldingOf is a fund with its current terms and where its money stands.
func HoldingOf(ctx context.Context, d bun.IDB, f *Fund) (Holding, error) {
	all, err := holdings(ctx, d, []*Fund{f}, fmt.Sprintf("fund/%d/", f.ID))
	if err != nil {
		return Holding{}, err
	}
	return all[0], nil
}

// holdings reads the current terms of funds and the accounts whose names begin with a prefix.
func holdings(ctx context.Context, d bun.IDB, funds []*Fund, prefix string) ([]Holding, error) {
	if len(funds) == 0 {
		return nil, nil
	}
	which := make([]id.Fund, len(funds))
	for i, f := range funds {
		which[i] = f.ID
	}
	var versions []Version
	err := d.NewSelect().Model(&versions).Where("status = ? AND fund_id IN (?)", TermsCurrent, bun.List(which)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the terms of funds: %w", err)
	}
	accounts, err := ledger.Balances(ctx, d, prefix)
	if err != nil {
		return nil, err
	}
	balances := make(map[string]money.Amount, len(accounts))
	for _, a := range accounts {
		balances[a.Name] = a.Balance
	}
	all := make([]Holding, len(funds))
	for i, f := range funds {
		all[i] = Holding{
			Fund: f, Available: balances[account(f.ID, available)], Committed: balances[account(f.ID, committed)],
			Pledged: balances[account(f.ID, pledged)],
		}
		if v := slices.IndexFunc(versions, func(v Version) bool { return v.FundID == f.ID }); v >= 0 {
			all[i].Terms = versions[v].Terms
		}
	}
	return all, nil
}

// record writes down what somebody did to a fund.
func record(ctx context.Context, tx *db.Tx, by id.Person, action string, f id.Fund, detail any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "fund", SubjectID: int64(f), Detail: detail})
}
