package applicant_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
)

// stands plants where an application and its round stand, as the panel's and the office's verbs leave them.
func (w *world) stands(code string, s bursary.Status, r bursary.RoundStatus) {
	w.t.Helper()
	_, err := dbtest.Owner(w.t, w.app).NewRaw(`
		UPDATE sensitive.applications SET status = ?0, band = CASE WHEN ?0 IN ('banded', 'allocated', 'reserve', 'not_funded') THEN 'C' END,
		       ended_at = CASE WHEN ?0 = 'withdrawn' THEN submitted_at END
		WHERE  code = ?1`, string(s), code).Exec(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	dbtest.Force(w.t, w.app, "UPDATE rounds SET status = ?", string(r))
}

// now is the stage that the page says the application is at.
func now(doc *goquery.Document) string {
	title := doc.Find(".app-stages__item--now .app-stages__title").Contents().First().Text()
	return strings.TrimSpace(title)
}

func TestEveryStageIsSaidInPlainWordsWithTheNextDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	if got := now(b.get(at).page(http.StatusOK)); got != "We have it" {
		t.Errorf("while it can be changed the stage is %q", got)
	}
	w.closed()
	for _, stage := range []struct {
		status bursary.Status
		round  bursary.RoundStatus
		now    string
	}{
		{bursary.Submitted, bursary.RoundClosed, "We check it"},
		{bursary.InReview, bursary.RoundClosed, "It is being read"},
		{bursary.Banded, bursary.RoundClosed, "It is being read"},
		{bursary.Banded, bursary.RoundFrozen, "You hear from us"},
	} {
		w.stands(codeOf(at), stage.status, stage.round)
		doc := b.get(at).page(http.StatusOK)
		if got := now(doc); got != stage.now {
			t.Errorf("%s in a %s round is at %q, want %q", stage.status, stage.round, got, stage.now)
		}
		says(t, doc, "Thursday 14 January 2027", "Friday 29 January 2027", "Take your application back", "Ask us a question", "your ticket is")
	}
}

func TestABandIsNobodysToSee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	w.closed()
	w.stands(codeOf(at), bursary.InReview, bursary.RoundClosed)
	before := b.get(at).words()
	w.stands(codeOf(at), bursary.Banded, bursary.RoundClosed)
	if after := b.get(at).words(); after != before {
		t.Errorf("the page changed from\n%s\nto\n%s", before, after)
	}
}

func TestThereAreWordsForEveryStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	w.closed()
	for _, s := range bursary.Statuses() {
		w.stands(codeOf(at), s, bursary.RoundClosed)
		plain := s == bursary.Draft || s == bursary.Reserve // as people say it too
		for _, path := range []string{at, "/my/applications"} {
			doc := b.get(path).page(http.StatusOK)
			if words := wordsOf(doc); strings.Contains(words, string(s)) && !plain || strings.Contains(words, "_") {
				t.Errorf("%s speaks the program's language of %s: %s", path, s, words)
			}
		}
	}
}

func TestSomebodyWhoIsNotEligibleIsToldKindlyWhyAndWhatToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	w.closed()
	w.office(func(tx *db.Tx) error {
		_, err := bursary.Decide(t.Context(), tx, w.box, w.admin.ID, w.file(codeOf(at)).ID, false, "Your employer wrote that they pay all of it.\nAsk them to book your place.")
		return err
	})
	doc := b.get(at).page(http.StatusOK)
	says(t, doc, "We are sorry.", "Your employer wrote that they pay all of it.", "Ask them to book your place.", "We will look at it again.", "0113 496 0123")
	if doc.Find(".app-stages").Length() != 0 {
		t.Error("the page shows stages that will not come")
	}
}

func TestWhatStaffWroteDownIsConfirmedByTheApplicant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	_, err := dbtest.Owner(t, w.app).NewRaw("UPDATE sensitive.applications SET entered_by = ?", w.admin.ID).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	says(t, b.get(at).page(http.StatusOK), "Is this what you told us?")
	b.post(at + "/confirm").to(at)
	b.post(at + "/confirm").to(at)
	if strings.Contains(b.get(at).words(), "Is this what you told us?") {
		t.Error("it is asked again")
	}
	if f := w.file(codeOf(at)); f.ConfirmedHow != "mail" || !f.ConfirmedAt.Equal(w.clock.Now()) {
		t.Errorf("confirmed by %q at %s", f.ConfirmedHow, f.ConfirmedAt)
	}
}

func TestAnAnswerOfTheOfficeIsAnnounced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	b.post(at+"/questions", "text", "Can my sister help me to write?")
	w.office(func(tx *db.Tx) error {
		return bursary.Answer(t.Context(), tx, w.box, w.admin.ID, codeOf(at), "Yes, she can.")
	})
	says(t, b.get(at).page(http.StatusOK), "We have answered your question.")
	b.get(at + "/questions").page(http.StatusOK)
	if strings.Contains(b.get(at).words(), "We have answered your question.") {
		t.Error("it is announced again once it was read")
	}
}

func TestTheTaskListSaysHowFarASupporterIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	says(t, b.get(at).page(http.StatusOK), "A few words from someone who knows you You can leave this out. It never holds up your application. Optional")
	b.fillIn(w, at, fixture.GoodAnswers(w.run))
	b.post(at+"/statement", "name", "Ruth", "email", "ruth@post.example", "about", "Ana").to(at + "/statement")
	for status, word := range map[string]string{"asked": "Asked", "opened": "Opened", "cancelled": "Optional"} {
		if _, err := dbtest.Owner(t, w.app).NewRaw("UPDATE sensitive.statements SET status = ?", status).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		says(t, b.get(at).page(http.StatusOK), "It never holds up your application. "+word)
	}
}
