package learner

import (
	"fmt"
	"time"

	"bursar/internal/course"
	"bursar/internal/london"
)

// dates is each block of a run in a line, with the hours after the last.
func dates(o *course.Offering) []string {
	lines := make([]string, 0, len(o.Blocks)+1)
	for _, b := range o.Blocks {
		lines = append(lines, london.Days(b.StartsOn, b.EndsOn))
	}
	return append(lines, hours(o))
}

// hours is when a day of the run begins and ends: "9:30am to 4:30pm each day".
func hours(o *course.Offering) string {
	clock := func(column string) string {
		t, err := time.Parse(time.TimeOnly, column)
		if err != nil {
			return column
		}
		return london.Clock(o.StartsOn().At(t.Hour(), t.Minute()))
	}
	return fmt.Sprintf("%s to %s each day", clock(o.DayStarts), clock(o.DayEnds))
}

// count is "1 day", "20 days".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
