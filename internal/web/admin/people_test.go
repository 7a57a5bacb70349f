package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/people"
)

func TestTheOfficeFindsPeopleAndWhatACodeNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	o := fixture.Run(t, h.DB, "FND-T27", 5)
	ana := fixture.Person(t, h.DB, "ana@post.example")
	e := fixture.Confirmed(t, h.DB, o, ana)
	find := func(typed string) string { return "/admin/people?q=" + url.QueryEscape(typed) }
	if text := words(h.open(t, find("ana@post.example"), grace).Find("main")); !strings.Contains(text, "ana@post.example") || strings.Contains(text, "grace@") {
		t.Errorf("by an address: %s", text)
	}
	if text := words(h.open(t, find("nobody"), grace).Find("main")); !strings.Contains(text, "Nobody is called so.") {
		t.Errorf("nobody: %s", text)
	}
	for typed, want := range map[string]string{
		strings.ToLower(e.Code): "/admin/places/" + e.Code, strings.ReplaceAll(e.Code, "-", " "): "/admin/places/" + e.Code,
		"fnd-t27": "/admin/runs/FND-T27", ana.Code: "/admin/people/" + ana.Code,
	} {
		if w := h.get(find(typed), grace); w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("%q leads to %d %q, want %q", typed, w.Code, w.Header().Get("Location"), want)
		}
	}
	if w := h.get(find(strings.Repeat("x", 201)), grace); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("too much: status %d", w.Code)
	}
	text := words(h.open(t, "/admin/people/"+ana.Code, grace).Find("main"))
	for _, want := range []string{"ana@post.example", e.Code, "Confirmed", "Your place is confirmed"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from %s", want, text)
		}
	}
	if w := h.get("/admin/people/ZZZZ-ZZ", grace); w.Code != http.StatusNotFound {
		t.Errorf("somebody unknown: status %d", w.Code)
	}
}

func TestAPersonsPageLeadsToWhatTheyAskedAndNotToItsWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	ana := fixture.Person(t, h.DB, "ana@post.example")
	o := fixture.Run(t, h.DB, "FND-T27", 5)
	e := fixture.Confirmed(t, h.DB, o, ana)
	dbtest.Force(t, h.DB, "INSERT INTO sensitive.question_threads (code, enrolment_id, person_id, status, waiting_since, latest_at) VALUES ('AAAA-AA', ?, ?, 'open', ?, ?)", e.ID, ana.ID, h.Now(), h.Now())
	dbtest.Force(t, h.DB, `INSERT INTO sensitive.course_applications (code, run_id, person_id, places, peer, payer, words, status, submitted_at)
		VALUES ('BBBB-BB', ?, ?, 1, false, 'self', 'sealed', 'submitted', ?)`, o.ID, ana.ID, h.Now().Add(-time.Hour))
	doc := h.open(t, "/admin/people/"+ana.Code, grace)
	if got := words(doc.Find("[aria-label='Questions and course applications'] tbody")); got != "A question about place "+e.Code+" 23 November 2026 at 9am Waits for an answer An application for FND-T27 23 November 2026 at 8am Waits for an answer" {
		t.Errorf("what they asked: %q", got)
	}
	for _, at := range []string{"/admin/questions/AAAA-AA", "/admin/course-applications/BBBB-BB"} {
		if doc.Find(`main a[href="`+at+`"]`).Length() != 1 {
			t.Errorf("nothing leads to %s", at)
		}
	}
}

// Whatever is done about a place is found from its page.
func TestAPlacesPageLeadsToWhatIsDoneAboutIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace, gus := h.session(t, "grace@threshold.example", true, people.Admin), h.session(t, "gus@threshold.example", true, people.Auditor)
	e := fixture.Confirmed(t, h.DB, fixture.Run(t, h.DB, "FND-T27", 5), fixture.Person(t, h.DB, "ana@post.example"))
	at := "/admin/places/" + e.Code
	doc := h.open(t, at, grace)
	for _, href := range []string{at + "/move", at + "/certificate", at + "/mails", "/admin/runs/FND-T27/attendance/places/" + e.Code, "/admin/places/write?whom=chosen&place=" + e.Code} {
		if doc.Find(`main a[href="`+href+`"]`).Length() != 1 {
			t.Errorf("nothing leads to %s", href)
		}
	}
	if text := words(h.open(t, at, gus).Find("main")); strings.Contains(text, "What you can do") {
		t.Errorf("an auditor: %s", text)
	}
	dbtest.Force(t, h.DB, "UPDATE enrolments SET person_id = NULL WHERE id = ?", e.ID) // as the place of an organisation is until somebody is named
	if text := words(h.open(t, at, grace).Find("main")); !strings.Contains(text, "Learner No name yet") || strings.Contains(text, "Write to them") {
		t.Errorf("without a name: %s", text)
	}
}

func TestAPersonsPageSaysThatTheirAddressDoesNotWork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	grace := h.session(t, "grace@threshold.example", true, people.Admin)
	ana := fixture.Person(t, h.DB, "ana@post.example")
	fixture.Confirmed(t, h.DB, fixture.Run(t, h.DB, "FND-T27", 5), ana)
	dbtest.Force(t, h.DB, "UPDATE mails SET status = 'bounced', sent_at = ? WHERE person_id = ?", h.Now(), ana.ID)
	dbtest.Force(t, h.DB, "INSERT INTO mail_bounces (mail_id, address, hard, reason, at) SELECT id, recipient, true, '550 no such user', ? FROM mails WHERE person_id = ?", h.Now(), ana.ID)
	doc := h.open(t, "/admin/people/"+ana.Code, grace)
	if text := words(doc.Find("main")); !strings.Contains(text, "Emails to this address do not arrive") || !strings.Contains(text, "550 no such user") || !strings.Contains(text, "Sent, and came back") {
		t.Error(text)
	}
	for _, at := range []string{"/admin/mails/returned", "/admin/people/" + ana.Code + "/mails"} {
		if doc.Find(`main a[href="`+at+`"]`).Length() != 1 {
			t.Errorf("nothing leads to %s", at)
		}
	}
	if text := words(h.open(t, "/admin", grace).Find("main")); !strings.Contains(text, "An email did not arrive") {
		t.Error(text)
	}
	dbtest.Force(t, h.DB, "UPDATE mail_bounces SET cleared_at = ?, cleared_by = ?", h.Now(), ana.ID)
	if text := words(h.open(t, "/admin/people/"+ana.Code, grace).Find("main")); strings.Contains(text, "do not arrive") {
		t.Error(text)
	}
	if text := words(h.open(t, "/admin", grace).Find("main")); strings.Contains(text, "An email did not arrive") {
		t.Error("the desk still asks for it")
	}
}
