package admin_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/web/account"
	"bursar/internal/web/admin"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// house is the office's pages behind their real wall.
type house struct {
	*db.DB
	engine *gin.Engine
}

func newHouse(t *testing.T) house {
	t.Helper()
	d := dbtest.New(t)
	wall := account.New(account.Options{DB: d, Issuer: "Threshold"})
	e := pagetest.Engine(t, page.Viewer{})
	e.Use(wall.Sessions())
	admin.Mount(e, admin.Options{DB: d, Office: dbtest.As(t, d, db.Office), Mail: mail.Site{Name: "Threshold", URL: "http://127.0.0.1:8080"}, Staff: wall.Staff})
	return house{d, e}
}

// session signs somebody in and returns the cookie.
func (h house) session(t *testing.T, email string, verified bool, roles ...people.Role) *http.Cookie {
	t.Helper()
	p := fixture.Person(t, h.DB, email, roles...)
	start := people.StartSession
	if verified {
		start = people.StartVerifiedSession
	}
	var token string
	err := h.Write(t.Context(), func(tx *db.Tx) (err error) {
		token, err = start(t.Context(), tx, p.ID, "a test")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: token}
}

func (h house) get(address string, cookie *http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, address, nil)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	h.engine.ServeHTTP(w, r)
	return w
}

// open shows a page to an administrator and checks it.
func (h house) open(t *testing.T, address string, cookie *http.Cookie) *goquery.Document {
	t.Helper()
	w := h.get(address, cookie)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d", address, w.Code)
	}
	return pagetest.Check(t, w.Body.String())
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// notForAuditors are pages below these: who has applied for help is none of their business, and they write to nobody.
var notForAuditors = []string{"/admin/people", "/admin/offers", "/admin/registers", "/admin/places/write", "/admin/places/names"}

func TestOnlyVerifiedAdministratorsAndAuditorsPassTheWall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := fixture.Run(t, h.DB, "FND-T27", 5)
	ana := fixture.Person(t, h.DB, "ana@post.example")
	e := fixture.Confirmed(t, h.DB, o, ana)
	var sent int64
	if err := h.NewRaw("SELECT min(id) FROM mails").Scan(t.Context(), &sent); err != nil {
		t.Fatal(err)
	}
	own := map[string]string{":person": ana.Code, ":run": o.Code, ":code": e.Code, ":mail": fmt.Sprint(sent), ":file": "places.csv", "/places/write": "/places/write?place=" + e.Code}
	for who, k := range map[string]struct {
		cookie *http.Cookie
		status int
		leads  string
	}{
		"a visitor":                            {nil, http.StatusSeeOther, "/sign-in"},
		"the learner":                          {h.session(t, "ana@post.example", false), http.StatusNotFound, ""},
		"another learner":                      {h.session(t, "ben@post.example", false), http.StatusNotFound, ""},
		"a trainer":                            {h.session(t, "cas@post.example", true, people.Trainer), http.StatusNotFound, ""},
		"a bookkeeper":                         {h.session(t, "dov@post.example", true, people.Finance), http.StatusNotFound, ""},
		"an administrator without the factor":  {h.session(t, "eva@post.example", false, people.Admin), http.StatusSeeOther, "/sign-in/second-factor"},
		"an administrator with the factor":     {h.session(t, "fay@post.example", true, people.Admin), http.StatusOK, ""},
		"an auditor with the factor":           {h.session(t, "gus@post.example", true, people.Auditor), http.StatusOK, ""},
		"a session that was never begun":       {&http.Cookie{Name: "session", Value: "planted"}, http.StatusSeeOther, "/sign-in"},
		"a trainer who has yet to give theirs": {h.session(t, "hal@post.example", false, people.Trainer), http.StatusSeeOther, "/sign-in/second-factor"},
	} {
		for _, route := range h.engine.Routes() {
			if route.Method != http.MethodGet {
				continue // tried below
			}
			address := route.Path
			for name, value := range own {
				address = strings.Replace(address, name, value, 1)
			}
			w, status := h.get(address, k.cookie), k.status
			if strings.HasPrefix(who, "an auditor") && slices.ContainsFunc(notForAuditors, func(at string) bool { return strings.HasPrefix(address, at) }) {
				status = http.StatusNotFound
			}
			if w.Code != status || !strings.HasPrefix(w.Header().Get("Location"), k.leads) {
				t.Errorf("%s at %s: %d %s", who, address, w.Code, w.Header().Get("Location"))
			}
			if status != http.StatusOK && strings.Contains(w.Body.String(), "Ana Reyes") {
				t.Errorf("%s at %s is told of the place", who, address)
			}
		}
	}
	if n := len(h.engine.Routes()); n != 27 {
		t.Errorf("%d routes: is each of them tried here?", n)
	}
	gus, dov := h.session(t, "gus2@post.example", true, people.Auditor), h.session(t, "dov2@post.example", true, people.Finance)
	for _, address := range []string{"/admin/places/" + e.Code + "/plan", "/admin/places/write", "/admin/places/names"} {
		for _, who := range []*http.Cookie{gus, dov} {
			if w := h.post(address, who); w.Code != http.StatusNotFound {
				t.Errorf("%s takes what somebody else sends: %d", address, w.Code)
			}
		}
	}
	if w := h.get("/admin/export/people.csv", gus); w.Code != http.StatusNotFound {
		t.Errorf("an auditor saves who people are: %d", w.Code)
	}
}

