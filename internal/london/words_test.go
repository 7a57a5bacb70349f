package london_test

import (
	"testing"
	"time"

	"bursar/internal/london"
)

func TestDaysAreWrittenAsShortAsTheyStayClear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to london.Date
		want     string
	}{
		{london.On(2027, 3, 8), london.On(2027, 3, 12), "8 to 12 March 2027"},
		{london.On(2026, 11, 30), london.On(2026, 12, 4), "30 November to 4 December 2026"},
		{london.On(2026, 12, 28), london.On(2027, 1, 3), "28 December 2026 to 3 January 2027"},
		{london.On(2027, 1, 28), london.On(2027, 1, 28), "28 January 2027"},
	} {
		if got := london.Days(c.from, c.to); got != c.want {
			t.Errorf("%s to %s: %q", c.from, c.to, got)
		}
	}
}

func TestTimesAreLondons(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	summer := time.Date(2027, time.July, 1, 23, 30, 0, 0, time.UTC)
	for got, want := range map[string]string{
		london.Stamp(summer):                     "2 July 2027 at 12:30am",
		london.Moment(now):                       "9am on Monday 23 November",
		london.Moment(now.Add(95 * time.Minute)): "10:35am on Monday 23 November",
		london.Clock(now.Add(3 * time.Hour)):     "midday",
		london.Clock(now.Add(15 * time.Hour)):    "midnight",
		london.Clock(now.Add(6 * time.Hour)):     "3pm",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
