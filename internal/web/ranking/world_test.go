package ranking_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/ranking"
)

// world is a closed round whose applications have been read, and the pages behind their real wall.
type world struct {
	*testing.T
	app         *db.DB
	owner       *bun.DB
	box         *secret.Box
	round       *bursary.Round
	engine      *gin.Engine
	clock       *dbtest.Clock
	grace, hugh *http.Cookie
	readers     []int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, app: app, clock: clock, owner: dbtest.Owner(t, app), box: box}
	officers := dbtest.As(t, app, db.Office)
	grace := fixture.Person(t, app, "grace@threshold.example", people.Admin)
	w.round = fixture.Round(t, officers, box, grace.ID, "SPRING-27", fixture.Run(t, app, "FND-T27", 20).Code)
	w.plant("UPDATE rounds SET status = 'closed'")
	clock.Advance(52 * 24 * time.Hour)
	wall := account.New(account.Options{DB: app, Box: box, Issuer: "Threshold"})
	w.engine = pagetest.Engine(t, page.Viewer{})
	w.engine.Use(wall.Sessions())
	ranking.Mount(w.engine, ranking.Options{DB: officers, Box: box, Staff: wall.Staff, Site: pagetest.Site})
	w.grace, w.hugh = w.session(grace.ID, true), w.staff("hugh@threshold.example", people.Admin)
	return w
}

// plant runs a statement as the owner of the tables.
func (w *world) plant(statement string, args ...any) {
	w.Helper()
	if _, err := w.owner.NewRaw(statement, args...).Exec(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) number(statement string, args ...any) (n int64) {
	w.Helper()
	if err := w.owner.NewRaw(statement, args...).Scan(w.Context(), &n); err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) reader() {
	w.Helper()
	n := len(w.readers)
	who := fixture.Person(w, w.app, fmt.Sprintf("reader%d@post.example", n))
	w.readers = append(w.readers, w.number(`
		INSERT INTO sensitive.panel_members (round_id, person_id, name, peer, cap, status, created_at)
		VALUES (?, ?, ?, ?, 8, 'active', now()) RETURNING id`, w.round.ID, who.ID, fmt.Sprintf("Reader %c", 'A'+n), n%2 == 0))
}

func (w *world) sent(code string) {
	w.Helper()
	who := fixture.Person(w, w.app, code+"@post.example")
	w.plant(`
		INSERT INTO sensitive.applications (code, ticket, round_id, person_id, status, eligible, created_at, updated_at, submitted_at)
		VALUES (?, ?, ?, ?, 'in_review', true, now(), now(), now())`, code, "T"+code, w.round.ID, who.ID)
}

// read plants a finished assessment with the same score for each criterion but the last.
func (w *world) read(code string, reader, score, last int) {
	w.Helper()
	n := w.number(`
		INSERT INTO sensitive.assignments (application_id, member_id, status, created_at, opened_at, done_at)
		SELECT id, ?, 'done', now(), now(), now() FROM sensitive.applications WHERE code = ? RETURNING id`, w.readers[reader], code)
	for i, criterion := range []string{"practice", "hope", "benefit"} {
		if i == 2 {
			score = last
		}
		row := w.number("SELECT nextval('sensitive.assessments_id_seq')")
		reason, err := w.box.Seal(fmt.Appendf(nil, "Because of what it says about %s.", criterion), "sensitive.assessments", "reason", row)
		if err != nil {
			w.Fatal(err)
		}
		w.plant("INSERT INTO sensitive.assessments (id, assignment_id, criterion, score, reason, version, updated_at) VALUES (?, ?, ?, ?, ?, 1, now())",
			row, n, criterion, score, reason)
	}
}

var wide = []string{"AAAA-00", "AAAA-01", "AAAA-02", "AAAA-03", "AAAA-04", "AAAA-05", "AAAA-06", "AAAA-07"}

// wideWorld has eight applications read by three of six readers each; the first reader is harsh.
func wideWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for range 6 {
		w.reader()
	}
	worth := [][2]int{{4, 4}, {4, 3}, {3, 4}, {3, 3}, {3, 2}, {2, 2}, {2, 1}, {1, 1}}
	slot := 0
	for i, code := range wide {
		w.sent(code)
		for range 3 {
			reader := (slot + slot/6) % 6
			harsh := 0
			if reader == 0 {
				harsh = 1
			}
			w.read(code, reader, worth[i][0]-harsh, worth[i][1]-harsh)
			slot++
		}
	}
	return w
}

func (w *world) session(person id.Person, verified bool) *http.Cookie {
	w.Helper()
	start := people.StartSession
	if verified {
		start = people.StartVerifiedSession
	}
	var token string
	err := w.app.Write(w.Context(), func(tx *db.Tx) (err error) {
		token, err = start(w.Context(), tx, person, "a test")
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: token}
}

// afterPublicDraw is the day after the public draw; Grace and Hugh have signed in again.
func (w *world) afterPublicDraw() {
	w.Helper()
	w.clock.Set(w.round.BeaconOn.AddDays(1).At(9, 0))
	w.grace = w.session(id.Person(w.number("SELECT id FROM people WHERE email = 'grace@threshold.example'")), true)
	w.hugh = w.session(id.Person(w.number("SELECT id FROM people WHERE email = 'hugh@threshold.example'")), true)
}

func (w *world) staff(email string, roles ...people.Role) *http.Cookie {
	w.Helper()
	return w.session(fixture.Person(w, w.app, email, roles...).ID, true)
}

func (w *world) send(r *http.Request, cookie *http.Cookie) *httptest.ResponseRecorder {
	if cookie != nil {
		r.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

// at is the address of a page about the round.
func at(rest string) string { return "/admin/rounds/SPRING-27" + rest }

func (w *world) get(rest string, cookie *http.Cookie) *httptest.ResponseRecorder {
	return w.send(httptest.NewRequest(http.MethodGet, at(rest), nil), cookie)
}

// open shows a page to Grace and checks it.
func (w *world) open(rest string) *goquery.Document {
	w.Helper()
	return w.checked(w.get(rest, w.grace), http.StatusOK)
}

// checked is a page that was answered with a status, and holds to what every page must.
func (w *world) checked(answer *httptest.ResponseRecorder, status int) *goquery.Document {
	w.Helper()
	if answer.Code != status {
		w.Fatalf("status %d, want %d: %s", answer.Code, status, answer.Header().Get("Location"))
	}
	if answer.Header().Get("Cache-Control") != "no-store" || !strings.Contains(answer.Header().Get("X-Robots-Tag"), "noindex") {
		w.Errorf("it may be kept: %v", answer.Header())
	}
	doc := pagetest.Check(w, answer.Body.String())
	if title := strings.ToLower(doc.Find("title").Text()); strings.Contains(title, "bursar") || strings.Contains(title, "peer") {
		w.Errorf("it is titled %q", title)
	}
	return doc
}

// post sends fields, in pairs.
func (w *world) post(rest string, cookie *http.Cookie, fields ...string) *httptest.ResponseRecorder {
	w.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, at(rest), strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(r, cookie)
}

// follows checks that a form was taken.
func (w *world) follows(answer *httptest.ResponseRecorder, rest string) {
	w.Helper()
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != at(rest) {
		w.Fatalf("status %d, leads to %q: %s", answer.Code, answer.Header().Get("Location"), words(pagetest.Check(w, answer.Body.String()).Find("main")))
	}
}
