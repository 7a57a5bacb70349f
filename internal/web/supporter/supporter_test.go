package supporter_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/supporter"
)

// world is an applicant who has asked somebody for a few words, and that somebody's browser.
type world struct {
	t         *testing.T
	clock     *dbtest.Clock
	app       *db.DB
	learners  *db.DB
	box       *secret.Box
	applicant people.Person
	code      string
	link      string // its address
	engine    *gin.Engine
}

func newWorld(t *testing.T) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: clock, app: app, learners: dbtest.As(t, app, db.Learner), box: box, engine: pagetest.EngineAt(t, page.Viewer{}, clock.Now)}
	supporter.Mount(w.engine, supporter.Options{DB: dbtest.As(t, app, db.Supporter), Box: box})
	admin := fixture.Person(t, app, "grace@threshold.example", people.Admin)
	w.applicant = fixture.Person(t, app, "ana@post.example")
	run := fixture.Run(t, app, "FND-T27", 20)
	round := fixture.Round(t, dbtest.As(t, app, db.Office), box, admin.ID, "SPRING-27", run.Code)
	w.applies(func(tx *db.Tx) error {
		a, err := bursary.Begin(t.Context(), tx, w.applicant.ID, round.Code)
		if err != nil {
			return err
		}
		w.code = a.Code
		_, err = bursary.AskSupporter(t.Context(), tx, box, w.applicant.ID, a.Code, bursary.Supporter{Name: "Leila Haddad", Email: "leila@post.example", About: "Ana"})
		return err
	})
	var m mail.Mail
	if err := dbtest.Owner(t, app).NewSelect().Model(&m).Where("template = 'supporter-asked'").Scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.link = regexp.MustCompile(`/supporter/[A-Za-z0-9_-]{43}`).FindString(m.Text)
	return w
}

// applies does something as the applicant that has to go well.
func (w *world) applies(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.learners.WriteAs(w.t.Context(), db.Who{Person: w.applicant.ID}, f); err != nil {
		w.t.Fatal(err)
	}
}

// statement is how far it has come, as the applicant sees it.
func (w *world) statement() (s *bursary.Statement) {
	w.t.Helper()
	w.applies(func(tx *db.Tx) error {
		a, err := bursary.OfPerson(w.t.Context(), tx, w.applicant.ID, w.code)
		if err != nil {
			return err
		}
		all, err := bursary.Statements(w.t.Context(), tx, w.box, a.ID)
		s = all[0]
		return err
	})
	return s
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

func (w *world) get(path string) answer {
	w.t.Helper()
	return w.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form of names and values in turn.
func (w *world) post(path string, fields ...string) answer {
	w.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	return w.do(r)
}

func (w *world) do(r *http.Request) answer {
	w.t.Helper()
	recorder := httptest.NewRecorder()
	w.engine.ServeHTTP(recorder, r)
	if kept := recorder.Header().Get("Cache-Control"); kept != "no-store" {
		w.t.Errorf("%s %s may be kept: %q", r.Method, r.URL.Path, kept)
	}
	return answer{recorder, w.t}
}

func (a answer) to(address string) {
	a.t.Helper()
	if got := a.Header().Get("Location"); a.Code != http.StatusSeeOther || got != address {
		a.t.Fatalf("answered %d to %q, want 303 to %q\n%s", a.Code, got, address, a.Body)
	}
}

// page expects a page with a status, that it is easy to read and that its title is neutral.
func (a answer) page(status int) *goquery.Document {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("answered %d (%s), want %d\n%s", a.Code, a.Header().Get("Location"), status, a.Body)
	}
	doc := pagetest.Check(a.t, a.Body.String())
	for _, telling := range []string{"bursar", "peer", "mental", "health", "money"} {
		if title := strings.ToLower(doc.Find("title").Text()); strings.Contains(title, telling) {
			a.t.Errorf("the title %q says %q", title, telling)
		}
	}
	pagetest.Easy(a.t, doc, ".app-text")
	return doc
}

func says(t *testing.T, doc *goquery.Document, words ...string) {
	t.Helper()
	text := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the page does not say %q:\n%s", w, text)
		}
	}
}

func TestOpeningTheLinkChangesNothingAndStartDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doc := w.get(w.link).page(http.StatusOK)
	says(t, doc, "Ana would like a training place", "10 minutes", "pass the email on", "You do not have to", "ask us to see them")
	w.get(w.link + "/words").to(w.link) // a scanner that follows every link
	w.get(w.link + "/rather-not").page(http.StatusOK)
	if s := w.statement(); s.Status != bursary.StatementAsked {
		t.Errorf("after looking it is %s", s.Status)
	}
	w.post(w.link).to(w.link + "/words")
	if s := w.statement(); s.Status != bursary.StatementOpened || !s.OpenedAt.Equal(pagetest.Now) {
		t.Errorf("after Start it is %+v", s)
	}
}

