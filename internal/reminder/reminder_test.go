package reminder_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/attendance"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/reminder"
)

func TestEachMailGoesOutOnItsDayAndOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fixture.Held(t, h.db, h.run, fixture.Person(t, h.db, "unsure@post.example"))
	for _, step := range []struct {
		day                          london.Date
		joining, soon, over, missing int
	}{
		{begins.AddDays(-15), 0, 0, 0, 0},
		{begins.AddDays(-14), 3, 0, 0, 0},
		{begins.AddDays(-3), 3, 0, 0, 0},
		{begins.AddDays(-2), 3, 3, 0, 0},
		{begins, 3, 3, 0, 0},
		{begins.AddDays(4), 3, 3, 0, 0},
		{begins.AddDays(5), 3, 3, 3, 2},
		{begins.AddDays(30), 3, 3, 3, 2},
		{h.run.Blocks[1].StartsOn.AddDays(-2), 3, 6, 3, 2},
		{h.run.Blocks[1].EndsOn.AddDays(1), 3, 6, 6, 3}, // nobody is down for the second block
	} {
		h.on(step.day, 9)
		for range 3 {
			h.round()
		}
		h.sent("joining", step.joining)
		h.sent("block-soon", step.soon)
		h.sent("block-over", step.over)
		h.sent("staff-register-missing", step.missing)
	}
	if n := h.mails("joining", "unsure@post.example"); n != 0 {
		t.Error("somebody whose place is not certain was told how to join")
	}
}

func TestNothingGoesOutAtNightByLondonsClocks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.clock.Set(begins.AddDays(-14).At(7, 59))
	if n := h.round(); n != 0 {
		t.Errorf("%d before eight", n)
	}
	h.clock.Set(begins.AddDays(-14).At(8, 0))
	if n := h.round(); n != 3 {
		t.Errorf("%d at eight", n)
	}
	june := h.run.Blocks[1].StartsOn.AddDays(-2) // summer time: eight in London is seven in Greenwich
	h.clock.Set(june.At(8, 0))
	if h.db.Now().UTC().Hour() != 7 || h.round() != 3 {
		t.Error("not at eight in summer")
	}
}

func TestWhoGetsAPlaceLateIsToldAtOnceAndNotTwiceOnOneDay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.on(begins.AddDays(-14), 9)
	h.round()
	h.on(begins.AddDays(-2), 9)
	h.books("late@post.example")
	h.round()
	if a, b := h.mails("joining", "late@post.example"), h.mails("block-soon", "late@post.example"); a != 1 || b != 0 {
		t.Errorf("%d joining and %d reminders", a, b)
	}
	h.on(begins.AddDays(-1), 9)
	h.round()
	if n := h.mails("block-soon", "late@post.example"); n != 1 {
		t.Errorf("%d reminders the day after", n)
	}
	h.on(begins, 9)
	h.books("latest@post.example")
	h.round()
	if a, b := h.mails("joining", "latest@post.example"), h.mails("block-soon", "latest@post.example"); a != 1 || b != 0 {
		t.Errorf("%d joining and %d reminders on the day", a, b)
	}
}

func TestOnlyWhoHasAPlaceLearnsTheLinkAndEachBlockItsOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	dbtest.Force(t, h.db, "UPDATE blocks SET link = 'https://meet.example/' || number WHERE number < 3")
	h.on(begins.AddDays(-14), 9)
	h.round()
	text := h.text("joining", "learner0@post.example")
	for _, want := range []string{"Your first day is 8 March 2027", h.places[0].Code, "8 to 12 March 2027: https://meet.example/1", "https://meet.example/2", "Ana Reyes", "9:30am"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	h.on(h.run.Blocks[1].StartsOn.AddDays(-2), 9)
	h.round()
	if text := h.text("block-soon", "learner0@post.example"); !strings.Contains(text, "https://meet.example/2") || strings.Contains(text, "https://meet.example/1") {
		t.Errorf("before the second block: %s", text)
	}
	var files int
	if err := h.db.NewRaw("SELECT count(*) FROM mail_attachments a JOIN mails m ON m.id = a.mail_id WHERE m.template = 'joining' AND convert_from(a.body, 'UTF8') LIKE '%meet.example%'").Scan(t.Context(), &files); err != nil || files != 0 {
		t.Errorf("%d calendars hold a link, %v", files, err)
	}
}

