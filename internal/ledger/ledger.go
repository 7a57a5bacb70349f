// Package ledger keeps the books: accounts, and entries whose lines move money between them. It knows no words
// of the domain; who posts names the accounts.
//
// Debit is positive. What we have and what is owed to us stands positive, what we owe and what we earned
// stands negative, and the whole of the books adds up to zero.
//
// PostgreSQL holds what always holds: an entry has two lines or more and sums to zero, nothing is ever added to
// it, changed or removed, an account's balance is the sum of its lines, and no balance goes under its floor. A
// correction is another entry.
package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
)

// Entry is something that happened once, and the money it moved. The reference says what and to which thing
// ("award/12/offered"); there is never a second entry of the same reference.
type Entry struct {
	Reference string
	Lines     []Line // at least two, one for each account, adding up to zero
}

// Line is what an entry puts on one account ("share/12/due"), in pence: debit positive, never zero.
type Line struct {
	Account string
	Amount  money.Amount
}

// Account is a name that lines are put on, with the sum of them. A floor, where there is one, is the least
// that the balance may be.
type Account struct {
	bun.BaseModel `bun:"table:accounts"`
	Name          string        `bun:"name,pk"`
	Floor         *money.Amount `bun:"floor"`
	Balance       money.Amount  `bun:"balance"`
}

// Posted is an entry as it stands in the books, its lines in the order of their accounts.
type Posted struct {
	Entry
	ID       id.Entry
	PostedAt time.Time
}

var (
	// ErrPosted means that this very entry, with the same lines, was posted before: nothing was done now, and
	// the unit of work goes on. What it means is the caller's to say; for a repeated message it is success.
	ErrPosted = failure.New(failure.Conflict, "entry_posted", "This has been done already.")
	// ErrBelowFloor means that the entry would leave an account with less than it may have. The unit of work
	// cannot go on.
	ErrBelowFloor = failure.New(failure.Conflict, "below_floor", "There is not enough money left for this.")
	// ErrFloor means that an account is there already with another floor.
	ErrFloor = failure.New(failure.Internal, "account_floor", "")
)

// Post enters e in the books at tx.Now and makes the accounts that are not there yet, without a floor. It
// holds every account it touches until the unit of work ends. A reference posted before with the same lines
// gives ErrPosted; with other lines it is an internal error. That the lines sum to zero is checked at commit.
func Post(ctx context.Context, tx *db.Tx, e Entry) error {
	names, amounts := make([]string, len(e.Lines)), make([]int64, len(e.Lines))
	for i, l := range e.Lines {
		names[i], amounts[i] = l.Account, int64(l.Amount)
	}
	var posted bool
	err := tx.NewRaw("SELECT post_entry(?, ?, ?, ?)", e.Reference, tx.Now, pgdialect.Array(names), pgdialect.Array(amounts)).
		Scan(ctx, &posted)
	switch {
	case db.Violates(err, "accounts_above_floor"):
		return ErrBelowFloor.Because(err)
	case err != nil:
		return fmt.Errorf("posting %s: %w", e.Reference, err)
	case !posted:
		return ErrPosted
	}
	return nil
}

// Open makes an account whose balance may never be less than floor, which is zero or negative. An account
// opened before with the same floor stays as it is; one with another floor, or without one, gives ErrFloor.
func Open(ctx context.Context, tx *db.Tx, name string, floor money.Amount) error {
	_, err := tx.NewRaw("INSERT INTO accounts (name, floor) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, int64(floor)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("opening account %s: %w", name, err)
	}
	var same bool
	err = tx.NewRaw("SELECT coalesce(floor = ?, false) FROM accounts WHERE name = ?", int64(floor), name).Scan(ctx, &same)
	if err != nil {
		return fmt.Errorf("opening account %s: %w", name, err)
	}
	if !same {
		return ErrFloor.Because(fmt.Errorf("account %s stands with another floor", name))
	}
	return nil
}
