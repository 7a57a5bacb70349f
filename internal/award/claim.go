package award

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/state"
)

var (
	// ErrUnknownClaim means that there is no such claim, or that it is somebody else's.
	ErrUnknownClaim = failure.New(failure.NotFound, "claim_unknown", "We cannot find that payment.")
	// ErrNotClaimable means that an award pays nothing out: it was not accepted, or has come to its end.
	ErrNotClaimable = failure.New(failure.Conflict, "award_not_claimable", "There is no money here that can be paid out.")
	// ErrPlaceOpen means that the place is not confirmed, so that nothing is paid out yet.
	ErrPlaceOpen = failure.New(failure.Conflict, "claim_place_open", "This opens as soon as the place on the course is confirmed.")
	// ErrTooLate means that what was not used is going back to the funds.
	ErrTooLate = failure.New(failure.Conflict, "claim_late",
		"The last day to ask for this money has passed. If something kept you from asking in time, please call us.")
	// ErrClaimChanged means that a form was sent again with something else in it.
	ErrClaimChanged = failure.New(failure.Conflict, "claim_changed",
		"We have this one already, and nothing has been changed. To ask for something else, open the page again.")
	// ErrLineUsed means that a line has less left than a claim on it would take.
	ErrLineUsed = failure.New(failure.Conflict, "claim_line_used", "There is not that much left for this. Look at what is left and try again.")
)

// ClaimStatus says where a claim stands.
type ClaimStatus string

// The statuses of a claim.
const (
	ClaimAsked    ClaimStatus = "asked"
	ClaimApproved ClaimStatus = "approved" // and to be paid
	ClaimPaid     ClaimStatus = "paid"
	ClaimRefused  ClaimStatus = "refused"
)

var claimMoves = state.Moves[ClaimStatus]{
	ClaimAsked:    {ClaimApproved, ClaimRefused},
	ClaimApproved: {ClaimPaid},
	ClaimPaid:     nil,
	ClaimRefused:  nil,
}

// ClaimStatuses lists every status in alphabetical order, for whoever must have words for all of them.
func ClaimStatuses() []ClaimStatus { return claimMoves.Statuses() }

// Claim is money asked for, or booked by us, on a line of an award.
type Claim struct {
	bun.BaseModel `bun:"table:sensitive.claims,alias:claim"`

	ID           id.Claim     `bun:"id,pk"`
	Code         string       `bun:"code"`
	LineID       id.AwardLine `bun:"line_id"`
	Status       ClaimStatus  `bun:"status"`
	Booked       bool         `bun:"booked"`            // by us, for the person
	Asked        money.Amount `bun:"asked"`             // pence
	Approved     money.Amount `bun:"approved,nullzero"` // pence, at most Asked
	SealedAbout  []byte       `bun:"about"`
	SealedAnswer []byte       `bun:"answer"`
	Reference    string       `bun:"reference"` // of the bank or the booking
	AskedAt      time.Time    `bun:"asked_at"`
	DecidedBy    id.Person    `bun:"decided_by,nullzero"`
	DecidedAt    time.Time    `bun:"decided_at,nullzero"`
	PaidBy       id.Person    `bun:"paid_by,nullzero"`
	PaidAt       time.Time    `bun:"paid_at,nullzero"`

	About    string    `bun:"-"` // opened: what it is for
	Answer   string    `bun:"-"` // opened: why refused, or why less
	Receipts []Receipt `bun:"-"` // opened: without their bodies
}

const (
	claimsTable = "sensitive.claims"
	// longestAbout is how many characters somebody may say about a claim.
	longestAbout = 2000
)

// Room is how much of a line is used and what can still be asked of it, in pence.
type Room struct {
	Line     *Line
	Asked    money.Amount // waits for a decision
	Approved money.Amount // to be paid
	Paid     money.Amount
	Left     money.Amount
}

// Rooms says of every line but the fee, which is paid to the course, what claims leave of it.
func (a *Award) Rooms(claims []*Claim) []Room {
	var rooms []Room
	for _, l := range a.Lines {
		if l.Purpose != fund.Fee {
			rooms = append(rooms, l.room(claims))
		}
	}
	return rooms
}

// room counts by the parts: what went back to a fund is as little there as what was paid.
func (l *Line) room(claims []*Claim) Room {
	r := Room{Line: l}
	for _, c := range claims {
		switch {
		case c.LineID != l.ID:
		case c.Status == ClaimAsked:
			r.Asked += c.Asked
		case c.Status == ClaimApproved:
			r.Approved += c.Approved
		case c.Status == ClaimPaid:
			r.Paid += c.Approved
		}
	}
	for _, p := range l.Parts {
		r.Left += p.Committed()
	}
	r.Left = max(0, r.Left-r.Asked-r.Approved)
	return r
}

// ClaimsUntil is the last day on which money of awards for a run can be asked for.
func ClaimsUntil(o *course.Offering) london.Date { return o.EndsOn().AddDays(ReturnDays) }

// claimable returns nil when money of the award can be paid out: it is accepted and its place is confirmed.
func (a *Award) claimable(ctx context.Context, tx *db.Tx) error {
	if a.Status != Accepted {
		return ErrNotClaimable
	}
	e, err := enrolment.Get(ctx, tx, a.EnrolmentID)
	if err == nil && e.Status != enrolment.Confirmed && e.Status != enrolment.Completed {
		err = ErrPlaceOpen
	}
	return err
}

// payable finds a line of the award that claims are made on.
func (a *Award) payable(p fund.Purpose) (*Line, error) {
	if l := a.Line(p); l != nil && p != fund.Fee {
		return l, nil
	}
	return nil, failure.Field("purpose", "Choose what the money is for.")
}

// ClaimsOf lists the claims of an award, oldest first, sealed as they are.
func ClaimsOf(ctx context.Context, d bun.IDB, a *Award) ([]*Claim, error) {
	var all []*Claim
	err := d.NewSelect().Model(&all).
		Where("line_id IN (SELECT l.id FROM sensitive.award_lines l WHERE l.award_id = ?)", a.ID).Order("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the claims of award %s: %w", a.Code, err)
	}
	return all, nil
}

// move is the only place where a claim's status changes.
func (c *Claim) move(to ClaimStatus) error {
	if err := claimMoves.Allow(c.Status, to); err != nil {
		return fmt.Errorf("claim %s: %w", c.Code, err)
	}
	c.Status = to
	return nil
}

// saveClaim writes what a decision or a payment changes.
func saveClaim(ctx context.Context, tx *db.Tx, c *Claim) error {
	_, err := tx.NewUpdate().Model(c).
		Column("status", "approved", "answer", "reference", "decided_by", "decided_at", "paid_by", "paid_at").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving claim %s: %w", c.Code, err)
	}
	return nil
}
