package moves_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/web/account"
	"bursar/internal/web/moves"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// house is the pages behind their real wall, with Ana's confirmed place.
type house struct {
	*testing.T
	app, machine *db.DB
	engine       *gin.Engine
	run          *course.Offering
	place        *enrolment.Enrolment
	grace        *http.Cookie // an administrator
}

func newHouse(t *testing.T) *house {
	t.Helper()
	app, _ := dbtest.NewAt(t, pagetest.Now)
	h := &house{T: t, app: app, machine: dbtest.As(t, app, db.Worker)}
	h.run = fixture.Run(t, app, "FND-T27", 5)
	h.place = fixture.Confirmed(t, app, h.run, fixture.Person(t, app, "ana@post.example"))
	wall := account.New(account.Options{DB: app, Issuer: "Threshold"})
	h.engine = pagetest.Engine(t, page.Viewer{})
	h.engine.Use(wall.Sessions())
	moves.Mount(h.engine, moves.Options{DB: app, Office: dbtest.As(t, app, db.Office), Machine: h.machine, Staff: wall.Staff})
	h.grace = h.session("grace@threshold.example", people.Admin)
	return h
}

func (h *house) session(email string, role people.Role) *http.Cookie {
	h.Helper()
	p := fixture.Person(h, h.app, email, role)
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

func (h *house) send(method, address string, form url.Values, who *http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
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

// later schedules another run of the same course.
func (h *house) later(code string, first london.Date) *course.Offering {
	h.Helper()
	o := *h.run
	o.Run.ID, o.Code, o.Places = 0, code, course.Places{Capacity: 3}
	o.Blocks = []course.Block{{StartsOn: first, EndsOn: first.AddDays(4)}}
	err := h.app.Write(h.Context(), func(tx *db.Tx) error { return course.Schedule(h.Context(), tx, audit.System, &o) })
	if err != nil {
		h.Fatal(err)
	}
	return &o
}

func (h *house) now() *enrolment.Enrolment {
	h.Helper()
	e, err := enrolment.Get(h.Context(), h.app, h.place.ID)
	if err != nil {
		h.Fatal(err)
	}
	return e
}

func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestOnlyAdministratorsMoveAndCancel(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, role := range []people.Role{people.Auditor, people.Finance, people.Trainer} {
		who := h.session(string(role)+"@threshold.example", role)
		for _, route := range h.engine.Routes() {
			address := strings.NewReplacer(":code", h.place.Code, ":run", h.run.Code).Replace(route.Path)
			if w := h.send(route.Method, address, url.Values{"reason": {"x"}, "sure": {"yes"}}, who); w.Code != http.StatusNotFound {
				t.Errorf("%s %s as %s: status %d", route.Method, address, role, w.Code)
			}
		}
	}
	if e := h.now(); e.Status != enrolment.Confirmed || e.RunID != h.run.ID {
		t.Errorf("the place is %+v", e)
	}
}

func TestAPlaceIsMovedOnceEverythingIsSaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	later := h.later("FND-T28", london.On(2028, 3, 6))
	at := "/admin/places/" + h.place.Code + "/move"
	shown := text(h.page(h.send(http.MethodGet, at, nil, h.grace), http.StatusOK).Find("main"))
	for _, want := range []string{"FND-T28", "The learner", h.place.Price.String()} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is missing from %q", want, shown)
		}
	}
	doc := h.page(h.send(http.MethodPost, at, url.Values{"to": {"FND-T28"}, "price": {"3,000 or so"}, "reason": {""}}, h.grace), http.StatusUnprocessableEntity)
	if kept, _ := doc.Find("#price").Attr("value"); kept != "3,000 or so" || doc.Find("#reason-error").Length() != 1 {
		t.Errorf("the price is %q and the reason has %d errors", kept, doc.Find("#reason-error").Length())
	}
	doc = h.page(h.send(http.MethodPost, at, url.Values{"to": {"FND-T28"}, "price": {"9,000"}, "reason": {"Ill"}}, h.grace), http.StatusUnprocessableEntity)
	if doc.Find("#extra-error").Length() != 1 || h.now().RunID != h.run.ID {
		t.Errorf("a higher price that nobody pays: %s", text(doc.Find("main")))
	}
	cheaper := url.Values{"to": {"FND-T28"}, "price": {"3,000"}, "reason": {"They were ill"}}
	doc = h.page(h.send(http.MethodPost, at, cheaper, h.grace), http.StatusOK)
	if means := text(doc.Find("table")); !strings.Contains(means, "The learner £3,250.00 £3,000.00 £250.00 goes back to where it came from") {
		t.Errorf("what it means: %s", means)
	}
	if e := h.now(); e.RunID != h.run.ID || e.Price != h.place.Price {
		t.Errorf("looking has moved the place: %+v", e)
	}
	if refunds, err := h.app.NewSelect().Table("refunds").Count(t.Context()); err != nil || refunds != 0 {
		t.Errorf("looking has given %d refunds, %v", refunds, err)
	}
	seen, _ := doc.Find("[name=seen]").Attr("value")
	dearer := url.Values{"to": {"FND-T28"}, "price": {"2,000"}, "reason": {"They were ill"}, "seen": {seen}}
	doc = h.page(h.send(http.MethodPost, at, dearer, h.grace), http.StatusConflict)
	if means := text(doc.Find("table")); !strings.Contains(means, "£1,250.00 goes back") || h.now().RunID != h.run.ID {
		t.Errorf("something that was not seen is done: %s", means)
	}
	cheaper.Set("seen", seen)
	w := h.send(http.MethodPost, at, cheaper, h.grace)
	if w.Code != http.StatusSeeOther || h.now().RunID != later.ID {
		t.Errorf("status %d, the place is on run %d", w.Code, h.now().RunID)
	}
	if e := h.now(); e.Price != 300_000 {
		t.Errorf("the place costs %s", e.Price)
	}
}

