package mails_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/reminder"
	"bursar/internal/web/account"
	"bursar/internal/web/mails"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// world is the pages behind their real wall, a cohort, and an administrator.
type world struct {
	*testing.T
	db     *db.DB
	clock  *dbtest.Clock
	run    *course.Offering
	place  *enrolment.Enrolment
	ana    people.Person
	engine *gin.Engine
	grace  *http.Cookie
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d, clock := dbtest.NewAt(t, pagetest.Now)
	w := &world{T: t, db: d, clock: clock, run: fixture.Run(t, d, "FND-T27", 9)}
	w.ana = fixture.Person(t, d, "ana@post.example")
	w.place = fixture.Confirmed(t, d, w.run, w.ana)
	wall := account.New(account.Options{DB: d, Issuer: "Threshold"})
	w.engine = pagetest.Engine(t, page.Viewer{})
	w.engine.Use(wall.Sessions())
	mails.Mount(w.engine, mails.Options{DB: d, Mail: mail.Site{Name: "Threshold", URL: "https://bursar.example"}, Staff: wall.Staff})
	w.grace = w.session("grace@threshold.example", people.Admin)
	return w
}

func (w *world) session(email string, roles ...people.Role) *http.Cookie {
	w.Helper()
	who := fixture.Person(w, w.db, email, roles...)
	var token string
	err := w.db.Write(w.Context(), func(tx *db.Tx) (err error) {
		token, err = people.StartVerifiedSession(w.Context(), tx, who.ID, "a test")
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: token}
}

// send asks for a page, or posts a form of names and values.
func (w *world) send(cookie *http.Cookie, method, at string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(method, at, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cookie != nil {
		r.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	w.engine.ServeHTTP(answer, r)
	return answer
}

// shows is a page with a status, checked.
func (w *world) shows(status int, answer *httptest.ResponseRecorder, want ...string) *goquery.Document {
	w.Helper()
	if answer.Code != status {
		w.Fatalf("status %d, want %d: %s", answer.Code, status, answer.Body)
	}
	doc := pagetest.Check(w, answer.Body.String())
	text := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	for _, s := range want {
		if !strings.Contains(text, s) {
			w.Errorf("%q is not in %s", s, text)
		}
	}
	return doc
}

func (w *world) open(at string, want ...string) *goquery.Document {
	w.Helper()
	return w.shows(http.StatusOK, w.send(w.grace, "GET", at), want...)
}

func (w *world) posts(at string, fields ...string) *httptest.ResponseRecorder {
	return w.send(w.grace, "POST", at, fields...)
}

func (w *world) leads(answer *httptest.ResponseRecorder, to string) {
	w.Helper()
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != to {
		w.Fatalf("%d to %q, want to be led to %q: %s", answer.Code, answer.Header().Get("Location"), to, answer.Body)
	}
}

func (w *world) write(do func(tx *db.Tx) error) {
	w.Helper()
	if err := w.db.Write(w.Context(), do); err != nil {
		w.Fatal(err)
	}
}

const confirmed = "/admin/mails/texts/place-confirmed"

func TestStaffChangeAnEmailLookAtItWithARealCaseAndGoBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open("/admin/mails/texts", "To a learner who paid: their place is certain", "The original")
	doc := w.open(confirmed, "How it reads now", "As the last one, written", w.place.Code, "{{.OfferingStartsOn}}", "the first day (also in the subject)", "Nobody has changed these words yet")
	body, seen := doc.Find("#body").Text(), doc.Find("input[name=seen]").AttrOr("value", "")
	body = strings.Replace(body, "We look forward to meeting you.", "The kettle is on.", 1)
	looked := w.shows(http.StatusOK, w.posts(confirmed, "subject", "See you on {{.OfferingStartsOn}}", "body", body, "seen", seen, "act", "look"),
		"How what you typed would read", "It is not saved yet", "Subject: See you on 8 March 2027", "The kettle is on.")
	if looked.Find("#subject").AttrOr("value", "") != "See you on {{.OfferingStartsOn}}" {
		t.Error("what was typed is gone")
	}
	w.leads(w.posts(confirmed, "subject", "See you on {{.OfferingStartsOn}}", "body", body, "seen", seen, "act", "save"), confirmed)
	fixture.Confirmed(t, w.db, w.run, fixture.Person(t, w.db, "bo@post.example"))
	var subject, text string
	if err := w.db.NewRaw("SELECT subject, text_body FROM mails WHERE template = 'place-confirmed' ORDER BY id DESC LIMIT 1").Scan(t.Context(), &subject, &text); err != nil {
		t.Fatal(err)
	}
	if subject != "See you on 8 March 2027" || !strings.Contains(text, "The kettle is on.") || !strings.Contains(text, "Paid: £3,250.00 by card") {
		t.Errorf("%q: %s", subject, text)
	}
	w.open("/admin/mails/texts", "Yours, since")
	seen = w.open(confirmed, "The kettle is on.", "Who changed it", "Ana Reyes").Find("input[name=seen]").AttrOr("value", "")
	w.open(confirmed+"/original", "We look forward to meeting you.")
	w.leads(w.posts(confirmed+"/original", "seen", seen), confirmed)
	if doc := w.open(confirmed, "Back to the original"); strings.Contains(doc.Find("#body").Text(), "kettle") {
		t.Error("the words are still other ones")
	}
}

func TestWhatCannotStandIsSaidBesideItsFieldAndKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, act := range []string{"save", "look"} {
		doc := w.shows(http.StatusUnprocessableEntity, w.posts(confirmed, "subject", "Your bursary", "body", "Hello {{.Nmae}}", "seen", "0", "act", act),
			"Leave out “bursary”", "{{.Nmae}} is no placeholder of this email")
		if doc.Find("#body").Text() != "Hello {{.Nmae}}" {
			t.Error("what was typed is gone")
		}
	}
	w.leads(w.posts(confirmed, "subject", "One", "body", "{{.Link}} {{.AtAddDays}}", "seen", "0", "act", "save"), confirmed)
	w.shows(http.StatusConflict, w.posts(confirmed, "subject", "Two", "body", "{{.Link}} {{.AtAddDays}} mine", "seen", "0", "act", "save"), "Somebody else has changed this email")
	for _, at := range []string{"/admin/mails/texts/nothing", "/admin/mails/texts/layout", "/admin/mails/texts/nothing/original"} {
		if a := w.send(w.grace, "GET", at); a.Code != http.StatusNotFound {
			t.Errorf("%s: %d", at, a.Code)
		}
	}
}

func TestStaffSeeWhatGoesOutWhenAndChangeItForOneRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := "/admin/runs/FND-T27/mails"
	doc := w.open(at, "Monday 22 February 2027 How to join, before the first block 1 Still to come")
	if doc.Find("input[name=send][checked]").Length() != 4 || doc.Find("#joining").AttrOr("value", "") != "14" {
		t.Error("the usual days are not there")
	}
	refused := w.shows(http.StatusUnprocessableEntity, w.posts(at, "send", "joining", "joining", "many", "before", "2", "after", "1", "register", "99"),
		"from 1 to 60", "from 1 to 14")
	if refused.Find("#joining").AttrOr("value", "") != "many" || refused.Find("input[name=send][checked]").Length() != 1 {
		t.Error("what was typed is gone")
	}
	w.leads(w.posts(at, "send", "joining", "send", "before", "joining", "21", "before", "3", "after", "1", "register", "1"), at)
	w.open(at, "Monday 15 February 2027 How to join", "Friday 5 March 2027 When and where, before each block", "Switched off")
	w.clock.Set(w.run.StartsOn().AddDays(-21).At(9, 0))
	due, err := reminder.Due(t.Context(), dbtest.As(t, w.db, db.Worker), w.db.Now(), 10)
	if err != nil || len(due) != 1 {
		t.Fatal(due, err)
	}
	w.write(func(tx *db.Tx) error { _, err := reminder.Write(t.Context(), tx, due[0]); return err })
	if a := w.send(w.sessionAgain(), "GET", at); !strings.Contains(a.Body.String(), "Written to one person") {
		t.Errorf("%d: it does not say that somebody was written to", a.Code)
	}
	for _, at := range []string{"/admin/runs/NOPE-1/mails", "/admin/runs/%00/mails"} {
		if a := w.send(w.sessionAgain(), "GET", at); a.Code != http.StatusNotFound {
			t.Errorf("%s: %d", at, a.Code)
		}
	}
}

