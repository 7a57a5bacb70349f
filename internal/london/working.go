package london

import (
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/gb"
)

// working knows the weekends and the bank holidays of England and Wales with their substitute days
// (https://www.gov.uk/bank-holidays, as package gb has them).
var working = newWorking()

func newWorking() *cal.BusinessCalendar {
	c := cal.NewBusinessCalendar()
	c.AddHoliday(gb.Holidays...)
	return c
}

// IsWorking reports whether d is neither on a weekend nor a bank holiday in England.
func (d Date) IsWorking() bool {
	return working.IsWorkday(time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, Zone))
}

// Holiday names the bank holiday that d is in England, or that it stands in for; "" on every other day.
func (d Date) Holiday() string {
	actual, observed, holiday := working.IsHoliday(time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, Zone))
	if !actual && !observed {
		return ""
	}
	return holiday.Name
}

// AddWorking is the n-th working day after d, in England: what lies between does not count, and neither does d.
func (d Date) AddWorking(n int) Date {
	for n > 0 {
		if d = d.AddDays(1); d.IsWorking() {
			n--
		}
	}
	return d
}
