package enrolment

import (
	"context"
	"fmt"
	"time"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/state"
)

// Claim is what somebody asks a place with.
type Claim struct {
	Person       id.Person
	Peer         bool
	Band         course.Band
	ExpressStart bool
	Until        time.Time // how long the place is kept while it is being paid for
}

// Hold takes a place on a run and keeps it until a time. It returns course.ErrFull when there is none for this
// person and ErrAlreadyThere when they have one.
//
// A refusal is mostly answered from the offering as it was read, so that a rush for the last places queues only
// those who may get one. The insert's own trigger locks and counts the places.
func Hold(ctx context.Context, tx *db.Tx, o *course.Offering, c Claim) (*Enrolment, error) {
	return hold(ctx, tx, o, c, o.Price(c.Band))
}

// Offer is Hold for somebody who was offered a place: it costs nothing and nobody owes a share of it until they accept
// and SetPrice is called.
func Offer(ctx context.Context, tx *db.Tx, o *course.Offering, c Claim) (*Enrolment, error) {
	return hold(ctx, tx, o, c, 0)
}

func hold(ctx context.Context, tx *db.Tx, o *course.Offering, c Claim, price money.Amount) (*Enrolment, error) {
	if o.Places.Left(c.Peer) == 0 {
		return nil, course.ErrFull
	}
	e := &Enrolment{
		Code: id.Code(), RunID: o.ID, PersonID: c.Person, Status: Held, Peer: c.Peer, Band: c.Band,
		Price: price, HeldUntil: c.Until, ExpressStart: c.ExpressStart, CreatedAt: tx.Now,
	}
	_, err := tx.NewInsert().Model(e).Exec(ctx)
	switch {
	case noPlace(err):
		return nil, course.ErrFull.Because(err)
	case db.Violates(err, "enrolments_one_active"):
		return nil, ErrAlreadyThere.Because(err)
	case err != nil:
		return nil, fmt.Errorf("holding a place: %w", err)
	}
	return e, nil
}

// SetPrice puts the price of an offered place that is accepted, in pence, and whether its holder asks for the course to
// begin within the 14 days. The caller makes shares that meet it in the same
// unit of work.
func SetPrice(ctx context.Context, tx *db.Tx, e *Enrolment, price money.Amount, expressStart bool) error {
	e.Price, e.ExpressStart = price, expressStart
	if _, err := tx.NewUpdate().Model(e).Column("price", "express_start").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("pricing enrolment %s: %w", e.Code, err)
	}
	return nil
}

// Extend keeps a held place longer. It changes nothing when it is kept that long already.
func Extend(ctx context.Context, tx *db.Tx, e *Enrolment, until time.Time) error {
	if e.Status != Held {
		return state.ErrMovedOn.Because(fmt.Errorf("extending a place that is %s", e.Status))
	}
	if !e.HeldUntil.Before(until) {
		return nil
	}
	e.HeldUntil = until
	return save(ctx, tx, e)
}

// Confirm makes the place certain. A lapsed claim whose money arrived after all takes a free place; when there
// is none it returns course.ErrFull and changes nothing. The run's places must be locked.
func Confirm(ctx context.Context, tx *db.Tx, e *Enrolment) error {
	if e.Status == Lapsed {
		places, err := course.PlacesOf(ctx, tx, e.RunID)
		if err != nil {
			return fmt.Errorf("reading places: %w", err)
		}
		if places.Left(e.Peer) == 0 {
			return course.ErrFull
		}
	}
	if err := e.confirm(tx.Now); err != nil {
		return err
	}
	return save(ctx, tx, e)
}

// Lapse ends a held place whose deadline passed unpaid, and frees it.
func Lapse(ctx context.Context, tx *db.Tx, e *Enrolment) error {
	if err := e.end(Lapsed, tx.Now); err != nil {
		return err
	}
	if err := endQuestion(ctx, tx, e.ID); err != nil {
		return err
	}
	return save(ctx, tx, e)
}

// Withdraw ends a claim by the person's own act, and frees its place.
func Withdraw(ctx context.Context, tx *db.Tx, e *Enrolment) error {
	if err := e.end(Withdrawn, tx.Now); err != nil {
		return err
	}
	if err := endQuestion(ctx, tx, e.ID); err != nil {
		return err
	}
	return save(ctx, tx, e)
}

// Cancel ends a claim because its run is not held, by no act of its holder, and frees its place.
func Cancel(ctx context.Context, tx *db.Tx, e *Enrolment) error {
	if err := e.end(Cancelled, tx.Now); err != nil {
		return err
	}
	if err := endQuestion(ctx, tx, e.ID); err != nil {
		return err
	}
	return save(ctx, tx, e)
}

// WaitFirst puts a lapsed claim, whose money came when the run was full, in front of the waiting list. The
// run's places must be locked.
func WaitFirst(ctx context.Context, tx *db.Tx, e *Enrolment) error {
	var first int64
	err := tx.NewRaw(`
		SELECT coalesce(min(queue), 1) - 1 FROM enrolments
		WHERE run_id = ? AND status = 'waiting'`, e.RunID).Scan(ctx, &first)
	if err != nil {
		return fmt.Errorf("finding the front of the waiting list: %w", err)
	}
	if err := e.wait(first); err != nil {
		return err
	}
	return save(ctx, tx, e)
}
