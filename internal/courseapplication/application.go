// Package courseapplication is how somebody gets on to a run that people apply for: they say why, staff read it and offer a
// place or turn it down with the true reason. A course application is not one for help with the cost, which is the bursary
// package's. Nobody holds a place or owes anything by applying; a place that is offered stands with the place itself.
//
// The words are sealed. Verbs run as db.Worker; whoever wrote them reads them as db.Learner, and staff as db.Office.
package courseapplication

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
	"bursar/internal/state"
)

const (
	// Longest is how long one answer may be, in characters.
	Longest = 2_000
	// MostPlaces is for how many places an organisation can apply together.
	MostPlaces = 50
	table      = "sensitive.course_applications"
)

var (
	// ErrUnknown means that there is no such course application, or that it is somebody else's.
	ErrUnknown = failure.New(failure.NotFound, "course_application_unknown", "We cannot find that application.")
	// ErrAlready means that an organisation has applied for these dates and was not answered yet.
	ErrAlready = failure.New(failure.Conflict, "applied_already", "Your organisation has applied for these dates already. We write to you as soon as we have read it.")
)

// Status says how a course application stands, as far as it does not stand with a place.
type Status string

// The statuses. What became of an offer is the status of the place.
const (
	Submitted  Status = "submitted"
	Offered    Status = "offered"
	TurnedDown Status = "turned_down"
	Withdrawn  Status = "withdrawn"
)

var moves = state.Moves[Status]{Submitted: {Offered, TurnedDown, Withdrawn}, Offered: nil, TurnedDown: nil, Withdrawn: nil}

// Payer is who would pay, as far as they know.
type Payer string

// The payers.
const (
	Self     Payer = "self"
	Employer Payer = "employer"
	Help     Payer = "help" // they need help with the cost
)

// Words are what somebody writes.
type Words struct {
	Work string // what they do now, or who the team is
	Why  string // why this course
}

// Application is one request for a place, or for several together.
type Application struct {
	bun.BaseModel `bun:"table:sensitive.course_applications,alias:a"`

	ID             id.CourseApplication `bun:"id,pk"`
	Code           string               `bun:"code"`
	RunID          id.Run               `bun:"run_id"`
	PersonID       id.Person            `bun:"person_id"` // who applies, or asks for the organisation
	OrganisationID id.Organisation      `bun:"organisation_id,nullzero"`
	Places         int                  `bun:"places"`
	Peer           bool                 `bun:"peer"`
	Payer          Payer                `bun:"payer"`
	Sealed         []byte               `bun:"words"`
	Status         Status               `bun:"status"`
	SubmittedAt    time.Time            `bun:"submitted_at"`
	EndedAt        time.Time            `bun:"ended_at,nullzero"` // when it was answered or taken back
	DecidedBy      id.Person            `bun:"decided_by,nullzero"`
	SealedReason   []byte               `bun:"reason,nullzero"`
	EnrolmentID    id.Enrolment         `bun:"enrolment_id,nullzero"` // the place that was offered
	WaitID         int64                `bun:"wait_id,nullzero"`      // the places that were offered together
	RemindedAt     time.Time            `bun:"reminded_at,nullzero"`  // of the day until which the place is kept
}

// check returns what has to be corrected, by field.
func (a *Application) check(w *Words) error {
	wrong := map[string]string{}
	w.Work, w.Why = strings.TrimSpace(w.Work), strings.TrimSpace(w.Why)
	for field, answer := range map[string]string{"work": w.Work, "why": w.Why} {
		switch {
		case answer == "":
			wrong[field] = "Write a few words: they are what we decide by"
		case utf8.RuneCountInString(answer) > Longest:
			wrong[field] = "Use 2,000 characters or fewer"
		}
	}
	if a.Payer != Self && a.Payer != Employer && a.Payer != Help {
		wrong["payer"] = "Choose who would pay"
	}
	if a.Places < 1 || a.Places > MostPlaces {
		wrong["places"] = fmt.Sprintf("Enter how many places you need, from 1 to %d", MostPlaces)
	}
	if len(wrong) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "form_invalid", Message: "Check what you entered.", Fields: wrong}
}

