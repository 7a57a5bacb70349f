package course

import (
	"context"
	"slices"
	"time"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/london"
)

const (
	daysOfWeek = 7
	// farthest is how many weeks a block may be moved away from where it would be to find days without a bank holiday.
	farthest = 8
)

// Shifted is a block of a copy: how far it went, and why not as far as the others.
type Shifted struct {
	Number   int
	From     Block
	StartsOn london.Date
	EndsOn   london.Date
	Weeks    int    // in all
	Extra    int    // more than the others; negative: fewer
	Why      string // it was moved: a sentence; "" when it was not
}

// Holiday names the first bank holiday in a span of days with its day: "Early May, 3 May 2027"; "" when there is none.
func Holiday(from, to london.Date) string {
	for day := from; !day.After(to); day = day.AddDays(1) {
		if name := day.Holiday(); name != "" {
			return name + ", " + day.Medium()
		}
	}
	return ""
}

// Shift lays the blocks of a run some whole weeks later. A block that would have a bank holiday, or begin before the one before
// it is over, goes to the nearest other week where it has none, later rather than earlier.
func (o *Offering) Shift(weeks int) []Shifted {
	shifted := make([]Shifted, len(o.Blocks))
	var free london.Date // the first day after the block before
	for i, b := range o.Blocks {
		shifted[i] = shift(b, i+1, weeks, free)
		free = shifted[i].EndsOn.AddDays(1)
	}
	return shifted
}

// shift lays one block; where no week is free, it stays where the others go, and Why says what is wrong with that.
func shift(b Block, number, weeks int, free london.Date) Shifted {
	var first Shifted
	for i, extra := range nearest() {
		n := (weeks + extra) * daysOfWeek
		s := Shifted{Number: number, From: b, StartsOn: b.StartsOn.AddDays(n), EndsOn: b.EndsOn.AddDays(n), Weeks: weeks + extra, Extra: extra, Why: first.Why}
		why := s.obstacle(free)
		if why == "" {
			return s
		}
		if i == 0 {
			first, first.Why = s, why
		}
	}
	return first
}

// nearest are the weeks to try: 0, 1, -1, 2, -2 and so on.
func nearest() []int {
	list := []int{0}
	for n := 1; n <= farthest; n++ {
		list = append(list, n, -n)
	}
	return list
}

// obstacle says why a block cannot be where it is; "" when it can.
func (s Shifted) obstacle(free london.Date) string {
	if s.StartsOn.Before(free) {
		return london.Days(s.StartsOn, s.EndsOn) + " is not after the block before"
	}
	if holiday := Holiday(s.StartsOn, s.EndsOn); holiday != "" {
		return london.Days(s.StartsOn, s.EndsOn) + " has a bank holiday: " + holiday
	}
	return ""
}

// WeeksTo is by how many whole weeks a run is shifted when it is to begin about a day: the weekday stays.
func (o *Offering) WeeksTo(day london.Date) int {
	days, half := o.StartsOn().DaysUntil(day), daysOfWeek/2
	if days < 0 {
		half = -half
	}
	return (days + half) / daysOfWeek
}

// Copy plans a draft like a run some whole weeks later, with its prices, scale, rules and places; its days as Shift lays them,
// without links and trainers, and nobody on it. It returns an Invalid failure about "first_day" for days that are not to come,
// or what Plan returns.
func Copy(ctx context.Context, tx *db.Tx, by audit.Actor, o *Offering, code string, weeks int) (*Offering, error) {
	shifted := o.Shift(weeks)
	if !shifted[0].StartsOn.After(london.DateOf(tx.Now)) {
		return nil, failure.Field("first_day", "Choose a day that is still to come")
	}
	next := o.like(code, shifted)
	if err := Plan(ctx, tx, by, next); err != nil {
		return nil, err
	}
	err := audit.Record(ctx, tx, audit.Event{Actor: by, Action: "run copied", Subject: "run", SubjectID: int64(next.ID),
		Detail: map[string]any{"from": o.Code, "weeks": weeks}})
	return next, err
}

// like is a run as another one with other days, on which nobody is yet.
func (o *Offering) like(code string, shifted []Shifted) *Offering {
	later := func(d london.Date) london.Date {
		if d.IsZero() {
			return d
		}
		return d.AddDays(shifted[0].Weeks * daysOfWeek)
	}
	next := *o
	next.Run.ID, next.Code, next.Edition, next.DecidedAt = 0, code, 0, time.Time{}
	next.ClosesOn, next.AppliesFrom, next.DecideBy = later(o.ClosesOn), later(o.AppliesFrom), later(o.DecideBy)
	next.Prices, next.Scale = slices.Clone(o.Prices), slices.Clone(o.Scale)
	next.Places = Places{Capacity: o.Places.Capacity, Reserved: o.Places.Reserved, ReleaseOn: later(o.Places.ReleaseOn)}
	next.Blocks = make([]Block, len(shifted))
	for i, s := range shifted {
		next.Blocks[i] = Block{StartsOn: s.StartsOn, EndsOn: s.EndsOn, Venue: s.From.Venue}
	}
	return &next
}
