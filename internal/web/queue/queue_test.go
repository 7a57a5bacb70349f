package queue_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/applying"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/queue"
)

// house is the pages of those who apply and of the office behind their real walls, with a run that people apply for.
type house struct {
	*testing.T
	app    *db.DB
	clock  *dbtest.Clock
	engine *gin.Engine
	run    *course.Offering
	grace  *http.Cookie // an administrator
}

func newHouse(t *testing.T, capacity int) *house {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, app: app, clock: clock, run: fixture.Run(t, app, "FUL-27", capacity)}
	dbtest.Force(t, app, "UPDATE runs SET entry = 'apply' WHERE id = ?", h.run.ID)
	wall := account.New(account.Options{DB: app, Issuer: "Threshold"})
	h.engine = pagetest.EngineAt(t, page.Viewer{}, clock.Now)
	h.engine.Use(wall.Sessions())
	applying.Mount(h.engine, applying.Options{DB: app, Own: dbtest.As(t, app, db.Learner), Machine: dbtest.As(t, app, db.Worker), Box: box, SignedIn: wall.SignedIn()})
	queue.Mount(h.engine, queue.Options{DB: app, Office: dbtest.As(t, app, db.Office), Machine: dbtest.As(t, app, db.Worker), Box: box, Staff: wall.Staff})
	h.grace = h.session("grace@threshold.example", people.Admin)
	return h
}

func (h *house) session(email string, roles ...people.Role) *http.Cookie {
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
	if who != nil {
		r.AddCookie(who)
	}
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

// says expects a status and words on a page.
func (h *house) says(w *httptest.ResponseRecorder, status int, want ...string) *goquery.Document {
	h.Helper()
	if w.Code != status {
		h.Fatalf("status %d, want %d: %s", w.Code, status, w.Body.String())
	}
	doc := pagetest.Check(h, w.Body.String())
	said := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	for _, words := range want {
		if !strings.Contains(said, words) {
			h.Errorf("%q is not said: %s", words, said)
		}
	}
	return doc
}

const form = "/runs/FUL-27/apply"

// mark is what the form brings along for somebody: of what they have saved so far.
func (h *house) mark(who *http.Cookie) string {
	h.Helper()
	w := h.send(who, http.MethodGet, form)
	if w.Code == http.StatusSeeOther {
		return "0" // it is sent
	}
	return h.says(w, http.StatusOK).Find("[name=seen-form]").AttrOr("value", "")
}

// applies has somebody apply, and gives the address of what they sent.
func (h *house) applies(who *http.Cookie, why string) string {
	h.Helper()
	w := h.send(who, http.MethodPost, form, "name", "Ana Reyes", "work", "I am a nurse.", "why", why, "payer", "help", "seen-form", h.mark(who))
	if w.Code != http.StatusSeeOther {
		h.says(w, http.StatusSeeOther)
	}
	return w.Header().Get("Location")
}

func code(address string) string { return address[strings.LastIndex(address, "/")+1:] }

func TestSomebodyAppliesIsOfferedAPlaceAndSeesHowItStands(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	ana := h.session("ana@post.example")
	h.says(h.send(ana, http.MethodGet, "/runs/FUL-27/apply"), http.StatusOK, "nobody is scored", "ana@post.example")
	doc := h.says(h.send(ana, http.MethodPost, "/runs/FUL-27/apply", "name", "Ana Reyes", "why", "Zanzibar"), http.StatusUnprocessableEntity)
	if doc.Find("#work-error").Length() != 1 || doc.Find("#payer-error").Length() != 1 || doc.Find("#why").Text() != "Zanzibar" {
		t.Errorf("mistakes: %s", doc.Find(".govuk-error-summary").Text())
	}
	at := h.applies(ana, "Zanzibar")
	if again := h.applies(ana, "Twice"); again != at {
		t.Errorf("applied twice at %s and %s", at, again)
	}
	if w := h.send(ana, http.MethodGet, "/runs/FUL-27/apply"); w.Header().Get("Location") != at {
		t.Errorf("applying again leads to %q", w.Header().Get("Location"))
	}
	h.says(h.send(ana, http.MethodGet, at), http.StatusOK, "We have had it since", "Zanzibar", "I am a nurse.")
	staff := "/admin/course-applications/" + code(at)
	h.says(h.send(h.grace, http.MethodGet, "/admin/queue"), http.StatusOK, "Ana Reyes", "Has applied", "FUL-27", "Not kept")
	h.says(h.send(h.grace, http.MethodGet, staff), http.StatusOK, "Waits for an answer", "Monday 23 November 2026", "Zanzibar", "They need help with the cost", "2 places are free")
	h.says(h.send(h.grace, http.MethodPost, staff+"/offer", "until-day", "31", "until-month", "2", "until-year", "2027"), http.StatusUnprocessableEntity)
	if w := h.send(h.grace, http.MethodPost, staff+"/offer", "until-day", "7", "until-month", "12", "until-year", "2026"); w.Code != http.StatusSeeOther {
		t.Fatalf("offering: status %d", w.Code)
	}
	h.says(h.send(h.grace, http.MethodGet, "/admin/queue?kind=offered"), http.StatusOK, "Decides about an offer", "7 December 2026")
	h.says(h.send(ana, http.MethodGet, at), http.StatusOK, "We keep a place for you until the end of Monday 7 December 2026", "See the place and answer", "see what there is")
	h.says(h.send(h.grace, http.MethodPost, staff+"/turn-down", "reason", "Too late."), http.StatusConflict)
}

func TestACourseApplicationIsOnesOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	at := h.applies(h.session("ana@post.example"), "Zanzibar")
	for who, cookie := range map[string]*http.Cookie{"another learner": h.session("ben@post.example"), "a trainer": h.session("kofi@threshold.example", people.Trainer),
		"an auditor": h.session("gus@threshold.example", people.Auditor), "a bookkeeper": h.session("sheila@threshold.example", people.Finance)} {
		for _, route := range h.engine.Routes() {
			address := strings.NewReplacer(":code", code(at), ":run", "FUL-27").Replace(route.Path)
			w := h.send(cookie, route.Method, address, "reason", "x", "code", code(at), "act", "turn-down", "seen", "yes")
			if strings.Contains(w.Body.String(), "Zanzibar") || !strings.HasPrefix(route.Path, "/runs/") && w.Code != http.StatusNotFound {
				t.Errorf("%s at %s %s: status %d", who, route.Method, address, w.Code)
			}
		}
	}
	h.says(h.send(h.session("ana@post.example"), http.MethodGet, at), http.StatusOK, "We have had it since")
}

