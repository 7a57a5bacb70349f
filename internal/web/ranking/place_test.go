package ranking_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/db/dbtest"
)

// bandOf is the band in which the page shows an application, and what its hidden field says is saved.
func bandOf(doc *goquery.Document, code string) (shown, saved string) {
	column := doc.Find("#band-" + code).Closest("[data-band]")
	return column.AttrOr("data-band", "?"), doc.Find("input[name='was-"+code+"']").AttrOr("value", "?")
}

func TestBandsAreSavedWithoutScripts(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	w.placed()
	doc := w.open("/ranking")
	for code, want := range map[string]string{"AAAA-01": "A", "AAAA-04": "B", "AAAA-07": "C"} {
		if shown, saved := bandOf(doc, code); shown != want || saved != want {
			t.Errorf("%s is shown in %s and saved in %s", code, shown, saved)
		}
	}
}

func TestEveryWordIsKeptAndEachSentenceStandsBesideItsField(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	w.placed()
	fields := submitted(w.open("/ranking"), "form[data-bands]", map[string]string{
		"band-AAAA-01": "C", "band-AAAA-04": "C", "reason-AAAA-04": "She asked for the autumn\r\ninstead.",
	})
	doc := w.checked(w.post("/ranking", w.grace, fields...), http.StatusUnprocessableEntity)
	w.says(doc.Find("#reason-AAAA-01-error"), "AAAA-01 was in band A. Say why it moves.")
	if got := doc.Find("#reason-AAAA-04").Text(); got != "She asked for the autumn\ninstead." {
		t.Errorf("the other reason: %q", got)
	}
	if doc.Find("details[open] #reason-AAAA-01").Length() != 1 || doc.Find(".govuk-error-summary a[href='#reason-AAAA-01']").Length() != 1 {
		t.Error("the field cannot be found")
	}
	if shown, saved := bandOf(doc, "AAAA-01"); shown != "C" || saved != "A" {
		t.Errorf("shown in %s, saved in %s", shown, saved)
	}
	w.says(doc.Find("[data-band=C]"), "Not saved yet. Now in band A.")

	again := submitted(doc, "form[data-bands]", map[string]string{"reason-AAAA-01": "He has done the course already."})
	w.follows(w.post("/ranking", w.grace, again...), "/ranking")
	doc = w.open("/ranking")
	if shown, saved := bandOf(doc, "AAAA-01"); shown != "C" || saved != "C" {
		t.Errorf("shown in %s, saved in %s", shown, saved)
	}
}

func TestTwoWhoPlaceAtOnceSeeEachOther(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	before := w.open("/ranking")
	w.follows(w.post("/ranking", w.hugh, submitted(before, "form[data-bands]", map[string]string{"band-AAAA-00": "A"})...), "/ranking")
	doc := w.checked(w.post("/ranking", w.grace, submitted(before, "form[data-bands]", map[string]string{
		"band-AAAA-00": "B", "band-AAAA-01": "B", "reason-AAAA-00": "We talked.",
	})...), http.StatusConflict)
	w.says(doc.Find("#band-AAAA-00-error"), "Somebody has put AAAA-00 in band A since you opened this page.")
	if shown, saved := bandOf(doc, "AAAA-00"); shown != "B" || saved != "A" || doc.Find("#reason-AAAA-00").Text() != "We talked." {
		t.Errorf("shown in %s, saved in %s", shown, saved)
	}
	w.follows(w.post("/ranking", w.grace, submitted(doc, "form[data-bands]", nil)...), "/ranking")
	if n := w.number("SELECT count(*) FROM sensitive.applications WHERE band = 'B'"); n != 2 {
		t.Errorf("%d are in band B", n)
	}
}

func TestAProposalSavesNothing(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	doc := w.open("/ranking?a=3.5&b=2.5")
	w.says(doc.Find("main"), "This is a proposal. It is not saved.", "Not saved yet. Now not placed.")
	if shown, saved := bandOf(doc, "AAAA-00"); shown != "A" || saved != "" {
		t.Errorf("shown in %s, saved in %q", shown, saved)
	}
	if n := w.number("SELECT count(*) FROM sensitive.applications WHERE band IS NOT NULL"); n != 0 {
		t.Errorf("%d were placed by looking", n)
	}
	w.follows(w.post("/ranking", w.grace, submitted(doc, "form[data-bands]", nil)...), "/ranking")
	if n := w.number("SELECT count(*) FROM sensitive.applications WHERE band IS NOT NULL"); n != 8 {
		t.Errorf("%d were placed", n)
	}
	for query, field := range map[string]string{"?a=five&b=2": "a", "?a=3&b=NaN": "b", "?a=2&b=3": "b", "?a=3": "b", "?a=5&b=1": "a"} {
		doc := w.checked(w.get("/ranking"+query, w.grace), http.StatusUnprocessableEntity)
		if doc.Find("#"+field+"-error").Length() != 1 {
			t.Errorf("%s: no sentence beside %s", query, field)
		}
	}
}

func TestAFormThatNoPageMadeIsRefused(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	for _, fields := range [][]string{
		{"band-AAAA-00", "A", "band-AAAA-00", "B"}, {"status", "frozen"}, {"colour-AAAA-00", "A"}, {"band-AAAA-00", "D", "was-AAAA-00", ""},
	} {
		if got := w.post("/ranking", w.grace, fields...).Code; got != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", fields, got)
		}
	}
	if got := w.post("/ranking", w.grace, "band-ZZZZ-ZZ", "A").Code; got != http.StatusNotFound {
		t.Errorf("an unknown application: %d", got)
	}
}

func TestFrozenBandsAreShownAndHaveNoForm(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	w.placed()
	dbtest.Force(t, w.app, "UPDATE rounds SET status = 'frozen'")
	doc := w.open("/ranking")
	if doc.Find("form").Length() != 0 || doc.Find(".app-band").Length() != 3 {
		t.Errorf("%d forms, %d bands", doc.Find("form").Length(), doc.Find(".app-band").Length())
	}
	answer := w.post("/ranking", w.grace, "band-AAAA-00", "B", "was-AAAA-00", "A", "reason-AAAA-00", "Too late.")
	w.says(w.checked(answer, http.StatusConflict).Find(".govuk-error-summary"), "cannot be changed now")
}

func TestARoundThatStillTakesApplicationsSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dbtest.Force(t, w.app, "UPDATE rounds SET status = 'published'")
	w.says(w.open("/ranking").Find("main"), "This round still takes applications.", "nothing to rank yet")
	w.says(w.open("/ranking/agree").Find("main"), "There is nothing to agree to yet.")
}

func TestColumnsAreInTheOrderOfTheBands(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	titles := w.open("/ranking").Find(".app-band h3").Map(func(_ int, s *goquery.Selection) string { return strings.SplitN(words(s), ":", 2)[0] })
	if !slices.Equal(titles, []string{"Not placed (8)", "A", "B", "C"}) {
		t.Errorf("%q", titles)
	}
}
