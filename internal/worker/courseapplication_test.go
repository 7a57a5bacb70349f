package worker_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/sandbox"
	boxes "bursar/internal/secret"
)

// admitting is a run that people apply for.
type admitting struct {
	*world
	office id.Person
}

func newAdmitting(t *testing.T, capacity int) *admitting {
	t.Helper()
	w := &admitting{world: newWorld(t, capacity)}
	var err error
	if w.Box, err = boxes.Create(filepath.Join(t.TempDir(), "keyset.json")); err != nil {
		t.Fatal(err)
	}
	dbtest.Force(t, w.db, "UPDATE runs SET entry = 'apply' WHERE id = ?", w.run.ID)
	w.office = fixture.Person(w, w.db, "grace@threshold.example", people.Admin).ID
	return w
}

func (w *admitting) applies(email string) *courseapplication.Application {
	w.Helper()
	who := fixture.Person(w, w.db, email)
	var a *courseapplication.Application
	w.write(func(tx *db.Tx) (err error) {
		a, err = admissions.ApplyForPlace(w.Context(), tx, w.Box, who.ID, w.run.Code, admissions.CourseAnswers{
			Details: people.Details{Name: "Ana Reyes"}, Payer: courseapplication.Self, Words: courseapplication.Words{Work: "A nurse.", Why: "Zanzibar"}})
		return err
	})
	return a
}

// offer answers a course application with a place that is kept until a day.
func (w *admitting) offer(a *courseapplication.Application, until london.Date) func(*db.Tx) error {
	return func(tx *db.Tx) error { return admissions.OfferApplication(w.Context(), tx, w.office, a.Code, until) }
}

func (w *admitting) now(a *courseapplication.Application) *courseapplication.Application {
	w.Helper()
	now, err := courseapplication.ByID(w.Context(), w.db, a.ID)
	if err != nil {
		w.Fatal(err)
	}
	return now
}

// place is what was offered.
func (w *admitting) place(a *courseapplication.Application) *enrolment.Enrolment {
	w.Helper()
	e, err := enrolment.Get(w.Context(), w.db, w.now(a).EnrolmentID)
	if err != nil {
		w.Fatal(err)
	}
	return e
}

// at moves the clock and keeps the timetable.
func (w *admitting) at(t time.Time) {
	w.Helper()
	w.clock.Set(t)
	w.drain()
}

var lastDay = london.On(2026, 12, 7)

func TestWhoeverIsOfferedAPlaceIsRemindedOnceBeforeItsLastDay(t *testing.T) {
	t.Parallel()
	w := newAdmitting(t, 3)
	ana, ben, cas := w.applies("ana@people.example"), w.applies("ben@people.example"), w.applies("cas@people.example")
	for _, a := range []*courseapplication.Application{ana, ben} {
		w.write(w.offer(a, lastDay))
	}
	w.write(func(tx *db.Tx) error {
		_, err := admissions.TakeOffered(t.Context(), tx, ben.PersonID, w.place(ben).Code, false)
		return err
	})
	w.drain()
	w.pay(w.place(ben), sandbox.CardPays)
	w.drain()
	w.expect(w.place(ben), enrolment.Confirmed)
	w.at(lastDay.AddDays(-3).At(9, 0)) // the end of the last day is more than three days away
	if n := w.written("course-reminder"); n != 0 {
		t.Errorf("%d are reminded too early", n)
	}
	w.write(w.offer(cas, lastDay)) // was told just now, and needs no reminder of that
	for day := range 4 {
		w.at(lastDay.AddDays(day-2).At(9, 0))
		w.at(lastDay.AddDays(day-2).At(17, 0))
	}
	to := w.count("SELECT count(*) FROM mails WHERE template = 'course-reminder' AND recipient = 'ana@people.example'")
	if all := w.written("course-reminder"); to != 1 || all != 2 {
		t.Errorf("Ana is reminded %d times, %d reminders were sent", to, all)
	}
	if n := w.count("SELECT count(*) FROM mails WHERE template = 'course-reminder' AND created_at < ?", lastDay.AddDays(-1).At(9, 0)); n != 1 {
		t.Errorf("%d are reminded within two days of the offer", n)
	}
	dan := w.applies("dan@people.example")
	w.write(w.offer(dan, lastDay.AddDays(20)))
	remind := func(tx *db.Tx) error { return admissions.RemindApplicant(t.Context(), tx, dan.ID) }
	for _, err := range w.atOnce(remind, remind, remind) {
		if err != nil {
			t.Error(err)
		}
	}
	if n := w.count("SELECT count(*) FROM mails WHERE template = 'course-reminder' AND recipient = 'dan@people.example'"); n != 1 {
		t.Errorf("three at once remind %d times", n)
	}
	if n := w.written("course-lapsed"); n != 2 || w.place(ana).Status != enrolment.Lapsed {
		t.Errorf("%d are told that the time is over, Ana's place is %s", n, w.place(ana).Status)
	}
	w.sound()
}

