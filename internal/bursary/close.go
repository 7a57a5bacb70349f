package bursary

import (
	"context"
	"fmt"
	"time"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/london"
)

// closingGrace is how long after the deadline a round closes: what was sent in time may still be on its way. A
// request is answered within 25 seconds, or not at all.
const closingGrace = 2 * time.Minute

// ErrNotDue means that the deadline, or what was sent just before it, is still to come.
var ErrNotDue = failure.New(failure.Conflict, "round_not_due",
	"This round still takes applications. It closes two minutes after its deadline, so that everything that was sent in time is in.")

// closesBefore is the day before which the closing day of a round must lie that can be closed at a time.
func closesBefore(now time.Time) london.Date { return london.DateOf(now.Add(-closingGrace)) }

// Closable reports whether the round can be closed at a time.
func (r *Round) Closable(now time.Time) bool {
	return r.Status == RoundPublished && r.ClosesOn.Before(closesBefore(now))
}

// Close ends a round: it can be read from now on. Nobody is told, drafts stay readable to their owners, and
// whoever was given more time keeps it. It returns ErrNotDue before two minutes after the deadline.
func Close(ctx context.Context, tx *db.Tx, by audit.Actor, code string) (*Round, error) {
	r, err := lockRound(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	return r, shut(ctx, tx, by, r)
}

// CloseDue closes every round whose deadline has passed. It is for the worker's role.
func CloseDue(ctx context.Context, tx *db.Tx) error {
	var due []*Round
	err := tx.NewSelect().Model(&due).Where("status = ? AND closes_on < ?", RoundPublished, closesBefore(tx.Now)).
		Order("id").Limit(100).For("NO KEY UPDATE SKIP LOCKED").Scan(ctx)
	if err != nil {
		return fmt.Errorf("listing rounds that are due to close: %w", err)
	}
	for _, r := range due {
		if err := shut(ctx, tx, audit.System, r); err != nil {
			return err
		}
	}
	return nil
}

// shut closes a round that is locked.
func shut(ctx context.Context, tx *db.Tx, by audit.Actor, r *Round) error {
	if r.Status == RoundPublished && !r.Closable(tx.Now) {
		return ErrNotDue
	}
	if err := r.move(RoundClosed); err != nil {
		return err
	}
	if err := saveRound(ctx, tx, r); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "round closed", Subject: "round", SubjectID: int64(r.ID)})
}
