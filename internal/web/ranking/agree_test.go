package ranking_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/bursary"
	"bursar/internal/lottery"
)

func TestTwoAdministratorsFreezeTheBandsAndOneDraws(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	w.says(w.open("/ranking/agree").Find("main"), "Every application has to be in a band first.")
	w.says(w.open("/ranking/draw").Find("main"), "once two people have agreed")
	w.placed()
	w.agree(w.grace)
	doc := w.open("/ranking/agree")
	w.says(doc.Find("main"), "You have agreed to these bands.")
	if doc.Find("form[action$='/agree']").Length() != 0 {
		t.Error("Grace can agree twice")
	}
	w.follows(w.post("/ranking/take-back", w.grace), "/ranking/agree")
	w.says(w.open("/ranking/agree").Find("main"), "Nobody yet.")
	w.agree(w.hugh)
	w.agree(w.grace)
	w.says(w.open("/ranking/agree").Find("main"), "The bands are frozen", "Nobody can change them any more.")

	early := w.open("/ranking/draw")
	w.says(early.Find("main"), "The six main numbers of the National Lottery", "It takes place on Saturday 16 January 2027. Come back after that day.")
	if early.Find("input").Length() != 0 || w.get("/ranking/draw/check?result=7", w.grace).Code != http.StatusSeeOther {
		t.Error("something can be drawn before the public draw")
	}
	if got := w.post("/ranking/draw", w.grace, "result", "7").Code; got != http.StatusConflict {
		t.Errorf("drawing before the public draw: %d", got)
	}
	w.afterPublicDraw()
	check := w.open("/ranking/draw/check?result=++4-11-23+-31%0A")
	if mixed := check.Find("code.app-code").Text(); mixed != "4-11-23 -31" {
		t.Errorf("what will be mixed in: %q", mixed)
	}
	if n := w.number("SELECT count(*) FROM rounds WHERE status = 'drawn'"); n != 0 {
		t.Fatal("looking has drawn")
	}
	w.follows(w.post("/ranking/draw", w.grace, submitted(check, "form", nil)...), "/ranking/draw")
	doc = w.open("/ranking/draw")
	codes := doc.Find("main ol strong").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if !slices.Equal(codes[:2], []string{"AAAA-00", "AAAA-01"}) || len(codes) != 5 {
		t.Errorf("the order: %q", codes)
	}
	public, err := bursary.DrawOf(t.Context(), w.app, must(bursary.FindRound(t.Context(), w.app, "SPRING-27")))
	if err != nil || public.Facts.Public != "4-11-23 -31" || doc.Find("a[href='/bursaries/SPRING-27/lottery']").Length() != 1 {
		t.Errorf("%+v, %v", public, err)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestNobodyAgreesToBandsThatTheyHaveNotSeen(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	w.placed()
	seen := w.checked(w.get("/ranking/agree", w.hugh), http.StatusOK)
	w.agree(w.grace)
	w.follows(w.post("/ranking", w.grace, "band-AAAA-04", "C", "was-AAAA-04", "B", "reason-AAAA-04", "After talking it over."), "/ranking")
	doc := w.checked(w.post("/ranking/agree", w.hugh, submitted(seen, "form", nil)...), http.StatusConflict)
	w.says(doc.Find(".govuk-error-summary"), "Something has changed since you opened this page.")
	w.says(doc.Find("main"), "Nobody yet.")
	w.follows(w.post("/ranking/agree", w.hugh, submitted(doc, "form", nil)...), "/ranking/agree")
	if got := w.post("/ranking/agree", w.grace, "seen", strings.Repeat("0", 63)).Code; got != http.StatusUnprocessableEntity {
		t.Errorf("a fingerprint that is none: %d", got)
	}
}

func TestAnAgreementThatNoLongerCountsSaysSo(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	w.placed()
	w.agree(w.grace)
	w.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = now() WHERE code = 'AAAA-03'")
	doc := w.open("/ranking/agree")
	w.says(doc.Find("main"), "Something has changed since, so this no longer counts", "I agree to these bands")
}

func TestTheDrawAsksForPlainTextAndHappensOnce(t *testing.T) {
	t.Parallel()
	w := wideWorld(t)
	if answer := w.get("/ranking/draw/check?result=7", w.grace); answer.Code != http.StatusSeeOther {
		t.Errorf("before the bands are frozen: %d", answer.Code)
	}
	w.placed()
	w.agree(w.grace)
	if answer := w.post("/ranking/draw", w.grace, "result", "7"); answer.Code != http.StatusConflict {
		t.Errorf("drawing with one agreement: %d", answer.Code)
	}
	w.agree(w.hugh)
	w.afterPublicDraw()
	for _, query := range []string{"", "?result=", "?result=" + strings.Repeat("x", lottery.MaxPublic+1)} {
		doc := w.checked(w.get("/ranking/draw/check"+query, w.grace), http.StatusUnprocessableEntity)
		w.says(doc.Find("#result-error"), "as plain text of up to 500 characters")
	}
	w.follows(w.post("/ranking/draw", w.grace, "result", "4-11-23"), "/ranking/draw")
	doc := w.checked(w.post("/ranking/draw", w.hugh, "result", "5-12-24"), http.StatusConflict)
	w.says(doc.Find("main"), "only once", "4-11-23")
}
