package ranking_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/db/dbtest"
	"bursar/internal/people"
)

func TestOnlyVerifiedAdministratorsReachThePages(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	for who, k := range map[string]struct {
		cookie *http.Cookie
		status int
		leads  string
	}{
		"a visitor":                  {nil, http.StatusSeeOther, "/sign-in"},
		"an applicant":               {w.staff("ana@post.example"), http.StatusNotFound, ""},
		"an assessor":                {w.staff("eve@post.example", people.Assessor), http.StatusNotFound, ""},
		"a trainer":                  {w.staff("cas@post.example", people.Trainer), http.StatusNotFound, ""},
		"a bookkeeper":               {w.staff("dov@post.example", people.Finance), http.StatusNotFound, ""},
		"an auditor":                 {w.staff("gus@post.example", people.Auditor), http.StatusNotFound, ""},
		"the access officer":         {w.staff("ivy@post.example", people.Access), http.StatusNotFound, ""},
		"an administrator at step 1": {w.session(1, false), http.StatusSeeOther, "/sign-in/second-factor"},
	} {
		for _, route := range w.engine.Routes() {
			rest := strings.NewReplacer("/admin/rounds/:code", "", ":application", "AAAA-00").Replace(route.Path)
			answer, status, leads := w.get(rest, k.cookie), k.status, k.leads
			if route.Method == http.MethodPost {
				answer = w.post(rest, k.cookie, "seen", "x", "result", "x", "version", "0", "band-AAAA-00", "A")
				if leads != "" { // what was typed is given back, to be sent again after signing in
					status, leads = http.StatusConflict, ""
				}
			}
			if answer.Code != status || !strings.HasPrefix(answer.Header().Get("Location"), leads) {
				t.Errorf("%s at %s: %d %s", who, rest, answer.Code, answer.Header().Get("Location"))
			}
			if strings.Contains(answer.Body.String(), "AAAA-01") || strings.Contains(answer.Body.String(), "Because of") {
				t.Errorf("%s at %s is told of an application", who, rest)
			}
		}
	}
	if n := len(w.engine.Routes()); n != 13 {
		t.Errorf("%d routes: is each of them tried above?", n)
	}
	if n := w.number("SELECT count(*) FROM sensitive.reads") + w.number("SELECT count(*) FROM sensitive.bandings"); n != 0 {
		t.Errorf("%d things were done", n)
	}
}

func TestADraftOfARoundAndAnUnknownOneHaveNoPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Force(t, w.app, "UPDATE rounds SET status = 'draft', published_at = NULL")
	for _, rest := range []string{"/ranking", "/ranking/agree", "/ranking/draw", "/ranking/draw/check", "/minutes", "/minutes/document", "/minutes/document.pdf"} {
		if got := w.get(rest, w.grace).Code; got != http.StatusNotFound {
			t.Errorf("%s of a draft: %d", rest, got)
		}
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "/admin/rounds/NEVER-99"+rest, nil)
		if got := w.send(r, w.grace).Code; got != http.StatusNotFound {
			t.Errorf("%s of an unknown round: %d", rest, got)
		}
	}
}

func TestTheTableShowsMeansPicturesAndHowEachReaderReads(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	doc := w.open("/ranking")
	w.says(doc.Find(".app-rank tbody tr").First(), "AAAA-00", "1", "3 of 3", "3.00, 4.00, 4.00", "3.67", "±")
	w.says(doc.Find("main"), "Reader A 4 Reads 0.", "points harsher than the others, ± 0.")
	if n := doc.Find(".app-strip").Length(); n != 8 || doc.Find(".app-strip").First().Find("circle").Length() != 3 ||
		doc.Find(".app-strip__interval").Length() != 8 || doc.Find(".app-strip:not([aria-hidden])").Length() != 0 {
		t.Errorf("%d pictures", n)
	}
	if first := doc.Find("[data-band='']").Find("[data-card]"); first.Length() != 8 {
		t.Errorf("%d are not placed", first.Length())
	}
}

func TestWhatIsTooThinShowsPlainMeansAndNamesWhoHasReadTooFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reader()
	w.reader()
	w.sent("AAAA-00")
	w.read("AAAA-00", 1, 3, 3)
	w.sent("AAAA-01")
	doc := w.open("/ranking")
	w.says(doc.Find(".govuk-inset-text"), "plain means only", "Reader B (1)", "cannot be compared")
	w.says(doc.Find(".app-rank"), "1 of 3, no peer yet", "3.00")
	if text := words(doc.Find("main")); strings.Contains(text, "Calibrated mean") || strings.Contains(text, "±") || strings.Contains(text, "harsher") {
		t.Errorf("something is calibrated: %s", text)
	}
	w.says(doc.Find("[data-card]").Last(), "Nobody has finished reading this application yet")
}

func TestReasonsAreShownWithWhatTheScoreMeansAndTheReadingIsNoted(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	href := w.open("/ranking").Find(".app-rank tbody a").First().AttrOr("href", "")
	doc := w.open(strings.TrimPrefix(href, at("")))
	w.says(doc.Find("main"), "Reader A", "Reader C", "Being with people: 3 of 4", "what matters to them in it", "Because of what it says about benefit.")
	if n := w.number("SELECT count(*) FROM sensitive.reads r JOIN sensitive.applications a ON a.id = r.application_id WHERE a.code = 'AAAA-00' AND audience = 'office'"); n != 1 {
		t.Errorf("noted %d times", n)
	}
	if got := w.get("/ranking/applications/ZZZZ-ZZ", w.grace).Code; got != http.StatusNotFound {
		t.Errorf("an unknown one: %d", got)
	}
}
