package panel_test

import (
	"fmt"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/form"
	"bursar/internal/panel"
)

// source says why an application is locked to a member, or nothing.
func (w *world) source(a *bursary.Application, m *panel.Member) string {
	w.t.Helper()
	return look[string](w, "SELECT coalesce(max(source), '') FROM sensitive.conflicts WHERE application_id = ? AND member_id = ?", a.ID, m.ID)
}

func TestWhoKnowsWhomIsFoundFromWhatApplicantsSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0, 2)
	vera := w.join(panel.Terms{Name: "Vera Lindqvist", Organisation: "Harbour House Trust", Cap: 8})
	ticked := w.apply(form.Answers{"panel_known": fmt.Sprint(w.panel[0].ID)})
	colleague := w.apply(form.Answers{"organisation": "HARBOUR HOUSE"})
	named := w.apply(form.Answers{"panel_other": "Please not vera lindqvist or Tom"})
	free := w.apply(nil)
	w.close()
	for _, k := range []struct {
		a    *bursary.Application
		m    *panel.Member
		want string
	}{
		{ticked, w.panel[0], "applicant"}, {ticked, w.panel[1], ""}, {ticked, vera, ""},
		{colleague, vera, "organisation"}, {colleague, w.panel[0], ""},
		{named, vera, "applicant"}, {free, vera, ""},
	} {
		if got := w.source(k.a, k.m); got != k.want {
			t.Errorf("%s and %s: %q, want %q", k.a.Code, k.m.Name, got, k.want)
		}
	}
	p := w.propose()
	for _, line := range p.Lines {
		for _, r := range line.Readers {
			if line.Code == ticked.Code && r.Member.ID == w.panel[0].ID || line.Code != free.Code && line.Code != ticked.Code && r.Member.ID == vera.ID {
				t.Errorf("%s would read %s", r.Member.Name, line.Code)
			}
		}
	}
}

func TestAChangeOfAnswersOrOfThePanelIsComparedBeforeAnythingIsAssigned(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2, 3)
	w.close()
	seen := w.propose().Seen()
	late := w.join(panel.Terms{Name: "Vera Lindqvist", Organisation: "Tidewell Support", Cap: 8})
	if p := w.propose(); p.Comparing != 2 {
		t.Errorf("%d wait to be compared with a new member", p.Comparing)
	}
	if err := w.applyPlan(w.propose().Seen()); err == nil || seen == "" {
		t.Error("a plan was applied that nobody had compared")
	}
	w.compare()
	if w.source(w.applications[0], late) != "organisation" {
		t.Error("the new member was not compared")
	}
	rounds := func() int {
		all, err := panel.Uncompared(t.Context(), w.machine)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if p := w.propose(); p.Comparing != 0 || rounds() != 0 {
		t.Errorf("%d still wait, in %d rounds", p.Comparing, rounds())
	}
	w.plant("UPDATE sensitive.answers SET body = body WHERE key = 'organisation' AND application_id = ?", w.applications[1].ID)
	if p := w.propose(); p.Comparing != 1 || rounds() != 1 {
		t.Errorf("%d wait after an answer changed, in %d rounds", p.Comparing, rounds())
	}
}

func TestWhoReadAnApplicationWithItsNamesDoesNotReadItBlind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2, 3)
	w.assign()
	w.ready()
	a := w.applications[0]
	m := w.reader(a)
	w.mustRead(m, a)
	w.plant("INSERT INTO sensitive.reads (application_id, reader_id, audience, at) VALUES (?, ?, 'office', now())", a.ID, m.PersonID)
	if _, err := w.read(m, a); err == nil {
		t.Error("somebody reads blind what they have read with its names")
	}
	for _, line := range w.propose().Lines {
		for _, r := range line.Readers {
			if line.Code == a.Code && r.Member.ID == m.ID {
				t.Error("it stays with somebody who has read it with its names")
			}
		}
	}
	w.refill()
	if w.source(a, m) != "office" {
		t.Errorf("the conflict is %q", w.source(a, m))
	}
	if status := look[string](w, "SELECT status FROM sensitive.assignments WHERE application_id = ? AND member_id = ?", a.ID, m.ID); status != "recused" {
		t.Errorf("the reading is %s", status)
	}
}

func TestTheOfficeCanSetSomebodyApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2, 4)
	w.assign()
	a := w.applications[0]
	m := w.reader(a)
	apart := func(code string, round string) error {
		return w.officers.WriteAs(t.Context(), db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
			return panel.Separate(t.Context(), tx, w.admin.ID, round, code, m.ID)
		})
	}
	if err := apart(a.Code, w.round.Code); err != nil {
		t.Fatal(err)
	}
	if err := apart(a.Code, w.round.Code); err != nil {
		t.Errorf("said twice: %v", err)
	}
	if apart("0000-00", w.round.Code) == nil || apart(a.Code, "OTHER-27") == nil {
		t.Error("an unknown application or round was taken")
	}
	w.refill()
	for _, r := range w.readers(a) {
		if r.ID == m.ID {
			t.Error("they still have it")
		}
	}
	if n := len(w.readers(a)); n != 3 {
		t.Errorf("%d readers after the hole was filled", n)
	}
	if _, err := dbtest.Owner(t, w.app).NewRaw("DELETE FROM sensitive.conflicts").Exec(t.Context()); err == nil {
		t.Error("a conflict was taken back")
	}
}