func TestWhatACrashLeftUndoneIsDoneNextTimeAndNobodyIsWrittenToTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := 3; i < 120; i++ {
		h.books(fmt.Sprintf("learner%d@post.example", i))
	}
	h.on(begins.AddDays(-14), 9)
	due, err := reminder.Due(t.Context(), h.db, h.db.Now(), 100)
	if err != nil || len(due) != 1 {
		t.Fatalf("due %v, %v", due, err)
	}
	killed := errors.New("killed")
	portion := func(then error) (n int) {
		err := h.db.Write(t.Context(), func(tx *db.Tx) (err error) {
			n, err = reminder.Write(t.Context(), tx, due[0])
			return errors.Join(err, then)
		})
		if !errors.Is(err, then) {
			t.Fatal(err)
		}
		return n
	}
	if n := portion(nil); n != 50 {
		t.Fatalf("%d in one unit of work", n)
	}
	portion(killed)
	h.sent("joining", 50)
	if n := h.round(); n != 70 {
		t.Errorf("%d were left", n)
	}
	h.sent("joining", 120)
	var most int
	if err := h.db.NewRaw("SELECT max(n) FROM (SELECT count(*) AS n FROM mails WHERE template = 'joining' GROUP BY person_id) AS x").Scan(t.Context(), &most); err != nil || most != 1 {
		t.Errorf("somebody has %d, %v", most, err)
	}
}

func TestManyProcessesAtOnceWriteOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := 3; i < 60; i++ {
		h.books(fmt.Sprintf("learner%d@post.example", i))
	}
	h.on(begins.AddDays(-14), 9)
	due, err := reminder.Due(t.Context(), h.db, h.db.Now(), 100)
	if err != nil || len(due) != 1 {
		t.Fatalf("due %v, %v", due, err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for n := 1; n > 0; {
				if err := h.db.Write(context.WithoutCancel(t.Context()), func(tx *db.Tx) (err error) {
					n, err = reminder.Write(t.Context(), tx, due[0])
					return err
				}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	h.sent("joining", 60)
}

func TestABlockThatMovesIsWrittenAboutAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	june := h.run.Blocks[1].StartsOn
	h.on(june.AddDays(-2), 9)
	h.round()
	h.sent("block-soon", 3)
	plan, err := course.TimetableOf(t.Context(), h.db, h.run)
	if err != nil {
		t.Fatal(err)
	}
	plan.Blocks[1].StartsOn, plan.Blocks[1].EndsOn = june.AddDays(7), june.AddDays(11)
	h.must(func(tx *db.Tx) error {
		return admissions.Retime(t.Context(), tx, h.grace, h.run.ID, admissions.Retiming{Timetable: plan, Seen: 3, Why: "The hall has burst pipes."})
	})
	h.on(june.AddDays(5), 9)
	h.round()
	h.sent("block-soon", 6)
	if text := h.text("block-soon", "learner0@post.example"); !strings.Contains(text, "14 to 18 June 2027") {
		t.Error(text)
	}
}

func TestACancelledRunAndAWithdrawnPlaceAreNotWrittenAbout(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	dbtest.Force(t, h.db, "UPDATE enrolments SET status = 'withdrawn' WHERE id = ?", h.places[0].ID)
	h.on(begins.AddDays(-14), 9)
	h.round()
	h.sent("joining", 2)
	due, err := reminder.Due(t.Context(), h.db, begins.AddDays(-2).At(9, 0), 100)
	if err != nil || len(due) == 0 {
		t.Fatal(due, err)
	}
	dbtest.Force(t, h.db, "UPDATE runs SET status = 'cancelled'")
	h.on(begins.AddDays(-2), 9)
	for _, b := range due { // was found before the run was cancelled
		h.must(func(tx *db.Tx) error {
			n, err := reminder.Write(t.Context(), tx, b)
			if n != 0 {
				t.Errorf("%d were written to about a cancelled run", n)
			}
			return err
		})
	}
}

func TestStaffSwitchAKindOffOrChooseOtherDays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.keep(reminder.Kept{Kind: reminder.Joining, Days: 21}, reminder.Kept{Kind: reminder.Before, Days: 2, Off: true}); err != nil {
		t.Fatal(err)
	}
	h.on(begins.AddDays(-21), 9)
	h.round()
	h.sent("joining", 3)
	h.on(begins.AddDays(-2), 9)
	h.round()
	h.sent("block-soon", 0)
	list, err := reminder.Plan(t.Context(), h.db, h.run)
	if err != nil || len(list) != 13 || list[0] != (reminder.Coming{Kind: reminder.Joining, Number: 1, On: begins.AddDays(-21), Written: 3}) ||
		list[1] != (reminder.Coming{Kind: reminder.Before, Number: 1, On: begins.AddDays(-2), Off: true}) {
		t.Errorf("the plan is %+v, %v", list, err)
	}
	err = h.keep(reminder.Kept{Kind: reminder.Joining, Days: 0}, reminder.Kept{Kind: reminder.Before, Days: 15})
	if f := failure.Of(err); f == nil || f.Fields["joining"] == "" || f.Fields["before"] == "" {
		t.Errorf("got %v", err)
	}
}

func TestWhoWantsNoNewsIsNotThankedAndLearnsAllElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(func(tx *db.Tx) error { return mail.Stop(t.Context(), tx, "Learner0@post.example") })
	for _, day := range []london.Date{begins.AddDays(-14), begins.AddDays(-2), begins.AddDays(5)} {
		h.on(day, 9)
		h.round()
	}
	for template, want := range map[string]int{"joining": 1, "block-soon": 1, "block-over": 0} {
		if n := h.mails(template, "learner0@post.example"); n != want {
			t.Errorf("%d of %s", n, template)
		}
	}
	h.sent("block-over", 2)
	h.must(func(tx *db.Tx) error { return mail.Resume(t.Context(), tx, "learner0@post.example") })
	h.round()
	h.sent("block-over", 2) // what was left out stays so
}