func TestAPlaceThatCostsMoreIsMovedAsItWasSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	later := h.later("FND-T28", london.On(2028, 3, 6))
	at := "/admin/places/" + h.place.Code + "/move"
	extra := h.page(h.send(http.MethodGet, at, nil, h.grace), http.StatusOK).Find("[name=extra]").First().AttrOr("value", "")
	dearer := url.Values{"to": {"FND-T28"}, "price": {"3,500"}, "extra": {extra}, "reason": {"The new price, as agreed"}}
	doc := h.page(h.send(http.MethodPost, at, dearer, h.grace), http.StatusOK)
	if means := text(doc.Find("table")); !strings.Contains(means, "The learner £3,250.00 £3,250.00 Nothing changes The learner £0.00 £250.00 £250.00 is to be paid") {
		t.Errorf("what it means: %s", means)
	}
	dearer.Set("seen", doc.Find("[name=seen]").AttrOr("value", ""))
	w := h.send(http.MethodPost, at, dearer, h.grace)
	if e := h.now(); w.Code != http.StatusSeeOther || e.RunID != later.ID || e.Price != 350_000 {
		t.Errorf("status %d, the place is %+v", w.Code, e)
	}
}

func TestARunIsCancelledOnceSomebodyIsSureAndSaysWhy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := "/admin/runs/" + h.run.Code + "/cancel"
	shown := text(h.page(h.send(http.MethodGet, at, nil, h.grace), http.StatusOK).Find("main"))
	if !strings.Contains(shown, "Confirmed places 1") || !strings.Contains(shown, "Paid by learners "+h.place.Price.String()) {
		t.Errorf("whom it concerns: %s", shown)
	}
	for name, form := range map[string]url.Values{"unsure": {"reason": {"No trainers"}}, "no reason": {"sure": {"yes"}}} {
		h.page(h.send(http.MethodPost, at, form, h.grace), http.StatusUnprocessableEntity)
		if o, err := course.OfferingOf(t.Context(), h.app, h.run.ID); err != nil || o.Status != course.Open {
			t.Errorf("%s: the run is %s, %v", name, o.Status, err)
		}
	}
	for range 2 {
		if w := h.send(http.MethodPost, at, url.Values{"reason": {"No trainers"}, "sure": {"yes"}}, h.grace); w.Code != http.StatusSeeOther {
			t.Errorf("status %d", w.Code)
		}
	}
	next, err := enrolment.ToCancel(t.Context(), h.machine, 10)
	if err != nil || len(next) != 1 {
		t.Fatalf("%v, %v", next, err)
	}
	if err := h.machine.Write(t.Context(), func(tx *db.Tx) error { return admissions.CancelNext(t.Context(), tx, next[0]) }); err != nil {
		t.Fatal(err)
	}
	shown = text(h.page(h.send(http.MethodGet, "/admin/runs/"+h.run.Code+"/cancelled", nil, h.grace), http.StatusOK).Find("main"))
	if !strings.Contains(shown, "No trainers") || !strings.Contains(shown, h.place.Code) || !strings.Contains(shown, "Not answered yet") {
		t.Errorf("what was chosen: %s", shown)
	}
	if w := h.send(http.MethodGet, at, nil, h.grace); w.Code != http.StatusSeeOther {
		t.Errorf("cancelling again: status %d", w.Code)
	}
}