func TestWordsAreSavedComeBackWithTheLinkAndAreSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(w.link).to(w.link + "/words")
	w.post(w.link+"/words", "writer", "", "known", "We run a group.", "strengths", "", "support", "", "seen", "0", "then", "later").to(w.link)
	w.post(w.link).to(w.link + "/words")
	doc := w.get(w.link + "/words").page(http.StatusOK)
	if got := doc.Find("#known").Text(); got != "We run a group." {
		t.Errorf("what was saved is %q", got)
	}
	seen := doc.Find("[name=seen]").AttrOr("value", "")
	doc = w.post(w.link+"/words", "writer", "", "known", "We run a group.", "strengths", "She listens.", "support", "", "seen", seen, "then", "send").
		page(http.StatusUnprocessableEntity)
	says(t, doc, "Enter your name")
	if got := w.get(w.link + "/words").page(http.StatusOK).Find("#strengths").Text(); got != "She listens." {
		t.Errorf("what could not be sent yet is not saved: %q", got)
	}
	seen = doc.Find("[name=seen]").AttrOr("value", "")
	words := []string{"writer", "Leila", "known", "We run a group.", "strengths", "She listens.", "support", "", "seen", seen, "then", "send"}
	w.post(w.link+"/words", words...).to(w.link)
	w.post(w.link+"/words", words...).to(w.link) // pressed twice
	doc = w.get(w.link).page(http.StatusOK)
	says(t, doc, "We have your words about Ana")
	if strings.Contains(doc.Text(), "She listens") {
		t.Error("who finds the link later can read the words")
	}
	if s := w.statement(); s.Status != bursary.StatementReceived {
		t.Errorf("it is %s", s.Status)
	}
	var jobs int
	if err := w.app.NewRaw("SELECT count(*) FROM river.river_job WHERE kind = 'statement_answered'").Scan(t.Context(), &jobs); err != nil || jobs != 1 {
		t.Errorf("%d jobs to tell the applicant, %v", jobs, err)
	}
}

func TestWordsChangedInTwoPlacesAreBothShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(w.link).to(w.link + "/words")
	w.post(w.link+"/words", "known", "From the telephone.", "seen", "0").to(w.link)
	doc := w.post(w.link+"/words", "known", "From the computer.", "seen", "0").page(http.StatusConflict)
	says(t, doc, "From the telephone.")
	if got := doc.Find("#known").Text(); got != "From the computer." {
		t.Errorf("what was typed here became %q", got)
	}
	w.post(w.link+"/words", "known", "From both.", "seen", doc.Find("[name=seen]").AttrOr("value", "")).to(w.link)
	if got := w.get(w.link + "/words").page(http.StatusOK).Find("#known").Text(); got != "From both." {
		t.Errorf("kept %q", got)
	}
}

func TestSomebodyWhoWouldRatherNotIsThanked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	says(t, w.get(w.link+"/rather-not").page(http.StatusOK), "You do not have to say why")
	for range 2 {
		w.post(w.link + "/rather-not").to(w.link)
	}
	says(t, w.get(w.link).page(http.StatusOK), "Thank you for telling us")
	w.get(w.link + "/words").to(w.link)
	w.get(w.link + "/rather-not").to(w.link)
	if s := w.statement(); s.Status != bursary.StatementDeclined {
		t.Errorf("it is %s", s.Status)
	}
}

func TestEveryDeadLinkGivesTheSameKindPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	unknown := "/supporter/" + strings.Repeat("A", 43)
	page := w.get(unknown).page(http.StatusNotFound)
	says(t, page, "This link has ended", "This link does not work any more", "You have done nothing wrong")
	want := strings.Join(strings.Fields(page.Find("main").Text()), " ")
	dead := func(link string) {
		t.Helper()
		for _, end := range []string{"", "/words", "/rather-not"} {
			got := w.get(link + end).page(http.StatusNotFound)
			if text := strings.Join(strings.Fields(got.Find("main").Text()), " "); text != want {
				t.Errorf("GET …%s says %q", end, text)
			}
			says(t, w.post(link+end, "known", "We run\r\na group.", "strengths", "She <listens>.", "then", "send").page(http.StatusNotFound),
				"You have done nothing wrong", "You can copy them", "How you know them We run a group.", "What they would bring She <listens>.")
			if text := strings.Join(strings.Fields(w.post(link+end, "known", " ").page(http.StatusNotFound).Find("main").Text()), " "); text != want {
				t.Errorf("POST …%s without words says %q", end, text)
			}
		}
	}
	dead(unknown)
	w.clock.Advance(60 * 24 * time.Hour)
	dead(w.link)
	w.clock.Set(pagetest.Now)
	w.get(w.link).page(http.StatusOK)
	w.applies(func(tx *db.Tx) error { return bursary.StopAsking(t.Context(), tx, w.applicant.ID, w.code) })
	dead(w.link)
}
