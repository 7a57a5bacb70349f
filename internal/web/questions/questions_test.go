package questions_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/question"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
	"bursar/internal/web/questions"
)

// world is the office's pages behind their real wall, and a cohort.
type world struct {
	*testing.T
	app, learners *db.DB
	box           *secret.Box
	run           *course.Offering
	engine        *gin.Engine
	grace         *http.Cookie // of the administrator
}

func newWorld(t *testing.T) *world {
	t.Helper()
	app, _ := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, app: app, learners: dbtest.As(t, app, db.Learner), box: box, run: fixture.Run(t, app, "FND-T27", 60)}
	wall := account.New(account.Options{DB: app, Box: box, Issuer: "Threshold"})
	w.engine = pagetest.Engine(t, page.Viewer{})
	w.engine.Use(wall.Sessions())
	questions.Mount(w.engine, questions.Options{DB: dbtest.As(t, app, db.Office), Box: box, Staff: wall.Staff})
	w.grace = w.session("grace@threshold.example", people.Admin)
	return w
}

func (w *world) session(email string, roles ...people.Role) *http.Cookie {
	w.Helper()
	who := fixture.Person(w, w.app, email, roles...)
	var token string
	err := w.app.Write(w.Context(), func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(w.Context(), tx, who.ID, "a test")
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: token}
}

// asked is somebody with a place on a run who has asked something.
func (w *world) asked(email string, o *course.Offering, text string) *enrolment.Enrolment {
	w.Helper()
	who := fixture.Person(w, w.app, email)
	e := fixture.Confirmed(w, w.app, o, who)
	w.asks(who.ID, e, text)
	return e
}

