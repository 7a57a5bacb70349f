// Package enrolment is a person's claim on a place of a run, from the words somebody types into a booking to a
// place held, confirmed and given back. Places are counted by a trigger under the lock of the run's counters,
// so a claim that would oversell is refused by PostgreSQL before anything else of it is written. It knows
// nothing of who pays.
package enrolment

import (
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/state"
)

var (
	// ErrUnknown means that there is no such enrolment, or that it is somebody else's.
	ErrUnknown = failure.New(failure.NotFound, "enrolment_unknown", "We cannot find that place.")
	// ErrAlreadyThere means that the person has an active enrolment on the run.
	ErrAlreadyThere = failure.New(failure.Conflict, "already_enrolled", "You already have a place on these dates.")
)

// Status says where a claim on a place stands.
type Status string

// The statuses of an enrolment.
const (
	Waiting   Status = "waiting"
	Held      Status = "held"
	Confirmed Status = "confirmed"
	Completed Status = "completed"
	Lapsed    Status = "lapsed"
	Withdrawn Status = "withdrawn"
	Cancelled Status = "cancelled"
)

// Takes reports whether a claim in this status takes up one of the run's places.
func (s Status) Takes() bool { return s == Held || s == Confirmed }

// moves is the whole life of an enrolment. A lapsed one comes back in one case only: its money arrived after
// all. Then it takes a place if one is free, and else waits in front of everybody.
var moves = state.Moves[Status]{
	Waiting:   {Held, Withdrawn, Cancelled},
	Held:      {Confirmed, Lapsed, Withdrawn, Cancelled},
	Confirmed: {Completed, Withdrawn, Cancelled},
	Completed: nil,
	Lapsed:    {Confirmed, Waiting},
	Withdrawn: nil,
	Cancelled: nil,
}

// Enrolment is a claim on a place.
type Enrolment struct {
	bun.BaseModel `bun:"table:enrolments"`

	ID           id.Enrolment `bun:"id,pk,autoincrement"`
	Code         string       `bun:"code"`
	RunID        id.Run       `bun:"run_id"`
	PersonID     id.Person    `bun:"person_id,nullzero"` // zero until a place has a name
	Status       Status       `bun:"status"`
	Peer         bool         `bun:"peer"`
	Band         course.Band  `bun:"band"`
	Price        money.Amount `bun:"price"`               // pence; the shares add up to it
	HeldUntil    time.Time    `bun:"held_until,nullzero"` // only while held
	ExpressStart bool         `bun:"express_start"`       // asked for the course to begin within the 14 days
	Queue        *int64       `bun:"queue"`               // only while waiting; lowest first
	CreatedAt    time.Time    `bun:"created_at"`
	ConfirmedAt  time.Time    `bun:"confirmed_at,nullzero"` // when the contract was made
	EndedAt      time.Time    `bun:"ended_at,nullzero"`
	OfferedAt    time.Time    `bun:"offered_at,nullzero"` // when it was offered to them, who had waited

	TeamID id.TeamBooking `bun:"team_booking_id,nullzero"` // the booking of an organisation that it belongs to
	Seat   int            `bun:"seat,nullzero"`            // which of its places, from 1
}

// Active reports whether the claim still stands.
func (e *Enrolment) Active() bool {
	return e.Status == Waiting || e.Status == Held || e.Status == Confirmed || e.Status == Completed
}

// HasPlace reports whether a place of the run is taken by it.
func (e *Enrolment) HasPlace() bool {
	return e.Status == Held || e.Status == Confirmed || e.Status == Completed
}

// move is the only place where a status changes.
func (e *Enrolment) move(to Status) error {
	if err := moves.Allow(e.Status, to); err != nil {
		return fmt.Errorf("enrolment %s: %w", e.Code, err)
	}
	e.Status = to
	e.HeldUntil = time.Time{}
	e.Queue = nil
	return nil
}

func (e *Enrolment) confirm(now time.Time) error {
	if err := e.move(Confirmed); err != nil {
		return err
	}
	e.ConfirmedAt, e.EndedAt = now, time.Time{}
	return nil
}

func (e *Enrolment) end(how Status, now time.Time) error {
	if err := e.move(how); err != nil {
		return err
	}
	e.EndedAt = now
	return nil
}

func (e *Enrolment) wait(queue int64) error {
	if err := e.move(Waiting); err != nil {
		return err
	}
	e.Queue, e.EndedAt = &queue, time.Time{}
	return nil
}

// Statuses lists every status in alphabetical order, for whoever must have words for all of them.
func Statuses() []Status { return moves.Statuses() }
