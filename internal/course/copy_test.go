package course_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/london"
)

// laid says where the blocks of a copy are.
func laid(blocks []course.Shifted) []string {
	var list []string
	for _, s := range blocks {
		list = append(list, london.Days(s.StartsOn, s.EndsOn))
	}
	return list
}

func TestACopyGoesAroundBankHolidaysAndSaysSo(t *testing.T) {
	t.Parallel()
	o := &course.Offering{Blocks: []course.Block{
		{StartsOn: london.On(2026, 3, 2), EndsOn: london.On(2026, 3, 6)},
		{StartsOn: london.On(2026, 5, 11), EndsOn: london.On(2026, 5, 15)},
		{StartsOn: london.On(2026, 12, 28), EndsOn: london.On(2026, 12, 30)},
	}}
	got := o.Shift(51) // Good Friday is 26 March, early May 3 May 2027
	if want := []string{"22 to 26 February 2027", "10 to 14 May 2027", "20 to 22 December 2027"}; !slices.Equal(laid(got), want) {
		t.Errorf("%q", laid(got))
	}
	for i, want := range []string{"", "3 to 7 May 2027 has a bank holiday: Early May, 3 May 2027", ""} {
		if got[i].Why != want {
			t.Errorf("block %d: %q", i+1, got[i].Why)
		}
	}
	if got[1].Extra != 1 || got[1].Weeks != 52 || got[0].Extra != 0 {
		t.Errorf("%+v", got[1])
	}
	easter := o.Shift(55)[0] // 22 to 26 March 2027; the week after begins with Easter Monday
	if london.Days(easter.StartsOn, easter.EndsOn) != "15 to 19 March 2027" || easter.Extra != -1 {
		t.Errorf("%+v", easter)
	}
}

func TestABlockOfACopyIsPushedByTheOneBefore(t *testing.T) {
	t.Parallel()
	o := &course.Offering{Blocks: []course.Block{
		{StartsOn: london.On(2026, 5, 11), EndsOn: london.On(2026, 5, 15)},
		{StartsOn: london.On(2026, 5, 18), EndsOn: london.On(2026, 5, 22)},
	}}
	got := o.Shift(51)
	if want := []string{"10 to 14 May 2027", "17 to 21 May 2027"}; !slices.Equal(laid(got), want) || got[1].Why != "10 to 14 May 2027 is not after the block before" {
		t.Errorf("%q because %q", laid(got), got[1].Why)
	}
}

func TestACopyKeepsItsWeekdaysItsOrderAndNoBankHoliday(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := london.On(2026, 1, 1).AddDays(rapid.IntRange(0, 700).Draw(t, "first"))
		o := &course.Offering{}
		for range rapid.IntRange(1, 8).Draw(t, "blocks") {
			end := day.AddDays(rapid.IntRange(0, 4).Draw(t, "days"))
			o.Blocks = append(o.Blocks, course.Block{StartsOn: day, EndsOn: end})
			day = end.AddDays(rapid.IntRange(1, 90).Draw(t, "gap"))
		}
		var free london.Date
		for i, s := range o.Shift(rapid.IntRange(1, 160).Draw(t, "weeks")) {
			was := o.Blocks[i]
			if was.StartsOn.DaysUntil(s.StartsOn)%7 != 0 || was.StartsOn.DaysUntil(was.EndsOn) != s.StartsOn.DaysUntil(s.EndsOn) {
				t.Fatalf("block %d: %s to %s", i, was.StartsOn, s.StartsOn)
			}
			if s.StartsOn.Before(free) || course.Holiday(s.StartsOn, s.EndsOn) != "" || (s.Extra != 0) != (s.Why != "") {
				t.Fatalf("block %d from %s to %s: %q", i, s.StartsOn, s.EndsOn, s.Why)
			}
			free = s.EndsOn.AddDays(1)
		}
	})
}

func TestTheWeeksToADayKeepTheWeekday(t *testing.T) {
	t.Parallel()
	o := &course.Offering{Blocks: []course.Block{{StartsOn: london.On(2027, 3, 8), EndsOn: london.On(2027, 3, 12)}}}
	for day, want := range map[london.Date]int{
		london.On(2028, 3, 6): 52, london.On(2028, 3, 8): 52, london.On(2028, 3, 9): 52, london.On(2028, 3, 10): 53,
		london.On(2027, 3, 8): 0, london.On(2027, 3, 1): -1, london.On(2027, 3, 5): 0, london.On(2027, 3, 4): -1,
	} {
		if got := o.WeeksTo(day); got != want {
			t.Errorf("%d weeks to %s, want %d", got, day, want)
		}
	}
}

func TestACopyIsADraftOfTheSameKindOnWhichNobodyIs(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	d := s.now().Details()
	d.Minimum, d.ClosesOn, d.DecideBy, d.MayMissBlock = 16, london.On(2027, 2, 26), london.On(2027, 1, 20), true
	s.must(func(tx *db.Tx) error { return course.SetDetails(t.Context(), tx, audit.System, s.run.ID, d) })
	s.taken(2, 9, 3)
	if err := s.assign(s.run.Blocks[0].ID, s.kofi); err != nil {
		t.Fatal(err)
	}
	o := s.now()
	var made *course.Offering
	s.must(func(tx *db.Tx) (err error) {
		made, err = course.Copy(t.Context(), tx, audit.System, o, "FND-M28", 52)
		return err
	})
	next, err := course.OfferingOf(t.Context(), s.db, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if next.Status != course.Draft || next.Code != "FND-M28" || next.StartsOn() != london.On(2028, 3, 6) || next.Days() != 20 || next.StartsOn().At(0, 0).Weekday() != time.Monday {
		t.Errorf("%+v from %s", next.Run, next.StartsOn())
	}
	if next.Minimum != 16 || next.ClosesOn != london.On(2028, 2, 25) || next.DecideBy != london.On(2028, 1, 19) || !next.MayMissBlock {
		t.Errorf("%+v", next.Run)
	}
	if p := next.Places; p.Capacity != 24 || p.Reserved != 6 || p.ReleaseOn != london.On(2027, 12, 30) || p.Taken() != 0 {
		t.Errorf("%+v", p)
	}
	if !slices.Equal(next.Scale[0:1], []course.Step{{RunID: next.ID, DaysBefore: 60, Fee: 7_500}}) || next.Price(course.Peer) != o.Price(course.Peer) {
		t.Errorf("%+v", next.Terms())
	}
	if teach, err := course.TrainersOf(t.Context(), s.db, next.ID); err != nil || len(teach) != 0 {
		t.Errorf("who teaches: %+v, %v", teach, err)
	}
	if again := s.now(); again.Prices[0].RunID != s.run.ID || len(again.Scale) != 3 {
		t.Errorf("the original: %+v", again.Terms())
	}
	if h := s.history("run", int64(next.ID)); !slices.Equal(h, []string{"run copied", "run scheduled"}) {
		t.Errorf("the trail says %v", h)
	}
}

func TestNothingIsCopiedIntoThePast(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	err := s.write(func(tx *db.Tx) error {
		_, err := course.Copy(t.Context(), tx, audit.System, s.now(), "FND-M26", -16)
		return err
	})
	if !slices.Equal(about(err), []string{"first_day"}) || !strings.Contains(err.Error(), "first_day") {
		t.Errorf("%v", err)
	}
}
