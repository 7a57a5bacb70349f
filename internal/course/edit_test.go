package course_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/london"
)

// about lists the fields that a refusal names.
func about(err error) []string {
	if f := failure.Of(err); f != nil {
		return slices.Sorted(maps.Keys(f.Fields))
	}
	return nil
}

// now is the school's run as it stands.
func (s *school) now() *course.Offering {
	s.Helper()
	o, err := course.OfferingOf(s.Context(), s.db, s.run.ID)
	if err != nil {
		s.Fatal(err)
	}
	return o
}

// taken has places of the run taken, some of them by peers.
func (s *school) taken(held, confirmed, peers int) {
	s.Helper()
	dbtest.Force(s, s.db, "UPDATE run_places SET held = ?, confirmed = ?, peers = ? WHERE run_id = ?", held, confirmed, peers, s.run.ID)
}

func TestACourseIsAddedAndSaidAnewButKeepsItsAddress(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	c := s.run.Course
	found, err := course.Find(t.Context(), s.db, "foundation")
	if err != nil {
		t.Fatal(err)
	}
	c = found.Course
	c.Title, c.Slug, c.Position = "Foundation year", "elsewhere", 3
	s.must(func(tx *db.Tx) error { return course.Edit(t.Context(), tx, audit.System, &c) })
	found, err = course.Find(t.Context(), s.db, "foundation")
	if err != nil || found.Title != "Foundation year" || found.Position != 3 {
		t.Errorf("%+v, %v", found.Course, err)
	}
	if h := s.history("course", int64(c.ID)); !slices.Equal(h, []string{"course changed", "course added"}) {
		t.Errorf("the trail says %v", h)
	}
	list, err := course.Courses(t.Context(), s.db)
	if err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestACourseThatSaysTooLittleOrTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	for want, change := range map[string]func(*course.Course){
		"title":       func(c *course.Course) { c.Title = " " },
		"summary":     func(c *course.Course) { c.Summary = strings.Repeat("é", 301) },
		"audience":    func(c *course.Course) { c.Audience = "" },
		"description": func(c *course.Course) { c.Description = "" },
		"slug":        func(c *course.Course) { c.Slug = "Foundation" },
		"position":    func(c *course.Course) { c.Position = -1 },
	} {
		c := course.Course{Slug: "other", Title: "t", Summary: "s", Description: "d", Audience: "a"}
		change(&c)
		err := s.write(func(tx *db.Tx) error { return course.Add(t.Context(), tx, audit.System, &c) })
		if !slices.Equal(about(err), []string{want}) {
			t.Errorf("%s: %v about %v", want, err, about(err))
		}
	}
	for _, slug := range []string{"new", "foundation"} {
		c := course.Course{Slug: slug, Title: "t", Summary: "s", Description: "d", Audience: "a"}
		err := s.write(func(tx *db.Tx) error { return course.Add(t.Context(), tx, audit.System, &c) })
		if !slices.Equal(about(err), []string{"slug"}) {
			t.Errorf("the slug %q: %v", slug, err)
		}
	}
}

func TestAPlannedRunIsADraftThatTheOfficeCompletes(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	o := &course.Offering{
		Run:    course.Run{Code: "FND-L28", CourseID: s.run.CourseID, City: "London", Entry: course.Book, Listed: true, DayStarts: "09:30", DayEnds: "16:30", Status: course.Open},
		Blocks: []course.Block{{StartsOn: london.On(2028, 2, 7), EndsOn: london.On(2028, 2, 11)}},
		Places: course.Places{Capacity: 28},
	}
	plan := func(o *course.Offering) error {
		return s.write(func(tx *db.Tx) error { return course.Plan(t.Context(), tx, audit.System, o) })
	}
	if err := plan(o); err != nil {
		t.Fatal(err)
	}
	found, err := course.OfferingOf(t.Context(), s.db, o.ID)
	if err != nil || found.Status != course.Draft || found.Days() != 5 || len(found.Prices) != 0 || len(found.Scale) != 0 || found.AttendanceBP != 8000 {
		t.Errorf("%+v, %v", found, err)
	}
	if _, err := course.FindOffering(t.Context(), s.db, "FND-L28"); !errors.Is(err, course.ErrUnknown) {
		t.Errorf("the public sees a draft: %v", err)
	}
	for want, change := range map[string]func(*course.Offering){
		"code":       func(o *course.Offering) { o.Code = "fnd-l29" },
		"course":     func(o *course.Offering) { o.CourseID = 0 },
		"city":       func(o *course.Offering) { o.City = "" },
		"capacity":   func(o *course.Offering) { o.Places.Capacity = 0 },
		"reserved":   func(o *course.Offering) { o.Places.Reserved, o.Places.ReleaseOn = 29, london.On(2027, 12, 1) },
		"release_on": func(o *course.Offering) { o.Places.Reserved = 6 },
		"day_starts": func(o *course.Offering) { o.DayStarts = "9.30" },
		"day_ends":   func(o *course.Offering) { o.DayEnds = "09:00" },
		"block1":     func(o *course.Offering) { o.Blocks[0].StartsOn = london.On(2026, 11, 23) },
	} {
		next := *o
		next.Run.ID, next.Code = 0, "FND-L29"
		next.Blocks = []course.Block{{StartsOn: london.On(2028, 2, 7), EndsOn: london.On(2028, 2, 11)}}
		change(&next)
		if err := plan(&next); !slices.Equal(about(err), []string{want}) {
			t.Errorf("%s: %v about %v", want, err, about(err))
		}
	}
	again := *o
	again.Run.ID, again.Blocks = 0, []course.Block{{StartsOn: london.On(2028, 2, 7), EndsOn: london.On(2028, 2, 11)}}
	if err := plan(&again); !slices.Equal(about(err), []string{"code"}) {
		t.Errorf("a code that is taken: %v", err)
	}
}

