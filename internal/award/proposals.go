package award

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// Current is the proposal of a round that waits for agreement or ratification, with its departures; nil when none does.
func Current(ctx context.Context, tx *db.Tx, box *secret.Box, round id.Round) (*Proposal, error) {
	return find(ctx, tx, box, tx.NewSelect().Where("round_id = ? AND status IN ('proposed', 'agreed')", round))
}

// RatifiedOf is the proposal of a round that was ratified, without its departures; nil when none was.
func RatifiedOf(ctx context.Context, d bun.IDB, round id.Round) (*Proposal, error) {
	p := new(Proposal)
	err := d.NewSelect().Model(p).Where("round_id = ? AND status = 'ratified'", round).Scan(ctx)
	if db.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a proposal: %w", err)
	}
	return p, nil
}

// FindProposal reads a proposal by its code with its departures, or returns ErrNoProposal.
func FindProposal(ctx context.Context, tx *db.Tx, box *secret.Box, round id.Round, code string) (*Proposal, error) {
	p, err := find(ctx, tx, box, tx.NewSelect().Where("round_id = ? AND code = ?", round, id.NormaliseCode(code)))
	if err == nil && p == nil {
		err = ErrNoProposal
	}
	return p, err
}

// Proposals lists a round's proposals without their departures, the latest first.
func Proposals(ctx context.Context, d bun.IDB, round id.Round) ([]*Proposal, error) {
	var all []*Proposal
	err := d.NewSelect().Model(&all).ExcludeColumn("problem", "result").Where("round_id = ?", round).Order("id DESC").Limit(100).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing proposals: %w", err)
	}
	return all, nil
}

func find(ctx context.Context, tx *db.Tx, box *secret.Box, q *bun.SelectQuery) (*Proposal, error) {
	p := new(Proposal)
	if err := q.Model(p).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, nil
		}
		return nil, fmt.Errorf("reading a proposal: %w", err)
	}
	err := p.readDepartures(ctx, tx, box)
	return p, err
}

// dropOpen makes room for another proposal.
func dropOpen(ctx context.Context, tx *db.Tx, round id.Round) error {
	_, err := tx.NewRaw("UPDATE sensitive.proposals SET status = 'dropped' WHERE round_id = ? AND status IN ('proposed', 'agreed')", round).Exec(ctx)
	if err != nil {
		return fmt.Errorf("dropping a proposal: %w", err)
	}
	return nil
}

func insertProposal(ctx context.Context, tx *db.Tx, box *secret.Box, p *Proposal) error {
	n, err := tx.NextID(ctx, "sensitive.proposals")
	if err != nil {
		return err
	}
	p.ID = id.Proposal(n)
	if _, err := tx.NewInsert().Model(p).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("keeping a proposal: %w", err)
	}
	return p.insertDepartures(ctx, tx, box)
}

func saveProposal(ctx context.Context, tx *db.Tx, p *Proposal) error {
	_, err := tx.NewUpdate().Model(p).Column("status", "agreed_by", "agreed_at", "ratified_by", "ratified_at").WherePK().Exec(ctx)
	if db.Violates(err, "proposals_by_two") {
		return ErrSamePerson.Because(err)
	}
	if err != nil {
		return fmt.Errorf("saving proposal %s: %w", p.Code, err)
	}
	return nil
}
