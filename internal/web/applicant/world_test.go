package applicant_test

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
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/applicant"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// world is a published round that takes applications, its office and an applicant.
type world struct {
	t         *testing.T
	clock     *dbtest.Clock
	app       *db.DB
	learners  *db.DB
	officers  *db.DB
	box       *secret.Box
	round     *bursary.Round
	run       string
	admin     people.Person
	applicant people.Person
}

func newWorld(t *testing.T) *world {
	t.Helper()
	app, clock := dbtest.NewAt(t, pagetest.Now)
	box, err := secret.Create(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: clock, app: app, learners: dbtest.As(t, app, db.Learner), officers: dbtest.As(t, app, db.Office), box: box}
	w.admin = fixture.Person(t, app, "grace@threshold.example", people.Admin)
	w.applicant = fixture.Person(t, app, "ana@post.example")
	first, second := fixture.Run(t, app, "FND-T27", 20), fixture.Run(t, app, "FND-U27", 20)
	w.run = first.Code
	w.round = fixture.Round(t, w.officers, box, w.admin.ID, "SPRING-27", first.Code, second.Code)
	return w
}

// office runs something as a member of staff that has to go well.
func (w *world) office(f func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.officers.WriteAs(w.t.Context(), db.Who{Person: w.admin.ID}, f); err != nil {
		w.t.Fatal(err)
	}
}

// file is the applicant's own, as the database has it.
func (w *world) file(code string) *bursary.File {
	w.t.Helper()
	var f *bursary.File
	err := w.learners.WriteAs(w.t.Context(), db.Who{Person: w.applicant.ID}, func(tx *db.Tx) (err error) {
		f, err = bursary.Open(w.t.Context(), tx, w.box, w.applicant.ID, code)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// browser is one browser: its cookies, and who is signed in with it.
type browser struct {
	t       *testing.T
	engine  *gin.Engine
	cookies map[string]string
	viewer  page.Viewer
	script  bool // asks as the page's script does
}

// browser opens a browser in which somebody is signed in without more ado.
func (w *world) browser(who people.Person) *browser {
	w.t.Helper()
	b := &browser{t: w.t, engine: pagetest.EngineAt(w.t, page.Viewer{}, w.clock.Now), cookies: map[string]string{}}
	b.viewer = page.Viewer{Person: who.ID, Name: who.Email}
	b.engine.Use(func(c *gin.Context) { page.SetViewer(c, b.viewer) })
	applicant.Mount(b.engine, w.options(func(*gin.Context) {}))
	return b
}

// stranger opens a browser with the real ways in, in which nobody is signed in.
func (w *world) stranger() *browser {
	w.t.Helper()
	b := &browser{t: w.t, engine: pagetest.EngineAt(w.t, page.Viewer{}, w.clock.Now), cookies: map[string]string{}}
	in := account.New(account.Options{DB: w.app, Box: w.box, Issuer: "Threshold"})
	b.engine.Use(in.Sessions())
	in.Mount(b.engine)
	applicant.Mount(b.engine, w.options(in.SignedIn()))
	return b
}

func (w *world) options(signedIn gin.HandlerFunc) applicant.Options {
	return applicant.Options{DB: w.learners, Box: w.box, SignedIn: signedIn, Site: pagetest.Site}
}

// signIn starts a session for somebody in this browser.
func (b *browser) signIn(w *world, who people.Person) *browser {
	b.t.Helper()
	err := w.app.Write(b.t.Context(), func(tx *db.Tx) error {
		token, err := people.StartSession(b.t.Context(), tx, who.ID, "Firefox on Android")
		b.cookies["session"] = token
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return b
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

func (b *browser) get(path string) answer { b.t.Helper(); return b.do(http.MethodGet, path, nil) }

// post sends a form of names and values in turn; a name can come more than once.
func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	sent := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		sent.Add(fields[i], fields[i+1])
	}
	return b.do(http.MethodPost, path, sent)
}

func (b *browser) do(method, path string, sent url.Values) answer {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(sent.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
	}
	if b.script {
		r.Header.Set("Accept", "application/json")
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.engine.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return answer{w, b.t}
}

// words are what the page says.
func (a answer) words() string {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body.String()))
	if err != nil {
		return a.Body.String()
	}
	return wordsOf(doc)
}

func wordsOf(doc *goquery.Document) string {
	return strings.Join(strings.Fields(doc.Find("main").Text()), " ")
}

// to expects a redirect to an address.
func (a answer) to(address string) {
	a.t.Helper()
	if got := a.Header().Get("Location"); a.Code != http.StatusSeeOther || got != address {
		a.t.Fatalf("answered %d to %q, want 303 to %q\n%s", a.Code, got, address, a.words())
	}
}

// page expects a page with a status, checks it, and that it is neutral.
func (a answer) page(status int) *goquery.Document {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("answered %d (%s), want %d\n%s", a.Code, a.Header().Get("Location"), status, a.words())
	}
	doc := pagetest.Check(a.t, a.Body.String())
	neutral(a.t, doc.Find("title").Text())
	neutral(a.t, doc.Find(".govuk-notification-banner").Text())
	return doc
}

// neutral expects words that say nothing to somebody who looks over a shoulder.
func neutral(t *testing.T, words string) {
	t.Helper()
	for _, telling := range []string{"bursar", "peer", "mental", "health"} {
		if strings.Contains(strings.ToLower(words), telling) {
			t.Errorf("%q says %q", words, telling)
		}
	}
}

// says expects words on a page, whatever the white space.
func says(t *testing.T, doc *goquery.Document, words ...string) {
	t.Helper()
	text := wordsOf(doc)
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the page does not say %q:\n%s", w, text)
		}
	}
}

