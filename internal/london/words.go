package london

import (
	"fmt"
	"time"
)

// Days is a span of days, written as short as it stays clear: "8 to 12 March 2027", "30 November to
// 4 December 2026", "28 December 2026 to 3 January 2027"; a single day is written once.
func Days(from, to Date) string {
	switch {
	case from == to:
		return to.Medium()
	case from.Year != to.Year:
		return from.Medium() + " to " + to.Medium()
	case from.Month != to.Month:
		return fmt.Sprintf("%d %s to %s", from.Day, from.Month, to.Medium())
	default:
		return fmt.Sprintf("%d to %s", from.Day, to.Medium())
	}
}

// Clock is "10:35am", "9am", "midday" or "midnight", in London.
func Clock(t time.Time) string {
	t = t.In(Zone)
	switch {
	case t.Minute() != 0:
		return t.Format("3:04pm")
	case t.Hour() == 0:
		return "midnight"
	case t.Hour() == 12:
		return "midday"
	default:
		return t.Format("3pm")
	}
}

// Moment is "10:35am on Monday 23 November", for what is near; a page that is kept for long uses Stamp.
func Moment(t time.Time) string {
	return Clock(t) + " on " + t.In(Zone).Format("Monday 2 January")
}

// Stamp is "23 November 2026 at 10:35am".
func Stamp(t time.Time) string { return DateOf(t).Medium() + " at " + Clock(t) }
