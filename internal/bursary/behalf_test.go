package bursary_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/london"
)

// entering is an application that staff have begun for somebody.
func (w *world) entering(email string) (a *bursary.Application, err error) {
	w.t.Helper()
	err = w.as(w.officers, w.admin.ID, func(tx *db.Tx) (err error) {
		a, err = bursary.BeginOnBehalf(w.t.Context(), tx, w.admin.ID, w.round.Code, email)
		return err
	})
	return a, err
}

func (w *world) enter(a *bursary.Application, typed form.Answers, seen bursary.Marks) (saved bursary.Saved, err error) {
	w.t.Helper()
	var questions []form.Question
	for _, q := range form.Current().Questions() {
		if _, ok := typed[q.Key]; ok {
			questions = append(questions, q)
		}
	}
	err = w.as(w.officers, w.admin.ID, func(tx *db.Tx) (err error) {
		saved, err = bursary.SaveOnBehalf(w.t.Context(), tx, w.box, w.admin.ID, a.Code, questions, typed, seen)
		return err
	})
	return saved, err
}

func (w *world) sendFor(a *bursary.Application, came time.Time) error {
	w.t.Helper()
	return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
		_, err := bursary.SubmitOnBehalf(w.t.Context(), tx, w.box, w.admin.ID, a.Code, came)
		return err
	})
}

func TestStaffEnterWhatCameInTimeAndTheApplicantConfirms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.afterDeadline()
	a, err := w.entering(" Cas@Post.example ")
	if err != nil || a.EnteredBy != w.admin.ID {
		t.Fatalf("begun %+v, %v", a, err)
	}
	if _, err := w.entering("cas@post.example"); !errors.Is(err, bursary.ErrHasOne) {
		t.Errorf("a second one: %v", err)
	}
	if err := w.sendFor(a, london.On(2026, 12, 13).End()); !errors.Is(err, bursary.ErrIncomplete) {
		t.Errorf("sent empty: %v", err)
	}
	if _, err := w.enter(a, fixture.GoodAnswers("FND-T27"), nil); err != nil {
		t.Fatal(err)
	}
	for name, came := range map[string]time.Time{
		"after the deadline": w.clock.Now(), "before it opened": london.On(2026, 11, 1).End(), "tomorrow": w.clock.Now().Add(24 * time.Hour),
	} {
		if err := w.sendFor(a, came); !about(err, "came") {
			t.Errorf("it came %s: %v", name, err)
		}
	}
	for range 2 {
		if err := w.sendFor(a, london.On(2026, 12, 13).End()); err != nil {
			t.Fatal(err)
		}
	}
	if now := w.stands(a); !now.AwaitsConfirmation() || now.Status != bursary.Submitted || w.mails("application-entered") != 1 {
		t.Errorf("it stands as %+v with %d mails", now, w.mails("application-entered"))
	}
	call := func(at time.Time) error {
		return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
			return bursary.ConfirmByCall(t.Context(), tx, w.admin.ID, a.Code, at)
		})
	}
	if err := call(w.clock.Now().Add(time.Hour)); !about(err, "called") {
		t.Errorf("a call to come: %v", err)
	}
	if err := call(london.On(2026, 12, 12).End()); !about(err, "called") {
		t.Errorf("a call before it was sent: %v", err)
	}
	if err := call(w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := call(w.clock.Now()); !errors.Is(err, bursary.ErrNotEntered) {
		t.Errorf("confirmed twice: %v", err)
	}
	if _, err := w.enter(a, form.Answers{"hope": "Other words."}, nil); !errors.Is(err, bursary.ErrTheirs) {
		t.Errorf("changed after they confirmed: %v", err)
	}
}