func TestThereAreNeverFewerPlacesThanAreTaken(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	s.taken(5, 14, 4) // 15 of them are not peers
	set := func(capacity, reserved int, release london.Date) error {
		return s.write(func(tx *db.Tx) error {
			return course.SetPlaces(t.Context(), tx, audit.System, s.run.ID, capacity, reserved, release)
		})
	}
	later := london.On(2027, 1, 31)
	err := set(18, 0, london.Date{})
	if f := failure.Of(err); f == nil || !strings.Contains(f.Fields["capacity"], "19 places are taken: 14 confirmed and 5 held") {
		t.Errorf("fewer than are taken: %v", err)
	}
	err = set(20, 6, later)
	if f := failure.Of(err); f == nil || !strings.Contains(f.Fields["reserved"], "15 places are taken by people who are not peers, so at most 5 can be kept") {
		t.Errorf("more kept than peers can have: %v", err)
	}
	if err := set(20, 5, later); err != nil {
		t.Fatal(err)
	}
	if p := s.now().Places; p.Capacity != 20 || p.Reserved != 5 || p.ReleaseOn != later || p.Released {
		t.Errorf("%+v", p)
	}
	if err := set(19, 0, london.Date{}); err != nil {
		t.Errorf("exactly those that are taken: %v", err)
	}
	if err := set(24, 12, london.On(2026, 11, 22)); err != nil || !s.now().Places.Released {
		t.Errorf("kept until yesterday: %v, %+v", err, s.now().Places)
	}
	if h := s.history("run", int64(s.run.ID)); h[0] != "run places changed" {
		t.Errorf("the trail says %v", h)
	}
}

func TestThereAreNoFewerPlacesThanARunNeeds(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	d := s.now().Details()
	d.Minimum = 16
	s.must(func(tx *db.Tx) error { return course.SetDetails(t.Context(), tx, audit.System, s.run.ID, d) })
	err := s.write(func(tx *db.Tx) error {
		return course.SetPlaces(t.Context(), tx, audit.System, s.run.ID, 15, 0, london.Date{})
	})
	if !slices.Equal(about(err), []string{"capacity"}) {
		t.Errorf("15 places for 16: %v", err)
	}
}

func TestDetailsAreKeptWithinTheDates(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	set := func(change func(*course.Details)) error {
		d := s.now().Details()
		change(&d)
		return s.write(func(tx *db.Tx) error { return course.SetDetails(t.Context(), tx, audit.System, s.run.ID, d) })
	}
	first := s.run.StartsOn()
	for want, change := range map[string]func(*course.Details){
		"closes_on":  func(d *course.Details) { d.ClosesOn = first.AddDays(1) },
		"decide_by":  func(d *course.Details) { d.DecideBy = first },
		"minimum":    func(d *course.Details) { d.Minimum = 25 },
		"entry":      func(d *course.Details) { d.Entry = "queue" },
		"attendance": func(d *course.Details) { d.AttendanceBP = 10_001 },
		"schedule":   func(d *course.Details) { d.Schedule = strings.Repeat("a", 601) },
	} {
		if err := set(change); !slices.Equal(about(err), []string{want}) {
			t.Errorf("%s: %v", want, err)
		}
	}
	err := set(func(d *course.Details) {
		d.Schedule, d.Entry, d.Listed, d.ClosesOn, d.Minimum, d.DecideBy, d.AttendanceBP, d.MayMissBlock =
			"Bring a cushion.", course.Apply, false, first, 16, first.AddDays(-30), 9000, true
	})
	if o := s.now(); err != nil || o.Schedule != "Bring a cushion." || o.Entry != course.Apply || o.Listed || o.ClosesOn != first || o.Minimum != 16 ||
		o.DecideOn() != first.AddDays(-30) || o.AttendanceBP != 9000 || !o.MayMissBlock {
		t.Errorf("%v: %+v", err, o.Run)
	}
}

func TestWhatCompletingTakesBecomesNoHarderForWhoHasAPlace(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	set := func(bp int64, miss bool) error {
		d := s.now().Details()
		d.AttendanceBP, d.MayMissBlock = bp, miss
		return s.write(func(tx *db.Tx) error { return course.SetDetails(t.Context(), tx, audit.System, s.run.ID, d) })
	}
	if err := set(8500, true); err != nil {
		t.Errorf("while nobody has a place: %v", err)
	}
	s.taken(0, 1, 0)
	for name, err := range map[string]error{"more of the days": set(8600, true), "no block missed": set(8500, false)} {
		if !slices.Equal(about(err), []string{"attendance"}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := set(8000, true); err != nil {
		t.Errorf("easier: %v", err)
	}
}
