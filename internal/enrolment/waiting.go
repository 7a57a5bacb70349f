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
)

// ErrWaitsAlready means that an organisation waits for places on these dates already.
var ErrWaitsAlready = failure.New(failure.Conflict, "waits_already", "You are on the waiting list for these dates already.")

// ErrWaitUnknown means that there is no such place in a waiting list, or that it is somebody else's.
var ErrWaitUnknown = failure.New(failure.NotFound, "wait_unknown", "We cannot find that place in the waiting list.")

// TeamWait is an organisation that waits for several places of a run together. It stands in the same queue as people do.
type TeamWait struct {
	bun.BaseModel `bun:"table:team_waits"`

	ID             int64           `bun:"id,pk,autoincrement"`
	Code           string          `bun:"code"`
	RunID          id.Run          `bun:"run_id"`
	OrganisationID id.Organisation `bun:"organisation_id"`
	AskedBy        id.Person       `bun:"asked_by"`
	Places         int             `bun:"places"`
	Queue          int64           `bun:"queue"`
	Status         WaitStatus      `bun:"status"`
	TeamID         id.TeamBooking  `bun:"team_booking_id,nullzero"` // what it was offered
	AskedAt        time.Time       `bun:"asked_at"`
	EndedAt        time.Time       `bun:"ended_at,nullzero"`
}

// WaitStatus says what became of an organisation's wait.
type WaitStatus string

// The statuses of a wait.
const (
	WaitStands  WaitStatus = "waiting"
	WaitOffered WaitStatus = "offered"
	WaitLeft    WaitStatus = "left" // by the organisation
	WaitOver    WaitStatus = "over" // the course began
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

// JoinTeam puts an organisation there that waits for several places together. The run's places must be locked. It returns
// ErrWaitsAlready.
func JoinTeam(ctx context.Context, tx *db.Tx, w TeamWait) (*TeamWait, error) {
	last, err := lastInQueue(ctx, tx, w.RunID)
	if err != nil {
		return nil, err
	}
	w.Code, w.Queue, w.Status, w.AskedAt = id.Code(), last+1, WaitStands, tx.Now
	_, err = tx.NewInsert().Model(&w).Returning("id").Exec(ctx)
	if db.Violates(err, "team_waits_once") {
		return nil, ErrWaitsAlready.Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("joining a waiting list: %w", err)
	}
	return &w, nil
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

// WaitByCode reads an organisation's wait, or returns ErrWaitUnknown.
func WaitByCode(ctx context.Context, tx *db.Tx, code string) (*TeamWait, error) {
	return scanWait(ctx, tx.NewSelect().Where("code = ?", id.NormaliseCode(code)))
}

// LockWait loads an organisation's wait for change. The run's places come before it.
func LockWait(ctx context.Context, tx *db.Tx, which int64) (*TeamWait, error) {
	return scanWait(ctx, tx.NewSelect().Where("id = ?", which).For("UPDATE"))
}

// WaitsOf lists where an organisation waits, the latest first.
func WaitsOf(ctx context.Context, d bun.IDB, of id.Organisation) ([]TeamWait, error) {
	var list []TeamWait
	err := d.NewSelect().Model(&list).Column("id", "code", "run_id", "organisation_id", "places", "status", "asked_at", "ended_at").
		Where("organisation_id = ? AND status = ?", of, WaitStands).Order("id DESC").Limit(100).Scan(ctx)
	return list, err
}

func scanWait(ctx context.Context, q *bun.SelectQuery) (*TeamWait, error) {
	w := new(TeamWait)
	if err := q.Model(w).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrWaitUnknown
		}
		return nil, fmt.Errorf("reading a wait: %w", err)
	}
	return w, nil
}

// EndWait ends an organisation's wait; team is what it was offered, if it was. Ending it again changes nothing.
func EndWait(ctx context.Context, tx *db.Tx, w *TeamWait, how WaitStatus, team id.TeamBooking) error {
	if w.Status != WaitStands {
		return nil
	}
	w.Status, w.TeamID, w.EndedAt = how, team, tx.Now
	if _, err := tx.NewUpdate().Model(w).Column("status", "team_booking_id", "ended_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("ending a wait: %w", err)
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
