package bursary

import (
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/state"
)

var (
	// ErrUnknown means that there is no such application, or that it is somebody else's.
	ErrUnknown = failure.New(failure.NotFound, "application_unknown", "We cannot find that application.")
	// ErrIncomplete means that something has to be answered before an application can be sent.
	ErrIncomplete = failure.New(failure.Invalid, "application_incomplete", "Some answers are still missing. You can see below which ones.")
	// ErrClosed means that the round closed before what was sent arrived.
	ErrClosed = failure.New(failure.Conflict, "round_closed",
		"This round has closed, so we could not take this. Your words are below: you can copy them. Please call us if something kept you from sending in time.")
)

// Status says where an application stands.
type Status string

// The statuses of an application.
const (
	Draft           Status = "draft"
	Submitted       Status = "submitted"
	InReview        Status = "in_review"
	Banded          Status = "banded"
	Allocated       Status = "allocated"
	Reserve         Status = "reserve"
	NotFunded       Status = "not_funded"
	Withdrawn       Status = "withdrawn"
	Ineligible      Status = "ineligible"
	ReviewRequested Status = "review_requested"
	Upheld          Status = "upheld"
	Dismissed       Status = "dismissed"
)

// moves is the whole life of an application. Somebody can withdraw until an award is decided; staff can think
// again about who is eligible, and the panel about a band until the bands are frozen.
var moves = state.Moves[Status]{
	Draft:           {Submitted, Withdrawn},
	Submitted:       {InReview, Withdrawn, Ineligible},
	InReview:        {Submitted, Banded, Withdrawn, Ineligible},
	Banded:          {InReview, Allocated, Reserve, NotFunded, Withdrawn},
	Allocated:       nil,
	Reserve:         {Allocated, NotFunded},
	NotFunded:       {ReviewRequested},
	Withdrawn:       nil,
	Ineligible:      {Submitted, ReviewRequested},
	ReviewRequested: {Upheld, Dismissed},
	Upheld:          {Allocated}, // who was wronged stands first on the reserve list
	Dismissed:       nil,
}

// Band is where the panel places an application.
type Band string

// The bands.
const (
	BandA Band = "A" // fund if there is money
	BandB Band = "B" // fundable; the lottery orders them
	BandC Band = "C" // not this time
)

// Application is one person's answer to a round.
type Application struct {
	bun.BaseModel `bun:"table:sensitive.applications,alias:application"`

	ID            id.Application `bun:"id,pk"`
	Code          string         `bun:"code"`   // names it in addresses of the applicant and the office
	Ticket        string         `bun:"ticket"` // names it in the lottery, to everybody
	RoundID       id.Round       `bun:"round_id"`
	PersonID      id.Person      `bun:"person_id"`
	Status        Status         `bun:"status"`
	EnteredBy     id.Person      `bun:"entered_by,nullzero"` // staff, when it came by telephone or on paper
	ConfirmedHow  string         `bun:"confirmed_how"`       // "mail" or "call", of what staff entered
	ConfirmedAt   time.Time      `bun:"confirmed_at,nullzero"`
	ExtendedUntil london.Date    `bun:"extended_until,nullzero"` // more time for one person
	Eligible      *bool          `bun:"eligible"`                // as staff decided; nil until then
	EligibleWhy   []byte         `bun:"eligible_why"`            // sealed
	Band          Band           `bun:"band,nullzero"`
	Position      int            `bun:"position,nullzero"` // in the order for allocation, from 1
	CreatedAt     time.Time      `bun:"created_at"`
	UpdatedAt     time.Time      `bun:"updated_at"`
	SubmittedAt   time.Time      `bun:"submitted_at,nullzero"`
	EndedAt       time.Time      `bun:"ended_at,nullzero"`
}

// Deadline is the last moment at which this application can be changed and sent.
func (a *Application) Deadline(r *Round) time.Time {
	if a.ExtendedUntil.After(r.ClosesOn) {
		return a.ExtendedUntil.End()
	}
	return r.Deadline()
}

// Changeable reports whether its answers can be changed by something that was sent at a moment. The moment is
// that of pressing, not of being served: whoever waits in a queue at midnight is in time.
func (a *Application) Changeable(r *Round, pressed time.Time) bool {
	if a.Status != Draft && a.Status != Submitted {
		return false
	}
	return r.Public() && !pressed.Before(r.OpensOn.At(0, 0)) && pressed.Before(a.Deadline(r).Add(time.Second))
}

// Active reports whether the application still stands.
func (a *Application) Active() bool { return a.Status != Withdrawn }

// Sent reports whether it was sent.
func (a *Application) Sent() bool { return !a.SubmittedAt.IsZero() && a.Status != Withdrawn }

// AwaitsConfirmation reports whether staff entered it and the applicant has not yet said that it is theirs.
func (a *Application) AwaitsConfirmation() bool { return a.EnteredBy != 0 && a.ConfirmedAt.IsZero() }

// Move changes the status. It is exported for package panel, which bands.
func (a *Application) Move(to Status) error {
	if err := moves.Allow(a.Status, to); err != nil {
		return fmt.Errorf("application %s: %w", a.Code, err)
	}
	a.Status = to
	return nil
}

func (a *Application) submit(now time.Time) error {
	if a.Status == Submitted {
		return nil // sent again: what stands is what was sent
	}
	if err := a.Move(Submitted); err != nil {
		return err
	}
	a.SubmittedAt = now
	return nil
}

func (a *Application) withdraw(now time.Time) error {
	if err := a.Move(Withdrawn); err != nil {
		return err
	}
	a.EndedAt = now
	return nil
}

// Statuses lists every status in alphabetical order, for whoever must have words for all of them.
func Statuses() []Status { return moves.Statuses() }