// Submit keeps a course application, and no draft of it. For somebody who has applied for the run themselves and was not answered yet it returns
// what they sent. It returns ErrAlready for an organisation, or an Invalid failure about "work", "why", "payer" and "places".
func Submit(ctx context.Context, tx *db.Tx, box *secret.Box, a Application, w Words) (made *Application, isNew bool, err error) {
	if err := a.check(&w); err != nil {
		return nil, false, err
	}
	n, err := tx.NextID(ctx, table)
	if err != nil {
		return nil, false, err
	}
	a.ID, a.Code, a.Status, a.SubmittedAt = id.CourseApplication(n), id.Code(), Submitted, tx.Now
	words, err := json.Marshal(w)
	if err != nil {
		return nil, false, fmt.Errorf("writing a course application: %w", err)
	}
	if a.Sealed, err = box.Seal(words, table, "words", n); err != nil {
		return nil, false, err
	}
	if err := (Form{a.RunID, a.PersonID, a.OrganisationID}).forget(ctx, tx); err != nil {
		return nil, false, err
	}
	done, err := tx.NewInsert().Model(&a).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("keeping a course application: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 1 {
		if err == nil {
			err = record(ctx, tx, audit.Person(a.PersonID), "course application sent", &a)
		}
		return &a, true, err
	}
	if a.OrganisationID != 0 {
		return nil, false, ErrAlready
	}
	known, err := scan(ctx, tx.NewSelect().Where("run_id = ? AND person_id = ? AND status = ? AND organisation_id IS NULL", a.RunID, a.PersonID, Submitted))
	return known, false, err
}

// Withdraw takes a locked course application back that was not answered. It returns state.ErrMovedOn.
func Withdraw(ctx context.Context, tx *db.Tx, a *Application) error {
	return a.end(ctx, tx, Withdrawn, audit.Person(a.PersonID), "course application withdrawn")
}

// TurnDown answers a locked course application with no, and why: the true reason, which they are told. It returns state.ErrMovedOn
// or an Invalid failure about "reason".
func TurnDown(ctx context.Context, tx *db.Tx, box *secret.Box, by audit.Actor, a *Application, reason string) (err error) {
	if err := moves.Allow(a.Status, TurnedDown); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > Longest {
		return failure.Field("reason", "Say why, in up to 2,000 characters: they read it")
	}
	if a.SealedReason, err = box.Seal([]byte(reason), table, "reason", int64(a.ID)); err != nil {
		return err
	}
	a.DecidedBy, _ = by.Person()
	return a.end(ctx, tx, TurnedDown, by, "course application turned down")
}

// Offer says that a locked course application was answered with a place, or with several together. It returns state.ErrMovedOn.
func Offer(ctx context.Context, tx *db.Tx, by id.Person, a *Application, place id.Enrolment, wait int64) error {
	a.DecidedBy, a.EnrolmentID, a.WaitID = by, place, wait
	return a.end(ctx, tx, Offered, audit.Person(by), "place offered on a course application")
}

func (a *Application) end(ctx context.Context, tx *db.Tx, to Status, by audit.Actor, action string) error {
	if err := moves.Allow(a.Status, to); err != nil {
		return err
	}
	a.Status, a.EndedAt = to, tx.Now
	_, err := tx.NewUpdate().Model(a).Column("status", "ended_at", "decided_by", "reason", "enrolment_id", "wait_id").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("answering course application %s: %w", a.Code, err)
	}
	return record(ctx, tx, by, action, a)
}

func record(ctx context.Context, tx *db.Tx, by audit.Actor, action string, a *Application) error {
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: action, Subject: "course application", SubjectID: int64(a.ID),
		Detail: map[string]any{"run": a.RunID, "places": a.Places}})
}
