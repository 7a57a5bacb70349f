package course

import (
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Plans are the ways in which those who pay for themselves may pay for a run in parts. The zero value is none.
type Plans struct {
	bun.BaseModel `bun:"table:run_plans"`

	RunID   id.Run       `bun:"run_id,pk"`
	Deposit money.Amount `bun:"deposit"`  // pence, paid at once
	ByBlock bool         `bun:"by_block"` // the rest before each block
	Months  int          `bun:"months"`   // the rest in so many monthly parts; zero: not offered
}

// Any reports whether the run may be paid in parts at all.
func (p Plans) Any() bool { return p.ByBlock || p.Months > 0 }

// DueBefore is how many days before a block its instalment is due.
const DueBefore = 14

// longestMonth is the last day that every month has.
const longestMonth = 28

// BlockDays are the days on which instalments before each block are due for somebody who begins to pay on a day. Blocks
// whose day has come by then are left out: they are paid for with the deposit and the instalments that follow.
func (o *Offering) BlockDays(from london.Date) []london.Date {
	if !o.Plans.ByBlock {
		return nil
	}
	var days []london.Date
	for _, b := range o.Blocks {
		if day := b.StartsOn.AddDays(-DueBefore); day.After(from) {
			days = append(days, day)
		}
	}
	return days
}

// MonthDays are the days on which monthly instalments are due for somebody who begins to pay on a day: the same day of each
// month, and the 28th for those that some months do not have. There are none when the last would be after the course.
func (o *Offering) MonthDays(from london.Date) []london.Date {
	days := make([]london.Date, o.Plans.Months)
	for i := range days {
		days[i] = london.On(from.Year, from.Month+time.Month(i+1), min(from.Day, longestMonth))
	}
	if len(days) > 0 && days[len(days)-1].After(o.EndsOn()) {
		return nil
	}
	return days
}
