package assessor_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

func TestTheQueueSaysHowFarOneIsAndNamesNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3, 3)
	b := w.as(w.Panel[0])
	text := words(b.open("/assess").Find("main"))
	for _, want := range []string{"0 of 3 read.", "by the end of Wednesday 13 January 2027", "The panel meets on Thursday 14 January 2027", "50 minutes", "Grace Adeyemi", "Not opened yet", w.Applications[0].Code} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page: %s", want, text)
		}
	}
	for _, never := range []string{"Reyes", "applicant0", "Tidewell", "Carlisle"} {
		if strings.Contains(text, never) {
			t.Errorf("%q is on the page", never)
		}
	}
	code := w.Applications[0].Code
	if got := b.post("/assess/"+code, withThen(filled(b.open("/assess/"+code), "3"), "finish")); got.Code != http.StatusSeeOther {
		t.Fatalf("finishing: %d %s", got.Code, got.Body)
	}
	if text := words(b.open("/assess").Find("main")); !strings.Contains(text, "1 of 3 read.") || !strings.Contains(text, "Finished on 14 December 2026") {
		t.Errorf("after one: %s", text)
	}
}

func withThen(values url.Values, then string) url.Values {
	values.Set("then", then)
	return values
}

func TestAnApplicationIsReadMaskedWithTheSentencesBesideIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 3)
	m, address := w.first(w.Applications[0])
	b := w.as(m)
	w.plant("UPDATE sensitive.copies SET ready = false WHERE key = 'hope'")
	doc := b.open(address)
	text := words(doc.Find("main"))
	for _, want := range []string{
		"The applicant can ask to read what you write.", "I work three days a week", "Which sentence fits best?", "This text is not ready for you yet",
		"I can see well how they are with people, and what matters to them in it.", "I know this person", "Hand it back", "This was hard to read: pause",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page: %s", want, text)
		}
	}
	if doc.Find(`[name="score-hope"], [name="reason-hope"]`).Length() != 0 || strings.Contains(text, "network meeting") {
		t.Error("a text that is not ready is shown or scored")
	}
	if doc.Find(`[name="score-practice"]`).Length() != 5 {
		t.Error("there are not five sentences to choose from")
	}
	for _, raw := range []string{"Reyes", "applicant0@post.example", "Westermoor Hospital"} {
		if strings.Contains(doc.Text(), raw) {
			t.Errorf("%q can be read", raw)
		}
	}
}

func TestWhateverButtonIsPressedWhatWasWrittenIsSaved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 3)
	m, address := w.first(w.Applications[0])
	b := w.as(m)
	for then, leads := range map[string]string{
		"later": "/assess", "": address, "know": address + "/know", "hand-back": address + "/hand-back", "pause": "/assess", "nonsense": address,
	} {
		values := form(b.open(address))
		values.Set("reason-hope", "Written before "+then+".")
		got := b.post(address, withThen(values, then))
		if got.Code != http.StatusSeeOther || got.Header().Get("Location") != leads {
			t.Errorf("%s: %d to %s", then, got.Code, got.Header().Get("Location"))
		}
		if saved := b.open(address).Find("#reason-hope").Text(); saved != "Written before "+then+"." {
			t.Errorf("%s: %q is saved", then, saved)
		}
	}
	if text := words(b.open("/assess").Find("main")); !strings.Contains(text, "You are taking a pause until the end of Wednesday 16 December 2026") {
		t.Errorf("the pause: %s", text)
	}
	if got := b.post("/assess/resume", nil); got.Code != http.StatusSeeOther || strings.Contains(words(b.open("/assess").Find("main")), "taking a pause") {
		t.Errorf("the pause does not end: %d", got.Code)
	}
}

func TestFinishingAsksForWhatIsMissingAndKeepsEveryWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 3)
	m, address := w.first(w.Applications[0])
	b := w.as(m)
	values := filled(b.open(address), "2")
	values.Del("score-hope")
	values.Set("reason-benefit", "Too short.")
	got := b.post(address, withThen(values, "finish"))
	doc := b.checked(got)
	if got.Code != http.StatusUnprocessableEntity || doc.Find("#reason-benefit").Text() != "Too short." || doc.Find("#reason-hope").Text() == "" {
		t.Fatalf("%d: %s", got.Code, words(doc.Find("main")))
	}
	if summary := words(doc.Find(".govuk-error-summary")); !strings.Contains(summary, "Choose the sentence that fits best") || !strings.Contains(summary, "Say in a sentence or two why") {
		t.Errorf("the summary: %s", summary)
	}
	again := filled(doc, "2")
	again.Set("reason-hope", "Plain,\r\nand in two lines.")
	if got := b.post(address, withThen(again, "finish")); got.Code != http.StatusSeeOther {
		t.Fatalf("finishing: %d", got.Code)
	}
	done := b.open(address)
	if text := words(done.Find("main")); !strings.Contains(text, "You have finished this one.") || !strings.Contains(text, "Nobody else has finished this one yet.") || done.Find("form[data-autosave]").Length() != 0 {
		t.Errorf("afterwards: %s", text)
	}
	if got := b.post(address, again); got.Code != http.StatusSeeOther {
		t.Errorf("sent again: %d", got.Code)
	}
	if got := b.get(address + "/hand-back"); got.Code != http.StatusConflict {
		t.Errorf("handing back what is done: %d", got.Code)
	}
}

func TestTwoTabsLoseNoWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 3)
	m, address := w.first(w.Applications[0])
	b := w.as(m)
	one, two := form(b.open(address)), form(b.open(address))
	one.Set("reason-practice", "Written in one tab.")
	two.Set("reason-practice", "Written in the other.")
	if got := b.post(address, one); got.Code != http.StatusSeeOther {
		t.Fatal(got.Code)
	}
	got := b.post(address, withThen(two, "finish"))
	doc := b.checked(got)
	if both := doc.Find("#reason-practice").Text(); got.Code != http.StatusConflict || both != "Written in one tab.\n\nWritten in the other." {
		t.Errorf("%d, %q", got.Code, both)
	}
	if got := b.post(address, form(doc)); got.Code != http.StatusSeeOther {
		t.Errorf("saving what the page then shows: %d", got.Code)
	}
}

func TestThePagesOwnScriptIsAnsweredInItsWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 3)
	m, address := w.first(w.Applications[0])
	b := w.as(m)
	values := form(b.open(address))
	send := func(values url.Values) (int, map[string]any) {
		r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", gin.MIMEPOSTForm)
		r.Header.Set("Accept", "application/json")
		answer := b.ask(r)
		var told map[string]any
		if err := json.Unmarshal(answer.Body.Bytes(), &told); err != nil {
			t.Fatal(err)
		}
		return answer.Code, told
	}
	stale := url.Values{}
	for key := range values {
		stale.Set(key, values.Get(key))
	}
	values.Set("reason-practice", "Saved while typing.")
	status, told := send(values)
	marks, _ := told["marks"].(map[string]any)
	if status != http.StatusOK || told["saved"] != "9am" || marks["practice"] == "" || marks["practice"] == values.Get("seen-practice") {
		t.Errorf("%d %v", status, told)
	}
	for key, mark := range marks {
		values.Set("seen-"+key, mark.(string))
	}
	values.Set("reason-practice", "Saved while typing more.")
	if status, told = send(values); status != http.StatusOK {
		t.Errorf("with the new marks: %d %v", status, told)
	}
	stale.Set("reason-practice", "From another tab.")
	status, told = send(stale)
	if status != http.StatusConflict || told["code"] != "clash" || told["at"] != address+"?both=yes#reason-practice" {
		t.Errorf("%d %v", status, told)
	}
	if text := words(b.open(address + "?both=yes").Find("main")); !strings.Contains(text, "You wrote about this one in two places.") {
		t.Error("the page does not say why there are two texts")
	}
}

func TestWhoKnowsThePersonOrHandsItBackSeesItNoMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 3)
	for i, way := range []string{"know", "hand-back"} {
		a := w.Applications[0]
		m, address := w.readers(a)[i], "/assess/"+a.Code
		b := w.as(m)
		b.open(address)
		b.open(address + "/" + way)
		if got := b.post(address+"/"+way, nil); got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/assess" {
			t.Fatalf("%s: %d", way, got.Code)
		}
		if strings.Contains(words(b.open("/assess").Find("main .govuk-task-list")), a.Code) {
			t.Errorf("%s: it is still in the queue", way)
		}
		if got := b.get(address); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", way, got.Code)
		}
	}
}

func TestAfterwardsOnesSentencesStandBesideThoseOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 3)
	a := w.Applications[0]
	address := "/assess/" + a.Code
	for i, m := range w.readers(a)[:2] {
		b := w.as(m)
		doc := b.open(address)
		if strings.Contains(words(doc.Find("main")), "Others chose") {
			t.Error("others' choices are shown before one's own")
		}
		if got := b.post(address, withThen(filled(doc, []string{"1", "4"}[i]), "finish")); got.Code != http.StatusSeeOther {
			t.Fatal(got.Code)
		}
	}
	text := words(w.as(w.readers(a)[1]).open(address).Find("main"))
	for _, want := range []string{"You chose I can see so well how they are with people", "Others chose I can see what their tasks are, but not how they are with people."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown: %s", want, text)
		}
	}
	if strings.Contains(text, w.readers(a)[0].Name) {
		t.Error("the other reader is named")
	}
}
