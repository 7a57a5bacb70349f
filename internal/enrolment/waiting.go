package enrolment

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/money"
)

// Join puts somebody at the end of the waiting list of a run. Nothing is owed while they wait. The run's places must be
// locked. It returns ErrAlreadyThere.
func Join(ctx context.Context, tx *db.Tx, run id.Run, c Claim) (*Enrolment, error) {
	last, err := lastInQueue(ctx, tx, run)
	if err != nil {
		return nil, err
	}
	queue := last + 1
	e := &Enrolment{Code: id.Code(), RunID: run, PersonID: c.Person, Status: Waiting, Peer: c.Peer, Band: c.Band, Queue: &queue, CreatedAt: tx.Now}
	_, err = tx.NewInsert().Model(e).Exec(ctx)
	if db.Violates(err, "enrolments_one_active") {
		return nil, ErrAlreadyThere.Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("joining a waiting list: %w", err)
	}
	return e, nil
}

func lastInQueue(ctx context.Context, tx *db.Tx, run id.Run) (last int64, err error) {
	err = tx.NewRaw(`SELECT greatest(
		(SELECT coalesce(max(queue), 0) FROM enrolments WHERE run_id = ?0 AND status = 'waiting'),
		(SELECT coalesce(max(queue), 0) FROM team_waits WHERE run_id = ?0 AND status = 'waiting'))`, run).Scan(ctx, &last)
	if err != nil {
		return 0, fmt.Errorf("finding the end of a waiting list: %w", err)
	}
	return last, nil
}

// Waiter is one who waits for places of a run: a person, or an organisation.
type Waiter struct {
	Queue     int64
	Enrolment id.Enrolment // of a person; zero: an organisation
	Wait      int64        // of an organisation
	Code      string
	Places    int
	Peer      bool
	Since     time.Time
	Name      string // of the person or the organisation, for staff
}

// Why says why a waiter is not offered what is free: "" when they could be.
func (w Waiter) Why(p course.Places) string {
	switch free := p.Free(w.Peer); {
	case free >= w.Places:
		return ""
	case free == 0 && !w.Peer && p.Free(true) > 0:
		return "What is free is kept for peers."
	case free == 0:
		return "No place is free."
	default:
		return fmt.Sprintf("%d free, and they wait for %d together.", free, w.Places)
	}
}

// After is what is left of the places of a run once the waiter was offered theirs.
func (w Waiter) After(p course.Places) course.Places {
	p.Held += w.Places
	if w.Peer {
		p.Peers += w.Places
	}
	return p
}

// QueueOf lists who waits for places of a run in order, from a number in the queue on.
func QueueOf(ctx context.Context, d bun.IDB, run id.Run, after int64, limit int) ([]Waiter, error) {
	var list []Waiter
	err := d.NewRaw(`
		SELECT q.* FROM (
			SELECT e.queue, e.id AS enrolment, 0 AS wait, e.code, 1 AS places, e.peer, e.created_at AS since, coalesce(p.name, '') AS name
			FROM   enrolments e LEFT JOIN people p ON p.id = e.person_id WHERE e.run_id = ?0 AND e.status = 'waiting'
			UNION ALL
			SELECT t.queue, 0, t.id, t.code, t.places, false, t.asked_at, o.name
			FROM   team_waits t JOIN organisations o ON o.id = t.organisation_id WHERE t.run_id = ?0 AND t.status = 'waiting') q
		WHERE q.queue > ?1 ORDER BY q.queue LIMIT ?2`, run, after, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing who waits: %w", err)
	}
	return list, nil
}

// Ahead is how many stand in front of a number in the queue of a run.
func Ahead(ctx context.Context, d bun.IDB, run id.Run, queue int64) (n int, err error) {
	err = d.NewRaw(`SELECT (SELECT count(*) FROM enrolments WHERE run_id = ?0 AND status = 'waiting' AND queue < ?1) +
		(SELECT count(*) FROM team_waits WHERE run_id = ?0 AND status = 'waiting' AND queue < ?1)`, run, queue).Scan(ctx, &n)
	return n, err
}

// OfferWaiting holds a place for somebody who waited, at a price in pence, until a time. The run's places must be locked; the
// caller makes the shares. It returns course.ErrFull.
func OfferWaiting(ctx context.Context, tx *db.Tx, e *Enrolment, price money.Amount, until time.Time) error {
	if err := e.move(Held); err != nil {
		return err
	}
	e.HeldUntil, e.OfferedAt, e.Price = until, tx.Now, price
	_, err := tx.NewUpdate().Model(e).Column("status", "held_until", "queue", "offered_at", "price").WherePK().Exec(ctx)
	if noPlace(err) {
		return course.ErrFull.Because(err)
	}
	if err != nil {
		return fmt.Errorf("offering a place to who waited: %w", err)
	}
	return nil
}

// RunsAwaited lists runs for which somebody waits.
func RunsAwaited(ctx context.Context, d bun.IDB) ([]id.Run, error) {
	var runs []id.Run
	err := d.NewRaw(`SELECT DISTINCT run_id FROM (SELECT run_id FROM enrolments WHERE status = 'waiting'
		UNION ALL SELECT run_id FROM team_waits WHERE status = 'waiting') w ORDER BY run_id LIMIT 1000`).Scan(ctx, &runs)
	return runs, err
}
