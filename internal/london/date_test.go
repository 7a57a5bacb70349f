package london_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bursar/internal/london"
)

func TestADayIsLondonsDay(t *testing.T) {
	t.Parallel()
	for utc, want := range map[string]string{
		"2026-11-23T09:00:00Z": "2026-11-23",
		"2026-06-30T23:30:00Z": "2026-07-01", // British Summer Time
		"2026-12-31T23:59:59Z": "2026-12-31",
		"2027-03-28T00:59:59Z": "2027-03-28", // the night the clocks go forward
		"2026-10-25T23:59:59Z": "2026-10-25", // the night they go back
	} {
		at, err := time.Parse(time.RFC3339, utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := london.DateOf(at).String(); got != want {
			t.Errorf("%s is %s in London, want %s", utc, got, want)
		}
	}
}

func TestADayEndsInItsLastSecond(t *testing.T) {
	t.Parallel()
	for _, d := range []london.Date{
		london.On(2027, 3, 28), london.On(2026, 10, 25), london.On(2028, 2, 29), london.On(2026, 12, 31),
	} {
		end := d.End()
		if got := end.In(london.Zone).Format(time.TimeOnly); got != "23:59:59" {
			t.Errorf("%s ends at %s", d, got)
		}
		if london.DateOf(end) != d || london.DateOf(end.Add(time.Second)) != d.AddDays(1) {
			t.Errorf("%s does not end at its end", d)
		}
	}
}

func TestCountingDaysAgreesWithAddingThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := london.On(2000, 1, rapid.IntRange(1, 60_000).Draw(t, "day"))
		n := rapid.IntRange(-20_000, 20_000).Draw(t, "n")
		if got := d.DaysUntil(d.AddDays(n)); got != n {
			t.Fatalf("%s plus %d days is %d days away", d, n, got)
		}
	})
}

func TestADateSurvivesJSON(t *testing.T) {
	t.Parallel()
	type holder struct{ On, Never london.Date }
	text, err := json.Marshal(holder{On: london.On(2027, 3, 8)})
	if err != nil || string(text) != `{"On":"2027-03-08","Never":""}` {
		t.Fatalf("%s, %v", text, err)
	}
	var back holder
	if err := json.Unmarshal([]byte(`{"On":"2027-03-08","Never":null}`), &back); err != nil || back != (holder{On: london.On(2027, 3, 8)}) {
		t.Errorf("%+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"On":"8 March"}`), &back); err == nil {
		t.Error("a date that is none was read")
	}
}

func TestDatesReadWell(t *testing.T) {
	t.Parallel()
	d := london.On(2027, 3, 8)
	if d.Long() != "Monday 8 March 2027" || d.Medium() != "8 March 2027" {
		t.Errorf("got %q, %q", d.Long(), d.Medium())
	}
}

func TestDaysThatDoNotExistAreRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2027-02-29", "2027-13-01", "2027-00-10", "27-01-01", "1899-12-31", "2200-01-01", "", "tomorrow"} {
		if d, err := london.Parse(s); err == nil {
			t.Errorf("Parse(%q) = %s", s, d)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2027-03-28", "2028-02-29", "0000-00-00", " 2027-01-01 ", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := london.Parse(s)
		if err != nil {
			return
		}
		again, err := london.Parse(d.String())
		if err != nil || again != d {
			t.Fatalf("Parse(%q) = %s, which reads back as %s, %v", s, d, again, err)
		}
	})
}
