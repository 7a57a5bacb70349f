package enrolment

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/state"
)

// ErrMovedOnce means that somebody has moved their place themselves before. After that the office does it.
var ErrMovedOnce = failure.New(failure.Conflict, "moved_once", "You have changed the dates of this place once already. Please ask us: we will look with you at what is possible.")

// Move is the way of a place from one run to another. It stays the same claim: its code, its shares, and what was paid,
// invoiced and promised go with it.
type Move struct {
	bun.BaseModel `bun:"table:moves"`

	ID          int64        `bun:"id,pk,autoincrement"`
	EnrolmentID id.Enrolment `bun:"enrolment_id"`
	FromRunID   id.Run       `bun:"from_run_id"`
	ToRunID     id.Run       `bun:"to_run_id"`
	ByID        id.Person    `bun:"by_id"`
	Own         bool         `bun:"own"`      // by whoever sits there, which is possible once
	Reason      string       `bun:"reason"`   // why staff did it
	Deferred    money.Amount `bun:"deferred"` // pence, what was charged for days that were still to come
	At          time.Time    `bun:"at"`
}

// LockForMove loads an enrolment for a move and locks it after the places of both runs. It returns ErrUnknown when there
// is none, and state.ErrMovedOn when it went to another run while this one waited for the locks.
func LockForMove(ctx context.Context, tx *db.Tx, which id.Enrolment, to id.Run) (*Enrolment, error) {
	known, err := Get(ctx, tx, which)
	if err != nil {
		return nil, err
	}
	for _, run := range []id.Run{min(known.RunID, to), max(known.RunID, to)} {
		if err := course.LockPlaces(ctx, tx, run); err != nil {
			return nil, fmt.Errorf("locking places: %w", err)
		}
	}
	e, err := Lock(ctx, tx, which)
	if err == nil && e.RunID != known.RunID {
		return nil, state.ErrMovedOn
	}
	return e, err
}

// MoveTo takes a confirmed place to another run. Both runs' places must be locked. It returns course.ErrFull, ErrAlreadyThere,
// ErrMovedOnce, or state.ErrMovedOn for a place that is not confirmed.
func MoveTo(ctx context.Context, tx *db.Tx, e *Enrolment, m Move) error {
	if e.Status != Confirmed {
		return state.ErrMovedOn.Because(fmt.Errorf("moving a place that is %s", e.Status))
	}
	m.EnrolmentID, m.FromRunID, m.At = e.ID, e.RunID, tx.Now
	if _, err := tx.NewInsert().Model(&m).Returning("NULL").Exec(ctx); db.Violates(err, "moves_own_once") {
		return ErrMovedOnce.Because(err)
	} else if err != nil {
		return fmt.Errorf("writing down a move: %w", err)
	}
	_, err := tx.NewRaw("UPDATE enrolments SET run_id = ? WHERE id = ?", m.ToRunID, e.ID).Exec(ctx)
	switch {
	case noPlace(err):
		return course.ErrFull.Because(err)
	case db.Violates(err, "enrolments_one_active"):
		return ErrAlreadyThere.Because(err)
	case err != nil:
		return fmt.Errorf("moving enrolment %s: %w", e.Code, err)
	}
	e.RunID = m.ToRunID
	return nil
}

// MovesOf lists the moves of a place, oldest first. There are a few at most.
func MovesOf(ctx context.Context, d bun.IDB, which id.Enrolment) ([]Move, error) {
	var list []Move
	err := d.NewSelect().Model(&list).Where("enrolment_id = ?", which).Order("id").Limit(100).Scan(ctx)
	return list, err
}