func (w *world) asks(who id.Person, e *enrolment.Enrolment, text string) {
	w.Helper()
	err := w.learners.WriteAs(w.Context(), db.Who{Person: who}, func(tx *db.Tx) error {
		return question.Ask(w.Context(), tx, w.box, who, e.Code, question.Words{Text: text, Form: text})
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) send(cookie *http.Cookie, method, at string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for pair := range slices.Chunk(fields, 2) {
		form.Set(pair[0], pair[1])
	}
	r := httptest.NewRequest(method, at, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

// page expects a page for the administrator.
func (w *world) page(status int, a *httptest.ResponseRecorder) *goquery.Document {
	w.Helper()
	if a.Code != status {
		w.Fatalf("answered %d to %q, want %d\n%s", a.Code, a.Header().Get("Location"), status, a.Body)
	}
	return pagetest.Check(w, a.Body.String())
}

func (w *world) open(at string) *goquery.Document {
	w.Helper()
	return w.page(http.StatusOK, w.send(w.grace, http.MethodGet, at))
}

func says(t *testing.T, doc *goquery.Document, all ...string) {
	t.Helper()
	text := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	for _, one := range all {
		if !strings.Contains(text, one) {
			t.Errorf("the page does not say %q:\n%s", one, text)
		}
	}
}

func TestTheOfficeReadsAQuestionBesideThePlaceAndAnswersIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.asked("ana@post.example", w.run, "Is there a lift?")
	doc := w.open("/admin/questions")
	says(t, doc, "One person waits for an answer", "Ana Reyes", e.Code, "FND-T27", "Waits for an answer")
	if strings.Contains(doc.Text(), "lift") {
		t.Error("the list has words of the thread")
	}
	at := doc.Find("main tbody a").AttrOr("href", "")
	doc = w.open(at)
	says(t, doc, "Is there a lift?", "ana@post.example", e.Code+", confirmed", "Open Dialogue foundation")
	field := func(name string) string {
		return doc.Find("form[action='"+at+"'] input[name="+name+"]").AttrOr("value", "")
	}
	form, known := field("form"), field("known")

	w.page(http.StatusUnprocessableEntity, w.send(w.grace, http.MethodPost, at, "form", form, "known", known, "text", " "))
	w.asks(e.PersonID, e, "And parking?")
	doc = w.page(http.StatusConflict, w.send(w.grace, http.MethodPost, at, "form", form, "known", known, "text", "Yes, a big one."))
	says(t, doc, "And parking?")
	if !strings.Contains(doc.Text(), "They have written again") || doc.Find("#text").Text() != "Yes, a big one." {
		t.Error("it does not say that they wrote again, or what was typed is lost")
	}
	for range 2 {
		a := w.send(w.grace, http.MethodPost, at, "form", field("form"), "known", field("known"), "text", "Yes, a big one.")
		if a.Code != http.StatusSeeOther || a.Header().Get("Location") != "/admin/questions" {
			t.Fatalf("answered %d", a.Code)
		}
	}
	doc = w.open(at)
	says(t, doc, "Yes, a big one.", "They have not opened it yet", "Answered")
	if n := doc.Find(".app-thread__item").Length(); n != 3 {
		t.Errorf("%d messages", n)
	}
	says(t, w.open("/admin/questions"), "Nobody waits for an answer")
	var mails []string
	err := w.app.NewRaw("SELECT subject || text_body || html_body FROM mails WHERE template IN ('place-answered', 'staff-question-asked')").Scan(t.Context(), &mails)
	if err != nil || len(mails) != 2 {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
	for _, m := range mails {
		if strings.Contains(m, "lift") || strings.Contains(m, "big one") || strings.Contains(m, "parking") {
			t.Errorf("a mail has words of the thread: %s", m)
		}
	}
}

func TestAQuestionIsClosedWithoutAnAnswerAndOpensAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.asked("ana@post.example", w.run, "Thank you!")
	at := w.open("/admin/questions").Find("main tbody a").AttrOr("href", "")
	w.page(http.StatusConflict, w.send(w.grace, http.MethodPost, at+"/close", "known", "0"))
	if a := w.send(w.grace, http.MethodPost, at+"/close", "known", "1"); a.Code != http.StatusSeeOther {
		t.Fatalf("closing answered %d", a.Code)
	}
	doc := w.open(at)
	says(t, doc, "Closed")
	if doc.Find("form[action='"+at+"/close']").Length() != 0 {
		t.Error("it can be closed again")
	}
	w.asks(e.PersonID, e, "One more thing")
	says(t, w.open(at), "Waits for an answer", "One more thing")
}

func TestTheListIsCutIntoPortionsAndShowsOneCohort(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 52 {
		w.asked(fmt.Sprintf("person%d@post.example", n), w.run, "A question")
	}
	other := w.asked("ana@post.example", fixture.Run(t, w.app, "FND-U27", 3), "Another")
	doc := w.open("/admin/questions?run=FND-T27")
	if n := doc.Find("main tbody tr").Length(); n != 50 || strings.Contains(doc.Find("main tbody").Text(), other.Code) {
		t.Errorf("%d rows of the cohort", n)
	}
	next := doc.Find("main nav a[rel=next]").AttrOr("href", "")
	doc = w.open(next)
	if n := doc.Find("main tbody tr").Length(); n != 2 || !strings.Contains(next, "run=FND-T27") {
		t.Errorf("%d rows after %s", n, next)
	}
	if n := w.open("/admin/questions?run=FND-U27").Find("main tbody tr").Length(); n != 1 {
		t.Errorf("%d rows of the other cohort", n)
	}
	says(t, w.open("/admin/questions?run=NO-SUCH"), "There is no question here")
}

func TestNobodyButAdministratorsFindsTheQuestions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asked("ana@post.example", w.run, "Is there a lift?")
	at := w.open("/admin/questions").Find("main tbody a").AttrOr("href", "")
	for name, cookie := range map[string]*http.Cookie{
		"trainer": w.session("kofi@post.example", people.Trainer), "auditor": w.session("gus@post.example", people.Auditor),
		"bookkeeper": w.session("fay@post.example", people.Finance), "assessor": w.session("vera@post.example", people.Assessor), "learner": w.session("ben@post.example"),
	} {
		for _, path := range []string{"/admin/questions", at} {
			if a := w.send(cookie, http.MethodGet, path); a.Code != http.StatusNotFound {
				t.Errorf("%s gets %d for %s", name, a.Code, path)
			}
		}
		if a := w.send(cookie, http.MethodPost, at, "text", "x", "known", "1"); a.Code != http.StatusNotFound {
			t.Errorf("%s answers: %d", name, a.Code)
		}
	}
	w.page(http.StatusNotFound, w.send(w.grace, http.MethodGet, "/admin/questions/ZZZZ-ZZ"))
}
