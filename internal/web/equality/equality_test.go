package equality_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/people"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

func TestSomebodyIsAskedWhetherToAnswerAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := "/my/applications/" + w.sent.Code
	doc := w.anas().get(own+"/equality", http.StatusOK)
	if doc.Find("main form, main input").Length() > 0 {
		t.Error("something is asked before the person has said yes")
	}
	for _, href := range []string{own + "/equality/questions", own} {
		if doc.Find(`main a[role="button"][href="`+href+`"]`).Length() != 1 {
			t.Errorf("no button leads to %s", href)
		}
	}
}

func TestEveryQuestionIsAskedOnceAndMayBeLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doc := w.anas().get("/my/applications/"+w.sent.Code+"/equality/questions", http.StatusOK)
	for _, p := range form.Equality() {
		for _, q := range p.Questions {
			radios := doc.Find(`input[type="radio"][name="` + q.Key + `"]`)
			if radios.Length() != len(q.Options) || radios.Filter("[checked], [required]").Length() > 0 {
				t.Errorf("%s: %d of %d answers, or one is chosen already", q.Key, radios.Length(), len(q.Options))
			}
			if radios.Last().AttrOr("value", "") != form.PreferNot {
				t.Errorf("%s: one cannot prefer not to say", q.Key)
			}
		}
	}
	if doc.Find("main form").AttrOr("autocomplete", "") != "off" {
		t.Error("a browser may remember the answers")
	}
}

func TestAllAnswersAreCountedAndTheKeyIsShownOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.anas()
	address := "/my/applications/" + w.sent.Code + "/equality/questions"
	asked := b.get(address, http.StatusOK)
	thanks := b.post(address, filled(asked), http.StatusOK)
	if got := words(thanks.Find("main strong")); got != key(asked) {
		t.Errorf("the key is %q, shown is %q", key(asked), got)
	}
	if again := b.get(address, http.StatusOK); key(again) == key(asked) || strings.Contains(again.Text(), key(asked)) {
		t.Error("the key is shown again")
	}
	b.post(address, filled(asked), http.StatusOK) // the browser's reload button
	if n := w.rows(); n != 1 {
		t.Errorf("%d sets of answers are stored", n)
	}
	for range 4 {
		b.post(address, filled(b.get(address, http.StatusOK)), http.StatusOK)
	}
	w.reaches(bursary.RoundFrozen)
	counts, err := bursary.EqualityCounts(t.Context(), w.officers, w.round)
	if err != nil {
		t.Fatal(err)
	}
	for _, count := range counts {
		if count.Counts.Total != (form.Cell{Count: 5}) {
			t.Errorf("%s: %+v", count.Question.Key, count.Counts.Total)
		}
	}
}

func TestWhoLeavesEverythingEmptyIsThankedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.anas()
	address := "/my/applications/" + w.sent.Code + "/equality/questions"
	doc := b.post(address, url.Values{"key": {key(b.get(address, http.StatusOK))}}, http.StatusOK)
	if !strings.Contains(words(doc.Find("main")), "we have kept nothing. That is fine.") || w.rows() != 0 {
		t.Errorf("%d sets; the page says %q", w.rows(), words(doc.Find("main")))
	}
}

func TestAnAnswerThatIsNotOfferedIsRefusedAndTheOthersStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.anas()
	address := "/my/applications/" + w.sent.Code + "/equality/questions"
	fields := filled(b.get(address, http.StatusOK))
	fields.Set("equality_age", "99")
	if doc := b.post(address, fields, http.StatusUnprocessableEntity); doc.Find("[checked]").Length() != 7 || w.rows() != 0 {
		t.Errorf("%d answers are still chosen, %d sets stored", doc.Find("[checked]").Length(), w.rows())
	}
	for _, wrong := range []string{"", "short"} {
		b.post(address, url.Values{"key": {wrong}, "equality_age": {"18_24"}}, http.StatusUnprocessableEntity)
	}
}

func TestOnlyWhoSentSomethingIsAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ben := fixture.Person(t, w.app, "ben@post.example")
	draft := w.begun(ben.ID)
	bens := w.browser(page.Viewer{Person: ben.ID, Name: "Ben"})
	visitor := w.browser(page.Viewer{})
	for _, rest := range []string{"/equality", "/equality/questions"} {
		bens.get("/my/applications/"+draft.Code+rest, http.StatusNotFound)
		bens.get("/my/applications/"+w.sent.Code+rest, http.StatusNotFound)
		visitor.get("/my/applications/"+w.sent.Code+rest, http.StatusNotFound)
	}
	fields := filled(w.anas().get("/my/applications/"+w.sent.Code+"/equality/questions", http.StatusOK))
	bens.post("/my/applications/"+w.sent.Code+"/equality/questions", fields, http.StatusNotFound)
	visitor.post("/my/applications/"+w.sent.Code+"/equality/questions", fields, http.StatusNotFound)
	w.reaches(bursary.RoundFrozen)
	w.anas().get("/my/applications/"+w.sent.Code+"/equality", http.StatusConflict)
	w.anas().post("/my/applications/"+w.sent.Code+"/equality/questions", fields, http.StatusConflict)
	if n := w.rows(); n != 0 {
		t.Errorf("%d sets of answers", n)
	}
}

