package london_test

import (
	"testing"
	"time"

	"bursar/internal/london"
)

// The published bank holidays of England and Wales (https://www.gov.uk/bank-holidays), with substitute days.
func TestBankHolidaysAreNotWorkingDays(t *testing.T) {
	t.Parallel()
	published := map[int][]string{
		2026: {"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28"},
		2027: {"2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"},
		2028: {"2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-29", "2028-08-28", "2028-12-25", "2028-12-26"},
	}
	for year, days := range published {
		off := map[string]bool{}
		for _, day := range days {
			off[day] = true
		}
		for d := london.On(year, time.January, 1); d.Year == year; d = d.AddDays(1) {
			weekday := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
			want := weekday != time.Saturday && weekday != time.Sunday && !off[d.String()]
			if d.IsWorking() != want {
				t.Errorf("%s: working %v, want %v", d.Long(), d.IsWorking(), want)
			}
		}
	}
}

func TestWorkingDaysLeapOverChristmas(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"2026-12-11": "2026-12-29", // a Friday: 14–18, 21–24, then 29, for the 25th and 28th are holidays
		"2026-12-12": "2026-12-29", // a Saturday counts from the Monday too
		"2027-03-01": "2027-03-15",
	} {
		d, err := london.Parse(from)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.AddWorking(10); got.String() != want {
			t.Errorf("ten working days after %s are over on %s, want %s", from, got, want)
		}
	}
}

func TestBankHolidaysHaveTheirNamesAndSubstituteDays(t *testing.T) {
	t.Parallel()
	for day, want := range map[london.Date]string{
		london.On(2027, 3, 26): "Good Friday", london.On(2027, 5, 3): "Early May", london.On(2027, 12, 25): "Christmas Day",
		london.On(2027, 12, 27): "Christmas Day", london.On(2027, 12, 28): "Boxing Day", london.On(2027, 5, 1): "", london.On(2027, 5, 4): "",
	} {
		if got := day.Holiday(); got != want {
			t.Errorf("%s is %q, want %q", day, got, want)
		}
	}
}
