// Package course is what is taught and when: courses, their dated runs, the blocks of days, what a place costs
// and how many there are. It knows nobody who learns. A run never has more places taken than it has capacity
// for, and until its reserved places are released the others leave that many free for peers; both are
// constraints on the counters in run_places, which a trigger on enrolments keeps.
package course

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

var (
	// ErrUnknown means that there is no such course or run, or that it is not shown to the public.
	ErrUnknown = failure.New(failure.NotFound, "course_unknown", "We cannot find that course.")
	// ErrClosed means that places on the run cannot be booked now.
	ErrClosed = failure.New(failure.Conflict, "run_closed", "Booking for these dates is closed.")
	// ErrFull means that nobody of this kind can take a place on the run now.
	ErrFull = failure.New(failure.Conflict, "run_full", "The last place on these dates has just been taken.")
)

// Course is something that is taught.
type Course struct {
	bun.BaseModel `bun:"table:courses"`

	ID          id.Course `bun:"id,pk,autoincrement"`
	Slug        string    `bun:"slug"` // names it in addresses
	Title       string    `bun:"title"`
	Summary     string    `bun:"summary"`     // one sentence
	Description string    `bun:"description"` // paragraphs, separated by empty lines
	Audience    string    `bun:"audience"`    // who it is for
	Position    int       `bun:"position"`    // order in the catalogue
}

// Status says whether a run takes bookings.
type Status string

// The statuses of a run.
const (
	Draft     Status = "draft"
	Open      Status = "open"
	Closed    Status = "closed"
	Cancelled Status = "cancelled"
	Finished  Status = "finished"
)

// Entry says how people get on to a run: by booking, or by applying for admission first.
type Entry string

// The two ways in.
const (
	Book  Entry = "book"
	Apply Entry = "apply"
)

// Band is who a price is for.
type Band string

// The price bands.
const (
	Organisation Band = "organisation"
	Self         Band = "self"
	Peer         Band = "peer"
)

// Run is one dated delivery of a course; pages call it a cohort or name its dates.
type Run struct {
	bun.BaseModel `bun:"table:runs"`

	ID        id.Run      `bun:"id,pk,autoincrement"`
	Code      string      `bun:"code"` // "FND-M27"
	CourseID  id.Course   `bun:"course_id"`
	City      string      `bun:"city"` // "Manchester", or "Online"
	Venue     string      `bun:"venue"`
	Schedule  string      `bun:"schedule"` // what the blocks alone do not say; may be empty
	Status    Status      `bun:"status"`
	Entry     Entry       `bun:"entry"`
	Listed    bool        `bun:"listed"`    // false: in-house
	ClosesOn  london.Date `bun:"closes_on"` // last day to book; zero: until the first block
	Minimum   int         `bun:"minimum"`
	DayStarts string      `bun:"day_starts"` // "09:30:00", London
	DayEnds   string      `bun:"day_ends"`

	AttendanceBP int64       `bun:"attendance_bp,nullzero,default:8000"` // of the half days, in basis points, that completing it takes
	MayMissBlock bool        `bun:"may_miss_block"`                      // false: no whole block without making it up
	DecideBy     london.Date `bun:"decide_by"`                           // when staff decide whether it goes ahead; zero: six weeks before
	DecidedAt    time.Time   `bun:"decided_at,nullzero"`                 // when they said that it does; zero: not yet
	AppliesFrom  london.Date `bun:"applies_from"`                        // from when people apply for it; zero: at once
	Edition      int         `bun:"edition"`                             // how often its days, hours or places have changed
}

// Block is consecutive days of a run.
type Block struct {
	bun.BaseModel `bun:"table:blocks"`

	ID       id.Block    `bun:"id,pk,autoincrement"`
	RunID    id.Run      `bun:"run_id"`
	Number   int         `bun:"number"` // from 1
	StartsOn london.Date `bun:"starts_on"`
	EndsOn   london.Date `bun:"ends_on"`
	Venue    string      `bun:"venue"` // where it is not the run's own; may be empty
}

// Days is how many days the block has.
func (b Block) Days() int { return b.StartsOn.DaysUntil(b.EndsOn) + 1 }

// Price is what a place on a run costs for one band.
type Price struct {
	bun.BaseModel `bun:"table:run_prices"`

	RunID  id.Run       `bun:"run_id,pk"`
	Band   Band         `bun:"band,pk"`
	Amount money.Amount `bun:"amount"` // pence
}

// Step is one step of the provider's withdrawal scale: from DaysBefore days before the first day until the
// next larger step, ChargeBP basis points of the price and Fee are kept.
type Step struct {
	bun.BaseModel `bun:"table:run_withdrawal_steps"`

	RunID      id.Run       `bun:"run_id,pk"`
	DaysBefore int          `bun:"days_before,pk"`
	ChargeBP   int64        `bun:"charge_bp"` // basis points: 5000 is half the price
	Fee        money.Amount `bun:"fee"`       // pence
}

// Offering is a run with everything that somebody needs to decide about it.
type Offering struct {
	Run
	Course Course
	Blocks []Block // in order; at least one
	Prices []Price // organisation, self, peer
	Scale  []Step  // largest DaysBefore first
	Places Places

	Discounts Discounts // off the organisation's price; zero: none
	Plans     Plans     // for those who pay for themselves; zero: none
}

// StartsOn is the first day.
func (o *Offering) StartsOn() london.Date { return o.Blocks[0].StartsOn }

// EndsOn is the last day.
func (o *Offering) EndsOn() london.Date { return o.Blocks[len(o.Blocks)-1].EndsOn }

// Days is how many days are taught in all.
func (o *Offering) Days() int {
	n := 0
	for _, b := range o.Blocks {
		n += b.Days()
	}
	return n
}

// DaysTaughtBy is how many of the days were taught before a day. That day itself does not count: somebody who
// cancels in the morning has not had it.
func (o *Offering) DaysTaughtBy(day london.Date) int {
	n := 0
	for _, b := range o.Blocks {
		n += min(b.Days(), max(0, b.StartsOn.DaysUntil(day)))
	}
	return n
}

// Price is what a band pays, in pence.
func (o *Offering) Price(band Band) money.Amount {
	i := slices.IndexFunc(o.Prices, func(p Price) bool { return p.Band == band })
	if i < 0 {
		return 0
	}
	return o.Prices[i].Amount
}

// OnePrice reports whether everybody pays the same.
func (o *Offering) OnePrice() bool {
	return o.Price(Organisation) == o.Price(Self) && o.Price(Self) == o.Price(Peer)
}

// AsksForPeers reports whether it makes a difference to a place or its price that somebody is a peer supporter.
func (o *Offering) AsksForPeers() bool {
	return o.Price(Self) != o.Price(Peer) || o.Places.Reserved > 0 && !o.Places.Released
}

// LastDayToBook is the day after which places cannot be booked any more.
func (o *Offering) LastDayToBook() london.Date {
	if !o.ClosesOn.IsZero() {
		return o.ClosesOn
	}
	return o.StartsOn()
}

// TakesBookings reports whether places may be booked at an instant, as far as status and dates go; whether
// there is one left is a question to Places.
func (o *Offering) TakesBookings(now time.Time) bool {
	return o.Status == Open && o.Entry == Book && !london.DateOf(now).After(o.LastDayToBook())
}

// TakesApplications reports whether places may be applied for at an instant.
func (o *Offering) TakesApplications(now time.Time) bool {
	today := london.DateOf(now)
	return o.Status == Open && o.Entry == Apply && !today.Before(o.AppliesFrom) && !today.After(o.LastDayToBook())
}
