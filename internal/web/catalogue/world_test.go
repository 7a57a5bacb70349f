package catalogue_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/people"
	"bursar/internal/web/account"
	"bursar/internal/web/catalogue"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// house is the pages behind their real wall, with one open run.
type house struct {
	*testing.T
	app, machine *db.DB
	engine       *gin.Engine
	run          *course.Offering
	grace        *http.Cookie // an administrator
	kofi         *http.Cookie // a trainer
}

func newHouse(t *testing.T) *house {
	t.Helper()
	app, _ := dbtest.NewAt(t, pagetest.Now)
	h := &house{T: t, app: app, machine: dbtest.As(t, app, db.Worker)}
	h.run = fixture.Run(t, app, "FND-T27", 5)
	wall := account.New(account.Options{DB: app, Issuer: "Threshold"})
	h.engine = pagetest.Engine(t, page.Viewer{})
	h.engine.Use(wall.Sessions())
	catalogue.Mount(h.engine, catalogue.Options{DB: app, Machine: h.machine, Staff: wall.Staff})
	h.grace = h.session("grace@threshold.example", people.Admin)
	kofi := fixture.Person(t, app, "kofi@threshold.example")
	h.write(func(tx *db.Tx) error { return course.AddTrainer(t.Context(), tx, audit.System, kofi.ID) })
	h.kofi = h.session("kofi@threshold.example")
	return h
}

func (h *house) write(do func(tx *db.Tx) error) {
	h.Helper()
	if err := h.app.Write(h.Context(), do); err != nil {
		h.Fatal(err)
	}
}

func (h *house) session(email string, roles ...people.Role) *http.Cookie {
	h.Helper()
	p := fixture.Person(h, h.app, email, roles...)
	var token string
	h.write(func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(h.Context(), tx, p.ID, "a test")
		return err
	})
	return &http.Cookie{Name: "session", Value: token}
}

// send asks as somebody, with fields given as pairs of name and value.
func (h *house) send(who *http.Cookie, method, address string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	r.AddCookie(who)
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

// open shows a page to the administrator and checks it.
func (h *house) open(address string) *goquery.Document {
	h.Helper()
	return h.page(h.send(h.grace, http.MethodGet, address), http.StatusOK)
}

func (h *house) page(w *httptest.ResponseRecorder, status int) *goquery.Document {
	h.Helper()
	if w.Code != status {
		h.Fatalf("status %d, want %d: %s", w.Code, status, w.Body.String())
	}
	return pagetest.Check(h, w.Body.String())
}

// refused sends a form that is not taken, and expects a sentence at each of some fields.
func (h *house) refused(doc *goquery.Document, fields ...string) {
	h.Helper()
	for _, f := range fields {
		if doc.Find("#"+f+"-error").Length() != 1 {
			h.Errorf("nothing is said about %s: %s", f, text(doc.Find(".govuk-error-summary")))
		}
	}
}

// taken sends a form that is taken, and gives the address to which it leads.
func (h *house) taken(address string, fields ...string) string {
	h.Helper()
	w := h.send(h.grace, http.MethodPost, address, fields...)
	if w.Code != http.StatusSeeOther {
		h.Fatalf("%s: status %d: %s", address, w.Code, text(pagetest.Check(h, w.Body.String()).Find("main")))
	}
	return w.Header().Get("Location")
}

// says expects words on a page.
func (h *house) says(doc *goquery.Document, want ...string) {
	h.Helper()
	said := text(doc.Find("main"))
	for _, w := range want {
		if !strings.Contains(said, w) {
			h.Errorf("%q is not said: %s", w, said)
		}
	}
}

func (h *house) found(code string) *course.Offering {
	h.Helper()
	run, err := course.RunByCode(h.Context(), h.app, code)
	if err != nil {
		h.Fatal(err)
	}
	o, err := course.OfferingOf(h.Context(), h.app, run)
	if err != nil {
		h.Fatal(err)
	}
	return o
}

func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// filled are the fields of a page's form as they are sent when nothing is changed, but for some.
func filled(doc *goquery.Document, changed ...string) []string {
	var fields []string
	add := func(name, value string) { fields = append(fields, name, value) }
	skip := map[string]bool{}
	for i := 0; i < len(changed); i += 2 {
		skip[changed[i]] = true
	}
	doc.Find("main form input, main form textarea").Each(func(_ int, s *goquery.Selection) {
		name, kind := s.AttrOr("name", ""), s.AttrOr("type", "text")
		_, on := s.Attr("checked")
		if name == "" || skip[name] || (kind == "radio" || kind == "checkbox") && !on {
			return
		}
		if goquery.NodeName(s) == "textarea" {
			add(name, s.Text())
			return
		}
		add(name, s.AttrOr("value", ""))
	})
	return append(fields, changed...)
}
