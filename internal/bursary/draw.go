package bursary

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/lottery"
)

var (
	// ErrPublicDrawBegun means that tickets can no longer be fixed before the public draw.
	ErrPublicDrawBegun = failure.New(failure.Conflict, "public_draw_begun",
		"The day of the public draw has come. The bands had to be agreed to before it, so that nobody could know the result.")
	// ErrPublicDrawToCome means that the public draw is not over yet.
	ErrPublicDrawToCome = failure.New(failure.Conflict, "public_draw_to_come", "The day of the public draw is not over yet. The order is drawn after it.")
)

// PublicDrawBegun reports whether the day of the named public draw has begun: its result may be known.
func (r *Round) PublicDrawBegun(at time.Time) bool { return !at.Before(r.BeaconOn.At(0, 0)) }

// PublicDrawOver reports whether the day of the named public draw is over.
func (r *Round) PublicDrawOver(at time.Time) bool { return !at.Before(r.BeaconOn.AddDays(1).At(0, 0)) }

// Draw is a lottery that was drawn: what anybody needs to recompute it, and the order that came of it.
type Draw struct {
	Facts lottery.Published
	Order []string // tickets, the first drawn first
}

// Tickets lists the tickets that take part in a round's lottery, in alphabetical order. They are fixed when its bands
// are frozen; before that there are none. Whoever withdraws later leaves their ticket, which moves nobody else's.
func Tickets(ctx context.Context, d bun.IDB, round id.Round) ([]string, error) {
	var tickets []string
	err := d.NewRaw("SELECT ticket FROM round_tickets WHERE round_id = ? ORDER BY ticket COLLATE \"C\"", round).Scan(ctx, &tickets)
	if err != nil {
		return nil, fmt.Errorf("listing a lottery's tickets: %w", err)
	}
	return tickets, nil
}

// DrawOf works out the draw of a round from what everybody can see, or is nil before there is one. A seed that does
// not fit the commitment gives an order to nobody: it is an error.
func DrawOf(ctx context.Context, d bun.IDB, r *Round) (*Draw, error) {
	if r.Status != RoundDrawn {
		return nil, nil
	}
	draw, err := drawn(ctx, d, r, lottery.Seed(r.Seed), r.BeaconValue)
	if err != nil {
		return nil, fmt.Errorf("recomputing the draw of round %s: %v", r.Code, err)
	}
	return draw, nil
}

// drawn puts a round's tickets in order. The errors are those of package lottery.
func drawn(ctx context.Context, d bun.IDB, r *Round, seed lottery.Seed, public string) (*Draw, error) {
	tickets, err := Tickets(ctx, d, r.ID)
	if err != nil {
		return nil, err
	}
	facts, err := lottery.Reveal(r.Commitment, seed, public, tickets)
	if err != nil {
		return nil, err
	}
	order, err := facts.Order()
	return &Draw{facts, order}, err
}

// Freeze fixes a locked round's bands, and shows everybody which tickets take part in its lottery: those of all
// bands, so that the list tells nothing of anybody. Package panel sees to it that two people have agreed, and so does
// PostgreSQL. It returns ErrPublicDrawBegun.
func Freeze(ctx context.Context, tx *db.Tx, r *Round) error {
	if r.PublicDrawBegun(tx.Now) {
		return ErrPublicDrawBegun
	}
	if err := r.move(RoundFrozen); err != nil {
		return err
	}
	_, err := tx.NewRaw(`
		INSERT INTO round_tickets (round_id, ticket)
		SELECT round_id, ticket FROM sensitive.applications WHERE round_id = ? AND status = ?`, r.ID, Banded).Exec(ctx)
	if err != nil {
		return fmt.Errorf("publishing the tickets of round %s: %w", r.Code, err)
	}
	return saveRound(ctx, tx, r) // last: PostgreSQL takes no ticket of a frozen round
}

// Reveal draws the lottery of a locked round: it publishes the seed with what the public draw gave. It returns
// ErrPublicDrawToCome and the errors of package lottery.
func Reveal(ctx context.Context, tx *db.Tx, r *Round, seed lottery.Seed, public string) (*Draw, error) {
	if !r.PublicDrawOver(tx.Now) {
		return nil, ErrPublicDrawToCome
	}
	draw, err := drawn(ctx, tx, r, seed, public)
	if err != nil {
		return nil, err
	}
	if err := r.move(RoundDrawn); err != nil {
		return nil, err
	}
	r.Seed, r.BeaconValue = seed[:], draw.Facts.Public
	return draw, saveRound(ctx, tx, r)
}
