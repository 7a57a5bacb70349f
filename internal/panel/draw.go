package panel

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun/dialect/pgdialect"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// ErrNotDrawing means that the bands are not frozen yet, or that the lottery was drawn already.
var ErrNotDrawing = failure.New(failure.Conflict, "not_drawing", "The draw takes place once two people have agreed to the bands, and only once.")

// Draw reveals the lottery's seed, mixes in the public draw that was named when the round was published, and
// writes down the order for allocation: band A by its means, band B by the lottery, and wherever means are equal
// the lottery decides. Where no public draw was named, the round's code takes its place, whatever public says, so
// that nobody chooses. It returns ErrNotDrawing and the errors of package lottery.
func Draw(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, round, public string) error {
	ranking, err := lockRanking(ctx, tx, round)
	if err != nil {
		return err
	}
	r := ranking.Round
	if r.Status != bursary.RoundFrozen {
		return ErrNotDrawing
	}
	if r.Beacon == "" {
		public = r.Code
	}
	seed, err := bursary.Seed(ctx, tx, box, r.ID)
	if err != nil {
		return err
	}
	draw, err := bursary.Reveal(ctx, tx, r, seed, public)
	if err != nil {
		return err
	}
	if err := writeOrder(ctx, tx, order(ranking.Standings, draw.Order)); err != nil {
		return err
	}
	return recordRound(ctx, tx, by, "lottery drawn", r.ID)
}

// order is the order for allocation: who stands in A and B, A by the means, B and all ties as drawn. Band C has
// no place in it.
func order(standings []Standing, drawn []string) []id.Application {
	lot := map[string]int{}
	for i, ticket := range drawn {
		lot[ticket] = i
	}
	fundable := slices.DeleteFunc(slices.Clone(standings), func(s Standing) bool { return s.Band == bursary.BandC })
	slices.SortFunc(fundable, func(a, b Standing) int {
		byBand := cmp.Compare(a.Band, b.Band)
		if byBand == 0 && a.Band == bursary.BandA {
			byBand = cmp.Compare(b.Calibrated, a.Calibrated)
		}
		return cmp.Or(byBand, cmp.Compare(lot[a.Ticket], lot[b.Ticket]))
	})
	ids := make([]id.Application, len(fundable))
	for i, s := range fundable {
		ids[i] = s.ID
	}
	return ids
}

func writeOrder(ctx context.Context, tx *db.Tx, ids []id.Application) error {
	_, err := tx.NewRaw(`
		UPDATE sensitive.applications a SET position = o.position
		FROM   unnest(?::bigint[]) WITH ORDINALITY AS o (id, position)
		WHERE  a.id = o.id`, pgdialect.Array(ids)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("writing down the order: %w", err)
	}
	return nil
}
