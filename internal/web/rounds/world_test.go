package rounds_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/public"
	"bursar/internal/web/rounds"
)

// house is the pages behind their real wall, with an administrator at the desk.
type house struct {
	*testing.T
	app      *db.DB
	officers *db.DB
	clock    *dbtest.Clock
	box      *secret.Box
	engine   *gin.Engine
	grace    people.Person
	cookie   *http.Cookie // of Grace, who has given her second factor
}

func newHouse(t *testing.T) *house {
	t.Helper()
	app, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, app: app, officers: dbtest.As(t, app, db.Office), clock: clock, box: box, engine: pagetest.Engine(t, page.Viewer{})}
	wall := account.New(account.Options{DB: app, Issuer: "Threshold"})
	h.engine.Use(wall.Sessions())
	rounds.Mount(h.engine, rounds.Options{DB: h.officers, Box: box, Staff: wall.Staff, Site: pagetest.Site, Preview: public.RoundPage})
	h.grace, h.cookie = h.session("grace@threshold.example", true, people.Admin)
	fixture.Run(t, app, "FND-T27", 20)
	return h
}

// session signs somebody in.
func (h *house) session(email string, verified bool, roles ...people.Role) (people.Person, *http.Cookie) {
	h.Helper()
	p := fixture.Person(h, h.app, email, roles...)
	start := people.StartSession
	if verified {
		start = people.StartVerifiedSession
	}
	var token string
	err := h.app.Write(h.Context(), func(tx *db.Tx) (err error) {
		token, err = start(h.Context(), tx, p.ID, "a test")
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return p, &http.Cookie{Name: "session", Value: token}
}

func (h *house) ask(method, address string, form url.Values, cookie *http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

// open shows a page to Grace and checks it.
func (h *house) open(address string) *goquery.Document {
	h.Helper()
	w := h.ask(http.MethodGet, address, nil, h.cookie)
	if w.Code != http.StatusOK {
		h.Fatalf("%s: status %d", address, w.Code)
	}
	return pagetest.Check(h, w.Body.String())
}

// filled is what a browser would send from the form on a page, with some fields typed anew.
func filled(doc *goquery.Document, typed map[string]string) url.Values {
	form := url.Values{}
	doc.Find("main form").Find("input, textarea").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", "")
		if _, checked := s.Attr("checked"); s.AttrOr("type", "") == "checkbox" && !checked {
			return
		}
		value := s.AttrOr("value", "")
		if s.Is("textarea") {
			value = s.Text()
		}
		form.Add(name, value)
	})
	for name, value := range typed {
		form.Set(name, value)
	}
	return form
}

// send posts a form as Grace and returns where it leads.
func (h *house) send(address string, form url.Values) string {
	h.Helper()
	w := h.ask(http.MethodPost, address, form, h.cookie)
	if w.Code != http.StatusSeeOther {
		h.Fatalf("%s: status %d: %s", address, w.Code, strings.Join(mistakes(pagetest.Check(h, w.Body.String())), " | "))
	}
	return w.Header().Get("Location")
}

// refused posts a form as Grace that is not taken and returns the page that says so.
func (h *house) refused(status int, address string, form url.Values) *goquery.Document {
	h.Helper()
	w := h.ask(http.MethodPost, address, form, h.cookie)
	if w.Code != status {
		h.Fatalf("%s: status %d", address, w.Code)
	}
	return pagetest.Check(h, w.Body.String())
}

func mistakes(doc *goquery.Document) []string {
	return doc.Find(".govuk-error-summary li").Map(func(_ int, s *goquery.Selection) string { return words(s) })
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func (h *house) says(s *goquery.Selection, want ...string) {
	h.Helper()
	text := words(s)
	for _, w := range want {
		if !strings.Contains(text, w) {
			h.Errorf("%q is not said: %s", w, text)
		}
	}
}

func (h *house) round(code string) (*bursary.Round, bursary.Plan) {
	h.Helper()
	r, err := bursary.FindRound(h.Context(), h.app, code)
	if err != nil {
		h.Fatal(err)
	}
	p, err := bursary.PlanOf(h.Context(), h.app, r)
	if err != nil {
		h.Fatal(err)
	}
	return r, p
}

func (h *house) owner(statement string, args ...any) {
	h.Helper()
	if _, err := dbtest.Owner(h, h.app).NewRaw(statement, args...).Exec(h.Context()); err != nil {
		h.Fatal(err)
	}
}

// typedSummer is what Grace types about a round, over an empty form.
func typedSummer(doc *goquery.Document) url.Values {
	form := filled(doc, map[string]string{
		"code": "SUMMER-27", "name": "Summer 2027",
		"opens_on-day": "1", "opens_on-month": "12", "opens_on-year": "2026", "closes_on-day": "10", "closes_on-month": "1", "closes_on-year": "2027",
		"panel_on-day": "20", "panel_on-month": "1", "panel_on-year": "2027", "decides_on-day": "29", "decides_on-month": "1", "decides_on-year": "2027",
		"runs": "FND-T27", "places": "4", "money": "20,000", "summary": "The fee, or a part of it.", "who": "Anybody who is 18 or over.",
		"beacon":        "The National Lottery draw on 23 January 2027",
		"beacon_on-day": "23", "beacon_on-month": "1", "beacon_on-year": "2027",
	})
	form["tariff-line"] = []string{"fee", "travel"}
	form["tariff-cap"][1] = "250.50"
	form["tariff-note"][1] = "Trains and buses."
	form["tariff-label"][0], form["tariff-percent"][0] = "I get a benefit", "100"
	form["tariff-label"][2], form["tariff-percent"][2] = "None of these", "50%" // the row between stays empty
	return form
}

func keys(p bursary.Plan) []string {
	var all []string
	for _, c := range p.Tariff.Circumstances {
		all = append(all, c.Key)
	}
	slices.Sort(all)
	return all
}
