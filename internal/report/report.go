// Package report is what the bookkeeper needs of the books: income that becomes earned as blocks are taught, a month
// closed to the penny, rows for the bookkeeping program, and who is to be reminded of a purchase order or an invoice.
//
// All amounts are in pence. What a report says of money it reads from the ledger alone; the tables beside it say what that
// must agree with, and every report tells whether it does. Reports are read in the role of the machine, which sees the
// shares that funds pay, and show them only summed up: never whose they are.
package report

import (
	"fmt"
	"time"

	"bursar/internal/failure"
	"bursar/internal/london"
)

// ErrMonth means that a text is no month like "2026-11".
var ErrMonth = failure.New(failure.NotFound, "month_unknown", "We cannot find that month.")

// Month is a calendar month in London. Money counts in the month in which it was posted.
type Month struct {
	Year  int
	Month time.Month
}

// MonthOf is the month of a day.
func MonthOf(day london.Date) Month { return Month{day.Year, day.Month} }

// ParseMonth reads "2026-11", or returns ErrMonth.
func ParseMonth(s string) (Month, error) {
	day, err := london.Parse(s + "-01")
	if err != nil {
		return Month{}, ErrMonth.Because(err)
	}
	return MonthOf(day), nil
}

// String is the form that ParseMonth reads.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

// Title is the form for people: "November 2026".
func (m Month) Title() string { return fmt.Sprintf("%s %d", m.Month, m.Year) }

// First is the first day.
func (m Month) First() london.Date { return london.On(m.Year, m.Month, 1) }

// Last is the last day.
func (m Month) Last() london.Date { return m.Next().First().AddDays(-1) }

// Next is the month after it.
func (m Month) Next() Month { return MonthOf(london.On(m.Year, m.Month+1, 1)) }

// Before is the month before it.
func (m Month) Before() Month { return MonthOf(m.First().AddDays(-1)) }

// begins and ends are the instants between which something counts in the month; the end belongs to the next.
func (m Month) begins() time.Time { return m.First().At(0, 0) }
func (m Month) ends() time.Time   { return m.Next().First().At(0, 0) }
