package journey_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/app/apptest"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/people"
)

// told are words of every application that fixture makes, and of whom it is: what nobody may learn.
var told = []string{
	"Tidewell", "Carlisle", "A seat near the door", "applicant0@post.example", "Westermoor", "handover", "sit in the lounge",
	"hold a network meeting", "asked from the first day",
}

func learns(text string) (away []string) {
	for _, words := range told {
		if strings.Contains(text, words) {
			away = append(away, words)
		}
	}
	return away
}

// outsiders are all who have nothing to do with the first application of a round that is being read.
func (w *world) outsiders(r *fixture.Reading) map[string]string {
	w.t.Helper()
	all := map[string]string{"a visitor": "", "another applicant": "applicant1@post.example"}
	for who, role := range map[string]people.Role{
		"a trainer": people.Trainer, "a bookkeeper": people.Finance, "an auditor": people.Auditor,
		"an assessor of another round": people.Assessor,
	} {
		p := fixture.Person(w.t, w.DB, strings.ReplaceAll(who, " ", "-")+"@office.example", role)
		all[who] = p.Email
	}
	return all
}

// TestNobodyLearnsOfAnApplicationOnAnyRoute asks for every address of the program, with the codes of a real
// application and a real round, as everybody who has nothing to do with it.
func TestNobodyLearnsOfAnApplicationOnAnyRoute(t *testing.T) {
	t.Parallel()
	w := &world{World: apptest.New(t), t: t}
	r := w.beingRead()
	first := r.Applications[0]
	house, outsiders := w.house(), w.outsiders(r)
	reads := w.reads(first)
	for _, route := range house.Routes() {
		method, path, _ := strings.Cut(route, " ")
		address := fillApplication(path, r)
		for who, email := range outsiders {
			cookie := ""
			if email != "" {
				cookie = w.session(email)
			}
			a := ask(house, method, address, cookie)
			if away := learns(a.Body.String()); away != nil {
				t.Errorf("%s learns %q from %s", who, away, route)
			}
			if a.Code >= 500 && a.Code != http.StatusServiceUnavailable {
				t.Errorf("%s gets %d from %s", who, a.Code, route)
			}
			if strings.Contains(address, first.Code) && a.Code < 300 {
				t.Errorf("%s gets %d from %s", who, a.Code, route)
			}
		}
	}
	if again := w.reads(first); again != reads {
		t.Errorf("it was read %d times before and %d times afterwards", reads, again)
	}
	// The words are there to be found, for those who may.
	for path, email := range map[string]string{
		"/my/applications/" + first.Code + "/copy": "applicant0@post.example", "/admin/applications/" + first.Code: "grace@office.example",
	} {
		if a := ask(house, http.MethodGet, path, w.session(email)); a.Code != http.StatusOK || learns(a.Body.String()) == nil {
			t.Errorf("%s answered %d to somebody who may open it", path, a.Code)
		}
	}
}

// TestOnlyTheAccessOfficerReadsWhatSupportIsNeeded looks for the words on every page of the office too.
func TestOnlyTheAccessOfficerReadsWhatSupportIsNeeded(t *testing.T) {
	t.Parallel()
	w := &world{World: apptest.New(t), t: t}
	r := w.beingRead()
	priya := fixture.Person(t, w.DB, "priya@office.example", people.Access)
	house := w.house()
	for _, route := range house.Routes() {
		method, path, _ := strings.Cut(route, " ")
		if method != http.MethodGet || path == "/sign-out" {
			continue
		}
		a := ask(house, method, fillApplication(path, r), w.session("grace@office.example"))
		if strings.Contains(a.Body.String(), "A seat near the door") {
			t.Errorf("an administrator reads it on %s", route)
		}
	}
	a := ask(house, http.MethodGet, "/admin/support/"+r.Applications[0].Code, w.session(priya.Email))
	if a.Code != http.StatusOK || !strings.Contains(a.Body.String(), "A seat near the door") {
		t.Errorf("the access officer gets %d", a.Code)
	}
}

// beingRead is a round with six applications and six readers, read with the office of Grace.
func (w *world) beingRead() *fixture.Reading {
	w.t.Helper()
	grace := fixture.Person(w.t, w.DB, "grace@office.example", people.Admin)
	return fixture.House{
		Clock: w.Clock, App: w.DB, Learners: w.Doors.Learner, Officers: w.Doors.Office, Machine: w.Machine, Box: w.Box, Admin: grace.ID,
	}.BeingRead(w.t, 6, 6)
}

func (w *world) reads(a *bursary.Application) (n int) {
	w.t.Helper()
	err := w.Machine.Write(w.t.Context(), func(tx *db.Tx) error {
		return tx.NewRaw("SELECT count(*) FROM sensitive.reads WHERE application_id = ?", a.ID).Scan(w.t.Context(), &n)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// fillApplication makes an address of a route: what the code in it names goes by what stands before it.
func fillApplication(path string, r *fixture.Reading) string {
	code := r.Applications[0].Code
	if strings.HasPrefix(path, "/admin/rounds/") {
		code = r.Round.Code
	}
	return strings.NewReplacer(":code", code, ":application", r.Applications[0].Code, ":round", r.Round.Code, ":run", "FND-T27",
		":key", "practice", ":page", "practice", ":section", "why", ":member", "1", ":mail", "1", ":token", "guessed",
		":course", "fnd-t27", "*path", "app.css").Replace(path)
}
