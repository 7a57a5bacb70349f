package course

import (
	"cmp"
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/state"
)

// decideDays is how long before the first day it is decided whether a run goes ahead, where staff said no other day.
const decideDays = 42

var (
	// ErrUnfinished means that a run cannot be published yet: something that people need to know is missing.
	ErrUnfinished = failure.New(failure.Conflict, "run_unfinished", "Say first what a place costs and what is kept when somebody withdraws.")
	// ErrBegun means that a run has begun, so that nobody can join it any more.
	ErrBegun = failure.New(failure.Conflict, "run_begun", "These dates have begun.")
	// ErrNotOver means that a run cannot be finished before its last day is over.
	ErrNotOver = failure.New(failure.Conflict, "run_not_over", "These dates are not over yet.")
)

// statuses are the moves of a run.
var statuses = state.Moves[Status]{
	Draft:     {Open, Closed, Cancelled},
	Open:      {Closed, Cancelled, Finished},
	Closed:    {Open, Cancelled, Finished},
	Cancelled: nil,
	Finished:  nil,
}

// Statuses lists every status of a run.
func Statuses() []Status { return statuses.Statuses() }

// Publish opens a run: from now on people can see it and get a place, if it is listed. It returns ErrUnfinished, ErrBegun, or
// state.ErrMovedOn for one that is cancelled or finished. Doing it again changes nothing.
func Publish(ctx context.Context, tx *db.Tx, by audit.Actor, run id.Run) error {
	o, err := LockOffering(ctx, tx, run)
	if err != nil || o.Status == Open {
		return err
	}
	if len(o.Scale) == 0 || len(o.Terms().wrong(o.Listed)) > 0 {
		return ErrUnfinished
	}
	if !london.DateOf(tx.Now).Before(o.StartsOn()) {
		return ErrBegun
	}
	return setStatus(ctx, tx, by, o, Open)
}

// Close ends the booking on a run: places that are taken stay. Doing it again changes nothing. It returns state.ErrMovedOn for
// a run that is cancelled or finished.
func Close(ctx context.Context, tx *db.Tx, by audit.Actor, run id.Run) error {
	o, err := LockOffering(ctx, tx, run)
	if err != nil || o.Status == Closed {
		return err
	}
	return setStatus(ctx, tx, by, o, Closed)
}

// Finish notes that a run is over. Doing it again changes nothing. It returns ErrNotOver or state.ErrMovedOn.
func Finish(ctx context.Context, tx *db.Tx, by audit.Actor, run id.Run) error {
	o, err := LockOffering(ctx, tx, run)
	if err != nil || o.Status == Finished {
		return err
	}
	if !o.Over(o.Blocks[len(o.Blocks)-1], tx.Now) {
		return ErrNotOver
	}
	return setStatus(ctx, tx, by, o, Finished)
}

func setStatus(ctx context.Context, tx *db.Tx, by audit.Actor, o *Offering, to Status) error {
	if err := statuses.Allow(o.Status, to); err != nil {
		return err
	}
	if _, err := tx.NewRaw("UPDATE runs SET status = ? WHERE id = ?", to, o.ID).Exec(ctx); err != nil {
		return fmt.Errorf("changing the status of run %s: %w", o.Code, err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: "run " + string(to), Subject: "run", SubjectID: int64(o.ID)})
}

// Cancel says that a run is not held. The run's places must be locked. Whoever teaches it is free on its days that are still to
// come. Doing it again changes nothing; it returns state.ErrMovedOn for a run that has finished.
func Cancel(ctx context.Context, tx *db.Tx, run id.Run) error {
	done, err := tx.NewRaw("UPDATE runs SET status = ? WHERE id = ? AND status <> ?", Cancelled, run, Finished).Exec(ctx)
	if err != nil {
		return fmt.Errorf("cancelling a run: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return cmp.Or(err, error(state.ErrMovedOn))
	}
	_, err = tx.NewRaw("DELETE FROM block_trainers t USING blocks b WHERE b.id = t.block_id AND b.run_id = ? AND b.ends_on >= ?",
		run, london.DateOf(tx.Now)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("freeing the trainers of a run: %w", err)
	}
	return nil
}

// DecideOn is the day by which it is decided whether the run goes ahead.
func (o *Offering) DecideOn() london.Date {
	if !o.DecideBy.IsZero() {
		return o.DecideBy
	}
	return o.StartsOn().AddDays(-decideDays)
}

// Short is how many places are missing to the number with which the run goes ahead.
func (o *Offering) Short() int { return max(0, o.Minimum-o.Places.Taken()) }

// GoAhead says that a run is held, however many places are taken. It reports whether it was said now: doing it again changes
// nothing. It returns ErrBegun, or state.ErrMovedOn for a run that is neither open nor closed.
func GoAhead(ctx context.Context, tx *db.Tx, by audit.Actor, run id.Run) (bool, error) {
	o, err := LockOffering(ctx, tx, run)
	if err != nil || !o.DecidedAt.IsZero() {
		return false, err
	}
	if o.Status != Open && o.Status != Closed {
		return false, state.ErrMovedOn
	}
	if !london.DateOf(tx.Now).Before(o.StartsOn()) {
		return false, ErrBegun
	}
	if _, err := tx.NewRaw("UPDATE runs SET decided_at = ? WHERE id = ?", tx.Now, run).Exec(ctx); err != nil {
		return false, fmt.Errorf("deciding about run %s: %w", o.Code, err)
	}
	return true, audit.Record(ctx, tx, audit.Event{Actor: by, Action: "run goes ahead", Subject: "run", SubjectID: int64(run),
		Detail: map[string]any{"taken": o.Places.Taken(), "minimum": o.Minimum}})
}

// ToDecide lists the runs that have fewer places taken than it needs on the day by which that is decided, soonest first.
func ToDecide(ctx context.Context, d bun.IDB, today london.Date) ([]*Offering, error) {
	return load(ctx, d, `r.status IN ('open', 'closed') AND r.decided_at IS NULL AND b.starts_on > ?0 AND coalesce(r.decide_by, b.starts_on - ?1) <= ?0
		AND r.minimum > (SELECT n.held + n.confirmed FROM run_places n WHERE n.run_id = r.id)`, today, decideDays)
}