func TestACourseApplicationThatCanLeadToNothingIsAnsweredWithTheTrueReason(t *testing.T) {
	t.Parallel()
	begun := newAdmitting(t, 2)
	offered, left := begun.applies("ana@people.example"), begun.applies("ben@people.example")
	begun.write(begun.offer(offered, lastDay))
	begun.at(begun.run.StartsOn().AddDays(-1).At(23, 0))
	if a := begun.now(left); a.Status != courseapplication.Submitted {
		t.Errorf("on the eve it is %s", a.Status)
	}
	for range 2 {
		begun.at(begun.run.StartsOn().At(1, 0))
	}
	begun.turnedDown(left, "The course has begun, and we had not answered you.")
	begun.write(func(tx *db.Tx) error { return admissions.EndApplication(t.Context(), tx, begun.Box, offered.ID) })
	if a := begun.now(offered); a.Status != courseapplication.Offered {
		t.Errorf("what was answered is %s", a.Status)
	}

	cancelled := newAdmitting(t, 2)
	a := cancelled.applies("ana@people.example")
	cancelled.write(func(tx *db.Tx) error {
		return admissions.CancelRun(t.Context(), tx, cancelled.office, cancelled.run.Code, "Both trainers are ill.")
	})
	for range 2 {
		cancelled.drain()
	}
	cancelled.turnedDown(a, "Both trainers are ill.")
}

// turnedDown expects an answer of no for a reason, by nobody, of which somebody was told once.
func (w *admitting) turnedDown(a *courseapplication.Application, reason string) {
	w.Helper()
	now := w.now(a)
	why, err := now.Reason(w.Box)
	if err != nil || now.Status != courseapplication.TurnedDown || now.DecidedBy != 0 || !strings.Contains(why, reason) {
		w.Errorf("it is %s by %d: %q, %v", now.Status, now.DecidedBy, why, err)
	}
	if n := w.written("course-turned-down"); n != 1 {
		w.Errorf("told %d times", n)
	}
}

// What somebody wrote goes a year after the course; the place, what was paid and who decided what stay.
func TestTheWordsOfACourseApplicationGoAndTheBooksStay(t *testing.T) {
	t.Parallel()
	w := newAdmitting(t, 2)
	ana := w.applies("ana@people.example")
	w.write(w.offer(ana, lastDay))
	place := w.place(ana)
	w.write(func(tx *db.Tx) error {
		_, err := admissions.TakeOffered(t.Context(), tx, ana.PersonID, place.Code, false)
		return err
	})
	w.drain()
	w.pay(place, sandbox.CardPays)
	w.drain()
	ben := fixture.Person(w, w.db, "ben@people.example")
	w.write(func(tx *db.Tx) error {
		_, err := admissions.KeepForm(t.Context(), tx, w.Box, ben.ID, nil, w.run.Code, courseapplication.Typed{Words: courseapplication.Words{Why: "Kilwa"}}, 0)
		return err
	})
	drafts, sent := "SELECT count(*) FROM sensitive.course_application_drafts", "SELECT count(*) FROM sensitive.course_applications"
	w.at(start.AddDate(0, 0, courseapplication.UnsentDays))
	if w.count(drafts) != 1 {
		t.Error("a draft is forgotten within its 60 days")
	}
	w.at(start.AddDate(0, 0, courseapplication.UnsentDays+1))
	if w.count(drafts) != 0 || w.count(sent) != 1 {
		t.Errorf("%d drafts and %d course applications are left after 61 days", w.count(drafts), w.count(sent))
	}
	over := w.run.EndsOn()
	w.at(london.On(over.Year+1, over.Month, over.Day).At(9, 0))
	if w.count(sent) != 1 {
		t.Error("a course application is forgotten within the year")
	}
	w.at(london.On(over.Year+1, over.Month, over.Day+1).At(9, 0))
	if w.count(sent) != 0 {
		t.Error("a course application is kept longer than a year after the course")
	}
	if n := w.count("SELECT count(*) FROM audit WHERE subject = 'course application' AND subject_id = ?", ana.ID); n != 3 {
		t.Errorf("%d steps are on record", n)
	}
	if w.payment(place).Amount != place.Price || w.count("SELECT count(*) FROM enrolments WHERE id = ?", place.ID) != 1 {
		t.Error("the place or its payment is gone")
	}
	w.sound()
}

