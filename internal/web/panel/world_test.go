package panel_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/panel"
)

// world is the office's pages about a panel behind their real wall.
type world struct {
	t      *testing.T
	house  fixture.House
	engine *gin.Engine
	grace  *http.Cookie // of the administrator
}

func newWorld(t *testing.T) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	h := fixture.House{
		Clock: clock, App: app, Learners: dbtest.As(t, app, db.Learner), Officers: dbtest.As(t, app, db.Office), Machine: dbtest.As(t, app, db.Worker),
		Box: box, Admin: fixture.Person(t, app, "grace@threshold.example", people.Admin).ID,
	}
	wall := account.New(account.Options{DB: app, Box: box, Issuer: "Threshold"})
	e := pagetest.Engine(t, page.Viewer{})
	e.Use(wall.Sessions())
	panel.Mount(e, panel.Options{DB: h.Officers, Staff: wall.Staff})
	w := &world{t: t, house: h, engine: e}
	return w
}

// signIn has the administrator sign in, at the clock's time.
func (w *world) signIn() { w.grace = w.session(w.house.Admin, true) }

func (w *world) session(person id.Person, verified bool) *http.Cookie {
	w.t.Helper()
	start := people.StartSession
	if verified {
		start = people.StartVerifiedSession
	}
	var token string
	err := w.house.App.Write(w.t.Context(), func(tx *db.Tx) (err error) {
		token, err = start(w.t.Context(), tx, person, "a test")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: token}
}

func (w *world) send(r *http.Request, cookie *http.Cookie) *httptest.ResponseRecorder {
	if cookie != nil {
		r.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

func (w *world) post(address string, form url.Values, cookie *http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	return w.send(r, cookie)
}

// open shows a page to the administrator and checks it.
func (w *world) open(address string) *goquery.Document {
	w.t.Helper()
	answer := w.send(httptest.NewRequest(http.MethodGet, address, nil), w.grace)
	if answer.Code != http.StatusOK {
		w.t.Fatalf("%s: status %d", address, answer.Code)
	}
	return pagetest.Check(w.t, answer.Body.String())
}

// press sends a form as the administrator, and wants to be led somewhere.
func (w *world) press(address string, form url.Values, leads string) {
	w.t.Helper()
	got := w.post(address, form, w.grace)
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != leads {
		w.t.Fatalf("%s: %d to %s: %s", address, got.Code, got.Header().Get("Location"), got.Body)
	}
}

// refused sends a form as the administrator, and returns the page that refuses it.
func (w *world) refused(address string, form url.Values, status int) *goquery.Document {
	w.t.Helper()
	got := w.post(address, form, w.grace)
	if got.Code != status {
		w.t.Fatalf("%s: %d", address, got.Code)
	}
	return pagetest.Check(w.t, got.Body.String())
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func (w *world) wants(doc *goquery.Document, all ...string) {
	w.t.Helper()
	text := words(doc.Find("main"))
	for _, want := range all {
		if !strings.Contains(text, want) {
			w.t.Errorf("%q is not on the page: %s", want, text)
		}
	}
}