func TestRegistersThatAreThereAreNotMissed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.run.Blocks[0]
	for n := range b.Days() {
		for _, half := range []attendance.Half{"am", "pm"} {
			day := b.StartsOn.AddDays(n)
			if n == 4 && half == "pm" {
				continue
			}
			h.on(day, 18)
			found, err := attendance.Find(t.Context(), h.db, h.run.Code, day.String(), string(half))
			if err != nil {
				t.Fatal(err)
			}
			h.must(func(tx *db.Tx) error {
				_, err := attendance.Save(t.Context(), tx, attendance.Keeper{Person: h.kofi}, found, fmt.Sprintf("sending-%s-%s-0000", day, half),
					[]attendance.Stroke{{Code: h.places[0].Code, Mark: attendance.Present}})
				return err
			})
		}
	}
	h.on(b.EndsOn.AddDays(1), 9)
	h.round()
	h.sent("staff-register-missing", 2)
	text := h.text("staff-register-missing", "kofi@threshold.example")
	if !strings.Contains(text, "Friday 12 March 2027, afternoon") || strings.Count(text, "March 2027") != 1 || !strings.Contains(text, "/teach") {
		t.Error(text)
	}
	if text := h.text("staff-register-missing", "grace@threshold.example"); !strings.Contains(text, "/admin/runs/FND-T27/attendance") {
		t.Error(text)
	}
}

func TestTheCalendarsEventsKeepTheirNamesAndCountUpAsDatesMove(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lines := func(o *course.Offering, prefix string) (found []string) {
		for line := range strings.SplitSeq(string(o.Calendar(h.db.Now(), o.Blocks[1])), "\n") {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, prefix) {
				found = append(found, line)
			}
		}
		return found
	}
	before, uids := lines(h.run, "SEQUENCE:"), lines(h.run, "UID:")
	for round := 1; round <= 2; round++ {
		var after *course.Offering
		h.must(func(tx *db.Tx) error {
			plan, err := course.TimetableOf(t.Context(), tx, h.run)
			if err != nil {
				return err
			}
			plan.Blocks[1].StartsOn, plan.Blocks[1].EndsOn = plan.Blocks[1].StartsOn.AddDays(7*round), plan.Blocks[1].EndsOn.AddDays(7*round)
			_, after, err = course.Retime(t.Context(), tx, audit.System, h.run.ID, plan)
			return err
		})
		now := lines(after, "SEQUENCE:")
		if len(now) != 5 || fmt.Sprint(before) == fmt.Sprint(now) || now[0] != fmt.Sprintf("SEQUENCE:%d", round) || fmt.Sprint(lines(after, "UID:")) != fmt.Sprint(uids) {
			t.Errorf("round %d: %v and %v, were %v and %v", round, now, lines(after, "UID:"), before, uids)
		}
	}
}
