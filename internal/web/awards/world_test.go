package awards_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/admissions"
	"bursar/internal/award"
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
	"bursar/internal/web/awards"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// The people of a round, in its order. The fund pays for the first; the second waits and wants letters by post, the third
// is outside the order and wants a call.
const (
	ana = iota
	ben
	dan
)

// desk is a drawn round, its office's pages behind their real wall, and two administrators.
type desk struct {
	*testing.T
	house       fixture.House
	owner       *bun.DB
	engine      *gin.Engine
	grace, hugh id.Person
	asGrace     *http.Cookie
	all         []*bursary.Application
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &desk{T: t, owner: dbtest.Owner(t, app)}
	w.grace = fixture.Person(t, app, "grace@threshold.example", people.Admin).ID
	w.hugh = fixture.Person(t, app, "hugh@threshold.example", people.Admin).ID
	w.house = fixture.House{Clock: clock, App: app, Learners: dbtest.As(t, app, db.Learner), Officers: dbtest.As(t, app, db.Office),
		Machine: dbtest.As(t, app, db.Worker), Box: box, Admin: w.grace}
	fixture.Run(t, app, "FND-M27", 20)
	fixture.Fund(t, app, w.grace, "GENERAL", money.Pounds(3_250), fixture.Paying(fund.Rule{}, fund.Purposes()...))
	w.all = w.house.Drawn(t, w.owner, "SPRING-27", []string{"FND-M27"},
		fixture.Ranked{Answers: form.Answers{"help": "fee"}},
		fixture.Ranked{Answers: form.Answers{"help": "fee", "contact_way": "post", "post_address": "2 High Street\nLeeds"}},
		fixture.Ranked{Answers: form.Answers{"help": "fee", "contact_way": "phone", "phone": "0113 496 0999", "message_safe": form.No}, Band: bursary.BandC},
	).Applications
	wall := account.New(account.Options{DB: app, Box: box, Issuer: "Threshold"})
	w.engine = pagetest.Engine(t, page.Viewer{})
	w.engine.Use(wall.Sessions())
	awards.Mount(w.engine, awards.Options{DB: w.house.Officers, Box: box, Staff: wall.Staff, Site: pagetest.Site})
	w.asGrace = w.signedIn(w.grace)
	return w
}

func (w *desk) signedIn(person id.Person) *http.Cookie {
	w.Helper()
	var token string
	err := w.house.App.Write(w.Context(), func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(w.Context(), tx, person, "a test")
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: token}
}

// as does something in the name of staff that has to go well.
func (w *desk) as(who id.Person, do func(*db.Tx) error) {
	w.Helper()
	if err := w.house.Officers.WriteAs(w.Context(), db.Who{Person: who}, do); err != nil {
		w.Fatal(err)
	}
}

func (w *desk) propose() (p *award.Proposal) {
	w.Helper()
	w.as(w.grace, func(tx *db.Tx) (err error) {
		p, err = award.Propose(w.Context(), tx, w.house.Box, w.grace, "SPRING-27", nil)
		return err
	})
	return p
}

// ratify lets two people decide, so that everybody gets their letter.
func (w *desk) ratify() {
	w.Helper()
	p := w.propose()
	w.as(w.grace, func(tx *db.Tx) error {
		_, err := award.Agree(w.Context(), tx, w.house.Box, w.grace, "SPRING-27", p.Digest)
		return err
	})
	w.as(w.hugh, func(tx *db.Tx) error {
		return admissions.Ratify(w.Context(), tx, w.house.Box, w.hugh, "SPRING-27", p.Digest)
	})
}

// wrote plants what a reader gave an application, and why.
func (w *desk) wrote(n int) {
	w.Helper()
	reader := fixture.Person(w, w.house.App, "reader@post.example")
	row := func(statement string, args ...any) (made int64) {
		w.Helper()
		if err := w.owner.NewRaw(statement+" RETURNING id", args...).Scan(w.Context(), &made); err != nil {
			w.Fatal(err)
		}
		return made
	}
	member := row(`INSERT INTO sensitive.panel_members (round_id, person_id, name, peer, cap, status, created_at)
		VALUES (?, ?, 'Reader A', true, 8, 'active', now())`, w.all[n].RoundID, reader.ID)
	assigned := row(`INSERT INTO sensitive.assignments (application_id, member_id, status, created_at, opened_at, done_at)
		VALUES (?, ?, 'done', now(), now(), now())`, w.all[n].ID, member)
	reason, err := w.house.Box.Seal([]byte("A group that people trust."), "sensitive.assessments", "reason", 900)
	if err != nil {
		w.Fatal(err)
	}
	row(`INSERT INTO sensitive.assessments (id, assignment_id, criterion, score, reason, version, updated_at)
		VALUES (900, ?, 'practice', 3, ?, 1, now())`, assigned, reason)
}

// asks has an applicant ask for a review.
func (w *desk) asks(n int, words string) {
	w.Helper()
	person := w.all[n].PersonID
	err := w.house.Learners.WriteAs(w.Context(), db.Who{Person: person}, func(tx *db.Tx) error {
		return award.AskReview(w.Context(), tx, w.house.Box, person, w.all[n].Code, award.Procedure, words, tx.Now)
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *desk) send(r *http.Request, cookie *http.Cookie) *httptest.ResponseRecorder {
	if cookie != nil {
		r.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

func (w *desk) get(address string, cookie *http.Cookie) *httptest.ResponseRecorder {
	return w.send(httptest.NewRequest(http.MethodGet, address, nil), cookie)
}

func (w *desk) post(address string, cookie *http.Cookie, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(r, cookie)
}

// checked is a page that was answered with a status, and holds to what every page must.
func (w *desk) checked(answer *httptest.ResponseRecorder, status int) *goquery.Document {
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

// open shows a page to Grace.
func (w *desk) open(address string) *goquery.Document {
	w.Helper()
	return w.checked(w.get(address, w.asGrace), http.StatusOK)
}

// says checks that each of several texts is shown.
func (w *desk) says(doc *goquery.Document, all ...string) {
	w.Helper()
	text := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	for _, want := range all {
		if !strings.Contains(text, want) {
			w.Errorf("%q is not shown: %s", want, text)
		}
	}
}

const lettersAt = "/admin/rounds/SPRING-27/letters"

// at is the page of somebody's letter.
func (w *desk) at(n int) string { return lettersAt + "/" + w.all[n].Code }
