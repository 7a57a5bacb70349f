package demo_test

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

	"bursar/internal/bankfile"
	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/web/account"
	"bursar/internal/web/demo"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// theatre is the demonstration's pages in a mode, with the real cookie.
type theatre struct {
	*db.DB
	clock  *dbtest.Clock
	engine *gin.Engine
}

func newTheatre(t *testing.T, mode config.Mode) theatre {
	t.Helper()
	d, clock := dbtest.NewAt(t, pagetest.Now)
	a := account.New(account.Options{DB: d, Issuer: "Threshold"})
	e := pagetest.Engine(t, page.Viewer{})
	demo.Mount(e, mode, demo.Options{
		DB: d, Inbox: dbtest.As(t, d, db.Worker), Clock: clock, Admit: a.Admit,
		Mail: mail.Site{Name: "Threshold", URL: "http://127.0.0.1:8080", Email: "office@threshold.example"},
	})
	return theatre{d, clock, e}
}

func (h theatre) get(address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	return w
}

func (h theatre) post(address string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

// open shows a page and checks it.
func (h theatre) open(t *testing.T, address string) *goquery.Document {
	t.Helper()
	w := h.get(address)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d", address, w.Code)
	}
	return pagetest.Check(t, w.Body.String())
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestInProductionThereIsNoDemonstration(t *testing.T) {
	t.Parallel()
	there := newTheatre(t, config.Demo).engine.Routes()
	if len(there) != 8 {
		t.Errorf("in demo mode there are %d routes", len(there))
	}
	for _, mode := range []config.Mode{config.Production, "", "Demo"} {
		h := newTheatre(t, mode)
		fixture.Person(t, h.DB, "grace@threshold.example", people.Admin)
		if n := len(h.engine.Routes()); n != 0 {
			t.Errorf("in mode %q there are %d routes", mode, n)
		}
		for _, route := range there {
			address := strings.NewReplacer(":who", "grace", ":mail", "1", ":position", "0").Replace(route.Path)
			r := httptest.NewRequest(route.Method, address, nil)
			w := httptest.NewRecorder()
			h.engine.ServeHTTP(w, r)
			if w.Code != http.StatusNotFound || w.Header().Get("Set-Cookie") != "" {
				t.Errorf("in mode %q %s answers %d", mode, address, w.Code)
			}
		}
	}
}

func TestOneClickSignsInAsEachPerson(t *testing.T) {
	t.Parallel()
	h := newTheatre(t, config.Demo)
	doc := h.open(t, "/demo")
	for _, who := range fixture.People() {
		var roles []people.Role
		if who.Role != "" {
			roles = append(roles, who.Role)
		}
		fixture.Person(t, h.DB, who.Email, roles...)
		address := "/demo/people/" + who.Key
		if doc.Find(fmt.Sprintf("form[method=post][action=%q] button", address)).Length() != 1 {
			t.Errorf("%s has no button", who.Name)
		}
		w := h.post(address, nil)
		if w.Code != http.StatusSeeOther || len(w.Result().Cookies()) == 0 {
			t.Fatalf("%s: status %d", who.Name, w.Code)
		}
		s, err := people.SessionOf(t.Context(), h, w.Result().Cookies()[0].Value, h.Now())
		if err != nil || s.Person.Email != who.Email || who.Role != "" && !s.May(who.Role) || who.Role == "" && s.Staff() {
			t.Errorf("%s is signed in as %+v, %v", who.Name, s, err)
		}
		want := map[people.Role]string{
			"": "/my", people.Admin: "/admin", people.Assessor: "/assess", people.Access: "/admin/support",
			people.Finance: "/finance", people.Trainer: "/teach",
		}[who.Role]
		if who.Applies {
			want = "/my/applications"
		}
		if who.Employs {
			want = "/employer"
		}
		if to := w.Header().Get("Location"); to != want {
			t.Errorf("%s is led to %s", who.Name, to)
		}
	}
}

func TestSomebodyWhoIsNotInTheDemonstrationCannotBeSignedInAs(t *testing.T) {
	t.Parallel()
	h := newTheatre(t, config.Demo)
	fixture.Person(t, h.DB, "someone@post.example")
	for _, who := range []string{"someone", "someone@post.example", "grace"} { // Grace has not been loaded
		if w := h.post("/demo/people/"+who, nil); w.Code != http.StatusNotFound || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: status %d", who, w.Code)
		}
	}
}

