package course_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
)

// foundation is a run of twenty days in four blocks, like most.
func foundation(courseID *course.Course) *course.Offering {
	return &course.Offering{
		Run: course.Run{
			Code: "FND-M27", CourseID: courseID.ID, City: "Manchester", Venue: "Weavers' Hall", Status: course.Open,
			Entry: course.Book, Listed: true, DayStarts: "09:30", DayEnds: "16:30",
		},
		Blocks: []course.Block{
			{StartsOn: london.On(2027, 3, 8), EndsOn: london.On(2027, 3, 12)},
			{StartsOn: london.On(2027, 6, 7), EndsOn: london.On(2027, 6, 11)},
			{StartsOn: london.On(2027, 10, 11), EndsOn: london.On(2027, 10, 15)},
			{StartsOn: london.On(2027, 12, 6), EndsOn: london.On(2027, 12, 10)},
		},
		Prices: []course.Price{
			{Band: course.Organisation, Amount: money.Pounds(3250)}, {Band: course.Self, Amount: money.Pounds(3250)},
			{Band: course.Peer, Amount: money.Pounds(3250)},
		},
		Scale:  []course.Step{{DaysBefore: 60, Fee: money.Pounds(75)}, {DaysBefore: 28, ChargeBP: 5000}, {DaysBefore: 0, ChargeBP: 10_000}},
		Places: course.Places{Capacity: 24, Reserved: 6, ReleaseOn: london.On(2026, 12, 31)},
	}
}

func schedule(t *testing.T, d *db.DB) *course.Offering {
	t.Helper()
	c := &course.Course{Slug: "foundation", Title: "Foundation in Open Dialogue", Summary: "s", Description: "d", Audience: "a"}
	var o *course.Offering
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := course.Add(t.Context(), tx, audit.System, c); err != nil {
			return err
		}
		o = foundation(c)
		return course.Schedule(t.Context(), tx, audit.System, o)
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAScheduledRunIsFoundAsItWasPlanned(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	planned := schedule(t, d)

	found, err := course.FindOffering(t.Context(), d, "FND-M27")
	if err != nil {
		t.Fatal(err)
	}
	if found.Course.Title != "Foundation in Open Dialogue" || len(found.Blocks) != 4 || found.Days() != 20 {
		t.Errorf("found %+v", found)
	}
	if found.StartsOn() != planned.StartsOn() || found.EndsOn() != london.On(2027, 12, 10) {
		t.Errorf("from %s to %s", found.StartsOn(), found.EndsOn())
	}
	if found.Price(course.Peer) != money.Pounds(3250) || !found.OnePrice() || !found.AsksForPeers() {
		t.Errorf("prices %+v", found.Prices)
	}
	if found.Scale[0].DaysBefore != 60 || found.Scale[2].ChargeBP != 10_000 {
		t.Errorf("scale %+v", found.Scale)
	}
	if found.Places.Left(false) != 18 || found.Places.Left(true) != 24 || found.Places.KeptForPeers() != 6 {
		t.Errorf("places %+v", found.Places)
	}
	listings, err := course.Catalogue(t.Context(), d)
	if err != nil || len(listings) != 1 || len(listings[0].Offerings) != 1 {
		t.Errorf("catalogue %+v, %v", listings, err)
	}
}

func TestThePublicFindsNoDraftsAndNothingInHouse(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	o := schedule(t, d)
	for name, change := range map[string]string{"a draft": "status = 'draft'", "an in-house run": "status = 'open', listed = false"} {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.NewRaw("UPDATE runs SET ?", bun.Safe(change)).Exec(t.Context())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := course.FindOffering(t.Context(), d, "FND-M27"); !errors.Is(err, course.ErrUnknown) {
			t.Errorf("%s is found: %v", name, err)
		}
		if _, err := course.OfferingOf(t.Context(), d, o.ID); err != nil {
			t.Errorf("staff do not find %s: %v", name, err)
		}
		l, err := course.Find(t.Context(), d, "foundation")
		if err != nil || len(l.Offerings) != 0 {
			t.Errorf("%s is listed: %v", name, err)
		}
	}
	if _, err := course.Find(context.Background(), d, "nothing"); failure.KindOf(err) != failure.NotFound {
		t.Errorf("an unknown course gives %v", err)
	}
}

func TestReservedPlacesAreLeftForPeers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		places              course.Places
		others, peers, kept int
	}{
		"all free":                    {course.Places{Capacity: 24, Reserved: 6}, 18, 24, 6},
		"others have taken theirs":    {course.Places{Capacity: 24, Reserved: 6, Confirmed: 18}, 0, 6, 6},
		"peers have some":             {course.Places{Capacity: 24, Reserved: 6, Held: 2, Confirmed: 18, Peers: 2}, 0, 4, 4},
		"peers have more than theirs": {course.Places{Capacity: 24, Reserved: 6, Confirmed: 10, Peers: 8}, 14, 14, 0},
		"released":                    {course.Places{Capacity: 24, Reserved: 6, Released: true, Confirmed: 20}, 4, 4, 0},
		"full":                        {course.Places{Capacity: 24, Confirmed: 24}, 0, 0, 0},
	} {
		if got := c.places.Left(false); got != c.others {
			t.Errorf("%s: %d left for others, want %d", name, got, c.others)
		}
		if got := c.places.Left(true); got != c.peers {
			t.Errorf("%s: %d left for peers, want %d", name, got, c.peers)
		}
		if got := c.places.KeptForPeers(); got != c.kept {
			t.Errorf("%s: %d kept, want %d", name, got, c.kept)
		}
	}
}

