package allocating_test

import (
	"fmt"
	"maps"
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
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/allocating"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// world is a drawn round like the worked example of the rule, and the pages behind their real wall.
type world struct {
	*testing.T
	app         *db.DB
	owner       *bun.DB
	officers    *db.DB
	box         *secret.Box
	round       *bursary.Round
	engine      *gin.Engine
	clock       *dbtest.Clock
	by          id.Person
	grace, hugh *http.Cookie
}

// newWorld is a round of which the order is drawn, without funds or applications.
func newWorld(t *testing.T) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, app: app, clock: clock, owner: dbtest.Owner(t, app), officers: dbtest.As(t, app, db.Office), box: box}
	w.by = fixture.Person(t, app, "grace@threshold.example", people.Admin).ID
	run := fixture.Run(t, app, "FND-T27", 5)
	w.round = fixture.Round(t, w.officers, box, w.by, "SPRING-27", run.Code)
	dbtest.Force(t, app, "UPDATE rounds SET status = 'drawn', commitment = encode(sha256(decode(repeat('07', 32), 'hex')), 'hex'), seed = decode(repeat('07', 32), 'hex'), beacon_value = '7'")
	clock.Advance(60 * 24 * time.Hour)
	wall := account.New(account.Options{DB: app, Box: box, Issuer: "Threshold"})
	w.engine = pagetest.Engine(t, page.Viewer{})
	w.engine.Use(wall.Sessions())
	allocating.Mount(w.engine, allocating.Options{DB: w.officers, Box: box, Staff: wall.Staff})
	w.grace, w.hugh = w.session(w.by, true), w.staff("hugh@threshold.example", people.Admin)
	return w
}

// The applications of exampleWorld, in their order.
const (
	ana, bea, cal, dee, eve = "AAAA-01", "BBBB-02", "CCCC-03", "DDDD-04", "EEEE-05"
)

// exampleWorld has five people and four funds: Dee in Manchester is £1,750.00 short, everybody else can be funded.
func exampleWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	only := func(region string) fund.Rule { return fund.Rule{Criterion: fund.ByRegion, OneOf: []string{region}} }
	w.fund("GENERAL", "General Bursary Fund", 8_000, fund.Unrestricted, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}})
	w.fund("LONDON", "London Fund", 3_250, fund.Restricted, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}, Who: only("london")})
	w.fund("SCOTLAND", "Scotland Fund", 4_000, fund.Restricted, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}, {Purpose: fund.Travel}}, Who: only("scotland")})
	w.fund("TRAVEL", "Travel Fund", 600, fund.Designated, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Travel}}})
	w.applies(ana, 1, "A", form.Answers{"name": "Ana", "region": "london", "help": "fee"})
	w.applies(bea, 2, "A", form.Answers{"name": "Bea", "region": "london", "travel_amount": "200"})
	w.applies(cal, 3, "B", form.Answers{"name": "Cal", "help": "fee"})
	w.applies(dee, 4, "B", form.Answers{"name": "Dee", "travel_amount": "150"})
	w.applies(eve, 5, "B", form.Answers{"name": "Eve", "region": "scotland", "travel_amount": "200"})
	return w
}

// fund makes a fund with so many pounds in it.
func (w *world) fund(code, name string, pounds int64, kind fund.Kind, terms fund.Terms) {
	w.Helper()
	w.write(func(tx *db.Tx) error {
		f := &fund.Fund{Code: code, Name: name, Purpose: "Places for people who could not pay.", Kind: kind, YearStarts: 4}
		if err := fund.Create(w.Context(), tx, w.by, f, terms); err != nil {
			return err
		}
		_, err := fund.RecordGift(w.Context(), tx, w.by, f.ID, money.Pounds(pounds), "A donor", "REF 1")
		return err
	})
}

// gift adds pounds to a fund.
func (w *world) gift(code string, pounds int64) {
	w.Helper()
	w.write(func(tx *db.Tx) error {
		f, err := fund.Find(w.Context(), tx, code)
		if err != nil {
			return err
		}
		_, err = fund.RecordGift(w.Context(), tx, w.by, f.ID, money.Pounds(pounds), "Another donor", "REF 2")
		return err
	})
}

