package public

import (
	"fmt"
	"strings"
	"time"

	"bursar/internal/london"
)

// weekdays is london.Days with the names of the first and the last day: "Monday 8 to Friday 12 March 2027".
func weekdays(from, to london.Date) string {
	switch {
	case from == to:
		return to.Long()
	case from.Year != to.Year:
		return from.Long() + " to " + to.Long()
	case from.Month != to.Month:
		return fmt.Sprintf("%s %d %s to %s", weekday(from), from.Day, from.Month, to.Long())
	default:
		return fmt.Sprintf("%s %d to %s", weekday(from), from.Day, to.Long())
	}
}

func weekday(d london.Date) time.Weekday { return d.At(12, 0).Weekday() }

// hours are the hours of a day as two time columns have them: "9:30am to 4:30pm".
func hours(starts, ends string) string { return hour(starts) + " to " + hour(ends) }

func hour(column string) string {
	t, err := time.Parse(time.TimeOnly, column)
	if err != nil {
		return column // PostgreSQL writes a time column in no other way
	}
	return london.Clock(london.On(2000, time.January, 1).At(t.Hour(), t.Minute()))
}

// unbroken keeps each end of a span of days on one line: it breaks at "to" only.
func unbroken(span string) string {
	ends := strings.Split(span, " to ")
	for i := range ends {
		ends[i] = strings.ReplaceAll(ends[i], " ", "\u00a0")
	}
	return strings.Join(ends, " to ")
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