func TestOnlyATransitionReleasesReservedPlaces(t *testing.T) {
	t.Parallel()
	d, clock := dbtest.NewAt(t, london.On(2026, 12, 31).End())
	o := schedule(t, d)
	release := func() (released int) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			runs, err := course.ReleaseReserved(t.Context(), tx)
			released = len(runs)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return released
	}
	if n := release(); n != 0 {
		t.Errorf("%d runs released on their last day", n)
	}
	clock.Advance(time.Second)
	if p, err := course.PlacesOf(t.Context(), d, o.ID); err != nil || p.Left(false) != 18 {
		t.Errorf("time alone freed places: %d left, %v", p.Left(false), err)
	}
	if n := release(); n != 1 {
		t.Errorf("%d runs released after their last day", n)
	}
	if p, err := course.PlacesOf(t.Context(), d, o.ID); err != nil || p.Left(false) != 24 {
		t.Errorf("%d left after release, %v", p.Left(false), err)
	}
	if n := release(); n != 0 {
		t.Errorf("%d runs released twice", n)
	}
}

func TestTheApplicationCannotTouchTheCounters(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	schedule(t, d)
	for _, column := range []string{"held", "confirmed", "peers"} {
		_, err := d.NewRaw("UPDATE run_places SET ? = 0", bun.Safe(column)).Exec(t.Context())
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("the application set %s: %v", column, err)
		}
	}
}

func TestDaysTaughtAreCountedFromTheBlocks(t *testing.T) {
	t.Parallel()
	o := foundation(&course.Course{})
	for day, want := range map[london.Date]int{
		london.On(2027, 3, 7): 0, london.On(2027, 3, 8): 0, london.On(2027, 3, 9): 1, london.On(2027, 3, 12): 4,
		london.On(2027, 3, 13): 5, london.On(2027, 5, 1): 5, london.On(2027, 6, 9): 7, london.On(2028, 1, 1): 20,
	} {
		if got := o.DaysTaughtBy(day); got != want {
			t.Errorf("%d days taught before %s, want %d", got, day, want)
		}
	}
}

func TestBookingsAreTakenUntilTheLastDay(t *testing.T) {
	t.Parallel()
	last := london.On(2026, 12, 18)
	open := foundation(&course.Course{})
	open.ClosesOn = last
	if !open.TakesBookings(last.End()) || open.TakesBookings(last.End().Add(time.Second)) {
		t.Error("the last day does not end at its end")
	}
	for _, change := range []func(*course.Offering){
		func(o *course.Offering) { o.Status = course.Closed },
		func(o *course.Offering) { o.Status = course.Cancelled },
		func(o *course.Offering) { o.Entry = course.Apply },
	} {
		o := foundation(&course.Course{})
		change(o)
		if o.TakesBookings(last.At(9, 0)) {
			t.Errorf("a run that is %s and %s takes bookings", o.Status, o.Entry)
		}
	}
}

