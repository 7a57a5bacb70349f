package learner

import (
	"fmt"
	"strings"
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

// scale is the provider's withdrawal scale, a line for each span of days.
func scale(o *course.Offering) []string {
	lines := make([]string, 0, len(o.Scale)+1)
	for i, s := range o.Scale {
		end := o.StartsOn().AddDays(-s.DaysBefore)
		when := "Until " + end.Medium()
		if i > 0 {
			from := o.StartsOn().AddDays(1 - o.Scale[i-1].DaysBefore)
			when = london.Days(from, end)
			if s.DaysBefore == 0 && whole(s) {
				return append(lines, fmt.Sprintf("From %s, and once the course has begun: we keep %s", from.Medium(), keeps(s)))
			}
		}
		lines = append(lines, fmt.Sprintf("%s: we keep %s", when, keeps(s)))
	}
	return append(lines, "Once the course has begun: we keep the whole price")
}

func whole(s course.Step) bool { return s.ChargeBP == 10_000 }

// keeps says what a step of the scale keeps: "£75", "50% of the price and £75".
func keeps(s course.Step) string {
	var parts []string
	if s.ChargeBP > 0 && !whole(s) {
		parts = append(parts, percent(s.ChargeBP)+" of the price")
	}
	if s.Fee > 0 {
		parts = append(parts, s.Fee.Short())
	}
	switch {
	case whole(s):
		return "the whole price"
	case len(parts) == 0:
		return "nothing"
	}
	return strings.Join(parts, " and ")
}

// percent writes basis points: "50%", "2.5%", "0.25%".
func percent(basisPoints int64) string {
	text := fmt.Sprintf("%d.%02d", basisPoints/100, basisPoints%100)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + "%"
}

// count is "1 day", "20 days".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
