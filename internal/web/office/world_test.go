package office_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/office"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// world is a published round, and the office's pages behind their real wall.
type world struct {
	t        *testing.T
	clock    *dbtest.Clock
	app      *db.DB
	learners *db.DB
	officers *db.DB
	box      *secret.Box
	round    *bursary.Round
	admin    people.Person
	engine   *gin.Engine
	grace    *http.Cookie // of the administrator
}

func newWorld(t *testing.T) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: clock, app: app, learners: dbtest.As(t, app, db.Learner), officers: dbtest.As(t, app, db.Office), box: box}
	w.admin = fixture.Person(t, app, "grace@threshold.example", people.Admin)
	first, second := fixture.Run(t, app, "FND-T27", 20), fixture.Run(t, app, "FND-U27", 20)
	w.round = fixture.Round(t, w.officers, box, w.admin.ID, "SPRING-27", first.Code, second.Code)
	wall := account.New(account.Options{DB: app, Box: box, Issuer: "Threshold"})
	w.engine = pagetest.Engine(t, page.Viewer{})
	w.engine.Use(wall.Sessions())
	office.Mount(w.engine, office.Options{DB: w.officers, Needs: dbtest.As(t, app, db.Access), Box: box, Staff: wall.Staff})
	w.grace = w.session(w.admin.ID, true)
	return w
}

// session signs somebody in.
func (w *world) session(person id.Person, verified bool) *http.Cookie {
	w.t.Helper()
	start := people.StartSession
	if verified {
		start = people.StartVerifiedSession
	}
	var token string
	err := w.app.Write(w.t.Context(), func(tx *db.Tx) (err error) {
		token, err = start(w.t.Context(), tx, person, "a test")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: token}
}

// staff signs somebody in who has a role.
func (w *world) staff(email string, roles ...people.Role) *http.Cookie {
	w.t.Helper()
	return w.session(fixture.Person(w.t, w.app, email, roles...).ID, true)
}

func (w *world) send(r *http.Request, cookie *http.Cookie) *httptest.ResponseRecorder {
	if cookie != nil {
		r.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

func (w *world) get(address string, cookie *http.Cookie) *httptest.ResponseRecorder {
	return w.send(httptest.NewRequest(http.MethodGet, address, nil), cookie)
}

// open shows a page to the administrator and checks it.
func (w *world) open(address string) *goquery.Document {
	w.t.Helper()
	answer := w.get(address, w.grace)
	if answer.Code != http.StatusOK {
		w.t.Fatalf("%s: status %d", address, answer.Code)
	}
	if answer.Header().Get("Cache-Control") != "no-store" || !strings.Contains(answer.Header().Get("X-Robots-Tag"), "noindex") {
		w.t.Errorf("%s may be kept: %v", address, answer.Header())
	}
	doc := pagetest.Check(w.t, answer.Body.String())
	if title := strings.ToLower(doc.Find("title").Text()); strings.Contains(title, "bursar") || strings.Contains(title, "peer") || strings.Contains(title, "reyes") {
		w.t.Errorf("%s is titled %q", address, title)
	}
	return doc
}

// post sends fields, in pairs, as the administrator.
func (w *world) post(address string, fields ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return w.postForm(address, form)
}

func (w *world) postForm(address string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(r, w.grace)
}

// done wants a post to go well and to lead somewhere.
func (w *world) done(answer *httptest.ResponseRecorder, to string) {
	w.t.Helper()
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != to {
		w.t.Fatalf("status %d to %q, want %q: %s", answer.Code, answer.Header().Get("Location"), to, answer.Body)
	}
}

// refused wants the same page again with a sentence.
func (w *world) refused(answer *httptest.ResponseRecorder, status int, sentence string) *goquery.Document {
	w.t.Helper()
	doc := pagetest.Check(w.t, answer.Body.String())
	if answer.Code != status || !strings.Contains(words(doc.Find("main")), sentence) {
		w.t.Fatalf("status %d, want %d and %q: %s", answer.Code, status, sentence, words(doc.Find("main")))
	}
	return doc
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// says wants words on a page.
func (w *world) says(doc *goquery.Document, all ...string) {
	w.t.Helper()
	text := words(doc.Find("main"))
	for _, want := range all {
		if !strings.Contains(text, want) {
			w.t.Errorf("%q is not on the page: %s", want, text)
		}
	}
}

// hides wants words not to be anywhere in a page's source.
func (w *world) hides(source string, all ...string) {
	w.t.Helper()
	for _, secret := range all {
		if strings.Contains(strings.ToLower(source), strings.ToLower(secret)) {
			w.t.Errorf("%q is on the page: %s", secret, source)
		}
	}
}

// applied is an application of somebody, sent with good answers in which some are others.
func (w *world) applied(email string, others form.Answers) *bursary.Application {
	w.t.Helper()
	p := fixture.Person(w.t, w.app, email)
	answers := fixture.GoodAnswers("FND-T27")
	for key, text := range others {
		answers[key] = text
	}
	var a *bursary.Application
	w.must(w.learners, p.ID, func(tx *db.Tx) (err error) {
		if a, err = bursary.Begin(w.t.Context(), tx, p.ID, w.round.Code); err != nil {
			return err
		}
		if _, err = bursary.Save(w.t.Context(), tx, w.box, p.ID, a.Code, form.Current().Questions(), answers, nil, tx.Now); err != nil {
			return err
		}
		a, err = bursary.Submit(w.t.Context(), tx, w.box, p.ID, a.Code, tx.Now)
		return err
	})
	return a
}

func (w *world) must(d *db.DB, person id.Person, f func(*db.Tx) error) {
	w.t.Helper()
	if err := d.WriteAs(w.t.Context(), db.Who{Person: person}, f); err != nil {
		w.t.Fatal(err)
	}
}

// stands reads an application as it is now.
func (w *world) stands(code string) *bursary.Application {
	w.t.Helper()
	var now *bursary.Application
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) (err error) {
		now, err = bursary.ByCode(w.t.Context(), tx, code)
		return err
	})
	return now
}

// readings counts how often an application was read, by whom.
func (w *world) readings(a *bursary.Application) (n int) {
	w.t.Helper()
	if err := dbtest.Owner(w.t, w.app).NewRaw("SELECT count(*) FROM sensitive.reads WHERE application_id = ?", a.ID).Scan(w.t.Context(), &n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// afterDeadline is the morning after the closing day; sessions are new.
func (w *world) afterDeadline() {
	w.t.Helper()
	w.clock.Set(london.On(2026, 12, 14).At(9, 0))
	w.grace = w.session(w.admin.ID, true)
}

const (
	files = "/admin/applications/"
	desk  = "/admin/rounds/SPRING-27"
)
