package panel_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/panel"
)

// live lists who has or has read what, as "code member status".
func (w *world) live(statuses string) []string {
	w.t.Helper()
	var all []string
	err := dbtest.Owner(w.t, w.app).NewRaw(`
		SELECT a.code || ' ' || s.member_id || ' ' || s.status FROM sensitive.assignments s JOIN sensitive.applications a ON a.id = s.application_id
		WHERE  s.status IN (`+statuses+`) ORDER BY 1`).Scan(w.t.Context(), &all)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

const anyLive = "'assigned', 'reading', 'done'"

func TestWhatIsAppliedIsWhatWasShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4, 4)
	w.close()
	p := w.propose()
	if len(w.live(anyLive)) != 0 || p.Fresh() != 12 || len(p.Short()) != 0 {
		t.Fatalf("before it is applied: %v, %d new, %d short", w.live(anyLive), p.Fresh(), len(p.Short()))
	}
	if err := w.applyPlan("seen something else"); !errors.Is(err, panel.ErrPlanChanged) {
		t.Errorf("another plan: %v", err)
	}
	if err := w.applyPlan(p.Seen()); err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, l := range p.Lines {
		peers := 0
		for _, r := range l.Readers {
			shown = append(shown, fmt.Sprintf("%s %d assigned", l.Code, r.Member.ID))
			if r.Member.Peer {
				peers++
			}
		}
		if peers == 0 {
			t.Errorf("%s has no peer", l.Code)
		}
	}
	slices.Sort(shown)
	if got := w.live(anyLive); !slices.Equal(got, shown) {
		t.Errorf("assigned %v, shown %v", got, shown)
	}
	if n := look[int](w, "SELECT count(*) FROM sensitive.applications WHERE status = 'in_review'"); n != 4 {
		t.Errorf("%d are in review", n)
	}
	if n := look[int](w, "SELECT count(*) FROM mails WHERE template = 'reader-assigned' AND private"); n != 4 {
		t.Errorf("%d were told", n)
	}
	again := w.propose()
	if again.Fresh() != 0 || again.Moved() != 0 {
		t.Errorf("run again: %d new, %d moved", again.Fresh(), again.Moved())
	}
	if err := w.applyPlan(again.Seen()); err != nil || !slices.Equal(w.live(anyLive), shown) {
		t.Errorf("applied again: %v", err)
	}
}

func TestNothingIsAssignedThatIsNotFoundEligibleAndNothingBeforeTheRoundCloses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3, 4)
	early := w.officers.WriteAs(t.Context(), db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
		_, err := panel.Propose(t.Context(), tx, w.round.Code)
		return err
	})
	if !errors.Is(early, panel.ErrNotReading) {
		t.Errorf("while the round is open: %v", early)
	}
	w.close()
	w.plant("UPDATE sensitive.applications SET eligible = NULL WHERE id = ?", w.applications[0].ID)
	w.plant("UPDATE sensitive.applications SET eligible = false, status = 'ineligible' WHERE id = ?", w.applications[1].ID)
	p := w.propose()
	if len(p.Lines) != 1 || p.Lines[0].Code != w.applications[2].Code || p.Undecided != 1 {
		t.Errorf("%d in the plan, %d not decided", len(p.Lines), p.Undecided)
	}
}