func TestTheCalendarHasEachDayAtItsLondonHour(t *testing.T) {
	t.Parallel()
	o := foundation(&course.Course{})
	o.Course.Title = "Foundation; an introduction"
	o.DayStarts, o.DayEnds = "09:30:00", "16:30:00"
	for i := range o.Blocks {
		o.Blocks[i].Number = i + 1
	}
	folded := string(o.Calendar(london.On(2026, 11, 23).At(9, 0), o.Blocks...))
	file := strings.ReplaceAll(folded, "\r\n ", "")

	if got := strings.Count(file, "BEGIN:VEVENT"); got != 20 {
		t.Errorf("%d events", got)
	}
	for _, want := range []string{
		"DTSTART:20270308T093000Z", // winter
		"DTSTART:20270607T083000Z", // summer: an hour earlier in UTC
		`SUMMARY:Foundation\; an introduction\, block 1\, day 1`,
		"UID:FND-M27-1-1@bursar",
	} {
		if !strings.Contains(file, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

// RFC 5545, section 3.1: lines end with CR LF and have at most 75 octets, and no character is cut.
func TestEveryLineOfACalendarEndsAndIsFoldedAsTheFormatHasIt(t *testing.T) {
	t.Parallel()
	o := foundation(&course.Course{})
	o.Course.Title, o.Venue = strings.Repeat("Łódź & 江 ", 20)+"\nBEGIN:VALARM", "Weavers’ Court, “The Long Room”, up the stairs and to the left, then ring"
	stamp := london.On(2026, 11, 23).At(9, 0)
	before := *o
	before.Blocks = append(slices.Clone(o.Blocks), course.Block{Number: 9, StartsOn: london.On(2028, 1, 3), EndsOn: london.On(2028, 1, 4)})
	for name, file := range map[string][]byte{"one run": o.Calendar(stamp, o.Blocks...), "several": course.Calendar(stamp, o, o), "cancelled": o.Cancellation(stamp), "gone": o.Gone(stamp, &before)} {
		lines, whole := strings.CutSuffix(string(file), "\r\n")
		for line := range strings.SplitSeq(lines, "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) || line == "BEGIN:VALARM" {
				t.Fatalf("%s: a line of %d octets: %q", name, len(line), line)
			}
		}
		if !whole || !strings.Contains(strings.ReplaceAll(lines, "\r\n ", ""), `\nBEGIN:VALARM\, block `) {
			t.Errorf("%s: cut short, or its title is another", name)
		}
	}
}

func TestTheScaleIsLaidAlongTheCalendarFromTheDayItConcernsSomebody(t *testing.T) {
	t.Parallel()
	first := london.Date{} // the first day of the run is 8 March 2027
	for name, c := range map[string]struct {
		steps []course.Step
		from  london.Date
		want  []string
	}{
		"no scale": {nil, first, []string{"On any day: the whole price"}},
		"a share and fee": {[]course.Step{{DaysBefore: 60}, {DaysBefore: 0, ChargeBP: 250, Fee: 1_050}}, first,
			[]string{"Until 7 January 2027: nothing", "8 January to 8 March 2027: 2.5% of the price and £10.50", "From 9 March 2027: the whole price"}},
		"the usual": {[]course.Step{{DaysBefore: 60, Fee: 7_500}, {DaysBefore: 28, ChargeBP: 5_000}, {DaysBefore: 0, ChargeBP: 10_000}}, first,
			[]string{"Until 7 January 2027: £75", "8 January to 8 February 2027: half the price", "From 9 February 2027: the whole price"}},
		"the first step is over": {[]course.Step{{DaysBefore: 60, Fee: 7_500}, {DaysBefore: 28, ChargeBP: 5_000}}, london.On(2027, 1, 8),
			[]string{"Until 8 February 2027: half the price", "From 9 February 2027: the whole price"}},
		"all are over": {[]course.Step{{DaysBefore: 60, Fee: 7_500}}, london.On(2027, 3, 1), []string{"On any day: the whole price"}},
	} {
		o := foundation(&course.Course{})
		o.Scale = c.steps
		var got []string
		for _, s := range o.Spans(c.from) {
			got = append(got, s.When()+": "+s.Step.Keeps())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestPercentagesAreExact(t *testing.T) {
	t.Parallel()
	for bp, want := range map[int64]string{5_000: "50%", 250: "2.5%", 25: "0.25%", 10_000: "100%", 1_005: "10.05%"} {
		if got := course.Percent(bp); got != want {
			t.Errorf("%d basis points: %q", bp, got)
		}
	}
}
