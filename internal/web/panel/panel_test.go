package panel_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	domain "bursar/internal/panel"
	"bursar/internal/people"
)

const home = "/admin/rounds/SPRING-27/panel"

func TestOnlyVerifiedAdministratorsSeeThePanel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.house.BeingRead(t, 1, 3)
	app := w.house.App
	for who, cookie := range map[string]*http.Cookie{
		"a visitor": nil, "a learner": w.session(fixture.Person(t, app, "ben@post.example").ID, true),
		"a member of the panel": w.session(r.Panel[0].PersonID, true), "an administrator without the factor": w.session(w.house.Admin, false),
		"a bookkeeper": w.session(fixture.Person(t, app, "dov@post.example", people.Finance).ID, true),
		"an auditor":   w.session(fixture.Person(t, app, "gus@post.example", people.Auditor).ID, true),
	} {
		for _, route := range w.engine.Routes() {
			address := strings.NewReplacer(":code", "SPRING-27", ":member", fmt.Sprint(r.Panel[0].ID)).Replace(route.Path)
			got := w.send(httptest.NewRequest(route.Method, address, nil), cookie)
			if got.Code != http.StatusNotFound && got.Code != http.StatusSeeOther && got.Code != http.StatusForbidden || strings.Contains(got.Body.String(), r.Panel[0].Name) || strings.HasPrefix(got.Header().Get("Location"), "/admin") {
				t.Errorf("%s at %s %s: %d", who, route.Method, address, got.Code)
			}
		}
	}
}

func TestSomebodyIsPutOnThePanelChangedAndLetGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := fixture.Run(t, w.house.App, "FND-T27", 20).Code
	fixture.Round(t, w.house.Officers, w.house.Box, w.house.Admin, "SPRING-27", run)
	w.signIn()
	w.wants(w.open(home), "Nobody is on the panel yet.")
	w.wants(w.open(home+"/members/new"), "Somebody who works with applicants’ names should not read.", "Applicants have been asked about the panel as it was")
	form := url.Values{
		"email": {"vera@post.example"}, "name": {"Vera Lindqvist"}, "organisation": {"Harbour House"}, "cap": {"8"},
		"from-day": {""}, "from-month": {""}, "from-year": {""}, "until-day": {"5"}, "until-month": {"1"}, "until-year": {"2027"},
	}
	bad := url.Values{}
	for key := range form {
		bad[key] = form[key]
	}
	bad["cap"], bad["until-day"] = []string{"eight"}, []string{"5"}
	doc := w.refused(home+"/members/new", bad, http.StatusUnprocessableEntity)
	if doc.Find("#name").AttrOr("value", "") != "Vera Lindqvist" || doc.Find("#cap").AttrOr("value", "") != "eight" {
		t.Error("what was typed is gone")
	}
	w.press(home+"/members/new", form, home)
	doc = w.open(home)
	w.wants(doc, "1 person reads, 0 of them peers.", "Fewer than half of the panel are peers.", "Vera Lindqvist No Until 5 January 2027 8")
	member := doc.Find("a:contains('Vera Lindqvist')").AttrOr("href", "")
	if shown := w.open(member); shown.Find("#until").AttrOr("value", "") != "5" || shown.Find("#organisation").AttrOr("value", "") != "Harbour House" {
		t.Error("the form does not show what is agreed")
	}
	form.Del("email")
	form.Set("peer", "yes")
	w.refused(member, form, http.StatusUnprocessableEntity) // nobody says it for them
	form.Del("peer")
	w.press(member, form, home)
	w.saysPeer("vera@post.example")
	w.wants(w.open(home), "1 of them a peer.")
	w.press(member, form, home)
	w.wants(w.open(home), "1 of them a peer.")
	w.press(member+"/leave", nil, home)
	w.wants(w.open(home), "Vera Lindqvist Yes Left")
	w.wants(w.open(member), "They have left this panel.")
	for _, address := range []string{home + "/members/999", home + "/members/x", "/admin/rounds/OTHER/panel"} {
		if got := w.send(httptest.NewRequest(http.MethodGet, address, nil), w.grace); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, got.Code)
		}
	}
}

func TestReadersAreAssignedAsThePageShowedOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.house.BeingRead(t, 3, 4)
	w.signIn()
	a, m := r.Applications[0], r.Panel[0]
	w.wants(w.open(home), "0 of 9 readings are done.", a.Code+" Eligible 3 of 3")
	w.wants(w.open(home+"/assign"), "Everything is assigned as well as it can be.")
	w.must(func(tx *db.Tx) error { return domain.Leave(t.Context(), tx, w.house.Admin, "SPRING-27", m.ID) })
	doc := w.open(home + "/assign")
	seen := doc.Find("[name=seen]").AttrOr("value", "")
	w.wants(doc, "This is a proposal. Nothing has happened yet.", "new")
	doc = w.refused(home+"/assign", url.Values{"seen": {"of another day"}}, http.StatusConflict)
	w.wants(doc, "Something has changed since you looked. Nothing has been assigned.")
	w.press(home+"/assign", url.Values{"seen": {seen}}, home)
	w.wants(w.open(home+"/assign"), "Everything is assigned as well as it can be.")

	w.must(func(tx *db.Tx) error { return domain.Leave(t.Context(), tx, w.house.Admin, "SPRING-27", r.Panel[1].ID) })
	w.wants(w.open(home+"/assign"), "What is short", "One reader is missing.")
	w.must(func(tx *db.Tx) error {
		_, err := domain.Add(t.Context(), tx, w.house.Admin, "SPRING-27", "new@post.example", domain.Terms{Name: "Somebody New", Cap: 8})
		return err
	})
	w.saysPeer("new@post.example")
	doc = w.open(home + "/assign")
	w.wants(doc, "We are still comparing the panel with what applicants said")
	if doc.Find("[name=seen]").Length() != 0 {
		t.Error("a proposal can be applied that nobody has compared")
	}
}

// saysPeer is a member's own word that they are a peer.
func (w *world) saysPeer(email string) {
	w.t.Helper()
	p, err := people.Find(w.t.Context(), w.house.App, email)
	if err != nil {
		w.t.Fatal(err)
	}
	err = dbtest.As(w.t, w.house.App, db.Assessor).WriteAs(w.t.Context(), db.Who{Person: p.ID}, func(tx *db.Tx) error {
		return domain.SetPeer(w.t.Context(), tx, p.ID, true)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) must(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.house.Officers.WriteAs(w.t.Context(), db.Who{Person: w.house.Admin}, f); err != nil {
		w.t.Fatal(err)
	}
}

func TestStaffNoteWhomSomebodyKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.house.BeingRead(t, 1, 4)
	w.signIn()
	a, m := r.Applications[0], r.Panel[0]
	w.wants(w.open(home+"/conflicts"), "None are known.")
	for _, bad := range []url.Values{{}, {"application": {"ZZZZ-ZZ"}, "member": {fmt.Sprint(m.ID)}}, {"application": {a.Code}, "member": {"x"}}} {
		w.refused(home+"/conflicts", bad, http.StatusUnprocessableEntity)
	}
	w.press(home+"/conflicts", url.Values{"application": {strings.ToLower(a.Code)}, "member": {fmt.Sprint(m.ID)}}, home+"/conflicts")
	w.wants(w.open(home+"/conflicts"), a.Code+" "+m.Name+" The office")
	w.wants(w.open(home), "Conflicts (1)")
}

func TestBeforeTheRoundClosesNobodyIsAssigned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fixture.Round(t, w.house.Officers, w.house.Box, w.house.Admin, "SPRING-27", fixture.Run(t, w.house.App, "FND-T27", 20).Code)
	w.signIn()
	if got := w.send(httptest.NewRequest(http.MethodGet, home+"/assign", nil), w.grace); got.Code != http.StatusConflict {
		t.Errorf("%d", got.Code)
	}
	if w.open(home).Find("a:contains('Assign readers')").Length() != 0 {
		t.Error("the button is there")
	}
}
