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
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
)

// school is a run of twenty days and two people who teach.
type school struct {
	*testing.T
	db    *db.DB
	clock *dbtest.Clock
	run   *course.Offering
	kofi  id.Person
	maya  id.Person
}

func newSchool(t *testing.T) *school {
	t.Helper()
	d, clock := dbtest.NewAt(t, london.On(2026, 11, 23).At(9, 0))
	s := &school{T: t, db: d, clock: clock, run: schedule(t, d)}
	s.kofi, s.maya = s.trainer("kofi@threshold.example", "Kofi Mensah"), s.trainer("maya@threshold.example", "Maya Lind")
	return s
}

func (s *school) write(f func(tx *db.Tx) error) error { return s.db.Write(s.Context(), f) }

func (s *school) must(f func(tx *db.Tx) error) {
	s.Helper()
	if err := s.write(f); err != nil {
		s.Fatal(err)
	}
}

func (s *school) trainer(email, name string) (who id.Person) {
	s.Helper()
	s.must(func(tx *db.Tx) error {
		p, err := people.Ensure(s.Context(), tx, email)
		if err != nil {
			return err
		}
		who = p.ID
		if err := people.SetDetails(s.Context(), tx, who, people.Details{Name: name}); err != nil {
			return err
		}
		return course.AddTrainer(s.Context(), tx, audit.System, who)
	})
	return who
}

func (s *school) assign(block id.Block, person id.Person) error {
	return s.write(func(tx *db.Tx) error { return course.Assign(s.Context(), tx, audit.System, block, person) })
}

// other schedules a run of one block beside the first.
func (s *school) other(code string, first, last london.Date) *course.Offering {
	s.Helper()
	o := foundation(&s.run.Course)
	o.CourseID, o.Code, o.Blocks = s.run.CourseID, code, []course.Block{{StartsOn: first, EndsOn: last}}
	s.must(func(tx *db.Tx) error { return course.Schedule(s.Context(), tx, audit.System, o) })
	return o
}

func (s *school) taught() []course.Teaching {
	s.Helper()
	all, err := course.TrainersOf(s.Context(), s.db, s.run.ID)
	if err != nil {
		s.Fatal(err)
	}
	return all
}

// history is what was done to something, newest first.
func (s *school) history(subject string, which int64) []string {
	s.Helper()
	entries, err := audit.History(s.Context(), s.db, subject, which, 0, 50)
	if err != nil {
		s.Fatal(err)
	}
	var actions []string
	for _, e := range entries {
		actions = append(actions, e.Action)
	}
	return actions
}

func TestWhoTeachesIsKnownByName(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	list, err := course.Trainers(t.Context(), s.db)
	if err != nil || len(list) != 2 || list[0].Name != "Kofi Mensah" || list[1].PersonID != s.maya || list[0].Peer || list[0].Introduction != "" {
		t.Fatalf("%+v, %v", list, err)
	}
	roles, err := people.RolesOf(t.Context(), s.db, s.kofi)
	if err != nil || !slices.Contains(roles, people.Trainer) {
		t.Errorf("a trainer has the roles %v, %v", roles, err)
	}
	s.must(func(tx *db.Tx) error { return course.AddTrainer(t.Context(), tx, audit.System, s.kofi) })
	if h := s.history("trainer", int64(s.kofi)); len(h) != 1 {
		t.Errorf("added twice: %v", h)
	}
}

func TestATrainerIsAPeerByTheirOwnWordAndItIsNotKeptWhenTheyTakeItBack(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	for _, peer := range []bool{true, false} {
		s.must(func(tx *db.Tx) error { return course.SetTrainerPeer(t.Context(), tx, s.kofi, peer) })
		if k, err := course.TrainerOf(t.Context(), s.db, s.kofi); err != nil || k.Peer != peer {
			t.Errorf("%+v, %v", k, err)
		}
	}
	entries, err := audit.History(t.Context(), s.db, "trainer", int64(s.kofi), 0, 10)
	if err != nil || len(entries) != 3 {
		t.Fatalf("%+v, %v", entries, err)
	}
	for _, e := range entries[:2] {
		if p, own := e.Actor.Person(); !own || p != s.kofi || string(e.Detail) != "{}" {
			t.Errorf("the trail says %+v", e)
		}
	}
	err = s.write(func(tx *db.Tx) error { return course.SetTrainerPeer(t.Context(), tx, 404, true) })
	if !errors.Is(err, course.ErrNoTrainer) {
		t.Errorf("somebody who does not teach: %v", err)
	}
}

func TestATrainerIntroducesThemselvesShortly(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	s.must(func(tx *db.Tx) error { return course.Introduce(t.Context(), tx, s.kofi, "  I have been a nurse. ") })
	if k, err := course.TrainerOf(t.Context(), s.db, s.kofi); err != nil || k.Introduction != "I have been a nurse." {
		t.Errorf("%+v, %v", k, err)
	}
	err := s.write(func(tx *db.Tx) error { return course.Introduce(t.Context(), tx, s.kofi, strings.Repeat("é", 601)) })
	if f := failure.Of(err); f == nil || f.Fields["introduction"] == "" {
		t.Errorf("601 characters: %v", err)
	}
}