// sessionAgain signs the administrator in once more, because the clock has moved on.
func (w *world) sessionAgain() *http.Cookie { return w.session("grace@threshold.example") }

func TestThePersonsAndThePlacesEmailsAreListedWithoutWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(func(tx *db.Tx) error {
		return mail.Send(t.Context(), tx, mail.Message{To: w.ana.Email, Person: w.ana.ID, Template: "place-answered", Data: struct{ Name, Code string }{"Ana", "ZZZZ-ZZ"}})
	})
	w.write(func(tx *db.Tx) error {
		return mail.Send(t.Context(), tx, mail.Message{To: w.ana.Email, Person: w.ana.ID, Template: "sign-in", Secret: true, Data: struct{ Path, Code string }{"/sign-in/abc", "123456"}})
	})
	doc := w.open("/admin/people/"+w.ana.Code+"/mails", "Emails to Ana Reyes", "Your place is confirmed: 8 March 2027", "We have answered your question", "Waiting to be sent")
	if rows := doc.Find("tbody tr").Length(); rows != 2 || strings.Contains(doc.Text(), "We look forward") {
		t.Errorf("%d rows: %s", rows, doc.Text())
	}
	if !strings.HasPrefix(doc.Find("tbody a").AttrOr("href", ""), "/admin/outbox/") {
		t.Error("nothing opens the words")
	}
	if rows := w.open("/admin/places/"+w.place.Code+"/mails", "Your place is confirmed", w.ana.Email).Find("tbody tr").Length(); rows != 1 {
		t.Errorf("%d of the place", rows)
	}
	for _, at := range []string{"/admin/people/ZZZZ-ZZ/mails", "/admin/places/ZZZZ-ZZ/mails"} {
		if a := w.send(w.grace, "GET", at); a.Code != http.StatusNotFound {
			t.Errorf("%s: %d", at, a.Code)
		}
	}
}