func TestAnybodyWithTheKeyDeletesTheAnswersWithoutSigningIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.anas()
	address := "/my/applications/" + w.sent.Code + "/equality/questions"
	asked := b.get(address, http.StatusOK)
	b.post(address, filled(asked), http.StatusOK)

	visitor := w.browser(page.Viewer{})
	visitor.get("/take-back", http.StatusOK)
	for _, wrong := range []string{"", "7QK2M", string(bursary.NewTakeBackKey()), strings.Repeat("7", 200)} {
		doc := visitor.post("/take-back", url.Values{"key": {wrong}}, http.StatusUnprocessableEntity)
		if doc.Find("#key").AttrOr("value", "") != wrong || doc.Find(`.govuk-error-summary a[href="#key"]`).Length() != 1 {
			t.Errorf("%q is not given back with what is wrong", wrong)
		}
	}
	if w.rows() != 1 {
		t.Fatal("the answers are gone without their key")
	}
	answer := visitor.ask(http.MethodPost, "/take-back", url.Values{"key": {" " + strings.ToLower(key(asked)) + " "}})
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/take-back" || w.rows() != 0 {
		t.Errorf("status %d, %d sets are left", answer.Code, w.rows())
	}
}

func TestTheOfficeSeesSuppressedCountsWhenThePanelIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answer := func(people int, given form.Answers) {
		for range people {
			err := w.learners.Write(t.Context(), func(tx *db.Tx) error {
				return bursary.AnswerEquality(t.Context(), tx, w.round, bursary.NewTakeBackKey(), given)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	answer(17, form.Answers{"equality_caring": form.No})
	answer(9, form.Answers{"equality_caring": form.Yes})
	answer(3, form.Answers{"equality_caring": form.PreferNot})
	grace := w.browser(page.Viewer{Person: w.admin.ID, Name: "Grace", Roles: []string{string(people.Admin)}})
	const address = "/admin/rounds/SPRING-27/equality"
	for _, status := range []bursary.RoundStatus{bursary.RoundPublished, bursary.RoundClosed} {
		w.reaches(status)
		if doc := grace.get(address, http.StatusOK); doc.Find("main table").Length() != 0 || !strings.Contains(words(doc.Find("main")), "There are no counts yet.") {
			t.Errorf("%s: %q", status, words(doc.Find("main")))
		}
	}
	w.reaches(bursary.RoundFrozen)
	doc := grace.get(address, http.StatusOK)
	tables := doc.Find("main table")
	if tables.Length() != len(form.Equality()) {
		t.Fatalf("%d tables", tables.Length())
	}
	if got := words(tables.Last().Find("tbody")); got != "Yes not shown No 17 I would rather not say not shown All who answered this question 29" {
		t.Errorf("shown: %q", got)
	}
	for _, v := range []page.Viewer{{}, {Person: w.ana.ID}, {Person: 9, Roles: []string{string(people.Assessor)}}, {Person: 9, Roles: []string{string(people.Finance)}}} {
		w.browser(v).get(address, http.StatusNotFound)
	}
	grace.get("/admin/rounds/NO-SUCH/equality", http.StatusNotFound)
}

func TestTheApplicantsPagesReadAsEasilyAsASchoolBook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, visitor := w.anas(), w.browser(page.Viewer{})
	own := "/my/applications/" + w.sent.Code + "/equality"
	asked := b.get(own+"/questions", http.StatusOK)
	thanks := b.post(own+"/questions", filled(asked), http.StatusOK)
	asked.Find(".govuk-radios").Remove() // the words of the census
	for name, doc := range map[string]*goquery.Document{
		"invite": b.get(own, http.StatusOK), "questions": asked, "thanks": thanks, "take back": visitor.get("/take-back", http.StatusOK),
	} {
		if age := pagetest.ReadingAge(pagetest.Lines(doc.Find("main"))); age > 11 {
			t.Errorf("%s needs a reader of %.1f years", name, age)
		}
		if title := strings.ToLower(doc.Find("title").Text()); strings.Contains(title, "equality") || strings.Contains(title, "bursar") {
			t.Errorf("%s: the title says %q", name, title)
		}
	}
}
