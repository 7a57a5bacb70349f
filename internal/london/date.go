// Package london keeps the calendar by which people are promised things: days in Europe/London. A deadline is
// a day and ends at 23:59:59 of it, whatever the clocks do that night.
package london

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // the calendar must not depend on the machine

	"bursar/internal/failure"
)

// Zone is Europe/London.
var Zone = mustLoad("Europe/London")

func mustLoad(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // embedded above: cannot fail
	}
	return zone
}

// ErrMalformed is returned by Parse. It is Invalid and fit to be shown beside the field.
var ErrMalformed = failure.New(failure.Invalid, "date_malformed", "Enter a real date, like 27 3 2027.")

// Date is a day in London. The zero Date is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day it is in London at an instant.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Zone).Date()
	return Date{y, m, d}
}

// On is a shorthand for a Date; days outside the month carry over as with time.Date.
func On(year int, month time.Month, day int) Date {
	y, m, d := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Date()
	return Date{y, m, d}
}

// Parse reads "2027-03-08" (ISO 8601). Days that do not exist, and years outside 1900 to 2199, are refused
// with ErrMalformed.
func Parse(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, strings.TrimSpace(s))
	if err != nil {
		return Date{}, ErrMalformed.Because(err)
	}
	if t.Year() < 1900 || t.Year() > 2199 {
		return Date{}, ErrMalformed
	}
	return On(t.Year(), t.Month(), t.Day()), nil
}

// String is the ISO form, which Parse reads.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// Long is the form for pages: "Monday 8 March 2027".
func (d Date) Long() string { return d.utc().Format("Monday 2 January 2006") }

// Medium is Long without the weekday: "8 March 2027".
func (d Date) Medium() string { return d.utc().Format("2 January 2006") }

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == Date{} }

// AddDays is the day n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return On(d.Year, d.Month, d.Day+n) }

// DaysUntil counts the days from d to other; it is negative when other is earlier.
func (d Date) DaysUntil(other Date) int { return int(other.utc().Sub(d.utc()) / (24 * time.Hour)) }

// Before reports whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.utc().Before(other.utc()) }

// After reports whether d is a later day than other.
func (d Date) After(other Date) bool { return other.Before(d) }

// At is the instant of a wall-clock time on d in London. It is meant for hours at which no clock changes.
func (d Date) At(hour, minute int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, Zone)
}

// End is the last second of d in London, 23:59:59: the instant to print for a deadline. To decide whether a
// deadline has passed compare days: DateOf(now).After(d).
func (d Date) End() time.Time { return d.At(23, 59).Add(59 * time.Second) }

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// MarshalText writes the ISO form; the zero Date is empty.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads the ISO form; nothing is the zero Date.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d = Date{}
	if len(text) > 0 {
		*d, err = Parse(string(text))
	}
	return err
}

// Value stores a Date in a date column; the zero Date as NULL.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads a date column; NULL is the zero Date.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		*d = On(v.Year(), v.Month(), v.Day())
	case string:
		parsed, err := Parse(v)
		*d = parsed
		return err
	case []byte:
		return d.Scan(string(v))
	default:
		return fmt.Errorf("london: cannot read a date from %T", src)
	}
	return nil
}
