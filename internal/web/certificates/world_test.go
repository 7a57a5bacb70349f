package certificates_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/certificate"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/web/account"
	"bursar/internal/web/certificates"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// ended is the day after the last of the run of four blocks of five days.
var ended = london.On(2027, 12, 11)

// world is the office's pages behind their real wall, on the day after a run on which some had a place.
type world struct {
	*testing.T
	app    *db.DB
	engine *gin.Engine
	run    *course.Offering
	people []people.Person
	places []*enrolment.Enrolment
	grace  *http.Cookie // of the administrator
}

func newWorld(t *testing.T, size int) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	w := &world{T: t, app: app, run: fixture.Run(t, app, "FND-T27", 60)}
	for i := range size {
		p := fixture.Person(t, app, fmt.Sprintf("learner%d@post.example", i))
		w.people, w.places = append(w.people, p), append(w.places, fixture.Confirmed(t, app, w.run, p))
	}
	clock.Set(ended.At(9, 0))
	wall := account.New(account.Options{DB: app, Issuer: "Threshold"})
	w.engine = pagetest.EngineAt(t, page.Viewer{}, clock.Now)
	w.engine.Use(wall.Sessions())
	certificates.Mount(w.engine, certificates.Options{DB: app, Staff: wall.Staff, Site: pagetest.Site})
	w.grace = w.session("grace@threshold.example", people.Admin)
	return w
}

// attends has a place there for the first halves of the run's forty half days, and not for the others.
func (w *world) attends(place *enrolment.Enrolment, halves int) {
	w.Helper()
	fixture.Attended(w, w.app, w.run, place, halves)
}

func (w *world) session(email string, roles ...people.Role) *http.Cookie {
	w.Helper()
	who := fixture.Person(w, w.app, email, roles...)
	var token string
	err := w.app.Write(w.Context(), func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(w.Context(), tx, who.ID, "a test")
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: token}
}

func (w *world) send(cookie *http.Cookie, method, at string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for pair := range slices.Chunk(fields, 2) {
		form.Set(pair[0], pair[1])
	}
	r := httptest.NewRequest(method, at, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	}
	r.AddCookie(cookie)
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

// page expects a page for the administrator.
func (w *world) page(status int, a *httptest.ResponseRecorder) *goquery.Document {
	w.Helper()
	if a.Code != status {
		w.Fatalf("answered %d to %q, want %d\n%s", a.Code, a.Header().Get("Location"), status, a.Body)
	}
	return pagetest.Check(w, a.Body.String())
}

func (w *world) open(at string) *goquery.Document {
	w.Helper()
	return w.page(http.StatusOK, w.send(w.grace, http.MethodGet, at))
}

// does sends a form that is taken.
func (w *world) does(at string, fields ...string) {
	w.Helper()
	if a := w.send(w.grace, http.MethodPost, at, fields...); a.Code != http.StatusSeeOther {
		w.Fatalf("%s answered %d\n%s", at, a.Code, a.Body)
	}
}

func (w *world) says(doc *goquery.Document, all ...string) {
	w.Helper()
	text := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	for _, one := range all {
		if !strings.Contains(text, one) {
			w.Errorf("the page does not say %q:\n%s", one, text)
		}
	}
}

// of is the valid certificate of the n-th place.
func (w *world) of(n int) *certificate.Certificate {
	w.Helper()
	k, err := certificate.Of(w.Context(), w.app, w.people[n].ID, w.places[n].ID)
	if err != nil {
		w.Fatal(err)
	}
	return k
}

func (w *world) count(query string, args ...any) (n int) {
	w.Helper()
	if err := w.app.NewRaw(query, args...).Scan(w.Context(), &n); err != nil {
		w.Fatal(err)
	}
	return n
}
