package course_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/london"
)

// timetable is the school's as it stands.
func (s *school) timetable() course.Timetable {
	s.Helper()
	t, err := course.TimetableOf(s.Context(), s.db, s.now())
	if err != nil {
		s.Fatal(err)
	}
	return t
}

func (s *school) retime(t course.Timetable) (before, after *course.Offering, err error) {
	err = s.write(func(tx *db.Tx) (err error) {
		if err := course.LockPlaces(s.Context(), tx, s.run.ID); err != nil {
			return err
		}
		before, after, err = course.Retime(s.Context(), tx, audit.System, s.run.ID, t)
		return err
	})
	return before, after, err
}

func TestABlockMovesWithWhoTeachesIt(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	if err := s.assign(s.run.Blocks[1].ID, s.kofi); err != nil {
		t.Fatal(err)
	}
	plan := s.timetable()
	plan.Blocks[1].StartsOn, plan.Blocks[1].EndsOn = london.On(2027, 6, 14), london.On(2027, 6, 18)
	plan.Blocks[1].Venue, plan.Blocks[1].Link = "Friends’ Hall", "https://meet.example/b2"
	before, after, err := s.retime(plan)
	if err != nil {
		t.Fatal(err)
	}
	if before.Blocks[1].StartsOn != london.On(2027, 6, 7) || after.Blocks[1].StartsOn != london.On(2027, 6, 14) || after.Edition != 1 {
		t.Errorf("from %+v to %+v, edition %d", before.Blocks[1], after.Blocks[1], after.Edition)
	}
	if after.Blocks[1].ID != s.run.Blocks[1].ID || after.WhereOf(after.Blocks[1]) != "Friends’ Hall" || s.timetable().Blocks[1].Link != "https://meet.example/b2" {
		t.Errorf("%+v", after.Blocks[1])
	}
	if got := s.taught(); len(got) != 1 || got[0].StartsOn != london.On(2027, 6, 14) {
		t.Errorf("who teaches: %+v", got)
	}
	if h := s.history("run", int64(s.run.ID)); h[0] != "run dates changed" {
		t.Errorf("the trail says %v", h)
	}
}

func TestALinkAloneChangesNobodysCalendar(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	plan := s.timetable()
	plan.Blocks[0].Link = "https://meet.example/b1"
	if s.now().Moves(plan) {
		t.Error("a link moves the run")
	}
	if _, after, err := s.retime(plan); err != nil || after.Edition != 0 {
		t.Errorf("%v", err)
	}
	for name, change := range map[string]func(*course.Timetable){
		"the town": func(t *course.Timetable) { t.City = "Leeds" }, "the hours": func(t *course.Timetable) { t.DayEnds = "17:00" },
		"a day": func(t *course.Timetable) { t.Blocks[0].EndsOn = t.Blocks[0].EndsOn.AddDays(-1) }, "a block": func(t *course.Timetable) { t.Blocks = t.Blocks[:3] },
		"a place": func(t *course.Timetable) { t.Blocks[2].Venue = "Hall B" },
	} {
		plan := s.timetable()
		change(&plan)
		if !s.now().Moves(plan) {
			t.Errorf("%s does not move the run", name)
		}
	}
}

func TestBlocksMayBeAddedTakenAwayAndChangePlaces(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	plan := s.timetable()
	one, two := plan.Blocks[0], plan.Blocks[1]
	one.StartsOn, one.EndsOn, two.StartsOn, two.EndsOn = two.StartsOn, two.EndsOn, one.StartsOn, one.EndsOn
	extra := course.Sitting{StartsOn: london.On(2028, 1, 10), EndsOn: london.On(2028, 1, 10)}
	plan.Blocks = []course.Sitting{two, one, plan.Blocks[3], extra}
	_, after, err := s.retime(plan)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range after.Blocks {
		got = append(got, london.Days(b.StartsOn, b.EndsOn))
	}
	want := []string{"8 to 12 March 2027", "7 to 11 June 2027", "6 to 10 December 2027", "10 January 2028"}
	if !slices.Equal(got, want) || after.Blocks[0].ID != s.run.Blocks[1].ID || after.Blocks[3].Number != 4 || after.Days() != 16 {
		t.Errorf("%q", got)
	}
}

