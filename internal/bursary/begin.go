package bursary

import (
	"context"
	"errors"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
)

// Begin makes a person's draft for a round, or returns the one they have. It returns ErrUnknownRound or
// ErrNotOpen.
func Begin(ctx context.Context, tx *db.Tx, person id.Person, round string) (*Application, error) {
	r, err := FindRound(ctx, tx, round)
	if err != nil {
		return nil, err
	}
	if !r.Public() {
		return nil, ErrUnknownRound
	}
	if a, err := ActiveOf(ctx, tx, person, r.ID); !errors.Is(err, ErrUnknown) {
		return a, err
	}
	if !r.Open(tx.Now) {
		return nil, ErrNotOpen
	}
	return begin(ctx, tx, r, person, audit.Person(person))
}

// begin writes the row. Somebody who presses on two devices at once gets the same draft on both.
func begin(ctx context.Context, tx *db.Tx, r *Round, person id.Person, by audit.Actor) (*Application, error) {
	n, err := tx.NextID(ctx, "sensitive.applications")
	if err != nil {
		return nil, err
	}
	a := &Application{
		ID: id.Application(n), Code: id.Code(), Ticket: id.Code(), RoundID: r.ID, PersonID: person, Status: Draft,
		CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	done, err := tx.NewInsert().Model(a).Column("id", "code", "ticket", "round_id", "person_id", "status", "created_at", "updated_at").
		On("CONFLICT (round_id, person_id) WHERE status <> 'withdrawn' DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("beginning an application: %w", err)
	}
	if rows, _ := done.RowsAffected(); rows == 0 {
		return ActiveOf(ctx, tx, person, r.ID)
	}
	return a, record(ctx, tx, by, "application begun", a, map[string]any{"round": r.Code})
}