func TestWhatDidNotArriveIsListedUntilStaffSayThatTheAddressIsRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open("/admin/mails/returned", "Nothing has come back")
	dbtest.Force(t, w.db, "INSERT INTO mail_bounces (mail_id, address, hard, reason, at) SELECT id, recipient, true, '550 no such user', ? FROM mails WHERE recipient = 'ana@post.example' ORDER BY id LIMIT 1", w.db.Now())
	doc := w.open("/admin/mails/returned", "ana@post.example", "550 no such user", "was refused for good", "Ana Reyes")
	at := doc.Find("main form").AttrOr("action", "")
	w.leads(w.posts(at), "/admin/mails/returned")
	w.open("/admin/mails/returned", "Nothing has come back")
	for _, at := range []string{"/admin/mails/returned/99999", "/admin/mails/returned/x"} {
		if a := w.posts(at); a.Code != http.StatusNotFound {
			t.Errorf("%s: %d", at, a.Code)
		}
	}
}

func TestOneClickStopsNewsWithoutSigningInAndOpeningTheLinkDoesNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.Set(w.run.Blocks[0].EndsOn.AddDays(1).At(9, 0))
	due, err := reminder.Due(t.Context(), w.db, w.db.Now(), 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range due {
		w.write(func(tx *db.Tx) error { _, err := reminder.Write(t.Context(), tx, b); return err })
	}
	var key string
	if err := w.db.NewRaw("SELECT stop_key FROM mails WHERE template = 'block-over'").Scan(t.Context(), &key); err != nil || key == "" {
		t.Fatal(key, err)
	}
	stopped := func() bool {
		yes, err := mail.Stopped(t.Context(), w.db, w.ana.Email)
		if err != nil {
			t.Fatal(err)
		}
		return yes
	}
	at := "/emails/stop/" + key
	first := w.send(nil, "GET", at)
	if doc := w.shows(http.StatusOK, first, "Send me no more of these"); stopped() || strings.Contains(doc.Text(), "ana@") {
		t.Error("opening the link stopped them, or names somebody")
	}
	if h := first.Header(); h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("head %v", h)
	}
	for range 2 { // a mail program's one click, as RFC 8058 has it: no cookie, no redirect
		if a := w.send(nil, "POST", at, "List-Unsubscribe", "One-Click"); a.Code != http.StatusOK || !stopped() {
			t.Fatalf("%d, stopped: %t", a.Code, stopped())
		}
	}
	w.shows(http.StatusOK, w.send(nil, "GET", at), "You get only the emails that you need")
	w.shows(http.StatusOK, w.send(nil, "POST", at+"/undo"), "Send me no more of these")
	if stopped() {
		t.Error("still stopped")
	}
	for _, guess := range []string{"/emails/stop/abc", "/emails/stop/" + strings.Repeat("a", 26), "/emails/stop/" + key + "%00"} {
		for _, method := range []string{"GET", "POST"} {
			if a := w.send(nil, method, guess); a.Code != http.StatusNotFound {
				t.Errorf("%s %s: %d", method, guess, a.Code)
			}
		}
	}
}

func TestTheObviousAddressLeadsToTheEmails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.leads(w.send(w.grace, "GET", "/admin/mails"), "/admin/outbox")
}

func TestStaffsPagesAreForAdministrators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	trainer, learner := w.session("kofi@threshold.example", people.Trainer), w.session("ana@post.example")
	for _, route := range w.engine.Routes() {
		if !strings.HasPrefix(route.Path, "/admin") {
			continue
		}
		at := strings.NewReplacer(":template", "joining", ":bounce", "1", ":run", w.run.Code, ":person", w.ana.Code, ":code", w.place.Code).Replace(route.Path)
		for who, want := range map[*http.Cookie]int{nil: http.StatusSeeOther, trainer: http.StatusNotFound, learner: http.StatusNotFound} {
			if a := w.send(who, route.Method, at); a.Code != want && !(who == nil && route.Method == "POST") {
				t.Errorf("%s %s: %d, want %d", route.Method, at, a.Code, want)
			}
		}
	}
	var changed int
	if err := w.db.NewRaw("SELECT (SELECT count(*) FROM mail_texts) + (SELECT count(*) FROM run_mails)").Scan(t.Context(), &changed); err != nil || changed != 0 {
		t.Errorf("%d were changed, %v", changed, err)
	}
}