func TestWhatHasBeenOpenedNeverMovesHoweverOftenThePlanIsRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 6, 5)
	w.assign()
	w.ready()
	for i, a := range w.applications {
		for j, m := range w.readers(a) {
			if (i+j)%2 == 0 {
				w.mustRead(m, a)
			}
			if (i+j)%4 == 0 {
				w.score(m, a, "3")
			}
		}
	}
	opened := w.live("'reading', 'done'")
	// What makes a plan move things: somebody who can read a lot joins, somebody has less time, one more is sent.
	w.says(w.join(panel.Terms{Name: "Vera Lindqvist", Cap: 20}), true)
	w.plant("UPDATE sensitive.panel_members SET cap = 1 WHERE id = ?", w.panel[1].ID)
	w.compare()
	for range 3 {
		p := w.propose()
		var still []string
		for _, l := range p.Lines {
			for _, r := range l.Readers {
				if r.Status == panel.Opened || r.Status == panel.Done {
					still = append(still, fmt.Sprintf("%s %d %s", l.Code, r.Member.ID, r.Status))
				}
			}
		}
		if slices.Sort(still); !slices.Equal(still, opened) {
			t.Fatalf("opened before %v, proposed %v", opened, still)
		}
		if err := w.applyPlan(p.Seen()); err != nil {
			t.Fatal(err)
		}
		w.refill()
		if got := w.live("'reading', 'done'"); !slices.Equal(got, opened) {
			t.Fatalf("opened before %v, after %v", opened, got)
		}
	}
	if len(w.live("'taken_away'")) == 0 {
		t.Error("nothing moved at all: the test is no test")
	}
}

func TestAHandedBackReadingGoesToSomebodyElseAndTheRestStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3, 5)
	w.assign()
	a := w.applications[0]
	m, before := w.reader(a), w.live("'assigned'")
	if err := w.as(m, func(tx *db.Tx) error { return panel.HandBack(t.Context(), tx, m.PersonID, a.Code) }); err != nil {
		t.Fatal(err)
	}
	if n := look[int](w, "SELECT count(*) FROM river.river_job WHERE kind = 'panel_refill'"); n != 1 {
		t.Errorf("%d jobs to fill the hole", n)
	}
	w.refill()
	after := w.live("'assigned'")
	kept := 0
	for _, line := range before {
		if slices.Contains(after, line) {
			kept++
		}
	}
	if len(after) != len(before) || kept != len(before)-1 {
		t.Errorf("before %v, after %v", before, after)
	}
	if slices.ContainsFunc(w.readers(a), func(r *panel.Member) bool { return r.ID == m.ID }) {
		t.Error("it was given to the same person again")
	}
}

func TestWhatCannotBeFilledIsShownWithItsReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 3)
	w.assign()
	a, m := w.applications[0], w.panel[1]
	if err := w.as(m, func(tx *db.Tx) error { return panel.Know(t.Context(), tx, m.PersonID, a.Code) }); err != nil {
		t.Fatal(err)
	}
	w.refill()
	p := w.propose()
	if len(p.Short()) != 1 || p.Short()[0].Short.Missing != 1 || p.Short()[0].Short.Reason == "" {
		t.Errorf("short: %+v", p.Short())
	}
}

func TestNobodyWhoPausesOrHasLeftIsGivenMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2, 5)
	w.close()
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error { return panel.Leave(t.Context(), tx, w.admin.ID, w.round.Code, w.panel[0].ID) })
	if err := w.as(w.panel[1], func(tx *db.Tx) error { return panel.Pause(t.Context(), tx, w.panel[1].PersonID) }); err != nil {
		t.Fatal(err)
	}
	for _, l := range w.propose().Loads {
		if (l.Member.ID == w.panel[0].ID || l.Member.ID == w.panel[1].ID) && l.Then != 0 {
			t.Errorf("%s would read %d", l.Member.Name, l.Then)
		}
	}
	if err := w.as(w.panel[1], func(tx *db.Tx) error { return panel.Resume(t.Context(), tx, w.panel[1].PersonID) }); err != nil {
		t.Fatal(err)
	}
	if l := w.propose().Loads[0]; l.Member.ID != w.panel[1].ID || l.Then == 0 {
		t.Errorf("after the pause: %s, %d", l.Member.Name, l.Then)
	}
}

func TestAWithdrawnApplicationIsReadByNobodyAnyMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2, 3)
	w.assign()
	w.ready()
	a := w.applications[0]
	m := w.reader(a)
	w.mustRead(m, a)
	w.must(w.learners, a.PersonID, func(tx *db.Tx) error {
		_, err := bursary.Withdraw(t.Context(), tx, a.PersonID, a.Code)
		return err
	})
	if _, err := w.read(m, a); !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("it is still read: %v", err)
	}
}
