package enrolment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
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
	TakenAt        time.Time       `bun:"taken_at,nullzero"`        // when it took that; until then nothing is owed
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

// WaitByCode reads an organisation's wait, or returns ErrWaitUnknown.
func WaitByCode(ctx context.Context, d bun.IDB, code string) (*TeamWait, error) {
	return scanWait(ctx, d.NewSelect().Where("code = ?", id.NormaliseCode(code)))
}

// LockWait loads an organisation's wait for change. The run's places come before it.
func LockWait(ctx context.Context, tx *db.Tx, which int64) (*TeamWait, error) {
	return scanWait(ctx, tx.NewSelect().Where("id = ?", which).For("UPDATE"))
}

// WaitsOf lists where an organisation waits, the latest first. It is for db.App: employers may not see the queue.
func WaitsOf(ctx context.Context, d bun.IDB, of id.Organisation) ([]TeamWait, error) {
	var list []TeamWait
	err := d.NewSelect().Model(&list).Where("organisation_id = ? AND status = ?", of, WaitStands).Order("id DESC").Limit(100).Scan(ctx)
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

// Offered is a wait whose places are held for the organisation until it takes them.
type Offered struct {
	Code      string
	RunID     id.Run
	Held      int // places
	HeldUntil time.Time
}

// OffersOf lists what an organisation is offered and has not taken, what ends soonest first.
func OffersOf(ctx context.Context, d bun.IDB, of id.Organisation) ([]Offered, error) {
	var list []Offered
	err := d.NewRaw(`
		SELECT w.code, w.run_id, count(*) AS held, min(e.held_until) AS held_until
		FROM   team_waits w JOIN enrolments e ON e.team_booking_id = w.team_booking_id AND e.status = 'held'
		WHERE  w.organisation_id = ? AND w.status = 'offered' AND w.taken_at IS NULL
		GROUP  BY w.code, w.run_id ORDER BY 4, 1 LIMIT 100`, of).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing offers: %w", err)
	}
	return list, nil
}

// OfferOf is the wait for which a booking was offered and has not been taken, or nil.
func OfferOf(ctx context.Context, d bun.IDB, team id.TeamBooking) (*TeamWait, error) {
	w, err := scanWait(ctx, d.NewSelect().Where("team_booking_id = ? AND taken_at IS NULL", team))
	if errors.Is(err, ErrWaitUnknown) {
		return nil, nil
	}
	return w, err
}

// TakeWait notes that an organisation takes what it was offered. The wait must be locked.
func TakeWait(ctx context.Context, tx *db.Tx, w *TeamWait) error {
	w.TakenAt = tx.Now
	if _, err := tx.NewUpdate().Model(w).Column("taken_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("taking an offer: %w", err)
	}
	return nil
}
