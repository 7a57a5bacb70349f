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

var (
	// ErrNotDrawing means that the bands are not frozen yet, or that the lottery was drawn already.
	ErrNotDrawing = failure.New(failure.Conflict, "not_drawing", "The draw takes place once two people have agreed to the bands, and only once.")
	// ErrNotAgreed means that the frozen bands or means are no longer those that two people agreed to.
	ErrNotAgreed = failure.New(failure.Conflict, "order_not_agreed",
		"The bands or the means are not those that two people agreed to. Nothing was drawn. Ask who looks after the program to find out why.")
)

// Draw reveals the lottery's seed, mixes in the public draw that was named when the round was published, and
// writes down the order for allocation: band A by its means as they were frozen, band B by the lottery, and wherever
// means are equal the lottery decides. It returns ErrNotDrawing, ErrNotAgreed, bursary.ErrPublicDrawToCome and the
// errors of package lottery.
func Draw(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, round, public string) error {
	ranking, err := lockRanking(ctx, tx, round)
	if err != nil {
		return err
	}
	r := ranking.Round
	if r.Status != bursary.RoundFrozen {
		return ErrNotDrawing
	}
	if err := agreedTo(ctx, tx, r.ID); err != nil {
		return err
	}
	seed, err := bursary.Seed(ctx, tx, box, r.ID)
	if err != nil {
		return err
	}
	draw, err := bursary.Reveal(ctx, tx, r, seed, public)
	if err != nil {
		return err
	}
	ids, err := order(ranking.Standings, draw.Order)
	if err != nil {
		return err
	}
	if err := writeOrder(ctx, tx, ids); err != nil {
		return err
	}
	return recordRound(ctx, tx, by, "lottery drawn", r.ID)
}

// agreedTo refuses what was frozen if it is not what each of two people saw. Whoever withdrew since is still among it.
func agreedTo(ctx context.Context, tx *db.Tx, round id.Round) error {
	var frozen []Standing
	err := tx.NewRaw(`
		SELECT ticket, coalesce(band, '') AS band, mean AS calibrated FROM sensitive.applications
		WHERE  round_id = ? AND mean IS NOT NULL`, round).Scan(ctx, &frozen)
	if err != nil {
		return fmt.Errorf("reading what was frozen: %w", err)
	}
	agreements, err := Agreements(ctx, tx, round)
	if err != nil {
		return err
	}
	seen := (&Ranking{Standings: frozen}).Seen()
	if len(agreements) < 2 || slices.ContainsFunc(agreements, func(a Agreement) bool { return a.Seen != seen }) {
		return ErrNotAgreed
	}
	return nil
}

// order is the order for allocation: who stands in A and B, A by the means, B and all ties as drawn. Band C has
// no place in it. A ticket that was not drawn is an error.
func order(standings []Standing, drawn []string) ([]id.Application, error) {
	lot := map[string]int{}
	for i, ticket := range drawn {
		lot[ticket] = i
	}
	fundable := slices.DeleteFunc(slices.Clone(standings), func(s Standing) bool { return s.Band != bursary.BandA && s.Band != bursary.BandB })
	for _, s := range fundable {
		if _, ok := lot[s.Ticket]; !ok {
			return nil, fmt.Errorf("application %s is in band %s and its ticket was not drawn", s.Code, s.Band)
		}
	}
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
	return ids, nil
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
