package bursary_test

import (
	"errors"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/london"
)

// applied is an application of somebody, sent with good answers in which some are others.
func (w *world) applied(email string, others form.Answers) *bursary.Application {
	w.t.Helper()
	p := fixture.Person(w.t, w.app, email)
	answers := fixture.GoodAnswers("FND-T27")
	for key, text := range others {
		answers[key] = text
	}
	var a *bursary.Application
	w.must(w.learners, p.ID, func(tx *db.Tx) (err error) {
		if a, err = bursary.Begin(w.t.Context(), tx, p.ID, w.round.Code); err != nil {
			return err
		}
		if _, err = bursary.Save(w.t.Context(), tx, w.box, p.ID, a.Code, form.Current().Questions(), answers, nil, tx.Now); err != nil {
			return err
		}
		a, err = bursary.Submit(w.t.Context(), tx, w.box, p.ID, a.Code, tx.Now)
		return err
	})
	return a
}

// afterDeadline is the morning after the closing day.
func (w *world) afterDeadline() { w.clock.Set(london.On(2026, 12, 14).At(9, 0)) }

func (w *world) decide(a *bursary.Application, eligible bool, why string) error {
	w.t.Helper()
	return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
		_, err := bursary.Decide(w.t.Context(), tx, w.box, w.admin.ID, a.ID, eligible, why)
		return err
	})
}

// stands reads an application as it is now.
func (w *world) stands(a *bursary.Application) *bursary.Application {
	w.t.Helper()
	var now *bursary.Application
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) (err error) {
		now, err = bursary.Get(w.t.Context(), tx, a.ID)
		return err
	})
	return now
}

// mails counts the private mails made from a template.
func (w *world) mails(template string) int {
	w.t.Helper()
	return w.count("SELECT count(*) FROM mails WHERE private AND template = ?", template)
}

func about(err error, field string) bool {
	f := failure.Of(err)
	return f != nil && f.Kind == failure.Invalid && f.Fields[field] != ""
}

func (w *world) moreTime(a *bursary.Application, until london.Date, why bursary.TimeReason) error {
	w.t.Helper()
	return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return bursary.GiveMoreTime(w.t.Context(), tx, w.admin.ID, a.ID, until, why)
	})
}

func TestMoreTimeIsForOnePersonAndEndsBeforeThePanelsDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, other := w.begun(), w.applied("ben@post.example", nil)
	w.afterDeadline()
	for _, k := range []struct {
		until london.Date
		why   bursary.TimeReason
		field string
	}{
		{london.On(2026, 12, 13), bursary.SiteFailed, "until"},
		{london.On(2027, 1, 14), bursary.SiteFailed, "until"},
		{london.On(2026, 12, 20), "because", "why"},
	} {
		if err := w.moreTime(a, k.until, k.why); !about(err, k.field) {
			t.Errorf("until %v because of %q: %v", k.until, k.why, err)
		}
	}
	if err := w.moreTime(a, london.On(2026, 12, 20), bursary.SupportLate); err != nil {
		t.Fatal(err)
	}
	w.clock.Set(london.On(2026, 12, 20).At(23, 59))
	w.fill(a)
	if err := w.send(a, w.clock.Now()); err != nil {
		t.Errorf("in their own time: %v", err)
	}
	if w.stands(other).Changeable(w.round, w.clock.Now()) || w.mails("application-more-time") != 1 {
		t.Error("somebody else has more time, or the mail is missing")
	}
	w.clock.Set(london.On(2026, 12, 21).At(9, 0))
	if err := w.decide(a, true, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.moreTime(a, london.On(2026, 12, 30), bursary.OurMistake); err != nil {
		t.Fatal(err)
	}
	if now := w.stands(a); now.Eligible != nil {
		t.Error("what was decided stands although it can change")
	}
}

func TestNobodyGetsMoreTimeForWhatIsReadOrTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ben@post.example", nil)
	for _, status := range []bursary.Status{bursary.InReview, bursary.Ineligible} {
		w.plant("UPDATE sensitive.applications SET status = ? WHERE id = ?", status, a.ID)
		if err := w.moreTime(a, london.On(2026, 12, 20), bursary.SiteFailed); !errors.Is(err, bursary.ErrNoMoreTime) {
			t.Errorf("%s: %v", status, err)
		}
	}
	w.plant("UPDATE sensitive.applications SET status = 'submitted' WHERE id = ?", a.ID)
	dbtest.Force(t, w.app, "UPDATE rounds SET status = 'frozen'")
	if err := w.moreTime(a, london.On(2026, 12, 20), bursary.SiteFailed); !errors.Is(err, bursary.ErrNoMoreTime) {
		t.Errorf("once the bands are frozen: %v", err)
	}
}

func TestWhatWaitsIsListedAndNoWordIsSearched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ana := w.applied("ana.cruz@post.example", form.Answers{"practice": "I sit with people by the riverbank."})
	ben := w.applied("ben@post.example", nil)
	list := func(f bursary.Filter) (codes []string) {
		w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
			f.Limit = 50
			rows, err := bursary.List(t.Context(), tx, w.round, f)
			for _, row := range rows {
				codes = append(codes, row.Code)
			}
			return err
		})
		return codes
	}
	for name, k := range map[string]struct {
		filter bursary.Filter
		want   int
	}{
		"all":                {bursary.Filter{}, 2},
		"after the first":    {bursary.Filter{After: ana.ID}, 1},
		"by status":          {bursary.Filter{Status: bursary.Draft}, 0},
		"to check too soon":  {bursary.Filter{Wait: bursary.ForCheck}, 0},
		"to copy":            {bursary.Filter{Wait: bursary.ForCopy}, 0},
		"by code":            {bursary.Filter{Search: " " + ben.Code + " "}, 1},
		"by address":         {bursary.Filter{Search: "CRUZ"}, 1},
		"by name":            {bursary.Filter{Search: "reyes"}, 2},
		"by a word they use": {bursary.Filter{Search: "riverbank"}, 0},
		"by a pattern":       {bursary.Filter{Search: "%"}, 0},
	} {
		if got := list(k.filter); len(got) != k.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	w.afterDeadline()
	if got := list(bursary.Filter{Wait: bursary.ForCheck}); len(got) != 2 {
		t.Errorf("to check: %v", got)
	}
	if err := w.decide(ana, true, ""); err != nil {
		t.Fatal(err)
	}
	if got := list(bursary.Filter{Wait: bursary.ForCopy}); len(got) != 1 || got[0] != ana.Code {
		t.Errorf("to copy: %v", got)
	}
	if w.count("SELECT count(*) FROM sensitive.reads") != 1 { // of the decision
		t.Error("listing counts as reading")
	}
}
