package admissions_test

import (
	"slices"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/state"
)

// later is the run's timetable with its first block a week later and a day shorter.
func (f *office) later() course.Timetable {
	f.Helper()
	o, err := course.OfferingOf(f.Context(), f.db, f.run)
	if err != nil {
		f.Fatal(err)
	}
	t, err := course.TimetableOf(f.Context(), f.db, o)
	if err != nil {
		f.Fatal(err)
	}
	t.Blocks[0].StartsOn, t.Blocks[0].EndsOn = t.Blocks[0].StartsOn.AddDays(7), t.Blocks[0].EndsOn.AddDays(6)
	return t
}

func (f *office) first() london.Date {
	f.Helper()
	o, err := course.OfferingOf(f.Context(), f.db, f.run)
	if err != nil {
		f.Fatal(err)
	}
	return o.StartsOn()
}

// attached is all that was attached to the mails of a template to an address.
func (f *office) attached(template, to string) (files string) {
	f.Helper()
	err := f.db.NewRaw(`SELECT coalesce(string_agg(convert_from(a.body, 'UTF8'), ''), '') FROM mails m JOIN mail_attachments a ON a.mail_id = m.id
		WHERE m.template = ? AND m.recipient = ?`, template, to).Scan(f.Context(), &files)
	if err != nil {
		f.Fatal(err)
	}
	return files
}

// teaches has somebody teach the first block.
func (f *office) teaches(email string) {
	f.Helper()
	who := f.person(email)
	f.write(func(tx *db.Tx) error {
		if err := course.AddTrainer(f.Context(), tx, audit.Person(f.ann), who); err != nil {
			return err
		}
		o, err := course.OfferingOf(f.Context(), tx, f.run)
		if err != nil {
			return err
		}
		return course.Assign(f.Context(), tx, audit.Person(f.ann), o.Blocks[0].ID, who)
	})
}

func (f *office) retime(seen int, why string) error {
	t := f.later()
	return f.db.Write(f.Context(), func(tx *db.Tx) error {
		return admissions.Retime(f.Context(), tx, f.ann, f.run, admissions.Retiming{Timetable: t, Seen: seen, Why: why})
	})
}

func TestEverybodyWhomItConcernsIsToldOfNewDatesWithTheirCalendar(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	sure, unsure := f.employer("trust", organisation.PONotUsed), f.employer("slow", organisation.PORequired)
	f.booked(sure, f.order(3, func(o *admissions.TeamOrder) { o.Seats = names(2) }))
	f.booked(unsure, f.order(1, func(o *admissions.TeamOrder) {
		o.Seats = []admissions.NewSeat{{Name: "Fay Moss", Email: "fay@slow.example"}}
	}))
	f.teaches("kofi@threshold.example")
	whom, err := admissions.ConcernedBy(t.Context(), f.db, f.run)
	if err != nil || whom != (admissions.Concerned{Places: 4, Told: 2, Employers: 2, Trainers: 1}) {
		t.Fatalf("it concerns %+v, %v", whom, err)
	}
	if err := f.retime(4, "The hall has burst pipes."); err != nil {
		t.Fatal(err)
	}
	if f.first() != london.On(2027, 2, 8) {
		t.Errorf("it begins on %s", f.first())
	}
	for to, want := range map[string]string{
		"ana@trust.example": "run-retimed", "ben@trust.example": "run-retimed", "coordinator@trust.example": "seats-retimed",
		"coordinator@slow.example": "seats-retimed", "kofi@threshold.example": "teaching-retimed",
	} {
		template, text := f.lastMail(to)
		if template != want || !strings.Contains(text, "burst pipes") || !strings.Contains(text, "8 to 11 February 2027") || !strings.Contains(text, "1 to 5 February 2027") {
			t.Errorf("%s got %s: %s", to, template, text)
		}
	}
	if got := f.mails("fay@slow.example"); len(got) != 0 {
		t.Errorf("Fay was told %v before anything was certain", got)
	}
	for _, to := range []string{"ana@trust.example", "kofi@threshold.example"} {
		template, _ := f.lastMail(to)
		files := f.attached(template, to)
		if strings.Count(files, "BEGIN:VEVENT") != 10 || strings.Count(files, "STATUS:CANCELLED") != 1 || !strings.Contains(files, "DTSTART:20270208T093000Z") {
			t.Errorf("%s has the files %s", to, files)
		}
	}
	f.sound()
}