func (w *world) write(do func(tx *db.Tx) error) {
	w.Helper()
	if err := w.app.Write(w.Context(), do); err != nil {
		w.Fatal(err)
	}
}

// applies plants a banded application at a place in the order, or outside of it at 0, with good answers but for some.
func (w *world) applies(code string, position int, band string, but form.Answers) {
	w.Helper()
	who := fixture.Person(w, w.app, code+"@post.example")
	var at any
	if position > 0 {
		at = position
	}
	n := w.number(`
		INSERT INTO sensitive.applications (code, ticket, round_id, person_id, status, eligible, band, position, created_at, updated_at, submitted_at)
		VALUES (?, ?, ?, ?, 'banded', true, ?, ?, now(), now(), now()) RETURNING id`, code, "T"+code, w.round.ID, who.ID, band, at)
	answers := fixture.GoodAnswers("FND-T27")
	maps.Copy(answers, but)
	if but["help"] == "fee" {
		answers["travel_amount"] = ""
	}
	for key, text := range answers {
		row := w.number("SELECT nextval('sensitive.answers_id_seq')")
		body, err := w.box.Seal([]byte(text), "sensitive.answers", "body", row)
		if err != nil {
			w.Fatal(err)
		}
		w.plant("INSERT INTO sensitive.answers (id, application_id, key, audience, version, body, updated_at) VALUES (?, ?, ?, 'office', 1, ?, now())", row, n, key, body)
	}
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

func (w *world) session(person id.Person, verified bool) *http.Cookie {
	w.Helper()
	start := people.StartSession
	if verified {
		start = people.StartVerifiedSession
	}
	var token string
	w.write(func(tx *db.Tx) (err error) {
		token, err = start(w.Context(), tx, person, "a test")
		return err
	})
	return &http.Cookie{Name: "session", Value: token}
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

// at is the address of a page about the round's allocation.
func at(rest string) string { return "/admin/rounds/SPRING-27/allocation" + rest }

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
		w.Fatalf("status %d, want %d: %s %s", answer.Code, status, answer.Header().Get("Location"), words(pagetest.Check(w, answer.Body.String()).Find("main")))
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
func (w *world) follows(answer *httptest.ResponseRecorder) {
	w.Helper()
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != at("") {
		w.Fatalf("status %d, leads to %q: %s", answer.Code, answer.Header().Get("Location"), words(pagetest.Check(w, answer.Body.String()).Find("main")))
	}
}

// press sends the form of a page that goes to an address, as a browser would, with some fields filled in.
func (w *world) press(doc *goquery.Document, to string, who *http.Cookie, fill ...string) *httptest.ResponseRecorder {
	w.Helper()
	form := doc.Find(fmt.Sprintf("form[method=post][action='%s']", at(to))).First()
	if form.Length() == 0 {
		w.Fatalf("there is no form to %s: %s", to, words(doc.Find("main")))
	}
	filled := map[string]string{}
	for i := 0; i < len(fill); i += 2 {
		filled[fill[i]] = fill[i+1]
	}
	form.Find("input[type=hidden]").Each(func(_ int, s *goquery.Selection) {
		filled[s.AttrOr("name", "")] = s.AttrOr("value", "")
	})
	var fields []string
	for name, value := range filled {
		fields = append(fields, name, value)
	}
	return w.post(to, who, fields...)
}

// propose presses the button.
func (w *world) propose() *goquery.Document {
	w.Helper()
	w.follows(w.press(w.open(""), "", w.grace))
	return w.open("")
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// says checks that each of several texts is shown.
func (w *world) says(s *goquery.Selection, all ...string) {
	w.Helper()
	text := words(s)
	for _, want := range all {
		if !strings.Contains(text, want) {
			w.Errorf("%q is not shown: %s", want, text)
		}
	}
}

// silent checks that none of several texts is shown.
func (w *world) silent(s *goquery.Selection, all ...string) {
	w.Helper()
	text := words(s)
	for _, not := range all {
		if strings.Contains(text, not) {
			w.Errorf("%q is shown: %s", not, text)
		}
	}
}
