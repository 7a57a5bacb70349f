// Package award is who is funded and what was promised to them: the proposal that two people ratify, the award
// with its lines and the funds that pay them, the offer and its deadline, the letter, and what is paid out.
//
// What always holds, in the database: an award's parts add up to its lines, to the penny; what was offered stands,
// and ends only by its holder's own act or deadline; a proposal is ratified by two people who saw the same bytes;
// that somebody is funded is behind the same wall as their application. The funds' own limits are package fund's.
package award

import (
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/state"
)

var (
	// ErrUnknown means that there is no such award, or that it is somebody else's.
	ErrUnknown = failure.New(failure.NotFound, "award_unknown", "We cannot find that offer.")
	// ErrOver means that an offer can no longer be answered.
	ErrOver = failure.New(failure.Conflict, "offer_over",
		"This offer has come to its end, so it cannot be answered any more. If something kept you from answering in time, please call us: we will look at what can be done.")
	// ErrExtended means that an offer was extended before.
	ErrExtended = failure.New(failure.Conflict, "offer_extended", "You have had more time once already. Please call us if you cannot answer by then.")
)

// The terms of an offer.
const (
	// AnswerDays is how many working days somebody has to answer an offer.
	AnswerDays = 10
	// ExtraDays is how many working days one extension adds.
	ExtraDays = 5
	// PayDays is how many working days after accepting somebody has at least to pay their own part.
	PayDays = 5
	// LateNotice is how many days before its first day a run is one that people are asked about late.
	LateNotice = 14
	// ReturnDays is how many days after the course what was not used goes back to its fund.
	ReturnDays = 60
)

// Status says where an award stands.
type Status string

// The statuses of an award.
const (
	Offered  Status = "offered"
	Accepted Status = "accepted"
	Spent    Status = "spent"
	Declined Status = "declined"
	Lapsed   Status = "lapsed"
	Released Status = "released" // given up, or not paid for, after it was accepted
)

var moves = state.Moves[Status]{
	Offered:  {Accepted, Declined, Lapsed},
	Accepted: {Spent, Released},
	Spent:    nil,
	Declined: nil,
	Lapsed:   nil,
	Released: nil,
}

// Statuses lists every status in alphabetical order, for whoever must have words for all of them.
func Statuses() []Status { return moves.Statuses() }

// Award is money promised to one person for one place, until a day to answer.
type Award struct {
	bun.BaseModel `bun:"table:sensitive.awards,alias:award"`

	ID            id.Award       `bun:"id,pk"`
	Code          string         `bun:"code"`
	RoundID       id.Round       `bun:"round_id"`
	ApplicationID id.Application `bun:"application_id"`
	PersonID      id.Person      `bun:"person_id"`
	RunID         id.Run         `bun:"run_id"`
	EnrolmentID   id.Enrolment   `bun:"enrolment_id"`
	Status        Status         `bun:"status"`
	Price         money.Amount   `bun:"price"` // of the place, pence
	Own           money.Amount   `bun:"own"`   // what the person pays of it
	FromReserve   bool           `bun:"from_reserve"`
	UntilOn       london.Date    `bun:"until_on"` // last day to answer, until 23:59:59
	Extended      bool           `bun:"extended"`
	PayBy         london.Date    `bun:"pay_by,nullzero"` // last day to pay Own, once accepted
	OfferedAt     time.Time      `bun:"offered_at"`
	AnsweredAt    time.Time      `bun:"answered_at,nullzero"`
	EndedAt       time.Time      `bun:"ended_at,nullzero"`

	Lines []*Line `bun:"-"`
}

// Line is what an award pays for one purpose.
type Line struct {
	bun.BaseModel `bun:"table:sensitive.award_lines,alias:line"`

	ID      id.AwardLine `bun:"id,pk"`
	AwardID id.Award     `bun:"award_id"`
	Purpose fund.Purpose `bun:"purpose"`
	Amount  money.Amount `bun:"amount"` // pence

	Parts []*Part `bun:"-"`
}

// Part is what one fund pays of a line. What is neither spent nor released is committed.
type Part struct {
	bun.BaseModel `bun:"table:sensitive.award_parts,alias:part"`

	ID       id.AwardPart `bun:"id,pk"`
	LineID   id.AwardLine `bun:"line_id"`
	FundID   id.Fund      `bun:"fund_id"`
	Amount   money.Amount `bun:"amount"` // pence
	Spent    money.Amount `bun:"spent"`
	Released money.Amount `bun:"released"`
	ShareID  id.Share     `bun:"share_id,nullzero"` // of the fee, once accepted
}

// Committed is what is still promised of a part, in pence.
func (p *Part) Committed() money.Amount { return p.Amount - p.Spent - p.Released }

// Live reports whether the award was not declined, left to lapse or given up.
func (a *Award) Live() bool { return a.Status == Offered || a.Status == Accepted || a.Status == Spent }

// Answerable reports whether something sent at a moment can still answer the offer: the moment is that of pressing.
func (a *Award) Answerable(pressed time.Time) bool {
	return a.Status == Offered && !london.DateOf(pressed).After(a.UntilOn)
}

// Total is all that the award pays, in pence.
func (a *Award) Total() (total money.Amount) {
	for _, l := range a.Lines {
		total += l.Amount
	}
	return total
}

// Fee is the line that pays for the place itself; nil when there is none.
func (a *Award) Fee() *Line { return a.Line(fund.Fee) }

// Line finds the line for a purpose, or nil.
func (a *Award) Line(p fund.Purpose) *Line {
	for _, l := range a.Lines {
		if l.Purpose == p {
			return l
		}
	}
	return nil
}

// Parts lists the parts of all lines.
func (a *Award) Parts() (all []*Part) {
	for _, l := range a.Lines {
		all = append(all, l.Parts...)
	}
	return all
}

// PartOf finds the part that pays a share, or nil.
func (a *Award) PartOf(share id.Share) *Part {
	for _, p := range a.Parts() {
		if p.ShareID == share {
			return p
		}
	}
	return nil
}

// Move is the only place where a status changes. Answers and endings carry their moment.
func (a *Award) Move(to Status, now time.Time) error {
	if err := moves.Allow(a.Status, to); err != nil {
		return fmt.Errorf("award %s: %w", a.Code, err)
	}
	switch to {
	case Spent, Released:
		a.EndedAt = now
	default:
		a.AnsweredAt = now
	}
	a.Status = to
	return nil
}
