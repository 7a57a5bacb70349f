package assessor_test

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
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/assessor"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// world is a round that is being read, and the assessors' pages behind their real wall.
type world struct {
	t *testing.T
	*fixture.Reading
	house     fixture.House
	assessors *db.DB
	engine    *gin.Engine
}

func newWorld(t *testing.T, applications, members int) *world {
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
	w := &world{t: t, Reading: h.BeingRead(t, applications, members), house: h, assessors: dbtest.As(t, app, db.Assessor)}
	wall := account.New(account.Options{DB: app, Box: box, Issuer: "Threshold"})
	w.engine = pagetest.Engine(t, page.Viewer{})
	w.engine.Use(wall.Sessions())
	assessor.Mount(w.engine, assessor.Options{DB: w.assessors, Box: box, Staff: wall.Staff})
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
	err := w.house.App.Write(w.t.Context(), func(tx *db.Tx) (err error) {
		token, err = start(w.t.Context(), tx, person, "a test")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: token}
}

// as is a browser in which a member of the panel is signed in.
func (w *world) as(m *panel.Member) browser {
	return browser{w, w.session(m.PersonID, true)}
}

// browser asks as somebody.
type browser struct {
	*world
	cookie *http.Cookie
}

func (b browser) ask(r *http.Request) *httptest.ResponseRecorder {
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	answer := httptest.NewRecorder()
	b.engine.ServeHTTP(answer, r)
	return answer
}

func (b browser) get(address string) *httptest.ResponseRecorder {
	return b.ask(httptest.NewRequest(http.MethodGet, address, nil))
}

func (b browser) post(address string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	return b.ask(r)
}

// open shows a page and checks it.
func (b browser) open(address string) *goquery.Document {
	b.t.Helper()
	answer := b.get(address)
	if answer.Code != http.StatusOK {
		b.t.Fatalf("%s: status %d", address, answer.Code)
	}
	if answer.Header().Get("Cache-Control") != "no-store" {
		b.t.Errorf("%s may be kept: %v", address, answer.Header())
	}
	return b.checked(answer)
}

func (b browser) checked(answer *httptest.ResponseRecorder) *goquery.Document {
	b.t.Helper()
	doc := pagetest.Check(b.t, answer.Body.String())
	title := strings.ToLower(doc.Find("title").Text())
	for _, word := range []string{"bursar", "peer", "mental", "reyes"} {
		if strings.Contains(title, word) {
			b.t.Errorf("the title %q says %q", title, word)
		}
	}
	return doc
}

// form is what a page's own form would send.
func form(doc *goquery.Document) url.Values {
	values := url.Values{}
	doc.Find("main form[data-autosave] [name]").Each(func(_ int, field *goquery.Selection) {
		name := field.AttrOr("name", "")
		switch {
		case goquery.NodeName(field) == "textarea":
			values.Set(name, field.Text())
		case field.AttrOr("type", "") == "radio":
			if _, on := field.Attr("checked"); on {
				values.Set(name, field.AttrOr("value", ""))
			}
		case goquery.NodeName(field) == "input":
			values.Set(name, field.AttrOr("value", ""))
		}
	})
	return values
}

// filled is the form with a score and a reason for everything.
func filled(doc *goquery.Document, score string) url.Values {
	values := form(doc)
	for _, key := range []string{"practice", "hope", "benefit"} {
		values.Set("score-"+key, score)
		values.Set("reason-"+key, "What they do is plain, for "+key+".")
	}
	return values
}

// first is the first reader of an application, and its address.
func (w *world) first(a *bursary.Application) (*panel.Member, string) {
	w.t.Helper()
	return w.readers(a)[0], "/assess/" + a.Code
}

func (w *world) readers(a *bursary.Application) []*panel.Member {
	w.t.Helper()
	var ids []id.Member
	err := dbtest.Owner(w.t, w.house.App).NewRaw("SELECT member_id FROM sensitive.assignments WHERE application_id = ? ORDER BY member_id", a.ID).Scan(w.t.Context(), &ids)
	if err != nil || len(ids) == 0 {
		w.t.Fatalf("%s has no reader: %v", a.Code, err)
	}
	var all []*panel.Member
	for _, m := range w.Panel {
		for _, found := range ids {
			if m.ID == found {
				all = append(all, m)
			}
		}
	}
	return all
}

func (w *world) plant(statement string, args ...any) {
	w.t.Helper()
	if _, err := dbtest.Owner(w.t, w.house.App).NewRaw(statement, args...).Exec(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }
