package offer_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/london"
)

func TestEverybodyReadsTheirOwnLetterOnThePageAndOnPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n, words := range map[int][]string{
		ana:  {"19 January 2027", "Hello Ana,", "We can offer you a place", "Up to £180.00"},
		ben:  {"The other £1,625.00 is for you to pay"},
		cleo: {"You are on our reserve list", "Today you are number 1 on the reserve list", "Keep my answers for next time"},
		dan:  {"We are sorry", "Keep my answers for next time"},
	} {
		b, at := w.of(n), w.at(n)
		says(t, b.get(at+"/letter").page(http.StatusOK), words...)
		for _, address := range []string{"/letter.pdf", "/letter.pdf?number=1"} {
			file := b.get(at + address)
			if file.Code != http.StatusOK || !bytes.HasPrefix(file.Body.Bytes(), []byte("%PDF-")) {
				t.Fatalf("%s answered %d", address, file.Code)
			}
			if name := file.Header().Get("Content-Disposition"); name != "attachment; filename=letter-"+w.all[n].Code+"-1.pdf" {
				t.Errorf("the file is %q", name)
			}
		}
		if got := b.get(at + "/letter.pdf?number=2"); got.Code != http.StatusNotFound {
			t.Errorf("a letter that was never sent answered %d", got.Code)
		}
	}
	lacks(t, w.of(ana).get(w.at(ana)+"/letter").page(http.StatusOK), "Keep my answers", "Today you are number")
}

func TestTheStatusPageLeadsToWhereTheAnswerIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n, c := range map[int]struct {
		words string
		links []string
	}{
		ana:  {"We have a place for you", []string{"/offer", "/letter"}},
		cleo: {"on our reserve list", []string{"/letter"}},
		dan:  {"cannot offer you a place this time", []string{"/letter", "/review"}},
	} {
		doc := w.of(n).get(w.at(n)).page(http.StatusOK)
		says(t, doc, c.words)
		lacks(t, doc, "email that we send you")
		for _, link := range c.links {
			if doc.Find(`main a[href="`+w.at(n)+link+`"]`).Length() == 0 {
				t.Errorf("there is no link to %s", link)
			}
		}
	}
}

func TestAnswersAreKeptForAYearUntilThatIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(dan), w.at(dan)
	for range 2 {
		b.post(at + "/keep").to(at + "/letter")
	}
	says(t, b.get(at+"/letter").page(http.StatusOK), "We keep your answers for you.", "until Wednesday 19 January 2028", "Do not keep my answers")
	w.clock.Set(london.On(2028, 1, 20).At(9, 0))
	says(t, b.get(at+"/letter").page(http.StatusOK), "Keep my answers for next time")
	b.post(at + "/keep").to(at + "/letter")
	b.post(at + "/keep/stop").to(at + "/letter")
	says(t, b.get(at+"/letter").page(http.StatusOK), "Keep my answers for next time")
}

func TestAReviewIsAskedForOnceAndNoWordIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(dan), w.at(dan)
	form := b.get(at + "/review").page(http.StatusOK)
	says(t, form, "until the end of Tuesday 9 February 2027", "We answer within 15 working days", "We did not follow our own rules")
	if n := form.Find(`main input[type="radio"]`).Length(); n != len(award.Grounds()) {
		t.Errorf("%d grounds are offered", n)
	}
	again := b.post(at+"/review", "words", "You read the wrong answer.").page(http.StatusUnprocessableEntity)
	if got := again.Find("textarea").Text(); !strings.Contains(got, "You read the wrong answer.") {
		t.Errorf("the words are now %q", got)
	}
	b.post(at+"/review", "ground", "fact").page(http.StatusUnprocessableEntity)

	w.clock.Set(london.On(2027, 2, 9).End())
	for range 2 {
		b.post(at+"/review", "ground", "fact", "words", "You read the wrong answer.").to(at + "/review")
	}
	says(t, b.get(at+"/review").page(http.StatusOK), "You asked us on Tuesday 9 February 2027", "We answer by Tuesday 2 March 2027", "not on the panel", "You read the wrong answer.")
	says(t, b.get(at).page(http.StatusOK), "You asked us to look again")
	says(t, w.of(ana).get(w.at(ana)+"/review").page(http.StatusOK), "There is no decision to look at again now")
	says(t, w.of(ana).post(w.at(ana)+"/review", "ground", "fact", "words", "Why so little?").page(http.StatusConflict), "Why so little?")
}

func TestAfterTheLastDayToAskTheWordsAreGivenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.of(dan), w.at(dan)
	w.clock.Set(london.On(2027, 2, 10).At(0, 0))
	says(t, b.get(at+"/review").page(http.StatusOK), "The last day to ask for this was Tuesday 9 February 2027", "0113 496 0123")
	late := b.post(at+"/review", "ground", "access", "words", "The form did not work for me.").page(http.StatusConflict)
	says(t, late, "The form did not work for me.", "please call us")
}

func TestWhatCameOfAReviewIsSaid(t *testing.T) {
	t.Parallel()
	for outcome, words := range map[award.Outcome]string{award.Upheld: "You were right.", award.Dismissed: "our decision stays as it was"} {
		t.Run(string(outcome), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b, at := w.of(dan), w.at(dan)
			b.post(at+"/review", "ground", "fact", "words", "You read the wrong answer.").to(at + "/review")
			w.do(w.house.Officers, w.house.Admin, func(tx *db.Tx) error {
				if err := bursary.Note(t.Context(), tx, w.all[dan].ID, w.house.Admin, "office"); err != nil {
					return err
				}
				return award.DecideReview(t.Context(), tx, w.house.Box, w.house.Admin, w.all[dan].Code, outcome, "We have read it all again.")
			})
			says(t, b.get(at+"/review").page(http.StatusOK), words, "We have read it all again.", "You read the wrong answer.")
			b.get(at).page(http.StatusOK)
			says(t, b.get(at+"/letter").page(http.StatusOK), "Earlier letters")
		})
	}
}
