package assessor_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/panel"
	"bursar/internal/people"
)

// said is a part of the text that nobody but its readers may meet.
const said = "three days a week"

func TestToEverybodyElseAnApplicationDoesNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 5)
	a := w.Applications[0]
	readers := w.readers(a)
	recused, left, conflicted := readers[0], readers[1], readers[2]
	for _, m := range readers {
		if !strings.Contains(w.as(m).open("/assess/"+a.Code).Text(), said) {
			t.Fatal("the text is not what the test looks for")
		}
	}
	w.as(recused).post("/assess/"+a.Code+"/know", nil)
	w.must(func(tx *db.Tx) error { return panel.Leave(t.Context(), tx, w.house.Admin, w.Round.Code, left.ID) })
	w.must(func(tx *db.Tx) error {
		return panel.Separate(t.Context(), tx, w.house.Admin, w.Round.Code, a.Code, conflicted.ID)
	})
	app := w.house.App
	cookies := map[string]*http.Cookie{
		"a visitor": nil, "recused": w.session(recused.PersonID, true), "conflicted": w.session(conflicted.PersonID, true),
		"the applicant": w.session(a.PersonID, true), "without the factor": w.session(readers[0].PersonID, false),
		"left": w.session(left.PersonID, true), "an administrator": w.session(w.house.Admin, true),
		"a trainer":       w.session(fixture.Person(t, app, "kofi@post.example", people.Trainer).ID, true),
		"of no panel":     w.session(fixture.Person(t, app, "stray@post.example", people.Assessor).ID, true),
		"another learner": w.session(fixture.Person(t, app, "ben@post.example").ID, true),
	}
	for _, m := range w.Panel {
		if m.ID != readers[0].ID && m.ID != readers[1].ID && m.ID != readers[2].ID {
			cookies["never assigned: "+m.Name] = w.session(m.PersonID, true)
		}
	}
	for who, cookie := range cookies {
		b := browser{w, cookie}
		for _, route := range w.engine.Routes() {
			if route.Path == "/assess" || route.Path == "/assess/resume" || route.Path == "/assess/peer" {
				continue
			}
			address := strings.Replace(route.Path, ":code", strings.ToLower(a.Code), 1)
			got := b.get(address)
			if route.Method == http.MethodPost {
				got = b.post(address, url.Values{"reason-practice": {"x"}, "then": {"finish"}})
			}
			signIn := got.Code == http.StatusSeeOther && strings.HasPrefix(got.Header().Get("Location"), "/sign-in")
			kept := got.Code == http.StatusConflict && (who == "a visitor" || who == "without the factor") // what they sent waits until they have signed in
			if got.Code != http.StatusNotFound && !signIn && !kept || strings.Contains(got.Body.String(), said) {
				t.Errorf("%s at %s %s: %d", who, route.Method, address, got.Code)
			}
		}
		if strings.Contains(b.get("/assess").Body.String(), a.Code) {
			t.Errorf("%s finds the application in the queue", who)
		}
	}
	if n := len(w.engine.Routes()); n != 10 {
		t.Errorf("%d routes: is each of them tried above?", n)
	}
}

func (w *world) must(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.house.Officers.WriteAs(w.t.Context(), db.Who{Person: w.house.Admin}, f); err != nil {
		w.t.Fatal(err)
	}
}

func TestAWithdrawnApplicationIsGoneFromThePages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 3)
	a := w.Applications[0]
	m, address := w.first(a)
	b := w.as(m)
	b.open(address)
	err := w.house.Learners.WriteAs(t.Context(), db.Who{Person: a.PersonID}, func(tx *db.Tx) error {
		_, err := bursary.Withdraw(t.Context(), tx, a.PersonID, a.Code)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.get(address); got.Code != http.StatusNotFound {
		t.Errorf("%d", got.Code)
	}
}
