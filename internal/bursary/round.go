// Package bursary is a call for applications and what people answer to it: the round with its dates, questions
// and tariff, the application from the first word to sent, withdrawn or found not eligible, a supporter's
// statement, questions to the office, equality monitoring, and the note of everybody who has read.
//
// What always holds: words are sealed before they reach the database and open in their own cell only; PostgreSQL
// shows them to the applicant, and to staff only in the unit of work that notes the reading; nothing that was
// typed is lost, also when two devices typed at once; what was sent by the deadline, at the moment it was sent,
// is in. Verbs run under the database role of their audience (db.Learner, db.Office …) inside db.WriteAs.
package bursary

import (
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/state"
)

var (
	// ErrUnknownRound means that there is no such round, or that it is not published.
	ErrUnknownRound = failure.New(failure.NotFound, "round_unknown", "We cannot find that round.")
	// ErrNotOpen means that applications cannot be begun, changed or sent now.
	ErrNotOpen = failure.New(failure.Conflict, "round_not_open", "This round does not take applications now.")
)

// RoundStatus says how far a round has come.
type RoundStatus string

// The statuses of a round. Between its opening and closing days a published round takes applications.
const (
	RoundDraft     RoundStatus = "draft"
	RoundPublished RoundStatus = "published"
	RoundClosed    RoundStatus = "closed" // being read
	RoundFrozen    RoundStatus = "frozen" // two people have agreed to the bands
	RoundDrawn     RoundStatus = "drawn"  // the lottery's seed is revealed, the order stands
)

var roundMoves = state.Moves[RoundStatus]{
	RoundDraft:     {RoundPublished},
	RoundPublished: {RoundClosed},
	RoundClosed:    {RoundFrozen},
	RoundFrozen:    {RoundDrawn},
	RoundDrawn:     nil,
}

// Round is one call for applications. Its form, rubric and tariff never change once it is published.
type Round struct {
	bun.BaseModel `bun:"table:rounds"`

	ID            id.Round     `bun:"id,pk,autoincrement"`
	Code          string       `bun:"code"` // "SPRING-27"
	Name          string       `bun:"name"`
	Status        RoundStatus  `bun:"status"`
	OpensOn       london.Date  `bun:"opens_on"`
	ClosesOn      london.Date  `bun:"closes_on"` // until 23:59:59
	PanelOn       london.Date  `bun:"panel_on"`
	DecidesOn     london.Date  `bun:"decides_on"` // everybody has been told by then
	Places        int          `bun:"places"`
	Money         money.Amount `bun:"money"`   // pence, as announced
	Readers       int          `bun:"readers"` // of each application
	FormVersion   string       `bun:"form_version"`
	RubricVersion string       `bun:"rubric_version"`
	Tariff        Tariff       `bun:"tariff,type:jsonb"`
	Summary       string       `bun:"summary"` // what is paid, in the provider's words
	Who           string       `bun:"who"`     // who can apply
	ContactName   string       `bun:"contact_name"`
	ContactEmail  string       `bun:"contact_email"`
	ContactPhone  string       `bun:"contact_phone"`
	Commitment    string       `bun:"commitment"`         // SHA-256 of the lottery's seed, in hex
	Beacon        string       `bun:"beacon"`             // which public draw will be mixed in, named beforehand; a draft's may be empty
	BeaconOn      london.Date  `bun:"beacon_on,nullzero"` // the day of that draw; a draft's may be zero
	BeaconValue   string       `bun:"beacon_value"`       // what was drawn
	Seed          []byte       `bun:"seed"`               // only once drawn
	Applied       *int         `bun:"applied"`            // when all is decided
	Funded        *int         `bun:"funded"`
	CreatedAt     time.Time    `bun:"created_at"`
	PublishedAt   time.Time    `bun:"published_at,nullzero"`
}

// Deadline is the last moment of the closing day in London.
func (r *Round) Deadline() time.Time { return r.ClosesOn.End() }

// Open reports whether applications can be begun at a time.
func (r *Round) Open(at time.Time) bool {
	return r.Status == RoundPublished && !at.Before(r.OpensOn.At(0, 0)) && !london.DateOf(at).After(r.ClosesOn)
}

// Upcoming reports whether the round is published and opens later.
func (r *Round) Upcoming(at time.Time) bool {
	return r.Status == RoundPublished && at.Before(r.OpensOn.At(0, 0))
}

// Public reports whether anybody may see the round.
func (r *Round) Public() bool { return r.Status != RoundDraft }

// Form is the version of the questions that the round is pinned to, without what the round itself offers.
func (r *Round) Form() (form.Form, error) {
	f, ok := form.Find(r.FormVersion)
	if !ok {
		return form.Form{}, fmt.Errorf("round %s is pinned to form %q, which this program does not know", r.Code, r.FormVersion)
	}
	return f, nil
}

// move is the only place where a round's status changes.
func (r *Round) move(to RoundStatus) error {
	if err := roundMoves.Allow(r.Status, to); err != nil {
		return fmt.Errorf("round %s: %w", r.Code, err)
	}
	r.Status = to
	return nil
}

// RoundStatuses lists every status in alphabetical order, for whoever must have words for all of them.
func RoundStatuses() []RoundStatus { return roundMoves.Statuses() }
