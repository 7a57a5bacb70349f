package bursary_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
)

func TestTheFactsProposeAndAPersonDecides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.applied("ana.cruz@post.example", nil)
	young := w.applied("ben@post.example", form.Answers{"adult": form.No})
	talks := w.applied("cas@post.example", form.Answers{"own_experience": "talk"})
	if err := w.decide(good, true, ""); !errors.Is(err, bursary.ErrStillOpen) {
		t.Fatalf("before the deadline: %v", err)
	}
	w.afterDeadline()
	for name, err := range map[string]error{
		"against the facts":            w.decide(young, true, ""),
		"not eligible without a fact":  w.decide(good, false, ""),
		"without having spoken before": w.decide(talks, true, ""),
	} {
		if !about(err, "why") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, err := range []error{w.decide(good, true, ""), w.decide(young, false, ""), w.decide(talks, true, "We spoke, and they do.")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if now := w.stands(good); now.Status != bursary.Submitted || now.Eligible == nil || !*now.Eligible {
		t.Errorf("the eligible one is %+v", now)
	}
	if err := w.decide(good, false, "They told us that they have moved."); err != nil {
		t.Fatal(err)
	}
	if err := w.decide(good, true, ""); !about(err, "why") {
		t.Errorf("as the facts say, but otherwise than before: %v", err)
	}
	now := w.stands(young)
	if why, err := now.Why(w.box); err != nil || now.Status != bursary.Ineligible || why == "" {
		t.Errorf("it is %s because %q, %v", now.Status, why, err)
	}
	if err := w.decide(young, true, ""); !about(err, "why") {
		t.Errorf("back again without a reason: %v", err)
	}
	if err := w.decide(young, true, "They ticked the wrong box and are 34."); err != nil {
		t.Fatal(err)
	}
	if now := w.stands(young); now.Status != bursary.Submitted || w.mails("application-news") != 3 {
		t.Errorf("it is %s, %d mails", now.Status, w.mails("application-news"))
	}
	if strings.Contains(string(w.stands(young).EligibleWhy), "wrong box") {
		t.Error("the reason is not sealed")
	}
}

func TestManyAreConfirmedAsShownOrNoneAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.applied("ana.cruz@post.example", nil)
	young := w.applied("ben@post.example", form.Answers{"adult": form.No})
	talks := w.applied("cas@post.example", form.Answers{"own_experience": "talk"})
	w.afterDeadline()
	confirm := func(all ...bursary.Confirmation) error {
		return w.as(w.officers, w.admin.ID, func(tx *db.Tx) error {
			return bursary.ConfirmFacts(t.Context(), tx, w.box, w.admin.ID, w.round, all)
		})
	}
	for name, err := range map[string]error{
		"other facts": confirm(bursary.Confirmation{good.Code, true}, bursary.Confirmation{young.Code, true}),
		"to talk":     confirm(bursary.Confirmation{good.Code, true}, bursary.Confirmation{talks.Code, true}),
		"unknown":     confirm(bursary.Confirmation{good.Code, true}, bursary.Confirmation{"0000-00", true}),
	} {
		if !errors.Is(err, bursary.ErrFactsChanged) || w.stands(good).Eligible != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := confirm(bursary.Confirmation{good.Code, true}, bursary.Confirmation{young.Code, false}); err != nil {
		t.Fatal(err)
	}
	if w.stands(good).Status != bursary.Submitted || w.stands(young).Status != bursary.Ineligible {
		t.Error("they do not stand as confirmed")
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		open, err := bursary.Verdicts(t.Context(), tx, w.box, w.admin.ID, w.round, true, 0, 50)
		if len(open) != 1 || open[0].Application.ID != talks.ID || !open[0].Talk() || !open[0].OK {
			t.Errorf("still open: %+v", open)
		}
		all, err2 := bursary.Verdicts(t.Context(), tx, w.box, w.admin.ID, w.round, false, 0, 50)
		if len(all) != 3 {
			t.Errorf("all: %+v", all)
		}
		return errors.Join(err, err2)
	})
	w.must(w.learners, talks.PersonID, func(tx *db.Tx) error {
		seen, err := bursary.Readings(t.Context(), tx, talks.ID)
		if len(seen) != 1 || seen[0].At.Sub(w.clock.Now()).Abs() > time.Second {
			t.Errorf("the applicant sees %+v", seen)
		}
		return err
	})
}
