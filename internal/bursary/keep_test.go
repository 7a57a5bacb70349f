package bursary_test

import (
	"errors"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/london"
)

// told is an application that was sent, and that has its answer.
func (w *world) told() *bursary.Application {
	w.t.Helper()
	a := w.begun()
	answers := fixture.GoodAnswers("FND-T27")
	answers["panel_other"] = "My manager"
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		ctx := w.t.Context()
		if _, err := bursary.Save(ctx, tx, w.box, a.PersonID, a.Code, form.Current().Questions(), answers, nil, tx.Now); err != nil {
			return err
		}
		_, err := bursary.Submit(ctx, tx, w.box, a.PersonID, a.Code, tx.Now)
		return err
	})
	if err := w.speaks(a, "hope", hum(w.t, 2)); err != nil {
		w.t.Fatal(err)
	}
	owner := dbtest.Owner(w.t, w.app)
	if _, err := owner.NewRaw("UPDATE sensitive.applications SET status = 'not_funded', band = 'C' WHERE id = ?", a.ID).Exec(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) keeps(a *bursary.Application) error {
	return w.as(w.learners, w.applicant.ID, func(tx *db.Tx) error { return bursary.KeepAnswers(w.t.Context(), tx, w.applicant.ID, a.Code) })
}

// another is a draft for a round over other dates, begun and filled with what was kept.
func (w *world) another() (b *bursary.Application, filled bool) {
	w.t.Helper()
	run := fixture.Run(w.t, w.app, "FND-U27", 20)
	r := fixture.Round(w.t, w.officers, w.box, w.admin.ID, "SUMMER-27", run.Code)
	w.must(w.learners, w.applicant.ID, func(tx *db.Tx) (err error) {
		b, err = bursary.Begin(w.t.Context(), tx, w.applicant.ID, r.Code)
		return err
	})
	return b, w.carries(b)
}

func (w *world) carries(b *bursary.Application) (filled bool) {
	w.t.Helper()
	w.must(w.learners, w.applicant.ID, func(tx *db.Tx) (err error) {
		filled, err = bursary.CarryOver(w.t.Context(), tx, w.box, w.applicant.ID, b.Code)
		return err
	})
	return filled
}

func (w *world) keptUntil(a *bursary.Application) (until london.Date) {
	w.t.Helper()
	w.must(w.learners, w.applicant.ID, func(tx *db.Tx) (err error) {
		until, err = bursary.KeptUntil(w.t.Context(), tx, a.ID)
		return err
	})
	return until
}

func TestKeptAnswersBeginTheNextApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.told()
	for range 2 {
		if err := w.keeps(a); err != nil {
			t.Fatal(err)
		}
	}
	if until := w.keptUntil(a); until != london.On(2027, 11, 23) {
		t.Errorf("kept until %s", until)
	}
	b, filled := w.another()
	said, was := w.open(b).Answers, w.open(a).Answers
	if !filled || said["name"] != "Ana" || said["practice"] != was["practice"] || said["region"] != was["region"] || said["panel_other"] != "My manager" {
		t.Errorf("the draft begins with %v", said)
	}
	for _, key := range []string{"consent", "panel_known", "practice_done", "runs"} {
		if said[key] != "" {
			t.Errorf("%s is %q: it has to be answered afresh", key, said[key])
		}
	}
	if said["help"] != was["help"] || said["circumstances"] != was["circumstances"] {
		t.Errorf("what the new round offers too is lost: %v", said)
	}
	if r := w.recordings(b)["hope"]; r == nil || r.Seconds != 2 || r.Transcript != "" {
		t.Errorf("what was spoken: %+v", r)
	}
	if w.carries(b) {
		t.Error("filled a second time")
	}
}

func TestNothingIsCarriedOverThatWasNotKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.told()
	if b, filled := w.another(); filled || len(w.open(b).Answers) != 0 {
		t.Error("answers were taken over that nobody kept")
	}
}

func TestWhatSomebodyTypedIsNeverOverwrittenByWhatTheyKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.told()
	b, _ := w.another()
	w.typed(b, "name", "Anna", "")
	if err := w.keeps(a); err != nil {
		t.Fatal(err)
	}
	if w.carries(b) || w.open(b).Answers["practice"] != "" || w.open(b).Answers["name"] != "Anna" {
		t.Error("a draft that was begun has changed")
	}
}

func TestKeepingEndsWhenItIsTakenBackOrAfterAYear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.told()
	b, _ := w.another()
	if err := w.keeps(a); err != nil {
		t.Fatal(err)
	}
	w.must(w.learners, w.applicant.ID, func(tx *db.Tx) error { return bursary.StopKeeping(t.Context(), tx, w.applicant.ID, a.Code) })
	if !w.keptUntil(a).IsZero() || w.carries(b) {
		t.Error("kept although it was taken back")
	}
	if err := w.keeps(a); err != nil {
		t.Fatal(err)
	}
	w.clock.Set(london.On(2027, 11, 24).At(0, 0))
	if w.carries(b) {
		t.Error("carried over after the year")
	}
	if err := w.keeps(a); err != nil || w.keptUntil(a) != london.On(2028, 11, 24) {
		t.Errorf("kept anew: %v, until %s", err, w.keptUntil(a))
	}
	w.clock.Set(time.Date(2028, time.November, 24, 22, 0, 0, 0, time.UTC))
	if !w.carries(b) {
		t.Error("not carried over on the last day")
	}
}

func TestAnswersAreKeptOnlyOnceThereIsAnAnswerAndByTheirOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	if err := w.keeps(a); !errors.Is(err, bursary.ErrNotDecided) {
		t.Errorf("a draft: %v", err)
	}
	other := fixture.Person(t, w.app, "ben@post.example")
	for name, do := range map[string]func(tx *db.Tx) error{
		"keeps": func(tx *db.Tx) error { return bursary.KeepAnswers(t.Context(), tx, other.ID, a.Code) },
		"stops": func(tx *db.Tx) error { return bursary.StopKeeping(t.Context(), tx, other.ID, a.Code) },
		"fills": func(tx *db.Tx) error {
			_, err := bursary.CarryOver(t.Context(), tx, w.box, other.ID, a.Code)
			return err
		},
	} {
		if err := w.as(w.learners, other.ID, do); !errors.Is(err, bursary.ErrUnknown) {
			t.Errorf("somebody else %s: %v", name, err)
		}
	}
}
