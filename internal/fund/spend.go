package fund

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// Part is what one fund gives towards something, in pence, at least one.
type Part struct {
	Fund   id.Fund
	Amount money.Amount
}

// Commit promises money: what is available becomes committed, in one entry, of all the funds or of none. The reference
// says to what ("award/12/offered"); posted before with the same parts it gives ledger.ErrPosted. It returns ErrClosed,
// or ErrNotEnough with the name of the fund and what is left in it, after which the unit of work may go on.
func Commit(ctx context.Context, tx *db.Tx, reference string, parts []Part) error {
	need, err := sum(parts)
	if err != nil {
		return err
	}
	return promise(ctx, tx, reference, need)
}

// Release gives up a promise: what is committed becomes available. It returns ErrNotPromised.
func Release(ctx context.Context, tx *db.Tx, reference string, parts []Part) error {
	total, err := sum(parts)
	if err != nil {
		return err
	}
	return postOr(ctx, tx, ErrNotPromised, reference, moved(total, committed, available))
}

// Reroute lets other funds keep a promise, in one entry: what was promised by the parts of was is now promised by those
// of now, which add up to the same. Parts that are in both change nothing. It returns what Commit returns.
func Reroute(ctx context.Context, tx *db.Tx, reference string, was, now []Part) error {
	before, err := sum(was)
	if err != nil {
		return err
	}
	after, err := sum(now)
	if err != nil {
		return err
	}
	change, balance := after, money.Amount(0)
	for f, a := range before {
		change[f] -= a
	}
	maps.DeleteFunc(change, func(_ id.Fund, a money.Amount) bool { balance += a; return a == 0 })
	switch {
	case balance != 0:
		return fmt.Errorf("rerouting %s: the parts differ by %d pence", reference, balance)
	case len(change) == 0:
		return nil
	}
	return promise(ctx, tx, reference, change)
}

// Spend pays what was promised: what is committed leaves the fund for the ledger account to, from which it is paid.
// It returns ErrNotPromised.
func Spend(ctx context.Context, tx *db.Tx, reference, to string, parts []Part) error {
	total, err := sum(parts)
	if err != nil {
		return err
	}
	lines := append(moved(total, committed, budget), on(total, spent, 1)...)
	return postOr(ctx, tx, ErrNotPromised, reference, append(lines, ledger.Line{Account: to, Amount: -whole(total)}))
}

// Recover takes back what was paid, such as a fee: it comes from the ledger account from and is available again.
func Recover(ctx context.Context, tx *db.Tx, reference, from string, parts []Part) error {
	total, err := sum(parts)
	if err != nil {
		return err
	}
	lines := append(moved(total, budget, available), on(total, spent, -1)...)
	return post(ctx, tx, reference, append(lines, ledger.Line{Account: from, Amount: whole(total)}))
}

// promise moves so much of each fund from available to committed, or back where it is negative.
func promise(ctx context.Context, tx *db.Tx, reference string, need map[id.Fund]money.Amount) error {
	if err := enough(ctx, tx, need, false); err != nil {
		return err
	}
	return post(ctx, tx, reference, moved(need, available, committed))
}

// enough locks funds and refuses to take more from one than it has available. Whoever lowers what is available holds
// the fund's row, so nobody takes it between this and the posting; were that ever forgotten, the floor of the account
// still refuses, only without the fund's name.
func enough(ctx context.Context, tx *db.Tx, need map[id.Fund]money.Amount, closedToo bool) error {
	which := slices.Sorted(maps.Keys(need))
	funds, err := lock(ctx, tx, which...)
	if err != nil {
		return err
	}
	for _, f := range which {
		if need[f] <= 0 {
			continue
		}
		if funds[f].Closed() && !closedToo {
			return ErrClosed
		}
		left, err := ledger.Balance(ctx, tx, account(f, available))
		if err != nil {
			return err
		}
		if left < need[f] {
			return notEnough(funds[f], left)
		}
	}
	return nil
}

func notEnough(f *Fund, left money.Amount) error {
	return failure.New(failure.Conflict, ErrNotEnough.Code, fmt.Sprintf("There is not enough money left in %s: it has %s.", f.Name, left))
}

func post(ctx context.Context, tx *db.Tx, reference string, lines []ledger.Line) error {
	return postOr(ctx, tx, ErrNotEnough, reference, lines)
}

// postOr posts lines, and refuses in the words given when an account would go below its floor.
func postOr(ctx context.Context, tx *db.Tx, refusal *failure.Error, reference string, lines []ledger.Line) error {
	err := ledger.Post(ctx, tx, ledger.Entry{Reference: reference, Lines: lines})
	if errors.Is(err, ledger.ErrBelowFloor) {
		return refusal.Because(err)
	}
	return err
}

// sum adds up the parts of each fund, because an entry has one line for an account.
func sum(parts []Part) (map[id.Fund]money.Amount, error) {
	total := map[id.Fund]money.Amount{}
	for _, p := range parts {
		if p.Amount <= 0 {
			return nil, fmt.Errorf("a part of %d pence of fund %d", p.Amount, p.Fund)
		}
		total[p.Fund] += p.Amount
	}
	return total, nil
}

func whole(total map[id.Fund]money.Amount) (all money.Amount) {
	for _, a := range total {
		all += a
	}
	return all
}

// moved are the lines that move each fund's amount between two of its accounts.
func moved(total map[id.Fund]money.Amount, from, to string) []ledger.Line {
	return append(on(total, from, -1), on(total, to, 1)...)
}

func on(total map[id.Fund]money.Amount, which string, sign money.Amount) []ledger.Line {
	var lines []ledger.Line
	for _, f := range slices.Sorted(maps.Keys(total)) {
		lines = append(lines, ledger.Line{Account: account(f, which), Amount: sign * total[f]})
	}
	return lines
}