// The last moment of an offer, the payment of it and the office's offer of the same place to somebody else meet: the place is one
// person's in the end, and nobody without a place has money in it.
func TestAnOfferThatEndsWhileItIsPaidForGoesToOneOfTwo(t *testing.T) {
	t.Parallel()
	for n := range 3 * tries {
		w := newAdmitting(t, 1)
		ana, ben := w.applies("ana@people.example"), w.applies("ben@people.example")
		w.write(w.offer(ana, lastDay))
		place, end := w.place(ana), lastDay.End()
		take := func(tx *db.Tx) error {
			_, err := admissions.TakeOffered(t.Context(), tx, ana.PersonID, place.Code, false)
			return err
		}
		w.at(end.Add(-20 * time.Minute))
		var paying sync.WaitGroup
		pays := n%3 < 2
		if pays { // she is on the card page when her day ends
			w.write(take)
			w.drain()
			paying.Go(func() { w.paysLate(place) })
		}
		w.clock.Set(end.Add(-time.Second))
		came := w.atOnce(take,
			func(tx *db.Tx) error {
				w.clock.Set(end.Add(time.Second))
				return admissions.LapseSeat(t.Context(), tx, place.ID)
			},
			func(tx *db.Tx) error { return admissions.LapseSeat(t.Context(), tx, place.ID) },
			w.offer(ben, lastDay.AddDays(20)))
		paying.Wait()
		for _, err := range came {
			if err != nil && failure.Of(err) == nil {
				t.Errorf("it failed: %v", err)
			}
		}
		w.drain()
		w.clock.Advance(time.Minute)
		w.drain()
		w.oneOfTwo(ana, ben)
	}
}

// paysLate presses the button of the card page, unless that is closed by then.
func (w *admitting) paysLate(place *enrolment.Enrolment) {
	_, err := sandbox.PayPage(w.Context(), http.DefaultClient, w.payment(place).SessionURL, sandbox.CardPays)
	if err != nil && !strings.Contains(err.Error(), "not open") {
		w.Error(err)
	}
	if err := w.box.Flush(w.Context()); err != nil {
		w.Error(err)
	}
}

// oneOfTwo expects that the only place is Ana's and paid for, or can be Ben's and nothing is kept of what she paid.
func (w *admitting) oneOfTwo(ana, ben *courseapplication.Application) {
	w.Helper()
	defer w.sound()
	hers, kept := w.place(ana), w.taken()
	if hers.Status == enrolment.Confirmed {
		if kept != hers.Price || w.now(ben).Status != courseapplication.Submitted {
			w.Errorf("hers is confirmed and %s are kept, his is %s", kept, w.now(ben).Status)
		}
		if err := w.db.Write(w.Context(), w.offer(ben, lastDay.AddDays(20))); !errors.Is(err, course.ErrFull) {
			w.Errorf("the place is offered twice: %v", err)
		}
		return
	}
	if hers.Status == enrolment.Held || kept != 0 {
		w.Errorf("hers is %s, and %s are kept", hers.Status, kept)
	}
	if w.now(ben).Status == courseapplication.Submitted {
		w.write(w.offer(ben, lastDay.AddDays(20)))
	}
	w.expect(w.place(ben), enrolment.Held)
	if p, err := course.PlacesOf(w.Context(), w.db, w.run.ID); err != nil || p.Taken() != 1 {
		w.Errorf("%d of one place are taken, %v", p.Taken(), err)
	}
}
