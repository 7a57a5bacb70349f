package report_test

import (
	"errors"
	"testing"
	"time"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/report"
)

func (w *world) today() report.Today {
	w.t.Helper()
	var today report.Today
	err := dbtest.As(w.t, w.app, db.Office).Write(w.t.Context(), func(tx *db.Tx) (err error) {
		today, err = report.TodayAt(w.t.Context(), tx)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return today
}

func TestNothingNeedsAnybodyInAnEmptyOffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	if got := w.today(); got != (report.Today{}) {
		t.Errorf("today: %+v", got)
	}
}

func TestAMissingNameAndOrderAreCountedUntilTheyCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	o := w.organisation("Westermoor Trust", "required")
	team := w.booked(o, 2)
	if got := w.today(); got != (report.Today{Names: 2, Orders: 2}) {
		t.Errorf("two places without names and orders: %+v", got)
	}
	w.named(o, w.seats(team)[0], "Łukasz Żółć", "lukasz@westermoor.example")
	if got := w.today(); got.Names != 1 {
		t.Errorf("with one name: %+v", got)
	}
}

// The run of the tests needs nobody, begins on 8 March 2027, and is decided about six weeks before.
func TestACohortWithTooFewPeopleIsDecidedAboutSixWeeksBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2027, time.January, 24))
	dbtest.Force(t, w.app, "UPDATE runs SET minimum = 2 WHERE id = ?", w.run.ID)
	undecided := func() int {
		t.Helper()
		list, err := report.Cohorts(t.Context(), w, report.CohortsUndecided, london.DateOf(w.Now()), report.CohortKey{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		if n := w.today().Cohorts; n != len(list) {
			t.Errorf("%d are counted and %d listed", n, len(list))
		}
		return len(list)
	}
	if n := undecided(); n != 0 {
		t.Errorf("%d on the day before", n)
	}
	w.clock.Set(on(2027, time.January, 25))
	if n := undecided(); n != 1 {
		t.Errorf("%d on the day", n)
	}
	dbtest.Force(t, w.app, "UPDATE runs SET decide_by = '2027-02-01' WHERE id = ?", w.run.ID)
	if n := undecided(); n != 0 {
		t.Errorf("%d where staff said a later day", n)
	}
	w.clock.Set(on(2027, time.February, 1))
	if n := undecided(); n != 1 {
		t.Errorf("%d on that day", n)
	}
	for _, who := range []string{"ana@post.example", "ben@post.example"} {
		fixture.Confirmed(t, w.app, w.run, w.person(who))
	}
	if n := undecided(); n != 0 {
		t.Errorf("%d with enough people", n)
	}
}

func TestCohortsAreListedByKindAndKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	second := fixture.Run(t, w.app, "FND-U27", 10)
	fixture.Held(t, w.app, second, w.person("ana@post.example"))
	first, err := report.Cohorts(t.Context(), w, report.CohortsToCome, london.DateOf(w.Now()), report.CohortKey{}, 1)
	if err != nil || len(first) != 1 || first[0].Code != "FND-U27" || first[0].Held != 1 || first[0].Free() != 9 {
		t.Fatalf("the first: %+v, %v", first, err)
	}
	rest, err := report.Cohorts(t.Context(), w, report.CohortsAll, london.DateOf(w.Now()), report.CohortKey{StartsOn: first[0].StartsOn, ID: first[0].ID}, 10)
	if err != nil || len(rest) != 1 || rest[0].Code != "FND-T27" {
		t.Errorf("those before: %+v, %v", rest, err)
	}
	for kind, want := range map[report.CohortKind]int{report.CohortsOver: 0, report.CohortsDrafts: 0, report.CohortsAll: 2} {
		if list, err := report.Cohorts(t.Context(), w, kind, london.DateOf(w.Now()), report.CohortKey{}, 10); err != nil || len(list) != want {
			t.Errorf("%s: %d, %v", kind, len(list), err)
		}
	}
	if over, err := report.Cohorts(t.Context(), w, report.CohortsOver, london.On(2027, time.December, 11), report.CohortKey{}, 10); err != nil || len(over) != 2 {
		t.Errorf("%d are over the day after, %v", len(over), err)
	}
	if _, err := report.Cohorts(t.Context(), w, "lost", london.DateOf(w.Now()), report.CohortKey{}, 10); !errors.Is(err, report.ErrCohortKind) {
		t.Errorf("a kind that there is not: %v", err)
	}
}

func TestRegistersAreMissingFromTheNextDayUntilSomebodyFillsThemIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	place := fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example"))
	missing := func() []report.Gap {
		t.Helper()
		var all []report.Gap
		var after report.GapKey
		for {
			some, err := report.RegistersMissing(t.Context(), w, london.DateOf(w.Now()), after, 3)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, some...)
			if len(some) < 3 {
				break
			}
			last := some[2]
			after = report.GapKey{Day: last.Day, Half: last.Half, Block: last.Block}
		}
		if n := w.today().Registers; n != len(all) {
			t.Errorf("%d are counted and %d listed", n, len(all))
		}
		return all
	}
	w.clock.Set(on(2027, time.March, 8))
	if got := missing(); len(got) != 0 {
		t.Errorf("on the first day: %+v", got)
	}
	w.clock.Set(on(2027, time.March, 10))
	got := missing()
	if len(got) != 4 || got[0].Half != "am" || got[0].Day != w.run.StartsOn() || got[3].Half != "pm" || got[3].Day != w.run.StartsOn().AddDays(1) {
		t.Fatalf("after two days: %+v", got)
	}
	fixture.Attended(t, w.app, w.run, place, 3)
	if got := missing(); len(got) > 1 {
		t.Errorf("after three registers: %+v", got)
	}
}

func TestAnEmailThatFailedIsShownForTwoWeeks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2026, time.November, 23))
	fixture.Confirmed(t, w.app, w.run, w.person("ana@post.example"))
	dbtest.Force(t, w.app, "UPDATE mails SET status = 'failed', last_error = '550 no such user' WHERE id = (SELECT min(id) FROM mails WHERE NOT secret)")
	list, err := report.MailsUnsent(t.Context(), w.app, w.Now(), 0, 10)
	if err != nil || len(list) != 1 || list[0].Reason != "550 no such user" || w.today().Mails != 1 {
		t.Errorf("%+v, %v, and %d are counted", list, err, w.today().Mails)
	}
	w.clock.Set(on(2026, time.December, 8))
	if list, err := report.MailsUnsent(t.Context(), w.app, w.Now(), 0, 10); err != nil || len(list) != 0 || w.today().Mails != 0 {
		t.Errorf("two weeks later: %+v, %v", list, err)
	}
}