func TestNobodyTeachesInTwoPlacesOnOneDay(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	beside := s.other("FND-L27", london.On(2027, 3, 12), london.On(2027, 3, 16)) // begins on the last day of the first
	after := s.other("FND-O27", london.On(2027, 3, 13), london.On(2027, 3, 14))
	if err := s.assign(s.run.Blocks[0].ID, s.kofi); err != nil {
		t.Fatal(err)
	}
	err := s.assign(beside.Blocks[0].ID, s.kofi)
	if f := failure.Of(err); !errors.Is(err, course.ErrElsewhere) || !strings.Contains(f.Message, "Kofi Mensah teaches FND-M27 on 8 to 12 March 2027") {
		t.Errorf("two places on 12 March: %v", err)
	}
	if err := s.assign(beside.Blocks[0].ID, s.maya); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	if err := s.assign(after.Blocks[0].ID, s.kofi); err != nil {
		t.Errorf("the day after: %v", err)
	}
	if err := s.assign(s.run.Blocks[0].ID, s.kofi); err != nil || len(s.taught()) != 1 {
		t.Errorf("again: %v, %+v", err, s.taught())
	}
	_, err = s.db.NewRaw("INSERT INTO block_trainers (block_id, person_id, starts_on, ends_on) SELECT id, ?, starts_on, ends_on FROM blocks WHERE id = ?",
		s.kofi, beside.Blocks[0].ID).Exec(t.Context())
	if !db.Violates(err, "block_trainers_in_one_place") {
		t.Errorf("the database: %v", err)
	}
}

func TestTwoWhoPlanAtOnceDoNotSplitATrainer(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	beside := s.other("FND-L27", london.On(2027, 3, 12), london.On(2027, 3, 16))
	first, second := make(chan struct{}), make(chan error, 1)
	s.must(func(tx *db.Tx) error {
		if err := course.Assign(t.Context(), tx, audit.System, s.run.Blocks[0].ID, s.kofi); err != nil {
			return err
		}
		go func() {
			close(first)
			second <- s.assign(beside.Blocks[0].ID, s.kofi) // sees nobody there and waits at the constraint
		}()
		<-first
		return nil
	})
	if err := <-second; !errors.Is(err, course.ErrElsewhere) {
		t.Errorf("the second plan: %v", err)
	}
}

func TestWhoTeachesARunOpensItsRegister(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	if err := s.assign(s.run.Blocks[1].ID, s.maya); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[id.Person]bool{s.maya: true, s.kofi: false} {
		if got, err := course.Teaches(t.Context(), s.db, who, s.run.ID); err != nil || got != want {
			t.Errorf("%d teaches: %v, %v", who, got, err)
		}
	}
	if got := s.taught(); len(got) != 1 || got[0].Name != "Maya Lind" || got[0].Number != 2 || !course.WithoutPeer(got) {
		t.Errorf("%+v", got)
	}
	s.must(func(tx *db.Tx) error { return course.SetTrainerPeer(t.Context(), tx, s.maya, true) })
	if course.WithoutPeer(s.taught()) {
		t.Error("a peer who teaches is overlooked")
	}
	for range 2 {
		s.must(func(tx *db.Tx) error {
			return course.Unassign(t.Context(), tx, audit.System, s.run.Blocks[1].ID, s.maya)
		})
	}
	if got := s.taught(); len(got) != 0 {
		t.Errorf("after they were taken off: %+v", got)
	}
	if h := s.history("block", int64(s.run.Blocks[1].ID)); !slices.Equal(h, []string{"trainer taken off", "trainer assigned"}) {
		t.Errorf("the trail says %v", h)
	}
}

func TestATrainerLeavesOnceTheirDaysAreOthersAndMayComeBack(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	block := s.run.Blocks[0]
	leave := func() error {
		return s.write(func(tx *db.Tx) error { return course.EndTrainer(t.Context(), tx, audit.System, s.kofi) })
	}
	if err := s.assign(block.ID, s.kofi); err != nil {
		t.Fatal(err)
	}
	if err := leave(); !errors.Is(err, course.ErrStillTeaches) || !strings.Contains(failure.Of(err).Message, "FND-M27 on 8 to 12 March 2027") {
		t.Errorf("with days ahead: %v", err)
	}
	s.clock.Set(block.EndsOn.AddDays(1).At(9, 0))
	for range 2 {
		if err := leave(); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.taught(); len(got) != 1 {
		t.Errorf("what they taught: %+v", got)
	}
	if yes, err := course.Teaches(t.Context(), s.db, s.kofi, s.run.ID); err != nil || yes {
		t.Errorf("their register is open: %v, %v", yes, err)
	}
	if roles, err := people.RolesOf(t.Context(), s.db, s.kofi); err != nil || len(roles) != 0 {
		t.Errorf("roles %v, %v", roles, err)
	}
	if err := s.assign(s.run.Blocks[1].ID, s.kofi); !errors.Is(err, course.ErrNoTrainer) {
		t.Errorf("assigned after leaving: %v", err)
	}
	s.must(func(tx *db.Tx) error { return course.AddTrainer(t.Context(), tx, audit.System, s.kofi) })
	if err := s.assign(s.run.Blocks[1].ID, s.kofi); err != nil {
		t.Errorf("after coming back: %v", err)
	}
}

func TestLinksOfOnlineDaysAreForThoseWhoCome(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	dbtest.Force(t, s.db, "UPDATE blocks SET link = 'https://meet.example/abc' WHERE id = ?", s.run.Blocks[2].ID)
	links, err := course.Links(t.Context(), s.db, s.run.ID)
	if err != nil || len(links) != 1 || links[s.run.Blocks[2].ID] != "https://meet.example/abc" {
		t.Errorf("%v, %v", links, err)
	}
}