func TestTheOfficeSeesWhoWaitsInOrderAndWhy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := "/admin/runs/" + h.run.Code + "/waiting"
	if shown := text(h.page(h.send(http.MethodGet, at, nil, h.grace), http.StatusOK).Find("main")); !strings.Contains(shown, "Nobody waits.") {
		t.Errorf("an empty list: %s", shown)
	}
	_, err := dbtest.Owner(t, h.app).NewRaw("UPDATE run_places SET capacity = 1 WHERE run_id = ?", h.run.ID).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Ben Okri", "Cas Dorn"} {
		who := fixture.Person(t, h.app, strings.ToLower(name[:3])+"@post.example")
		err := h.machine.Write(t.Context(), func(tx *db.Tx) error {
			_, err := admissions.JoinWaiting(t.Context(), tx, who.ID, h.run.Code, false, people.Details{Name: name})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	shown := text(h.page(h.send(http.MethodGet, at, nil, h.grace), http.StatusOK).Find("main"))
	if ben, cas := strings.Index(shown, "Ben Okri"), strings.Index(shown, "Cas Dorn"); ben < 0 || cas < ben || !strings.Contains(shown, "No place is free.") {
		t.Errorf("the list: %s", shown)
	}
	if _, err := dbtest.Owner(t, h.app).NewRaw("UPDATE run_places SET capacity = 2 WHERE run_id = ?", h.run.ID).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	shown = text(h.page(h.send(http.MethodGet, at, nil, h.grace), http.StatusOK).Find("main"))
	if strings.Count(shown, "They are next") != 1 || strings.Count(shown, "What is free goes to those in front.") != 1 {
		t.Errorf("with one place free: %s", shown)
	}
}

func TestAPlaceIsGivenUpForWhoeverSaidSoOnceItIsSeenWhatThatMeans(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := "/admin/places/" + h.place.Code + "/give-up"
	h.page(h.send(http.MethodGet, at, nil, h.grace), http.StatusOK)
	today := url.Values{"on-day": {"23"}, "on-month": {"11"}, "on-year": {"2026"}, "reason": {"She rang us."}}
	with := func(pairs ...string) url.Values {
		form := maps.Clone(today)
		for pair := range slices.Chunk(pairs, 2) {
			form.Set(pair[0], pair[1])
		}
		return form
	}
	for field, form := range map[string]url.Values{"reason": with("reason", ""), "on": with("on-day", "31"), "on ": with("on-day", "24"), " on": with("on-year", "2025")} {
		doc := h.page(h.send(http.MethodPost, at, form, h.grace), http.StatusUnprocessableEntity)
		if doc.Find("#"+strings.TrimSpace(field)+"-error").Length() != 1 || form.Get("reason") != "" && !strings.Contains(text(doc.Find("textarea")), "She rang us.") {
			t.Errorf("%v: %s", form, text(doc.Find("main")))
		}
	}
	looked := h.page(h.send(http.MethodPost, at, today, h.grace), http.StatusOK)
	if shown := text(looked.Find("main")); !strings.Contains(shown, "Nothing has been done yet") || !strings.Contains(shown, "within the 14 days of the law, which end on 7 December 2026") ||
		!strings.Contains(shown, "The learner £3,250.00 £3,250.00 £0.00 £3,250.00 goes back to where it came from") {
		t.Errorf("it means: %s", shown)
	}
	if h.now().Status != enrolment.Confirmed {
		t.Fatal("looking does it")
	}
	seen := looked.Find("[name=seen]").AttrOr("value", "")
	again := h.page(h.send(http.MethodPost, at, with("seen", seen+" 1:0:0:0"), h.grace), http.StatusConflict)
	if h.now().Status != enrolment.Confirmed || again.Find("[name=seen]").AttrOr("value", "") != seen {
		t.Error("what means something else now is done all the same, or cannot be seen anew")
	}
	if w := h.send(http.MethodPost, at, with("seen", seen), h.grace); w.Code != http.StatusSeeOther || h.now().Status != enrolment.Withdrawn {
		t.Errorf("status %d, the place is %s", w.Code, h.now().Status)
	}
	if w := h.send(http.MethodGet, at, nil, h.grace); w.Code != http.StatusNotFound {
		t.Errorf("a place that was given up can be given up: %d", w.Code)
	}
}