// begin makes a draft and returns its address.
func (b *browser) begin(round string) string {
	b.t.Helper()
	a := b.post("/my/applications", "round", round)
	if to := a.Header().Get("Location"); a.Code == http.StatusSeeOther {
		return to
	}
	b.t.Fatalf("beginning answered %d\n%s", a.Code, a.words())
	return ""
}

// shown is the form of a page as a browser would send it back, without the values of its buttons.
func (b *browser) shown(address string) url.Values {
	b.t.Helper()
	doc := b.get(address).page(http.StatusOK)
	return valuesOf(doc.Find("main form"))
}

// valuesOf reads what a form would send if nothing were touched.
func valuesOf(f *goquery.Selection) url.Values {
	values := url.Values{}
	f.Find("input").Each(func(_ int, s *goquery.Selection) {
		kind, _ := s.Attr("type")
		_, ticked := s.Attr("checked")
		if kind != "radio" && kind != "checkbox" || ticked {
			values.Add(s.AttrOr("name", ""), s.AttrOr("value", ""))
		}
	})
	f.Find("textarea").Each(func(_ int, s *goquery.Selection) { values.Add(s.AttrOr("name", ""), s.Text()) })
	f.Find("select").Each(func(_ int, s *goquery.Selection) {
		values.Add(s.AttrOr("name", ""), s.Find("option[selected]").AttrOr("value", ""))
	})
	return values
}

// fill answers one page like a person without scripts: it opens it, types, and presses the button.
func (b *browser) fill(address string, p form.Page, answers form.Answers) answer {
	b.t.Helper()
	sent := b.shown(address)
	for _, q := range p.Questions {
		switch q.Kind {
		case form.Choices:
			sent[q.Key] = answers.List(q.Key)
		case form.Runs:
			for i, run := range answers.List(q.Key) {
				sent.Set(q.Key+"-"+run, string(rune('1'+i)))
			}
		default:
			sent.Set(q.Key, answers[q.Key])
		}
	}
	return b.do(http.MethodPost, address, sent)
}

// fillIn answers every page that is asked, in the order of the form.
func (b *browser) fillIn(w *world, at string, answers form.Answers) {
	b.t.Helper()
	b.fillSections(at, w.file(codeOf(at)).Questions.Asked(answers).Sections, answers)
}

func (b *browser) fillSections(at string, sections []form.Section, answers form.Answers) {
	b.t.Helper()
	for _, s := range sections {
		for _, p := range s.Pages {
			if got := b.fill(at+"/q/"+p.Key, p, answers); got.Code != http.StatusSeeOther {
				b.t.Fatalf("page %s answered %d\n%s", p.Key, got.Code, got.words())
			}
		}
	}
}

func codeOf(address string) string { return strings.TrimPrefix(address, "/my/applications/") }

// begun is a signed-in applicant with a draft.
func (w *world) begun() (b *browser, at string) {
	w.t.Helper()
	b = w.browser(w.applicant)
	return b, b.begin(w.round.Code)
}

// handedIn is a signed-in applicant who has sent everything.
func (w *world) handedIn() (b *browser, at string) {
	w.t.Helper()
	b, at = w.begun()
	b.fillIn(w, at, fixture.GoodAnswers(w.run))
	b.post(at+"/send", "declared", "yes").to(at + "/sent")
	return b, at
}

// closed moves the clock past the deadline.
func (w *world) closed() { w.clock.Set(w.round.Deadline().Add(2 * time.Second)) }