func TestTheClockMovesOnAndNeverBack(t *testing.T) {
	t.Parallel()
	h := newTheatre(t, config.Demo)
	for _, step := range []struct {
		form url.Values
		want string
	}{
		{url.Values{"by": {"hour"}}, "2026-11-23T10:00:00Z"},
		{url.Values{"by": {"day"}}, "2026-11-24T10:00:00Z"},
		{url.Values{"by": {"date"}, "date-day": {"8"}, "date-month": {"6"}, "date-year": {"2027"}}, "2027-06-08T08:00:00Z"},
	} {
		w := h.post("/demo/clock", step.form)
		if got := h.clock.Now().UTC().Format(time.RFC3339); w.Code != http.StatusSeeOther || got != step.want {
			t.Errorf("%v: status %d, the clock shows %s", step.form, w.Code, got)
		}
	}
	for _, wrong := range []url.Values{
		{"by": {"date"}, "date-day": {"8"}, "date-month": {"6"}, "date-year": {"2027"}},
		{"by": {"date"}, "date-day": {"7"}, "date-month": {"6"}, "date-year": {"2027"}},
		{"by": {"date"}, "date-day": {"31"}, "date-month": {"2"}, "date-year": {"2028"}},
		{"by": {"date"}, "date-day": {"x"}},
		{"by": {"year"}},
		{},
	} {
		w := h.post("/demo/clock", wrong)
		if w.Code != http.StatusUnprocessableEntity || h.clock.Now().UTC().Format(time.DateOnly) != "2027-06-08" {
			t.Errorf("%v: status %d, the clock shows %s", wrong, w.Code, h.clock.Now())
		}
		doc := pagetest.Check(t, w.Body.String())
		if typed := doc.Find("#date").AttrOr("value", ""); doc.Find(".govuk-error-summary").Length() != 1 || typed != wrong.Get("date-day") {
			t.Errorf("%v: the mistake is not said or what was typed is lost", wrong)
		}
	}
}

func TestEveryMailCanBeReadAsItLooksWithWhatIsAttached(t *testing.T) {
	t.Parallel()
	h := newTheatre(t, config.Demo)
	fixture.Confirmed(t, h.DB, fixture.Run(t, h.DB, "FND-T27", 5), fixture.Person(t, h.DB, "ana@post.example"))
	err := h.Write(t.Context(), func(tx *db.Tx) error {
		_, err := people.AskSignIn(t.Context(), tx, "ana@post.example", "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := h.open(t, "/demo/mails").Find("tbody tr")
	if rows.Length() != 2 {
		t.Fatalf("%d mails are listed", rows.Length())
	}
	secret, confirmation := rows.First().Find("a").AttrOr("href", ""), rows.Last().Find("a").AttrOr("href", "")
	text := words(h.open(t, secret).Find("main"))
	if !strings.Contains(text, "To ana@post.example") || !strings.Contains(text, "http://127.0.0.1:8080/sign-in/") {
		t.Errorf("the link to sign in: %s", text)
	}
	doc := h.open(t, confirmation)
	w := h.get(doc.Find("main a.govuk-button").AttrOr("href", ""))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<style>") || strings.Contains(w.Body.String(), "site.invalid") {
		t.Errorf("the letter: status %d", w.Code)
	}
	if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; style-src 'unsafe-inline'") {
		t.Errorf("the letter may do: %s", csp)
	}
	files := doc.Find(`main a[href*="/attachments/"]`)
	if files.Length() != 4 {
		t.Fatalf("%d files are attached", files.Length())
	}
	w = h.get(files.First().AttrOr("href", ""))
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "BEGIN:VCALENDAR") ||
		w.Header().Get("Content-Disposition") != "attachment; filename=FND-T27-block-1.ics" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the file: status %d, %v", w.Code, w.Header())
	}
	for _, address := range []string{"/demo/mails/999", "/demo/mails/x", "/demo/mails/x/letter", confirmation + "/attachments/9"} {
		if w := h.get(address); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", address, w.Code)
		}
	}
}

func TestTheBanksStatementPaysWhatIsOpen(t *testing.T) {
	t.Parallel()
	h := newTheatre(t, config.Demo)
	w := h.get("/demo/demo-bank.csv")
	lines, err := bankfile.Guess(w.Body.Bytes())
	if err != nil || lines.Check() != nil {
		t.Errorf("%s: %v", w.Body, err)
	}
}
