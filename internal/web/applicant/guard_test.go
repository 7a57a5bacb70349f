package applicant_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/fixture"
)

// pages are the addresses below an application, and the forms that are sent to them.
var (
	pages = []string{"", "/q/name", "/q/practice", "/choose/practice", "/check", "/sent", "/withdraw"}
	forms = []string{"/q/name", "/choose/practice", "/send", "/withdraw", "/confirm"}
)

func TestToAnybodyElseAnApplicationDoesNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, at := w.handedIn()
	for _, who := range []*browser{w.browser(fixture.Person(t, w.app, "ben@post.example")), w.browser(w.admin)} {
		for _, path := range pages {
			if got := who.get(at + path); got.Code != http.StatusNotFound || strings.Contains(got.Body.String(), "weekly group") {
				t.Errorf("GET %s answered %d", path, got.Code)
			}
		}
		for _, path := range forms {
			if got := who.post(at+path, "name", "Mallory", "keep", "0", "declared", "yes"); got.Code != http.StatusNotFound && got.Code != http.StatusUnprocessableEntity {
				t.Errorf("POST %s answered %d", path, got.Code)
			}
		}
	}
	if f := w.file(codeOf(at)); f.Status != bursary.Submitted || f.Answers["name"] != "Ana" {
		t.Errorf("it is now %s of %s", f.Status, f.Answers["name"])
	}
}

func TestAVisitorIsAskedToSignInFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, at := w.begun()
	visitor := w.stranger()
	for _, path := range pages {
		visitor.get(at + path).to("/sign-in?next=" + url.QueryEscape(at+path))
	}
	for _, path := range forms {
		if got := visitor.post(at+path, "name", "Mallory"); got.Code != http.StatusConflict {
			t.Errorf("POST %s answered %d", path, got.Code)
		}
	}
}

func TestWordsTypedWhileSignedOutAreSavedAfterSigningIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.stranger().signIn(w, w.applicant)
	at := b.begin(w.round.Code)
	typed := b.shown(at + "/q/practice")
	typed.Set("practice", "A long answer, typed all evening.\n\nWith two paragraphs.")
	typed.Set("practice_done", "no")
	w.clock.Advance(25 * time.Hour) // the session ends while the page is open

	doc := b.do(http.MethodPost, at+"/q/practice", typed).page(http.StatusConflict)
	says(t, doc, "Nothing you typed is lost")
	b.signIn(w, w.applicant) // in another tab
	kept := doc.Find("main form").Last()
	b.do(http.MethodPost, kept.AttrOr("action", ""), valuesOf(kept)).to(at)
	if got := w.file(codeOf(at)).Answers["practice"]; got != "A long answer, typed all evening.\n\nWith two paragraphs." {
		t.Errorf("after signing in the answer is %q", got)
	}
}

func TestWhoPressesInTheLastSecondIsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	b.fillIn(w, at, fixture.GoodAnswers(w.run))
	w.clock.Set(w.round.Deadline())
	b.post(at+"/send", "declared", "yes").to(at + "/sent")
}

func TestWhatComesTooLateIsGivenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	b.fillIn(w, at, fixture.GoodAnswers(w.run))
	typed := b.shown(at + "/q/hope")
	typed.Set("hope", "My last thought.")
	w.closed()
	doc := b.do(http.MethodPost, at+"/q/hope", typed).page(http.StatusConflict)
	says(t, doc, "My last thought.", "0113 496 0123", "This round has closed")
	says(t, b.post(at+"/send", "declared", "yes").page(http.StatusConflict), "I run a weekly group", "0113 496 0123")
	says(t, b.post(at+"/send").page(http.StatusConflict), "I run a weekly group")
	if f := w.file(codeOf(at)); f.Status != bursary.Draft || f.Answers["hope"] == "My last thought." {
		t.Errorf("it is %s and hopes %q", f.Status, f.Answers["hope"])
	}
	b.get(at + "/q/hope").to(at)
	says(t, b.get(at).page(http.StatusOK), "You had not sent this, so nobody has read it.")
	if links := b.get(at + "/check").page(http.StatusOK).Find(`main a[href*="/q/"]`).Length(); links != 0 {
		t.Errorf("%d links lead to changes", links)
	}
}
