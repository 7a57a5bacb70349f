package course_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/london"
	"bursar/internal/state"
)

func TestARunIsPublishedClosedAndOpenedAgain(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	dbtest.Force(t, s.db, "UPDATE runs SET status = 'draft' WHERE id = ?", s.run.ID)
	do := func(verb func(tx *db.Tx) error) error { return s.write(verb) }
	publish := func(tx *db.Tx) error { return course.Publish(t.Context(), tx, audit.System, s.run.ID) }
	closing := func(tx *db.Tx) error { return course.Close(t.Context(), tx, audit.System, s.run.ID) }
	for _, step := range []struct {
		verb func(tx *db.Tx) error
		want course.Status
	}{{publish, course.Open}, {publish, course.Open}, {closing, course.Closed}, {closing, course.Closed}, {publish, course.Open}} {
		if err := do(step.verb); err != nil || s.now().Status != step.want {
			t.Errorf("%s: %v", s.now().Status, err)
		}
	}
	if h := s.history("run", int64(s.run.ID)); !slices.Equal(h, []string{"run open", "run closed", "run open", "run scheduled"}) {
		t.Errorf("the trail says %v", h)
	}
	s.clock.Set(s.run.StartsOn().At(8, 0))
	s.must(closing)
	if err := do(publish); !errors.Is(err, course.ErrBegun) {
		t.Errorf("opened on its first day: %v", err)
	}
}

func TestWhatPeopleNeedToKnowIsThereBeforeARunIsPublished(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"a price": "DELETE FROM run_prices WHERE band = 'peer' AND run_id = ?",
		"a scale": "DELETE FROM run_withdrawal_steps WHERE run_id = ?",
	} {
		s := newSchool(t)
		dbtest.Force(t, s.db, "UPDATE runs SET status = 'draft' WHERE id = ?", s.run.ID)
		dbtest.Force(t, s.db, statement, s.run.ID)
		err := s.write(func(tx *db.Tx) error { return course.Publish(t.Context(), tx, audit.System, s.run.ID) })
		if !errors.Is(err, course.ErrUnfinished) || s.now().Status != course.Draft {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

func TestWhatIsOverStaysOver(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	finish := func() error {
		return s.write(func(tx *db.Tx) error { return course.Finish(t.Context(), tx, audit.System, s.run.ID) })
	}
	last := s.run.EndsOn()
	s.clock.Set(last.At(16, 29))
	if err := finish(); !errors.Is(err, course.ErrNotOver) {
		t.Errorf("a minute before its end: %v", err)
	}
	s.clock.Set(last.At(16, 30))
	for range 2 {
		if err := finish(); err != nil || s.now().Status != course.Finished {
			t.Errorf("%s, %v", s.now().Status, err)
		}
	}
	for name, verb := range map[string]func(*db.Tx) error{
		"closed":    func(tx *db.Tx) error { return course.Close(t.Context(), tx, audit.System, s.run.ID) },
		"cancelled": func(tx *db.Tx) error { return course.Cancel(t.Context(), tx, s.run.ID) },
	} {
		if err := s.write(verb); !errors.Is(err, state.ErrMovedOn) {
			t.Errorf("%s after its end: %v", name, err)
		}
	}
}

func TestWhoTaughtWhatIsCancelledIsFreeElsewhere(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	beside := s.other("FND-L27", london.On(2027, 6, 7), london.On(2027, 6, 9))
	for _, b := range s.run.Blocks[:2] {
		if err := s.assign(b.ID, s.kofi); err != nil {
			t.Fatal(err)
		}
	}
	s.clock.Set(s.run.Blocks[0].EndsOn.AddDays(1).At(9, 0))
	s.must(func(tx *db.Tx) error { return course.Cancel(t.Context(), tx, s.run.ID) })
	if got := s.taught(); len(got) != 1 || got[0].Number != 1 {
		t.Errorf("what was taught before stays: %+v", got)
	}
	if err := s.assign(beside.Blocks[0].ID, s.kofi); err != nil {
		t.Errorf("elsewhere: %v", err)
	}
}

func TestItIsDecidedSixWeeksBeforeWhetherARunGoesAhead(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	d := s.now().Details()
	d.Minimum = 16
	s.must(func(tx *db.Tx) error { return course.SetDetails(t.Context(), tx, audit.System, s.run.ID, d) })
	s.taken(3, 12, 0)
	waiting := func(day london.Date) int {
		list, err := course.ToDecide(t.Context(), s.db, day)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	day := london.On(2027, 1, 25) // 42 days before 8 March
	if got := s.now(); got.DecideOn() != day || got.Short() != 1 {
		t.Errorf("decided on %s with %d missing", got.DecideOn(), got.Short())
	}
	if waiting(day.AddDays(-1)) != 0 || waiting(day) != 1 || waiting(s.run.StartsOn()) != 0 {
		t.Error("it waits to be decided at another time")
	}
	s.taken(4, 12, 0)
	if waiting(day) != 0 {
		t.Error("a run with enough people waits to be decided")
	}
	s.taken(3, 12, 0)
	ahead := func() (now bool, err error) {
		err = s.write(func(tx *db.Tx) (err error) {
			now, err = course.GoAhead(t.Context(), tx, audit.System, s.run.ID)
			return err
		})
		return now, err
	}
	if now, err := ahead(); err != nil || !now || waiting(day) != 0 || s.now().DecidedAt.IsZero() {
		t.Errorf("said now: %v, %v", now, err)
	}
	if now, err := ahead(); err != nil || now {
		t.Errorf("said again: %v, %v", now, err)
	}
	dbtest.Force(t, s.db, "UPDATE runs SET decided_at = NULL WHERE id = ?", s.run.ID)
	s.clock.Set(s.run.StartsOn().At(8, 0))
	if _, err := ahead(); !errors.Is(err, course.ErrBegun) {
		t.Errorf("on the first day: %v", err)
	}
	dbtest.Force(t, s.db, "UPDATE runs SET status = 'draft' WHERE id = ?", s.run.ID)
	if _, err := ahead(); !errors.Is(err, state.ErrMovedOn) {
		t.Errorf("a draft: %v", err)
	}
}

func TestWhatToLookAtBeforePublishingIsPointedOut(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	bare := s.now().Concerns(s.taught())
	if len(bare) != 1 || !strings.Contains(bare[0], "no peer trainer") {
		t.Errorf("nobody teaches: %q", bare)
	}
	for _, b := range s.run.Blocks[:3] {
		if err := s.assign(b.ID, s.kofi); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.now().Concerns(s.taught()); len(got) != 2 || !strings.Contains(got[0], "block 4") || !strings.Contains(got[1], "no peer trainer") {
		t.Errorf("a block without anybody, and no peer: %q", got)
	}
	if err := s.assign(s.run.Blocks[3].ID, s.maya); err != nil {
		t.Fatal(err)
	}
	s.must(func(tx *db.Tx) error { return course.SetTrainerPeer(t.Context(), tx, s.maya, true) })
	if got := s.now().Concerns(s.taught()); len(got) != 0 {
		t.Errorf("with a peer among them: %q", got)
	}
	o := s.now()
	o.Blocks[0].StartsOn, o.Blocks[0].EndsOn = london.On(2027, 5, 3), london.On(2027, 5, 7)
	if got := o.Concerns(s.taught()); len(got) != 1 || got[0] != "Block 1, 3 to 7 May 2027, has a bank holiday: Early May, 3 May 2027." {
		t.Errorf("a bank holiday: %q", got)
	}
}