func TestWhatHasBegunStays(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	s.clock.Set(s.run.StartsOn().At(8, 0))
	for name, change := range map[string]func(*course.Timetable){
		"its last day": func(t *course.Timetable) { t.Blocks[0].EndsOn = t.Blocks[0].EndsOn.AddDays(-1) },
		"it goes":      func(t *course.Timetable) { t.Blocks = t.Blocks[1:] },
	} {
		plan := s.timetable()
		change(&plan)
		_, _, err := s.retime(plan)
		if f := failure.Of(err); f == nil || !strings.Contains(f.Fields["block1"], "Block 1 has begun. It stays on 8 to 12 March 2027") {
			t.Errorf("%s: %v", name, err)
		}
	}
	plan := s.timetable()
	plan.Blocks[1].EndsOn = plan.Blocks[1].EndsOn.AddDays(-1)
	if _, _, err := s.retime(plan); err != nil {
		t.Errorf("one that is to come: %v", err)
	}
}

func TestATimetableThatCannotBeIsRefusedByItsBlock(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	for name, c := range map[string]struct {
		want   string
		change func(*course.Timetable)
	}{
		"no blocks":   {"block1", func(t *course.Timetable) { t.Blocks = nil }},
		"no last day": {"block2", func(t *course.Timetable) { t.Blocks[1].EndsOn = london.Date{} }},
		"backwards":   {"block2", func(t *course.Timetable) { t.Blocks[1].EndsOn = t.Blocks[1].StartsOn.AddDays(-1) }},
		"too long":    {"block2", func(t *course.Timetable) { t.Blocks[1].EndsOn = t.Blocks[1].StartsOn.AddDays(14) }},
		"over the next": {"block2", func(t *course.Timetable) {
			t.Blocks[0].StartsOn, t.Blocks[0].EndsOn = london.On(2027, 6, 4), london.On(2027, 6, 7)
		}},
		"today": {"block1", func(t *course.Timetable) {
			t.Blocks[0].StartsOn, t.Blocks[0].EndsOn = london.On(2026, 11, 23), london.On(2026, 11, 24)
		}},
		"not a link":       {"block1_link", func(t *course.Timetable) { t.Blocks[0].Link = "http://meet.example" }},
		"a long place":     {"block1_venue", func(t *course.Timetable) { t.Blocks[0].Venue = strings.Repeat("a", 201) }},
		"somebody else's":  {"block1", func(t *course.Timetable) { t.Blocks[0].ID = 4040 }},
		"a time that is 0": {"day_starts", func(t *course.Timetable) { t.DayStarts = "" }},
	} {
		plan := s.timetable()
		c.change(&plan)
		if _, _, err := s.retime(plan); !slices.Equal(about(err), []string{c.want}) {
			t.Errorf("%s: %v about %v", name, err, about(err))
		}
	}
}

func TestADayOnWhichATrainerIsElsewhereIsNoDayToMoveTo(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	beside := s.other("FND-L27", london.On(2027, 6, 14), london.On(2027, 6, 18))
	for _, b := range []course.Block{s.run.Blocks[1], beside.Blocks[0]} {
		if err := s.assign(b.ID, s.kofi); err != nil {
			t.Fatal(err)
		}
	}
	plan := s.timetable()
	plan.Blocks[1].StartsOn, plan.Blocks[1].EndsOn = london.On(2027, 6, 17), london.On(2027, 6, 21)
	_, _, err := s.retime(plan)
	if f := failure.Of(err); !errors.Is(err, course.ErrElsewhere) || !strings.Contains(f.Message, "Kofi Mensah teaches FND-L27 on 14 to 18 June 2027") {
		t.Errorf("%v", err)
	}
	if s.now().Blocks[1].StartsOn != london.On(2027, 6, 7) {
		t.Error("the block moved")
	}
}

func TestACalendarFollowsWhatChanged(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	plan := s.timetable()
	plan.Blocks[0].EndsOn = plan.Blocks[0].EndsOn.AddDays(-1) // its fifth day goes
	plan.Blocks[1].Venue = "Hall B"
	before, after, err := s.retime(plan)
	if err != nil {
		t.Fatal(err)
	}
	now := s.db.Now()
	file := strings.ReplaceAll(string(after.Calendar(now, after.Blocks...)), "\r\n ", "")
	if strings.Count(file, "BEGIN:VEVENT") != 19 || strings.Count(file, "SEQUENCE:1") != 19 || strings.Count(file, "LOCATION:Hall B") != 5 {
		t.Errorf("the dates: %s", file)
	}
	gone := string(after.Gone(now, before))
	if strings.Count(gone, "BEGIN:VEVENT") != 1 || !strings.Contains(gone, "UID:FND-M27-1-5@bursar") || !strings.Contains(gone, "STATUS:CANCELLED") || !strings.Contains(gone, "SEQUENCE:1") {
		t.Errorf("the day that is gone: %s", gone)
	}
	if after.Gone(now, after) != nil {
		t.Error("a run that did not change has days that are gone")
	}
	if !strings.Contains(string(after.Cancellation(now)), "SEQUENCE:2") {
		t.Error("a cancellation does not outdo the dates")
	}
}
