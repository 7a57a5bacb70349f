package panel_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/failure"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/panel"
	"bursar/internal/people"
)

func (w *world) roles(m *panel.Member) []people.Role {
	w.t.Helper()
	roles, err := people.RolesOf(w.t.Context(), w.app, m.PersonID)
	if err != nil {
		w.t.Fatal(err)
	}
	return roles
}

func TestANewMemberMaySignInToReadAndIsToldInNeutralWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0, 0)
	m := w.join(panel.Terms{Name: "  Vera   Lindqvist ", Organisation: "Harbour House", Cap: 8})
	if m.Name != "Vera Lindqvist" || !slices.Equal(w.roles(m), []people.Role{people.Assessor}) {
		t.Errorf("%q with %v", m.Name, w.roles(m))
	}
	subject := look[string](w, "SELECT subject || ' ' || text_body FROM mails WHERE template = 'reader-welcome' AND private")
	for _, word := range []string{"bursar", "peer", "mental", "applica"} {
		if strings.Contains(strings.ToLower(subject), word) {
			t.Errorf("the mail says %q: %s", word, subject)
		}
	}
	if n := look[int](w, "SELECT count(*) FROM river.river_job WHERE kind = 'panel_conflicts'"); n != 1 {
		t.Errorf("%d jobs to compare", n)
	}
}

func TestTermsThatCannotBeAreRefusedFieldByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0, 1)
	fixture.Person(t, w.app, "ivy@threshold.example", people.Access)
	for name, k := range map[string]struct {
		email string
		terms panel.Terms
		field string
	}{
		"works with names": {"grace@threshold.example", panel.Terms{Name: "Grace", Cap: 8}, "email"},
		"arranges support": {"ivy@threshold.example", panel.Terms{Name: "Ivy", Cap: 8}, "email"},
		"no name":          {"new@post.example", panel.Terms{Cap: 8}, "name"},
		"no address":       {"new", panel.Terms{Name: "Vera", Cap: 8}, "email"},
		"nobody twice":     {"reader0@post.example", panel.Terms{Name: "Vera", Cap: 8}, "email"},
		"a negative":       {"new@post.example", panel.Terms{Name: "Vera", Cap: -1}, "cap"},
		"too many":         {"new@post.example", panel.Terms{Name: "Vera", Cap: 101}, "cap"},
		"ends too soon":    {"new@post.example", panel.Terms{Name: "Vera", Cap: 8, From: london.On(2027, 1, 2), Until: london.On(2027, 1, 1)}, "until"},
		"an essay":         {"new@post.example", panel.Terms{Name: "Vera", Organisation: strings.Repeat("x", 201), Cap: 8}, "organisation"},
	} {
		err := w.officers.WriteAs(t.Context(), db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
			_, err := panel.Add(t.Context(), tx, w.admin.ID, w.round.Code, k.email, k.terms)
			return err
		})
		if f := failure.Of(err); f == nil || f.Fields[k.field] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhoLeavesKeepsWhatIsDoneAndTheRestIsFreed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3, 3)
	w.assign()
	w.ready()
	m := w.panel[0]
	w.score(m, w.applications[0], "2")
	w.mustRead(m, w.applications[1])
	leave := func() {
		w.must(w.officers, w.admin.ID, func(tx *db.Tx) error { return panel.Leave(t.Context(), tx, w.admin.ID, w.round.Code, m.ID) })
	}
	leave()
	leave()
	if n := look[int](w, "SELECT count(*) FROM sensitive.assignments WHERE member_id = ? AND status = 'done'", m.ID); n != 1 {
		t.Errorf("%d done readings are left", n)
	}
	if n := look[int](w, "SELECT count(*) FROM sensitive.assignments WHERE member_id = ? AND status = 'taken_away'", m.ID); n != 2 {
		t.Errorf("%d were freed", n)
	}
	if _, err := w.read(m, w.applications[0]); err == nil || len(w.roles(m)) != 0 {
		t.Errorf("still reads: %v, %v", err, w.roles(m))
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		back, err := panel.Add(t.Context(), tx, w.admin.ID, w.round.Code, "reader0@post.example", panel.Terms{Name: "Reader Back", Cap: 2})
		if err == nil && back.ID != m.ID {
			t.Error("they are somebody else when they come back")
		}
		return err
	})
}

func TestTheMakeUpOfAPanelWarnsWhenFewerThanHalfArePeers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0, 3)
	makeUp := func() panel.MakeUp {
		members, err := panel.Members(t.Context(), w.machine, w.round.ID)
		if err != nil {
			t.Fatal(err)
		}
		return panel.MakeUpOf(members)
	}
	if up := makeUp(); up.Active != 3 || up.Peers != 2 || up.Short() || up.Cap != 24 {
		t.Errorf("%+v", up)
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return panel.Change(t.Context(), tx, w.admin.ID, w.round.Code, w.panel[0].ID, panel.Terms{Name: "Reader Changed", Cap: 4})
	})
	w.says(w.panel[0], false)
	if up := makeUp(); up.Peers != 1 || !up.Short() || up.Cap != 20 {
		t.Errorf("after a change: %+v", up)
	}
}

func TestThePanelOfAFrozenRoundDoesNotChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0, 1)
	dbtest.Force(t, w.app, "UPDATE rounds SET status = 'frozen'")
	err := w.officers.WriteAs(t.Context(), db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
		return panel.Leave(t.Context(), tx, w.admin.ID, w.round.Code, w.panel[0].ID)
	})
	if !errors.Is(err, panel.ErrPanelFixed) {
		t.Error(err)
	}
}