func TestTheDeskShowsWhatNeedsAttentionAndHowFullEachCohortIs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	if text := words(h.open(t, "/admin", grace).Find("main")); !strings.Contains(text, "Nothing, just now.") {
		t.Errorf("an empty desk: %s", text)
	}
	o := fixture.Run(t, h.DB, "FND-T27", 5)
	fixture.Confirmed(t, h.DB, o, fixture.Person(t, h.DB, "ana@post.example"))
	fixture.Held(t, h.DB, o, fixture.Person(t, h.DB, "ben@post.example"))
	h.doubt(t, billing.WrongAmount, "Payment K7Q2-9M is £190.00 and £109.00 was captured.")
	h.event(t, "evt_forgotten", -10*time.Minute)
	h.event(t, "evt_fresh", -time.Minute)
	h.event(t, "evt_doubted", -time.Hour)
	h.doubt(t, billing.WrongMode, "An event came from the other mode.")

	doc := h.open(t, "/admin", grace)
	matters := words(doc.Find(".app-known"))
	for _, want := range []string{
		"A payment does not agree with what was asked for", "£109.00 was captured", "1 have not been looked into", "mixes test and live",
	} {
		if !strings.Contains(matters, want) {
			t.Errorf("%q is not on the desk: %s", want, matters)
		}
	}
	row := doc.Find("[aria-label='Places on each cohort'] tbody tr")
	if got := words(row); got != "FND-T27Open Dialogue foundation, Manchester 2 of 5 8 March 2027 1 1 3 0" {
		t.Errorf("the cohort: %q", got)
	}
	if w := row.Find(".app-bar__confirmed").AttrOr("width", "") + row.Find(".app-bar__held").AttrOr("width", ""); w != "12" {
		t.Errorf("the bar is %s wide", w)
	}
}

