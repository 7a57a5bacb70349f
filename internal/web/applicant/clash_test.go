package applicant_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// twice types two texts into the same answer in two tabs, and returns the page that asks which to keep.
func (b *browser) twice(at, first, second string) *goquery.Document {
	b.t.Helper()
	here, there := b.shown(at+"/q/practice"), b.shown(at+"/q/practice")
	there.Set("practice", first)
	there.Set("practice_done", "yes")
	b.do(http.MethodPost, at+"/q/practice", there).to(at)
	here.Set("practice", second)
	here.Set("practice_done", "yes")
	return b.do(http.MethodPost, at+"/q/practice", here).page(http.StatusConflict)
}

func TestTwoTabsLoseNoWord(t *testing.T) {
	t.Parallel()
	for keep, want := range map[string]string{"0": "From one tab.", "1": "From the other tab.", "both": "From both tabs."} {
		w := newWorld(t)
		b, at := w.begun()
		doc := b.twice(at, "From one tab.", "From the other tab.")
		says(t, doc, "From one tab.", "From the other tab.", "Nothing is lost.")
		says(t, b.get(at).page(http.StatusOK), "You wrote one answer in two places")

		chosen := valuesOf(doc.Find("main form"))
		if got := chosen.Get("both"); got != "From one tab.\n\nFrom the other tab." {
			t.Errorf("to put together there is %q", got)
		}
		chosen.Set("keep", keep)
		chosen.Set("both", "From both tabs.")
		b.do(http.MethodPost, at+"/choose/practice", chosen).to(at)
		if f := w.file(codeOf(at)); f.Answers["practice"] != want || len(f.Rivals) > 0 {
			t.Errorf("keeping %s: %q, with %d others waiting", keep, f.Answers["practice"], len(f.Rivals))
		}
	}
}

func TestNothingIsKeptWithoutAChoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	chosen := valuesOf(b.twice(at, "One.", "Two.").Find("main form"))
	chosen.Set("both", "One and two, with care.")
	doc := b.do(http.MethodPost, at+"/choose/practice", chosen).page(http.StatusUnprocessableEntity)
	says(t, doc, "Choose what to keep.", "One and two, with care.")
	if f := w.file(codeOf(at)); f.Answers["practice"] != "One." || len(f.Rivals["practice"]) != 1 {
		t.Errorf("it is %q, with %d others waiting", f.Answers["practice"], len(f.Rivals["practice"]))
	}
}

func TestATextThatCameAfterThePageWasShownIsNotLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	late := b.shown(at + "/q/practice")
	chosen := valuesOf(b.twice(at, "One.", "Two.").Find("main form"))
	late.Set("practice", "Three.")
	b.do(http.MethodPost, at+"/q/practice", late).page(http.StatusConflict)
	chosen.Set("keep", "0")
	doc := b.do(http.MethodPost, at+"/choose/practice", chosen).page(http.StatusConflict)
	says(t, doc, "One.", "Two.", "Three.")
	chosen = valuesOf(doc.Find("main form"))
	chosen.Set("keep", "2")
	b.do(http.MethodPost, at+"/choose/practice", chosen).to(at)
	if f := w.file(codeOf(at)); f.Answers["practice"] != "Three." || len(f.Rivals) > 0 {
		t.Errorf("it is %q, with %d others waiting", f.Answers["practice"], len(f.Rivals))
	}
	b.get(at + "/choose/practice").to(at)
}

// heard is what the page's script is told.
type heard struct {
	Saved string
	Code  string
	At    string
	Marks map[string]string
}

func (b *browser) autosaves(address string, sent url.Values) (int, heard) {
	b.t.Helper()
	b.script = true
	defer func() { b.script = false }()
	got := b.do(http.MethodPost, address, sent)
	var h heard
	if err := json.Unmarshal(got.Body.Bytes(), &h); err != nil {
		b.t.Fatalf("answered %d, which a script cannot read: %v\n%s", got.Code, err, got.Body)
	}
	return got.Code, h
}

func TestTheScriptSavesWithoutJudgingAndGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	page := at + "/q/practice"
	sent := b.shown(page)
	for _, words := range []string{"I sit", "I sit with people."} {
		sent.Set("practice", words)
		status, told := b.autosaves(page, sent)
		if status != http.StatusOK || told.Saved != "9am" {
			t.Fatalf("answered %d, saved at %q", status, told.Saved)
		}
		for key, mark := range told.Marks {
			sent.Set("seen-"+key, mark)
		}
	}
	sent.Set("practice_done", "yes")
	b.do(http.MethodPost, page, sent).to(at)
	if f := w.file(codeOf(at)); f.Answers["practice"] != "I sit with people." || len(f.Rivals) > 0 {
		t.Errorf("it is %q, with %d others waiting", f.Answers["practice"], len(f.Rivals))
	}
}

func TestTheScriptIsToldOfAClashAndCannotOverwriteWhatItHasNotShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.begun()
	page := at + "/q/practice"
	here := b.shown(page)
	b.post(page, "practice", "From the telephone.", "then", "later").to(at)
	here.Set("practice", "From the desk.")
	status, told := b.autosaves(page, here)
	if status != http.StatusConflict || told.Code != "clash" || told.At != at+"/choose/practice" || told.Marks["practice"] != "" {
		t.Fatalf("answered %d: %+v", status, told)
	}
	for key, mark := range told.Marks {
		here.Set("seen-"+key, mark)
	}
	says(t, b.do(http.MethodPost, page, here).page(http.StatusConflict), "From the telephone.", "From the desk.")
}

func TestTheScriptIsToldWhenItCannotSaveAnyMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.stranger().signIn(w, w.applicant)
	at := b.begin(w.round.Code)
	sent := b.shown(at + "/q/practice")
	if status, told := w.stranger().autosaves(at+"/q/practice", sent); status != http.StatusForbidden || told.Code != "signed_out" {
		t.Errorf("signed out it is told %d %q", status, told.Code)
	}
	w.closed()
	if status, told := b.signIn(w, w.applicant).autosaves(at+"/q/practice", sent); status != http.StatusConflict || told.Code != "round_closed" {
		t.Errorf("after the deadline it is told %d %q", status, told.Code)
	}
}

func TestTheScriptSavesDraftsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, at := w.handedIn()
	if b.get(at+"/q/hope").page(http.StatusOK).Find("form[data-autosave]").Length() != 0 {
		t.Error("half a sentence would count as what was sent")
	}
}