func TestStaffNeverChangeWhatSomebodySentThemselves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ben@post.example", nil)
	if _, err := w.enter(a, form.Answers{"hope": "Other words."}, nil); !errors.Is(err, bursary.ErrTheirs) {
		t.Errorf("got %v", err)
	}
	if err := w.sendFor(a, w.clock.Now()); !errors.Is(err, bursary.ErrTheirs) {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsEnteredOnceItIsDecidedOrTheBandsAreFrozen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, err := w.entering("cas@post.example")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.enter(a, fixture.GoodAnswers("FND-T27"), nil); err != nil {
		t.Fatal(err)
	}
	if err := w.sendFor(a, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.afterDeadline()
	w.plant("UPDATE sensitive.applications SET eligible = true WHERE id = ?", a.ID)
	if _, err := w.enter(a, form.Answers{"hope": "Other words."}, nil); !errors.Is(err, bursary.ErrClosed) {
		t.Errorf("once it is decided: %v", err)
	}
	w.plant("UPDATE sensitive.applications SET eligible = NULL WHERE id = ?", a.ID)
	dbtest.Force(t, w.app, "UPDATE rounds SET status = 'frozen'")
	if _, err := w.enter(a, form.Answers{"hope": "Other words."}, nil); !errors.Is(err, bursary.ErrClosed) {
		t.Errorf("once the bands are frozen: %v", err)
	}
	if _, err := w.entering("dee@post.example"); !errors.Is(err, bursary.ErrNotOpen) {
		t.Errorf("begun then: %v", err)
	}
}

func TestADraftThatStaffWriteInIsFlaggedAndLosesNoWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	shown := w.typed(a, "hope", "first", bursary.Blank).Marks
	w.typed(a, "hope", "typed by the applicant", shown["hope"])
	saved, err := w.enter(a, form.Answers{"hope": "typed by staff", "hours": "18"}, shown)
	if err != nil || len(saved.Clashes) != 1 || saved.Clashes[0].There != "typed by the applicant" {
		t.Fatalf("saved %+v, %v", saved, err)
	}
	if f := w.open(a); f.Answers["hope"] != "typed by the applicant" || f.Answers["hours"] != "" {
		t.Errorf("half of it was saved: %v", f.Answers)
	}
	if saved, err = w.enter(a, form.Answers{"hope": "typed by staff", "hours": "18"}, saved.Marks); err != nil || len(saved.Clashes) != 0 {
		t.Fatalf("saved %+v, %v", saved, err)
	}
	if f := w.open(a); f.EnteredBy != w.admin.ID || f.Answers["hope"] != "typed by staff" {
		t.Errorf("entered by %d: %v", f.EnteredBy, f.Answers)
	}
}

func TestSupportNeedsGoOneWayThroughTheOffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, err := w.entering("cas@post.example")
	if err != nil {
		t.Fatal(err)
	}
	needs := form.Answers{"support_training": "A seat near the door", "support_applying": ""}
	enter := func() error {
		return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
			return bursary.EnterNeeds(t.Context(), tx, w.box, w.admin.ID, a.Code, needs)
		})
	}
	if err := enter(); err != nil {
		t.Fatal(err)
	}
	if err := enter(); !errors.Is(err, bursary.ErrNeedsThere) {
		t.Errorf("written over: %v", err)
	}
	if _, err := w.enter(a, fixture.GoodAnswers("FND-T27"), nil); err != nil {
		t.Fatal(err)
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		f, err := bursary.OpenEntered(t.Context(), tx, w.box, w.admin.ID, a.Code)
		if err == nil && f.Answers["support_training"] != "" {
			t.Error("the office reads it back")
		}
		return err
	})
	if err := w.sendFor(a, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.applied("ben@post.example", form.Answers{"support_training": ""})
	officer := fixture.Person(t, w.app, "noor@threshold.example")
	access := dbtest.As(t, w.app, db.Access)
	w.must(access, officer.ID, func(tx *db.Tx) error {
		list, err := bursary.Needings(t.Context(), tx, w.box, 0, 50)
		if err != nil || len(list) != 1 || list[0].Code != a.Code {
			t.Errorf("listed %+v, %v", list, err)
		}
		said, err := bursary.ReadNeeds(t.Context(), tx, w.box, officer.ID, a.ID)
		if len(said) != 1 || said["support_training"] != "A seat near the door" {
			t.Errorf("read %v", said)
		}
		return err
	})
	err = w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
		_, err := bursary.Needings(t.Context(), tx, w.box, 0, 50)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("PostgreSQL lets the office list support needs: %v", err)
	}
}