func (h house) doubt(t *testing.T, kind billing.DoubtKind, detail string) {
	t.Helper()
	err := h.Write(t.Context(), func(tx *db.Tx) error {
		return billing.Quarantine(t.Context(), tx, billing.Doubt{Kind: kind, Object: "evt_doubted", Detail: detail})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// event stores a message of the card processor that came so long ago.
func (h house) event(t *testing.T, name string, ago time.Duration) {
	t.Helper()
	_, err := h.NewRaw(`
		INSERT INTO processor_events (id, type, api_version, live, payload, created_at, received_at)
		VALUES (?, 'checkout.session.completed', '2023-10-16', false, '', ?, ?)`, name, h.Now().Add(ago), h.Now().Add(ago)).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheEnrolmentsOfACohortAreListedInPortions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	o := fixture.Run(t, h.DB, "FND-T27", 60)
	for n := range 52 {
		fixture.Held(t, h.DB, o, fixture.Person(t, h.DB, fmt.Sprintf("learner%d@post.example", n)))
	}
	paid := fixture.Confirmed(t, h.DB, o, fixture.Person(t, h.DB, "last@post.example"))

	first := h.open(t, "/admin/runs/FND-T27", grace)
	rows := first.Find("tbody tr")
	if rows.Length() != 50 || words(rows.First()) != paid.Code+" Ana Reyes Confirmed Self-funders £3,250.00 £3,250.00" {
		t.Errorf("%d rows, the first is %q", rows.Length(), words(rows.First()))
	}
	if got := words(rows.Last()); !strings.Contains(got, "Held until 23 November 2026 at 9:35am Self-funders £3,250.00 £0.00") {
		t.Errorf("a held place: %q", got)
	}
	second := h.open(t, first.Find(".app-pagination a").AttrOr("href", ""), grace)
	if n := second.Find("tbody tr").Length(); n != 3 {
		t.Errorf("%d rows on the second page", n)
	}
	if w := h.get("/admin/runs/FND-X99", grace); w.Code != http.StatusNotFound {
		t.Errorf("an unknown cohort: %d", w.Code)
	}
}

func TestAPlaceShowsItsMoneyItsTrailAndItsMails(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	e := fixture.Confirmed(t, h.DB, fixture.Run(t, h.DB, "FND-T27", 5), fixture.Person(t, h.DB, "ana@post.example"))
	text := words(h.open(t, "/admin/places/"+strings.ToLower(e.Code), grace).Find("main"))
	for _, want := range []string{
		"Confirmed", "Ana Reyes", "ana@post.example", "The learner £3,250.00 £0.00 23 November 2026",
		"Paid £3,250.00 £3,250.00 £0.00 pi_", "/captured", "processor £3,250.00", "Place held price: £3,250.00, status: Held",
		"The card service Place confirmed", "Waiting to be sent",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown: %s", want, text)
		}
	}
	if w := h.get("/admin/places/0000-00", grace); w.Code != http.StatusNotFound {
		t.Errorf("an unknown place: %d", w.Code)
	}
}

func TestMailsThatLetSomebodyInAreNeverShownToStaff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	fixture.Confirmed(t, h.DB, fixture.Run(t, h.DB, "FND-T27", 5), fixture.Person(t, h.DB, "ana@post.example"))
	err := h.Write(t.Context(), func(tx *db.Tx) error {
		_, err := people.AskSignIn(t.Context(), tx, "ana@post.example", "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var open, secret int64
	err = h.NewRaw("SELECT min(id) FILTER (WHERE NOT secret), min(id) FILTER (WHERE secret) FROM mails").Scan(t.Context(), &open, &secret)
	if err != nil {
		t.Fatal(err)
	}
	list := h.open(t, "/admin/outbox", grace)
	listed := func(mail int64) int { return list.Find(fmt.Sprintf(`a[href="/admin/outbox/%d"]`, mail)).Length() }
	if listed(open) != 1 || listed(secret) != 0 {
		t.Errorf("the list: %s", words(list.Find("main")))
	}
	if text := words(h.open(t, fmt.Sprintf("/admin/outbox/%d", open), grace).Find("main")); !strings.Contains(text, "To ana@post.example") {
		t.Errorf("the mail: %s", text)
	}
	for _, address := range []string{fmt.Sprintf("/admin/outbox/%d", secret), "/admin/outbox/999999", "/admin/outbox/x"} {
		if w := h.get(address, grace); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
}