func TestSeveralAreAnsweredAtOnceOnceTheyWereSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	var codes []string
	for _, who := range []string{"ana@post.example", "ben@post.example", "cas@post.example"} {
		codes = append(codes, code(h.applies(h.session(who), "Zanzibar")))
	}
	post := func(fields ...string) *httptest.ResponseRecorder {
		return h.send(h.grace, http.MethodPost, "/admin/course-applications", fields...)
	}
	if w := post("act", "offer"); w.Code != http.StatusSeeOther {
		t.Errorf("nobody: status %d", w.Code)
	}
	two := []string{"code", codes[0], "code", codes[1]}
	doc := h.says(post(append(two, "act", "offer")...), http.StatusOK, "Nothing has been done yet. These 2 are answered")
	day := func(f string) string { return doc.Find("[name=until-"+f+"]").AttrOr("value", "") }
	when := []string{"until-day", day("day"), "until-month", day("month"), "until-year", day("year"), "seen", "yes"}
	h.says(post(append(append(two, "act", "offer"), when...)...), http.StatusConflict, "Ana Reyes: The last place on these dates has just been taken.", "This one is answered")
	h.says(h.send(h.grace, http.MethodGet, "/admin/course-applications/"+codes[0]), http.StatusOK, "Offered: not answered yet", "Answered on")
	h.says(post("code", codes[1], "code", codes[2], "act", "turn-down", "seen", "yes", "reason", " "), http.StatusUnprocessableEntity, "Say why")
	if w := post("code", codes[1], "code", codes[2], "act", "turn-down", "seen", "yes", "reason", "There is one place."); w.Code != http.StatusSeeOther {
		t.Errorf("turning down: status %d: %s", w.Code, w.Body.String())
	}
	h.says(post("code", codes[1], "code", codes[2], "act", "turn-down", "seen", "yes", "reason", "Again."), http.StatusConflict, "Nothing has been done now.")
	h.says(h.send(h.session("cas@post.example"), http.MethodGet, "/my/course-applications/"+codes[2]), http.StatusOK, "We are sorry: we cannot offer you a place this time.", "There is one place.")
	h.says(h.send(h.grace, http.MethodGet, "/admin/queue?kind=applied"), http.StatusOK, "Nobody, just now.")
}

func TestWhatIsMissingInAnApplicationIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	dbtest.Force(t, h.app, "UPDATE run_prices SET amount = 195000 WHERE run_id = ? AND band = 'peer'", h.run.ID)
	doc := h.says(h.send(h.session("ana@post.example"), http.MethodPost, "/runs/FUL-27/apply", "name", "Ana Reyes"), http.StatusUnprocessableEntity)
	if doc.Find("#peer-error").Length() != 1 || doc.Find("#payer-error").Length() != 1 || doc.Find("#work-error").Length() != 1 {
		t.Errorf("mistakes: %s", doc.Find(".govuk-error-summary").Text())
	}
	var sent int
	if err := h.app.NewRaw("SELECT count(*) FROM mails").Scan(t.Context(), &sent); err != nil || sent != 0 {
		t.Errorf("%d mails, %v", sent, err)
	}
}

func TestSomebodyTakesTheirApplicationBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	ana := h.session("ana@post.example")
	at := h.applies(ana, "Zanzibar")
	for range 2 {
		if w := h.send(ana, http.MethodPost, at+"/withdraw"); w.Code != http.StatusSeeOther {
			t.Errorf("status %d", w.Code)
		}
	}
	h.says(h.send(ana, http.MethodGet, at), http.StatusOK, "You took it back on")
	if w := h.send(nil, http.MethodGet, "/runs/FUL-27/apply"); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in") {
		t.Errorf("a visitor: status %d", w.Code)
	}
}