func TestDatesChangeOnlyForThoseWhomSomebodyHasSeen(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PONotUsed)
	f.booked(trust, f.order(2, func(o *admissions.TeamOrder) { o.Seats = names(2) }))
	before := len(f.mails("ana@trust.example"))
	for _, seen := range []int{0, 1, 3} {
		if err := f.retime(seen, "The hall has burst pipes."); !sameRefusal(err, admissions.ErrNotSeen) {
			t.Errorf("%d seen: %v", seen, err)
		}
	}
	for _, why := range []string{"  ", strings.Repeat("a", 501)} {
		if f2 := failure.Of(f.retime(2, why)); f2 == nil || f2.Fields["why"] == "" {
			t.Errorf("the reason %q: %v", why, f2)
		}
	}
	if f.first() != london.On(2027, 2, 1) || len(f.mails("ana@trust.example")) != before {
		t.Errorf("it begins on %s, and Ana has %v", f.first(), f.mails("ana@trust.example"))
	}
}

func TestNobodyIsToldOfALink(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PONotUsed)
	f.booked(trust, f.order(1, func(o *admissions.TeamOrder) { o.Seats = names(1) }))
	plan := f.later()
	plan.Blocks[0].StartsOn, plan.Blocks[0].EndsOn = london.On(2027, 2, 1), london.On(2027, 2, 5)
	plan.Blocks[0].Link = "https://meet.example/b1"
	f.write(func(tx *db.Tx) error {
		return admissions.Retime(t.Context(), tx, f.ann, f.run, admissions.Retiming{Timetable: plan})
	})
	if got := f.mails("ana@trust.example"); slices.Contains(got, "run-retimed") {
		t.Errorf("Ana was told %v", got)
	}
}

func TestDatesOfARunOnWhichNobodyIsChangeWithoutAWord(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	if err := f.retime(0, ""); err != nil || f.first() != london.On(2027, 2, 8) {
		t.Errorf("%v: it begins on %s", err, f.first())
	}
}

func TestWhoHoldsAPlaceIsToldWithoutACalendarUntilItIsCertain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	w.booked(1)
	f := &office{T: t, db: w.db, clock: w.clock, run: w.run, ann: w.person(8).Person}
	if err := f.retime(1, "The hall has burst pipes."); err != nil {
		t.Fatal(err)
	}
	template, text := f.lastMail("learner1@people.example")
	if template != "run-retimed" || strings.Contains(text, "attached") || f.attached(template, "learner1@people.example") != "" {
		t.Errorf("%s: %s", template, text)
	}
}

func TestThatARunGoesAheadIsToldOnceToWhoIsComing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	w.paid(1)
	w.booked(2)
	staff := w.person(8).Person
	for range 2 {
		w.write(func(tx *db.Tx) error { return admissions.GoAhead(t.Context(), tx, staff, w.run) })
	}
	if got := w.mails("run-goes-ahead"); got != 1 {
		t.Errorf("%d were told", got)
	}
	w.write(func(tx *db.Tx) error { return course.Close(t.Context(), tx, audit.Person(staff), w.run) })
	w.write(func(tx *db.Tx) error { return course.Cancel(t.Context(), tx, w.run) })
	if err := w.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE runs SET decided_at = NULL").Exec(t.Context())
		if err != nil {
			return err
		}
		return admissions.GoAhead(t.Context(), tx, staff, w.run)
	}); !sameRefusal(err, state.ErrMovedOn) {
		t.Errorf("a cancelled run: %v", err)
	}
	holders, err := enrolment.Holders(t.Context(), w.db, w.run)
	if err != nil || len(holders) != 2 || holders[0].Status != enrolment.Confirmed || holders[1].Name == "" {
		t.Errorf("%+v, %v", holders, err)
	}
}
