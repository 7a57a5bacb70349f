package trainer_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/attendance"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/trainer"
)

// begins is the first day of the run: four blocks of five days, from 8 March, 7 June, 11 October and 6 December 2027.
var begins = london.On(2027, 3, 8)

// house is the pages behind their real wall on the first day of a run, with two who have a place on it.
type house struct {
	*testing.T
	app    *db.DB
	clock  *dbtest.Clock
	engine *gin.Engine
	run    *course.Offering
	places []*enrolment.Enrolment
	kofi   id.Person
}

func newHouse(t *testing.T) *house {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	h := &house{T: t, app: app, clock: clock, run: fixture.Run(t, app, "FND-T27", 8)}
	for i := range 2 {
		h.places = append(h.places, fixture.Confirmed(t, app, h.run, fixture.Person(t, app, fmt.Sprintf("learner%d@post.example", i))))
	}
	box, err := secret.Create(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	h.kofi = h.teaches("kofi@threshold.example")
	for _, b := range h.run.Blocks {
		h.write(func(tx *db.Tx) error { return course.Assign(t.Context(), tx, audit.System, b.ID, h.kofi) })
	}
	wall := account.New(account.Options{DB: app, Issuer: "Threshold"})
	h.engine = pagetest.EngineAt(t, page.Viewer{}, clock.Now)
	h.engine.Use(wall.Sessions())
	trainer.Mount(h.engine, trainer.Options{DB: app, Own: dbtest.As(t, app, db.Trainer), Access: dbtest.As(t, app, db.Access), Box: box, Staff: wall.Staff})
	h.clock.Set(begins.At(9, 0))
	return h
}

func (h *house) write(f func(tx *db.Tx) error) {
	h.Helper()
	if err := h.app.Write(h.Context(), f); err != nil {
		h.Fatal(err)
	}
}

func (h *house) teaches(email string) id.Person {
	h.Helper()
	who := fixture.Person(h, h.app, email).ID
	h.write(func(tx *db.Tx) error { return course.AddTrainer(h.Context(), tx, audit.System, who) })
	return who
}

// is lets somebody in now.
func (h *house) is(who id.Person) *http.Cookie {
	h.Helper()
	var token string
	h.write(func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(h.Context(), tx, who, "a test")
		return err
	})
	return &http.Cookie{Name: "session", Value: token}
}

// office lets somebody in now who has a role.
func (h *house) office(email string, role people.Role) *http.Cookie {
	h.Helper()
	return h.is(fixture.Person(h, h.app, email, role).ID)
}

func (h *house) send(method, address string, form url.Values, who *http.Cookie, accept ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, kind := range accept {
		r.Header.Set("Accept", kind)
	}
	r.AddCookie(who)
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

func (h *house) page(w *httptest.ResponseRecorder, status int) *goquery.Document {
	h.Helper()
	if w.Code != status {
		h.Fatalf("status %d, want %d: %s", w.Code, status, w.Body.String())
	}
	return pagetest.Check(h, w.Body.String())
}

// open is a page that is there.
func (h *house) open(address string, who *http.Cookie) string {
	h.Helper()
	return text(h.page(h.send(http.MethodGet, address, nil, who), http.StatusOK).Find("main"))
}

// does sends a form that is taken.
func (h *house) does(address string, form url.Values, who *http.Cookie) {
	h.Helper()
	if w := h.send(http.MethodPost, address, form, who); w.Code != http.StatusSeeOther {
		h.Fatalf("%s: status %d: %s", address, w.Code, w.Body.String())
	}
}

func (h *house) says(shown string, want ...string) {
	h.Helper()
	for _, words := range want {
		if !strings.Contains(shown, words) {
			h.Errorf("%q is missing from %q", words, shown)
		}
	}
}

// at is the address of half a day's register for who teaches it.
func at(day london.Date, half string) string {
	return "/teach/FND-T27/" + day.String() + "/" + half
}

// form is a register as a browser sends it: for each place what the page showed and what is chosen, in turn.
func (h *house) form(key string, marks ...string) url.Values {
	form := url.Values{"key": {key}}
	for i := 0; i+1 < len(marks); i += 2 {
		code := h.places[i/2].Code
		form.Set("was-"+code, marks[i])
		if marks[i+1] != "" {
			form.Set("mark-"+code, marks[i+1])
		}
	}
	return form
}

// marks are those of both places in half a day.
func (h *house) marks(day london.Date, half string) string {
	h.Helper()
	found, err := attendance.Find(h.Context(), h.app, h.run.Code, day.String(), half)
	if err != nil {
		h.Fatal(err)
	}
	sheet, err := attendance.Sheet(h.Context(), h.app, found)
	if err != nil {
		h.Fatal(err)
	}
	said := ""
	for _, p := range h.places {
		for _, e := range sheet {
			if e.ID == p.ID {
				said += fmt.Sprintf("[%s]", e.Mark)
			}
		}
	}
	return said
}

// on is a moment of a day of the run.
func on(day london.Date, hour int) time.Time { return day.At(hour, 0) }

func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }
