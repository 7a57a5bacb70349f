package equality_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/equality"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// world is the pages over a round with one application that was sent.
type world struct {
	t        *testing.T
	app      *db.DB
	learners *db.DB
	officers *db.DB
	box      *secret.Box
	round    *bursary.Round
	admin    people.Person
	ana      people.Person
	sent     *bursary.Application
}

func newWorld(t *testing.T) *world {
	t.Helper()
	app, _ := dbtest.NewAt(t, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, app: app, learners: dbtest.As(t, app, db.Learner), officers: dbtest.As(t, app, db.Office), box: box}
	w.admin = fixture.Person(t, app, "grace@threshold.example", people.Admin)
	w.ana = fixture.Person(t, app, "ana@post.example")
	w.round = fixture.Round(t, w.officers, box, w.admin.ID, "SPRING-27", fixture.Run(t, app, "FND-T27", 20).Code)
	w.sent = w.begun(w.ana.ID)
	w.send(w.sent)
	return w
}

// begun is a draft of somebody's.
func (w *world) begun(person id.Person) *bursary.Application {
	w.t.Helper()
	var a *bursary.Application
	w.as(person, func(tx *db.Tx) (err error) {
		a, err = bursary.Begin(w.t.Context(), tx, person, w.round.Code)
		return err
	})
	return a
}

// send answers and sends a draft.
func (w *world) send(a *bursary.Application) {
	w.t.Helper()
	w.as(a.PersonID, func(tx *db.Tx) error {
		ctx, answers := w.t.Context(), fixture.GoodAnswers("FND-T27")
		questions, err := w.round.Questions(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := bursary.Save(ctx, tx, w.box, a.PersonID, a.Code, questions.Questions(), answers, bursary.Marks{}, tx.Now); err != nil {
			return err
		}
		_, err = bursary.Submit(ctx, tx, w.box, a.PersonID, a.Code, tx.Now)
		return err
	})
}

func (w *world) as(person id.Person, f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.learners.WriteAs(w.t.Context(), db.Who{Person: person}, f); err != nil {
		w.t.Fatal(err)
	}
}

// reaches puts the round where a test needs it.
func (w *world) reaches(status bursary.RoundStatus) {
	w.t.Helper()
	dbtest.Force(w.t, w.app, "UPDATE rounds SET status = ? WHERE id = ?", status, w.round.ID)
}

// rows counts what is stored.
func (w *world) rows() (n int) {
	w.t.Helper()
	if err := dbtest.Owner(w.t, w.app).NewRaw("SELECT count(*) FROM sensitive.equality").Scan(w.t.Context(), &n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// browser is one person's, or a visitor's.
type browser struct {
	*world
	engine *gin.Engine
}

func (w *world) browser(v page.Viewer) *browser {
	w.t.Helper()
	e := pagetest.Engine(w.t, v)
	only := func(may bool) gin.HandlerFunc {
		return func(c *gin.Context) {
			if !may {
				page.Fail(c, page.ErrNotFound)
			}
		}
	}
	equality.Mount(e, equality.Options{DB: w.learners, SignedIn: only(v.SignedIn())})
	equality.MountOffice(e, equality.OfficeOptions{DB: w.officers, Staff: func(roles ...people.Role) gin.HandlerFunc {
		return only(len(roles) == 1 && v.Has(string(roles[0])))
	}})
	return &browser{w, e}
}

func (w *world) anas() *browser { return w.browser(page.Viewer{Person: w.ana.ID, Name: "Ana"}) }

func (b *browser) ask(method, address string, fields url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(method, address, strings.NewReader(fields.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer := httptest.NewRecorder()
	b.engine.ServeHTTP(answer, r)
	return answer
}

// get opens a page that answers with a status and keeps the rules of every page.
func (b *browser) get(address string, status int) *goquery.Document {
	b.t.Helper()
	return b.read(b.ask(http.MethodGet, address, nil), status)
}

func (b *browser) post(address string, fields url.Values, status int) *goquery.Document {
	b.t.Helper()
	return b.read(b.ask(http.MethodPost, address, fields), status)
}

func (b *browser) read(answer *httptest.ResponseRecorder, status int) *goquery.Document {
	b.t.Helper()
	if answer.Code != status {
		b.t.Fatalf("status %d instead of %d", answer.Code, status)
	}
	if got := answer.Header().Get("Cache-Control"); got != "no-store" {
		b.t.Errorf("the page may be kept: %q", got)
	}
	return pagetest.Check(b.t, answer.Body.String())
}

// key is that of a page of questions.
func key(doc *goquery.Document) string { return doc.Find(`input[name="key"]`).AttrOr("value", "") }

// filled has an answer to every question: the first on offer.
func filled(doc *goquery.Document) url.Values {
	fields := url.Values{"key": {key(doc)}}
	for _, p := range form.Equality() {
		for _, q := range p.Questions {
			fields.Set(q.Key, q.Options[0].Value)
		}
	}
	return fields
}

// words is what a selection says, with every kind of space made one.
func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }
