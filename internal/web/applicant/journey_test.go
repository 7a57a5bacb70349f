package applicant_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/db/dbtest"
	"bursar/internal/fixture"
	"bursar/internal/form"
)

func TestAnApplicationIsWrittenOverThreeEveningsAndLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answers := fixture.GoodAnswers(w.run)
	at := w.stranger().signIn(w, w.applicant).begin(w.round.Code)
	sections := w.file(codeOf(at)).Questions.Asked(answers).Sections
	for _, evening := range [][]form.Section{sections[:2], sections[2:5], sections[5:]} {
		b := w.stranger().signIn(w, w.applicant) // on another device each time
		b.fillSections(at, evening, answers)
		b.post("/sign-out").to("/")
	}

	b := w.stranger().signIn(w, w.applicant)
	says(t, b.get(at).page(http.StatusOK), "You have done 9 of 9.", "Sunday 13 December 2026, 11:59pm", "0113 496 0123")
	check := b.get(at + "/check").page(http.StatusOK)
	says(t, check, "I run a weekly group and meet people on the ward", "£180", "Train from Carlisle, four times", "A seat near the door")
	b.post(at+"/send", "declared", "yes").to(at + "/sent")
	says(t, b.get(at+"/sent").page(http.StatusOK), codeOf(at), "Sunday 13 December 2026", "Thursday 14 January 2027", "Friday 29 January 2027")

	f := w.file(codeOf(at))
	if f.Status != bursary.Submitted || f.Answers["hope"] != answers["hope"] {
		t.Errorf("the application is %s and hopes %q", f.Status, f.Answers["hope"])
	}
	var subjects []string
	if err := dbtest.Owner(t, w.app).NewRaw("SELECT subject FROM mails").Scan(t.Context(), &subjects); err != nil || len(subjects) != 1 {
		t.Fatalf("mails %q, %v", subjects, err)
	}
	neutral(t, subjects[0])
}

func TestWhatWillNotDoIsSavedAndAskedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	doc := b.post(at+"/q/contact", "contact_way", "phone", "phone", "ring the bell", "message_safe", "").page(http.StatusUnprocessableEntity)
	says(t, doc, "There is a problem", "Enter a phone number with digits only", "Choose Yes or No.")
	if doc.Find("#phone").AttrOr("value", "") != "ring the bell" {
		t.Error("the page does not show what was typed")
	}
	if w.file(codeOf(at)).Answers["phone"] != "ring the bell" {
		t.Error("what was typed was not saved")
	}
	again := valuesOf(doc.Find("main form"))
	again.Set("phone", "01632 960 001")
	again.Set("message_safe", "no")
	b.do(http.MethodPost, at+"/q/contact", again).to(at + "/q/home")
	if got := w.file(codeOf(at)); got.Answers["phone"] != "01632 960 001" || len(got.Rivals) > 0 {
		t.Errorf("corrected, the number is %q, with %d others waiting", got.Answers["phone"], len(got.Rivals))
	}
}

func TestMistakesAreListedInTheOrderOfThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	doc := b.post(at + "/q/home").page(http.StatusUnprocessableEntity)
	links := doc.Find(".govuk-error-summary__list a")
	if first, _ := links.First().Attr("href"); first != "#adult" || links.Length() != 2 {
		t.Errorf("%d mistakes, the first at %q", links.Length(), first)
	}
}

func TestSomebodyCanStopInTheMiddleOfAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	b.post(at+"/q/practice", "practice", "I sit with", "then", "later").to(at)
	says(t, b.get(at).page(http.StatusOK), "Your changes have been saved.", "In progress")
	doc := b.get(at + "/q/practice").page(http.StatusOK)
	if doc.Find("#practice").Text() != "I sit with" {
		t.Error("the words are not there")
	}
	says(t, doc, "So far: 3.", "About 150 to 300 words would be good.", "I cannot tell from this what they do with people.", "The panel reads it, but not your name.")
}

func TestAnyNumberOfWordsWillDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	for _, words := range []string{"Listening.", strings.Repeat("word ", 900)} {
		sent := b.shown(at + "/q/practice")
		sent.Set("practice", words)
		sent.Set("practice_done", "yes")
		b.do(http.MethodPost, at+"/q/practice", sent).to(at)
	}
}

func TestDatesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	sent := b.shown(at + "/q/runs")
	sent.Set("runs-FND-U27", "1")
	sent.Set("runs-FND-T27", "2")
	sent.Set("late_start", "no")
	b.do(http.MethodPost, at+"/q/runs", sent).to(at)
	if got := w.file(codeOf(at)).Answers["runs"]; got != "FND-U27\nFND-T27" {
		t.Errorf("the dates are %q", got)
	}
	if got := b.shown(at + "/q/runs").Get("runs-FND-U27"); got != "1" {
		t.Errorf("the page shows the best date as %q", got)
	}
	says(t, b.get(at+"/check").page(http.StatusOK), "1st choice", "2nd choice")
}

func TestNothingIsSentWhileSomethingIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	doc := b.post(at+"/send", "declared", "yes").page(http.StatusUnprocessableEntity)
	says(t, doc, "Some answers are still missing.", "Still to do before you can send")
	says(t, doc, "About you Not yet started.")
	if w.file(codeOf(at)).Status != bursary.Draft {
		t.Error("it was sent")
	}
	b.post(at+"/q/name", "name", "Ana", "from", "check").to(at + "/check")
	gap := b.get(at + "/check").page(http.StatusOK).Find(".app-gaps a").First()
	if href, _ := gap.Attr("href"); href != at+"/q/contact?from=check#contact_way" {
		t.Errorf("the first gap leads to %q", href)
	}
}

func TestNothingIsSentWithoutTheWordThatItIsTrue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	b.fillIn(w, at, fixture.GoodAnswers(w.run))
	says(t, b.post(at+"/send").page(http.StatusUnprocessableEntity), "Tick the box to say that this is true, as far as you know.")
	if w.file(codeOf(at)).Status != bursary.Draft {
		t.Error("it was sent")
	}
}

func TestAfterSendingAChangeCountsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	sent := b.shown(at + "/q/hope?from=check")
	sent.Set("hope", "I hope for more.")
	b.do(http.MethodPost, at+"/q/hope", sent).to(at + "/check")
	says(t, b.get(at+"/check").page(http.StatusOK), "Your application has been changed. It is still sent.", "I hope for more.")
	if f := w.file(codeOf(at)); f.Status != bursary.Submitted || f.Answers["hope"] != "I hope for more." {
		t.Errorf("it is %s and hopes %q", f.Status, f.Answers["hope"])
	}
}

func TestAGapThatComesAfterSendingIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	b.post(at+"/q/help", "seen-help", string(w.file(codeOf(at)).Marks["help"]), "help", "fee", "help", "lodging")
	says(t, b.get(at).page(http.StatusOK), "Something is missing now", "How much would a place to stay cost you?")
}

func TestTheBeginningOfAnApplicationIsOneDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.browser(w.applicant)
	says(t, b.get("/my/applications").page(http.StatusOK), "You have no applications here.")
	at := b.begin(w.round.Code)
	if again := b.begin(w.round.Code); again != at {
		t.Errorf("beginning twice leads to %s and %s", at, again)
	}
	says(t, b.get("/my/applications").page(http.StatusOK), "Spring 2027", codeOf(at), "Not sent yet")
	w.closed()
	if got := w.browser(w.admin).post("/my/applications", "round", w.round.Code); got.Code != http.StatusConflict {
		t.Errorf("beginning after the deadline answered %d", got.Code)
	}
}

func TestTakingAnApplicationBackIsAskedFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	says(t, b.get(at+"/withdraw").page(http.StatusOK), "Do you want to take application", "You do not have to say why.")
	if w.file(codeOf(at)).Status != bursary.Submitted {
		t.Error("asking took it back")
	}
	b.post(at + "/withdraw").to(at)
	b.post(at + "/withdraw").to(at)
	says(t, b.get(at).page(http.StatusOK), "You have taken your application back.", "Nobody reads it any more.")
	b.get(at + "/withdraw").to(at)
	b.get(at + "/q/name").to(at)
}
