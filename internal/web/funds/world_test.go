package funds_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/funds"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// house is the pages behind their real wall, with two administrators and a bookkeeper at their desks.
type house struct {
	*testing.T
	app, officers         *db.DB
	clock                 *dbtest.Clock
	box                   *secret.Box
	engine                *gin.Engine
	grace, martin, sheila desk
}

// desk is somebody who has given their second factor.
type desk struct {
	people.Person
	cookie *http.Cookie
}

func newHouse(t *testing.T) *house {
	t.Helper()
	app, clock := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, app: app, officers: dbtest.As(t, app, db.Office), clock: clock, box: box, engine: pagetest.EngineAt(t, page.Viewer{}, app.Now)}
	wall := account.New(account.Options{DB: app, Issuer: "Threshold"})
	h.engine.Use(wall.Sessions())
	funds.Mount(h.engine, funds.Options{DB: app, Office: h.officers, Box: box, Staff: wall.Staff, Site: pagetest.Site})
	h.grace = h.session("grace@threshold.example", people.Admin)
	h.martin = h.session("martin@threshold.example", people.Admin)
	h.sheila = h.session("sheila@threshold.example", people.Finance)
	fixture.Run(t, app, "FND-T27", 20)
	return h
}

// session signs somebody in.
func (h *house) session(email string, roles ...people.Role) desk {
	h.Helper()
	p := fixture.Person(h, h.app, email, roles...)
	var token string
	err := h.app.Write(h.Context(), func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(h.Context(), tx, p.ID, "a test")
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return desk{p, &http.Cookie{Name: "session", Value: token}}
}

func (h *house) ask(who desk, r *http.Request) *httptest.ResponseRecorder {
	if who.cookie != nil {
		r.AddCookie(who.cookie)
	}
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

func (h *house) get(who desk, address string) *httptest.ResponseRecorder {
	return h.ask(who, httptest.NewRequest(http.MethodGet, address, nil))
}

func (h *house) post(who desk, address string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	return h.ask(who, r)
}

// upload posts a file.
func (h *house) upload(who desk, address, name string, body []byte) *httptest.ResponseRecorder {
	h.Helper()
	var sent bytes.Buffer
	w := multipart.NewWriter(&sent)
	part, err := w.CreateFormFile("document", name)
	if err != nil {
		h.Fatal(err)
	}
	_, _ = part.Write(body) // to memory
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, address, &sent)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return h.ask(who, r)
}

// open shows a page and checks it.
func (h *house) open(who desk, address string) *goquery.Document {
	h.Helper()
	return h.page(http.StatusOK, h.get(who, address), address)
}

// pressed posts a form that is answered with a page and not with another address.
func (h *house) pressed(status int, who desk, address string, form url.Values) *goquery.Document {
	h.Helper()
	return h.page(status, h.post(who, address, form), address)
}

func (h *house) page(status int, w *httptest.ResponseRecorder, address string) *goquery.Document {
	h.Helper()
	if w.Code != status {
		h.Fatalf("%s: status %d, want %d: %s", address, w.Code, status, strings.Join(wrong(pagetest.Check(h, w.Body.String())), " | "))
	}
	return pagetest.Check(h, w.Body.String())
}

// send posts a form and returns where it leads.
func (h *house) send(who desk, address string, form url.Values) string {
	h.Helper()
	return h.led(h.post(who, address, form), address)
}

func (h *house) led(w *httptest.ResponseRecorder, address string) string {
	h.Helper()
	if w.Code != http.StatusSeeOther {
		h.Fatalf("%s: status %d: %s", address, w.Code, strings.Join(wrong(pagetest.Check(h, w.Body.String())), " | "))
	}
	return w.Header().Get("Location")
}

// filled is what a browser would send from the form on a page, with some fields typed anew.
func filled(doc *goquery.Document, typed map[string]string) url.Values {
	form := url.Values{}
	doc.Find("main form").First().Find("input, textarea, select").Each(func(_ int, s *goquery.Selection) {
		name, value := s.AttrOr("name", ""), s.AttrOr("value", "")
		kind := s.AttrOr("type", "")
		if _, checked := s.Attr("checked"); (kind == "checkbox" || kind == "radio") && !checked {
			return
		}
		switch {
		case s.Is("textarea"):
			value = s.Text()
		case s.Is("select"):
			value = s.Find("option[selected]").AttrOr("value", s.Find("option").First().AttrOr("value", ""))
		}
		form.Add(name, value)
	})
	for name, value := range typed {
		form.Set(name, value)
	}
	return form
}

func wrong(doc *goquery.Document) []string {
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

// typedNorth is what Grace types about a fund for the north, over an empty form, before conditions.
func typedNorth(doc *goquery.Document) url.Values {
	form := filled(doc, map[string]string{
		"code": "NORTH-26", "name": "Northern Roots Grant", "donor": "The Northern Roots Trust", "purpose": "Training for peers in the north.",
		"kind": "restricted", "spend_by-day": "30", "spend_by-month": "9", "spend_by-year": "2027", "year_starts": "10",
		"cap": "1,500", "co_payment": "10", "years": "3",
	})
	form["pays"] = []string{"fee", "travel"}
	form["pay_cap"][1] = "250"
	form.Set("do", "save")
	return form
}

// north is that fund, made by Grace for people in the north, with £18,000 in it.
func (h *house) north() *fund.Fund {
	h.Helper()
	f := &fund.Fund{
		Code: "NORTH-26", Name: "Northern Roots Grant", Donor: "The Northern Roots Trust", Purpose: "Training for peers in the north.",
		Kind: fund.Restricted, YearStarts: 10,
	}
	terms := fund.Terms{
		Pays: []fund.Pay{{Purpose: fund.Fee}, {Purpose: fund.Travel, Cap: 25_000}}, Cap: 150_000, CoPayment: 10,
		Who: fund.Rule{Criterion: fund.ByRegion, OneOf: []string{"north_east", "yorkshire", "cumbria"}},
	}
	h.write(func(tx *db.Tx) error {
		if err := fund.Create(h.Context(), tx, h.grace.ID, f, terms); err != nil {
			return err
		}
		_, err := fund.RecordGift(h.Context(), tx, h.grace.ID, f.ID, 1_800_000, "The Northern Roots Trust", "NR 1")
		return err
	})
	return f
}

// promise commits money of a fund, which is in use from then on.
func (h *house) promise(f *fund.Fund, pence int) {
	h.Helper()
	h.write(func(tx *db.Tx) error {
		return fund.Commit(h.Context(), tx, "test/promise", []fund.Part{{Fund: f.ID, Amount: money.Amount(pence)}})
	})
}

func (h *house) write(do func(tx *db.Tx) error) {
	h.Helper()
	if err := h.app.Write(h.Context(), do); err != nil {
		h.Fatal(err)
	}
}
