package fund

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/people"
)

// What can be given by card at once, in pence.
const (
	LeastByCard money.Amount = 100
	MostByCard  money.Amount = 2_000_000
)

// ErrNotSponsored means that a fund does not take gifts from the public, or not any more.
var ErrNotSponsored = failure.New(failure.Conflict, "fund_not_sponsored", "This fund does not take gifts any more. Please choose another.")

// CardGift is what somebody says who gives on the sponsor page.
type CardGift struct {
	Fund   string // code
	Amount money.Amount
	Donor  string // may be empty
	Email  string // where the receipt goes
	Aid    *AidDeclaration
}

// StartCard begins a gift by card, which counts for nothing until ReceiveCard. It returns ErrNotSponsored or an Invalid
// failure about "other", "email" or the fields of the declaration.
func StartCard(ctx context.Context, tx *db.Tx, c CardGift) (*Gift, error) {
	if c.Amount < LeastByCard || c.Amount > MostByCard {
		return nil, failure.Field("other", "Enter an amount from "+LeastByCard.Short()+" to "+MostByCard.Short()+". To give more, please write to us.")
	}
	email, err := people.NormaliseEmail(c.Email)
	if err != nil {
		return nil, err
	}
	f, err := Find(ctx, tx, c.Fund)
	if errors.Is(err, ErrUnknown) || err == nil && (!f.Sponsored || f.Closed()) {
		return nil, ErrNotSponsored
	}
	if err != nil {
		return nil, err
	}
	g := &Gift{Code: id.Code(), FundID: f.ID, Status: GiftStarted, How: ByCard, Amount: c.Amount, Donor: c.Donor, Email: email, CreatedAt: tx.Now}
	if _, err = tx.NewInsert().Model(g).Exec(ctx); err != nil {
		return nil, fmt.Errorf("beginning a gift: %w", err)
	}
	if c.Aid == nil {
		return g, nil
	}
	return g, declare(ctx, tx, g.ID, *c.Aid)
}

// GiftByID reads a gift, or returns ErrUnknownGift.
func GiftByID(ctx context.Context, d bun.IDB, which id.Gift) (*Gift, error) {
	return scanGift(ctx, d.NewSelect().Where("id = ?", which))
}

// LockGift loads a gift for change, or returns ErrUnknownGift.
func LockGift(ctx context.Context, tx *db.Tx, which id.Gift) (*Gift, error) {
	return scanGift(ctx, tx.NewSelect().Where("id = ?", which).For("UPDATE"))
}

// ReceiveCard puts money that was paid for a locked gift into its fund, from the ledger account on which it arrived. A
// gift that had lapsed is received all the same. It returns ErrClosed, after which the unit of work may go on.
func ReceiveCard(ctx context.Context, tx *db.Tx, g *Gift, from string) error {
	if _, err := lockOpen(ctx, tx, g.FundID); err != nil {
		return err
	}
	if err := g.end(ctx, tx, GiftReceived); err != nil {
		return err
	}
	return post(ctx, tx, g.entry("received"), arrived(g, from))
}

// LapseCard ends a locked gift that was begun and not paid.
func LapseCard(ctx context.Context, tx *db.Tx, g *Gift) error { return g.end(ctx, tx, GiftLapsed) }
