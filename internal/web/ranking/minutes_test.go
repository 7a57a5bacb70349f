package ranking_test

import (
	"bytes"
	"net/http"
	"testing"

	"bursar/internal/web/page/pagetest"
)

func TestMinutesOfTwoPeopleKeepBothTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.open("/minutes")
	w.follows(w.post("/minutes", w.hugh, submitted(first, "form", map[string]string{"present": "Hugh led.", "notes": "We began at ten."})...), "/minutes")
	doc := w.checked(w.post("/minutes", w.grace, submitted(first, "form", map[string]string{"present": "Grace led."})...), http.StatusConflict)
	if got := doc.Find("#present").Text(); got != "Grace led." {
		t.Errorf("her own words: %q", got)
	}
	w.says(doc.Find("main"), "What is saved now: Hugh led.", "We began at ten.", "Somebody else has changed the minutes")
	w.follows(w.post("/minutes", w.grace, submitted(doc, "form", map[string]string{"present": "Hugh and Grace led.", "notes": "We began at ten."})...), "/minutes")
	if got := w.open("/minutes").Find("#present").Text(); got != "Hugh and Grace led." {
		t.Errorf("put together: %q", got)
	}
	if got := w.post("/minutes", w.grace, "version", "one", "notes", "Kept.").Code; got != http.StatusUnprocessableEntity {
		t.Errorf("a version that is none: %d", got)
	}
}

func TestTheDocumentSaysEverythingThatWasDone(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	w.placed()
	w.follows(w.post("/ranking", w.grace, "band-AAAA-01", "C", "was-AAAA-01", "A", "reason-AAAA-01", "He has done it already."), "/ranking")
	w.agree(w.grace)
	w.agree(w.hugh)
	w.afterPublicDraw()
	w.follows(w.post("/ranking/draw", w.grace, "result", "4-11-23"), "/ranking/draw")
	w.follows(w.post("/minutes", w.grace, "present", "Grace, Hugh", "left", "Hugh, for AAAA-06", "notes", "", "version", "0"), "/minutes")
	doc := w.open("/minutes/document")
	w.says(doc.Find("main"),
		"Minutes of the panel, Spring 2027", "From Monday 2 November 2026", "Grace, Hugh", "Hugh, for AAAA-06", "Nothing was written.",
		"Peers among those who read 3 of 6", "Sent 8", "Entered by staff for the applicant None", "Its day Saturday 16 January 2027", "Reader A Has read 4 applications; reads 0.", "harsher than the others",
		"A: fund if there is money AAAA-00 (", "AAAA-01, moved from band A to C He has done it already.", "Who agreed to the bands",
		"4-11-23", w.round.Commitment, "The order for allocation AAAA-00", "TAAAA-07", pagetest.Site.URL+"/bursaries/SPRING-27/lottery")
	answer := w.get("/minutes/document.pdf", w.grace)
	if answer.Code != http.StatusOK || !bytes.HasPrefix(answer.Body.Bytes(), []byte("%PDF-")) ||
		answer.Header().Get("Content-Disposition") != "attachment; filename=minutes-SPRING-27.pdf" || answer.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the file: %d %v", answer.Code, answer.Header())
	}
}

func TestTheDocumentOfAThinPanelSaysWhyNothingWasCompared(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reader()
	w.sent("AAAA-00")
	w.read("AAAA-00", 0, 3, 3)
	w.says(w.open("/minutes/document").Find("main"), "So the plain means were used.", "Reader A (1)", "Not placed AAAA-00 (3.00)",
		"Every application stands where its mean puts it", "Nobody yet.", "It has not taken place yet.", "Read: 1 application")
}
