package admissions_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/secret"
)

// admitting is a run that people apply for.
type admitting struct {
	*world
	box *secret.Box
}

func newBox(t *testing.T) *secret.Box {
	t.Helper()
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// about lists the fields that a refusal names.
func about(err error) string {
	if f := failure.Of(err); f != nil {
		return strings.Join(slices.Sorted(maps.Keys(f.Fields)), " ")
	}
	return ""
}

func newAdmitting(t *testing.T, capacity int) *admitting {
	t.Helper()
	w := &admitting{newWorld(t, capacity), newBox(t)}
	dbtest.Force(t, w.db, "UPDATE runs SET entry = 'apply' WHERE id = ?", w.run)
	return w
}

func (w *admitting) tries(n int, more ...func(*admissions.CourseAnswers)) (a *courseapplication.Application, err error) {
	w.Helper()
	who := w.person(n).Person
	answers := admissions.CourseAnswers{Details: people.Details{Name: fmt.Sprint("Person ", n)}, Payer: courseapplication.Self,
		Words: courseapplication.Words{Work: "I work on a ward.", Why: fmt.Sprint("Zanzibar ", n)}}
	for _, change := range more {
		change(&answers)
	}
	err = w.db.Write(w.Context(), func(tx *db.Tx) (err error) {
		a, err = admissions.ApplyForPlace(w.Context(), tx, w.box, who, "FND-M27", answers)
		return err
	})
	return a, err
}

func (w *admitting) applies(n int, more ...func(*admissions.CourseAnswers)) *courseapplication.Application {
	w.Helper()
	a, err := w.tries(n, more...)
	if err != nil {
		w.Fatal(err)
	}
	return a
}

func (w *admitting) offers(a *courseapplication.Application, until london.Date) error {
	w.Helper()
	by := w.person(99).Person
	return w.db.Write(w.Context(), func(tx *db.Tx) error { return admissions.OfferApplication(w.Context(), tx, by, a.Code, until) })
}

func (w *admitting) now(a *courseapplication.Application) *courseapplication.Application {
	w.Helper()
	now, err := courseapplication.ByCode(w.Context(), w.db, a.Code)
	if err != nil {
		w.Fatal(err)
	}
	return now
}

var answerBy = london.On(2026, 12, 7) // ten working days after the day of the world

func TestACourseApplicationLeadsToAnOfferAndToAPlace(t *testing.T) {
	t.Parallel()
	w := newAdmitting(t, 2)
	if _, err := w.book(w.person(1)); err == nil {
		t.Error("a place that is applied for was booked")
	}
	if _, err := w.tries(1, func(a *admissions.CourseAnswers) { a.Why, a.Payer = " ", "" }); about(err) != "payer why" {
		t.Errorf("nothing is said: %v", err)
	}
	ana := w.applies(1, func(a *admissions.CourseAnswers) { a.Peer = true })
	if again := w.applies(1); again.ID != ana.ID || w.mails("course-applied") != 1 {
		t.Errorf("applied twice as %s and %s", ana.Code, again.Code)
	}
	if p := w.places(); p.Taken() != 0 || w.balance(billing.Deferred(w.run)) != 0 {
		t.Errorf("applying takes %d places", p.Taken())
	}
	o, err := course.OfferingOf(t.Context(), w.db, w.run)
	if err != nil || admissions.AnswerUntil(o, london.DateOf(w.db.Now())) != answerBy {
		t.Errorf("the usual day is %s, %v", admissions.AnswerUntil(o, london.DateOf(w.db.Now())), err)
	}
	if err := w.offers(ana, london.DateOf(w.db.Now())); about(err) != "until" {
		t.Errorf("kept until today: %v", err)
	}
	if err := w.offers(ana, answerBy); err != nil {
		t.Fatal(err)
	}
	if err := w.offers(ana, answerBy); err == nil {
		t.Error("offered twice")
	}
	e := w.enrolment(w.now(ana).EnrolmentID)
	if e.Status != enrolment.Held || !e.Peer || e.Band != course.Peer || !e.HeldUntil.Equal(answerBy.End()) || w.mails("course-offered") != 1 {
		t.Errorf("what was offered is %+v", e)
	}
	p, err := w.pay(e)
	if err != nil {
		t.Fatal(err)
	}
	w.settle(p, paid(p))
	w.expect(e.ID, enrolment.Confirmed)
	if _, err := w.tries(1); !sameRefusal(err, enrolment.ErrAlreadyThere) {
		t.Errorf("applying with a place: %v", err)
	}
	w.sound()
}

func TestNoMorePlacesAreOfferedThanThereAre(t *testing.T) {
	t.Parallel()
	w := newAdmitting(t, 2)
	all := []*courseapplication.Application{w.applies(1), w.applies(2), w.applies(3), w.applies(4)}
	var done sync.WaitGroup
	outcomes := make([]error, len(all))
	for i, a := range all {
		done.Go(func() { outcomes[i] = w.offers(a, answerBy) })
	}
	done.Wait()
	offered := 0
	for i, err := range outcomes {
		switch {
		case err == nil:
			offered++
		case !sameRefusal(err, course.ErrFull) || w.now(all[i]).Status != courseapplication.Submitted:
			t.Errorf("refused as %v, and %s", err, w.now(all[i]).Status)
		}
	}
	if p := w.places(); offered != 2 || p.Held != 2 {
		t.Errorf("%d offered, %d held", offered, p.Held)
	}
	w.clock.Set(answerBy.End().Add(second))
	w.lapses()
	if p := w.places(); p.Taken() != 0 || w.mails("course-lapsed") != 2 {
		t.Errorf("%d are still taken, %d told", p.Taken(), w.mails("course-lapsed"))
	}
	w.sound()
}

func TestACourseApplicationIsAnsweredOnceOrTakenBack(t *testing.T) {
	t.Parallel()
	w := newAdmitting(t, 2)
	ana, ben := w.applies(1), w.applies(2)
	by := w.person(99).Person
	turnDown := func(a *courseapplication.Application, why string) error {
		return w.db.Write(t.Context(), func(tx *db.Tx) error { return admissions.TurnDownApplication(t.Context(), tx, w.box, by, a.Code, why) })
	}
	withdraw := func(who id.Person, a *courseapplication.Application) error {
		return w.db.Write(t.Context(), func(tx *db.Tx) error { return admissions.WithdrawApplication(t.Context(), tx, who, nil, a.Code) })
	}
	if err := turnDown(ana, " "); about(err) != "reason" {
		t.Errorf("without a reason: %v", err)
	}
	if err := turnDown(ana, "Every place went to teams."); err != nil {
		t.Fatal(err)
	}
	if why, err := w.now(ana).Reason(w.box); err != nil || why != "Every place went to teams." || w.mails("course-turned-down") != 1 {
		t.Errorf("why: %q, %v", why, err)
	}
	if err := turnDown(ana, "Again."); err == nil {
		t.Error("answered twice")
	}
	if err := withdraw(ben.PersonID, ana); !sameRefusal(err, courseapplication.ErrUnknown) {
		t.Errorf("somebody else's: %v", err)
	}
	for range 2 {
		if err := withdraw(ben.PersonID, ben); err != nil {
			t.Errorf("taking it back: %v", err)
		}
	}
	if err := w.offers(ben, answerBy); err == nil {
		t.Error("offered what was taken back")
	}
	if again := w.applies(2); again.ID == ben.ID {
		t.Error("applying again returns what was taken back")
	}
	var plain int
	if err := w.db.NewRaw("SELECT count(*) FROM sensitive.course_applications WHERE position(convert_to('Zanzibar', 'UTF8') IN words) > 0").Scan(t.Context(), &plain); err != nil || plain != 0 {
		t.Errorf("%d are readable, %v", plain, err)
	}
	read, err := w.now(ben).Read(w.box)
	if err != nil || read.Why != "Zanzibar 2" {
		t.Errorf("the words are %+v, %v", read, err)
	}
}

func TestCourseApplicationsOfRunsLongOverAreForgotten(t *testing.T) {
	t.Parallel()
	w := newAdmitting(t, 2)
	w.applies(1)
	forget := func() (n int) {
		w.write(func(tx *db.Tx) (err error) {
			n, err = courseapplication.Forget(t.Context(), tx)
			return err
		})
		return n
	}
	w.clock.Set(london.On(2028, 6, 11).At(9, 0))
	if n := forget(); n != 0 {
		t.Errorf("%d are forgotten within the year", n)
	}
	w.clock.Set(london.On(2028, 6, 12).At(9, 0))
	if n := forget(); n != 1 {
		t.Errorf("%d are forgotten after a year", n)
	}
}

func TestAnOrganisationAppliesForPlacesTogether(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 5)
	box := newBox(t)
	trust := f.employer("trust", organisation.PONotUsed)
	dbtest.Force(t, f.db, "UPDATE runs SET entry = 'apply' WHERE id = ?", f.run)
	applies := func(places int) (a *courseapplication.Application, err error) {
		err = f.db.Write(t.Context(), func(tx *db.Tx) (err error) {
			a, err = admissions.ApplyForPlaces(t.Context(), tx, box, trust.by, trust.Organisation, "FND-L27", places, courseapplication.Words{Work: "A crisis team.", Why: "To work as one."})
			return err
		})
		return a, err
	}
	if _, err := applies(6); about(err) != "places" {
		t.Errorf("more than there are: %v", err)
	}
	a, err := applies(3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := applies(2); !sameRefusal(err, courseapplication.ErrAlready) {
		t.Errorf("applying twice: %v", err)
	}
	f.write(func(tx *db.Tx) error { return admissions.OfferApplication(t.Context(), tx, f.ann, a.Code, answerBy) })
	now, err := courseapplication.ByCode(t.Context(), f.db, a.Code)
	if err != nil || now.WaitID == 0 {
		t.Fatalf("what was offered: %+v, %v", now, err)
	}
	var wait *enrolment.TeamWait
	f.write(func(tx *db.Tx) (err error) {
		wait, err = enrolment.LockWait(t.Context(), tx, now.WaitID)
		return err
	})
	f.write(func(tx *db.Tx) error {
		_, err := admissions.TakeTeamOffered(t.Context(), tx, trust.by, trust.Organisation, wait.Code, 3*420_000)
		return err
	})
	if n, err := f.db.NewSelect().Table("enrolments").Where("status = 'confirmed'").Count(t.Context()); err != nil || n != 3 {
		t.Errorf("%d places are confirmed, %v", n, err)
	}
}
