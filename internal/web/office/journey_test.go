package office_test

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
)

func TestSeveralAreDecidedAsTheFactsSayAfterAPreview(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.applied("ana@post.example", nil)
	young := w.applied("ben@post.example", form.Answers{"adult": form.No})
	talks := w.applied("cas@post.example", form.Answers{"own_experience": "talk"})
	w.says(w.open(desk+"/eligibility"), "The deadline has not passed.")
	w.afterDeadline()
	doc := w.open(desk + "/eligibility")
	w.says(doc, "Every fact is as it should be.", "You told us that you are under 18.", "Talk first")
	if n := doc.Find("input[type=checkbox]").Length(); n != 2 {
		t.Errorf("%d can be ticked", n)
	}
	preview := desk + "/eligibility/preview"
	w.refused(w.post(preview), http.StatusUnprocessableEntity, "Tick the applications")
	w.refused(w.post(preview, "which", good.Code, "which", talks.Code), http.StatusConflict, "Something has changed")
	answer := w.post(preview, "which", good.Code, "which", young.Code)
	doc = w.refused(answer, http.StatusOK, "Nothing has been decided yet.")
	w.says(doc, "Eligible: 1", "Not eligible: 1", "The course is for adults.")
	if w.stands(good.Code).Eligible != nil {
		t.Fatal("the preview decided")
	}
	w.refused(w.post(desk+"/eligibility", "which", good.Code+"/no"), http.StatusConflict, "Nothing has been decided")
	form := url.Values{}
	doc.Find("input[name=which]").Each(func(_ int, s *goquery.Selection) { form.Add("which", s.AttrOr("value", "")) })
	w.done(w.postForm(desk+"/eligibility", form), desk+"/eligibility")
	if w.stands(good.Code).Status != bursary.Submitted || w.stands(young.Code).Status != bursary.Ineligible {
		t.Error("they do not stand as confirmed")
	}
	doc = w.open(desk + "/eligibility")
	w.says(doc, talks.Code)
	w.hides(words(doc.Find("main")), good.Code)
	w.says(w.open(desk+"/eligibility?show=all"), good.Code, "Decide again")
	one := files + young.Code + "/eligibility"
	w.says(w.open(one), "Decided before: Not eligible")
	w.refused(w.post(one, "eligible", "yes", "why", ""), http.StatusUnprocessableEntity, "Write the reason.")
	w.refused(w.post(one, "why", "x"), http.StatusUnprocessableEntity, "Choose whether they are eligible.")
	w.done(w.post(one, "eligible", "yes", "why", "They are 34."), files+young.Code)
	w.says(w.open(files+young.Code), "Eligible", "They are 34.", "Eligibility decided before: false, eligible: true, facts: false")
}

func TestAnApplicationByTelephoneIsEnteredSentAndConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	begin := desk + "/applications/new"
	w.says(w.open(begin), "somebody they trust")
	w.refused(w.post(begin, "email", "cas"), http.StatusUnprocessableEntity, "email")
	answer := w.post(begin, "email", "cas@post.example")
	at := answer.Header().Get("Location")
	code := strings.TrimSuffix(strings.TrimPrefix(at, files), "/enter")
	w.done(answer, files+code+"/enter")
	w.refused(w.post(begin, "email", "cas@post.example"), http.StatusConflict, "already")
	w.says(w.open(at), "Not yet started", "Still missing", "Not shown to you")
	w.refused(w.post(files+code+"/send", "came-day", "20", "came-month", "11", "came-year", "2026"), http.StatusUnprocessableEntity, "still missing")

	answers := fixture.GoodAnswers("FND-T27")
	for _, s := range form.Current().Sections {
		doc := w.open(at + "/" + s.Key)
		sent := url.Values{}
		doc.Find(`input[type=hidden][name^="seen-"]`).Each(func(_ int, s *goquery.Selection) { sent.Set(s.AttrOr("name", ""), s.AttrOr("value", "")) })
		for _, p := range s.Pages {
			for _, q := range p.Questions {
				sent[q.Key] = answers.List(q.Key)
				if q.Kind == form.Prose {
					sent[q.Key] = []string{answers[q.Key]}
				}
			}
		}
		sent.Set("runs-FND-U27", "2")
		sent.Set("runs-FND-T27", "1")
		w.done(w.postForm(at+"/"+s.Key, sent), at)
	}
	w.says(w.open(at+"/why"), answers["hope"])
	w.hides(w.get(at+"/support", w.grace).Body.String(), "seat near the door")
	w.refused(w.postForm(at+"/support", url.Values{"support_training": {"Another seat"}}), http.StatusConflict, "Something is written down there already.")
	w.refused(w.post(files+code+"/send", "came-day", "1", "came-month", "11", "came-year", "2026"), http.StatusUnprocessableEntity, "when it could be sent")
	w.done(w.post(files+code+"/send", "came-day", "20", "came-month", "11", "came-year", "2026"), files+code)
	w.says(w.open(files+code), "The applicant has not said yet that it is theirs.", "Entered by staff", "20 November 2026")
	w.says(w.open(desk+"/applications?wait=confirmation"), code, "Entered by staff")

	confirm := files + code + "/confirm"
	w.refused(w.post(confirm, "called-day", "1", "called-month", "1", "called-year", "2027"), http.StatusUnprocessableEntity, "Enter today or a day that has been.")
	w.done(w.post(confirm, "called-day", "23", "called-month", "11", "called-year", "2026"), files+code)
	w.says(w.open(files+code), "Confirmed on the telephone")
	if got := w.stands(code); got.AwaitsConfirmation() || got.EnteredBy != w.admin.ID {
		t.Errorf("it stands as %+v", got)
	}
	if answer := w.get(at, w.grace); answer.Code != http.StatusConflict {
		t.Errorf("entered after it was confirmed: %d", answer.Code)
	}
}

func TestADraftIsTakenUpByAButtonAndNotByALink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := fixture.Person(t, w.app, "ana@post.example")
	var a *bursary.Application
	var shown bursary.Saved
	hope, _ := form.Current().Question("hope")
	save := func(text string, seen bursary.Marks) {
		w.must(w.learners, p.ID, func(tx *db.Tx) (err error) {
			if a, err = bursary.Begin(t.Context(), tx, p.ID, w.round.Code); err != nil {
				return err
			}
			shown, err = bursary.Save(t.Context(), tx, w.box, p.ID, a.Code, []form.Question{hope}, form.Answers{"hope": text}, seen, tx.Now)
			return err
		})
	}
	save("First.", nil)
	enter := files + a.Code + "/enter"
	if answer := w.get(enter, w.grace); answer.Code != http.StatusConflict || w.stands(a.Code).EnteredBy != 0 {
		t.Fatalf("a link took it up: %d", answer.Code)
	}
	w.done(w.post(enter), enter)
	mark := w.open(enter+"/why").Find("input[name=seen-hope]").AttrOr("value", "")
	save("From the applicant.", shown.Marks)
	doc := w.refused(w.post(enter+"/why", "hope", "From the office.", "seen-hope", mark), http.StatusConflict, "Somebody changed answers here meanwhile.")
	w.says(doc, "From the applicant.", "From the office.")
	mark = doc.Find("input[name=seen-hope]").AttrOr("value", "")
	w.done(w.post(enter+"/why", "hope", "From both.", "seen-hope", mark), enter)
	w.says(w.open(enter+"/why"), "From both.")
}

func TestACopyIsComparedApprovedAndTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ana@post.example", form.Answers{"practice": "I am Ana Reyes. I sit by the riverbank."})
	w.afterDeadline()
	w.done(w.post(files+a.Code+"/eligibility", "eligible", "yes", "why", ""), files+a.Code)
	w.says(w.open(desk+"/copies"), a.Code)
	here := files + a.Code + "/copy"
	w.says(w.open(here), "No copy yet")
	w.done(w.post(here), here)
	doc := w.open(here + "/practice")
	if got := doc.Find("#body").Text(); got != "I am [name]. I sit by the riverbank." {
		t.Errorf("the proposal is %q", got)
	}
	w.says(doc, "I am Ana Reyes.", "The panel cannot read this yet.")
	seen := doc.Find("input[name=seen]").AttrOr("value", "")
	w.refused(w.post(here+"/practice", "body", "", "seen", seen, "then", "approve"), http.StatusUnprocessableEntity, "This copy is empty and the original is not.")
	w.refused(w.post(here+"/practice", "body", "Other words.", "seen", "stale", "then", "approve"), http.StatusConflict, "Other words.")
	w.done(w.post(here+"/practice", "body", "I am [name]. I sit outside.", "seen", seen, "then", "approve"), here+"/hope")
	w.says(w.open(here), "Ready for the panel")
	for _, address := range []string{
		desk + "/copies", desk + "/applications", desk + "/applications?search=riverbank", desk + "/applications?search=Reyes+I+sit",
		desk + "/applications?wait=copy", desk + "/applications?search=outside",
	} {
		w.hides(words(w.open(address).Find("main")), "riverbank.", "outside.", "I am")
	}
	seen = w.open(here+"/practice").Find("input[name=seen]").AttrOr("value", "")
	w.done(w.post(here+"/practice", "body", "", "seen", seen, "then", "keep"), here+"/hope")
	w.says(w.open(here+"/practice"), "The panel cannot read this yet.")
	var ready int
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		return tx.NewRaw("SELECT ready FROM sensitive.copied WHERE application_id = ?", a.ID).Scan(t.Context(), &ready)
	})
	if ready != 0 {
		t.Errorf("%d parts are ready after the copy was cleared", ready)
	}
	if answer := w.get(here+"/name", w.grace); answer.Code != http.StatusNotFound {
		t.Errorf("a part that is not for the panel: %d", answer.Code)
	}
}

func TestWordsThatMayTellWhoItIsAreShownAndApprovedWithATick(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ana@post.example", form.Answers{"practice": "I cook with Denise near Westermoor."})
	w.afterDeadline()
	here := files + a.Code + "/copy"
	w.done(w.post(here), here)
	doc := w.open(here + "/practice")
	w.says(doc, "These words in the copy may still tell", "Denise, Westermoor", "I have looked at these words")
	seen, tick := doc.Find("input[name=seen]").AttrOr("value", ""), doc.Find("input[name=looked]").AttrOr("value", "")
	doc = w.refused(w.post(here+"/practice", "body", "I cook with Denise by the sea at Keld.", "seen", seen, "looked", tick, "then", "approve"),
		http.StatusUnprocessableEntity, "tick that you have looked at these words")
	w.says(doc, "I cook with Denise by the sea at Keld.", "Denise, Keld")
	w.hides(words(doc.Find("form")), "Denise, Westermoor")
	if doc.Find("input[name=looked][checked]").Length() != 0 {
		t.Error("a tick for other words stays")
	}
	tick = doc.Find("input[name=looked]").AttrOr("value", "")
	w.done(w.post(here+"/practice", "body", "I cook with Denise by the sea at Keld.", "seen", seen, "looked", tick, "then", "approve"), here+"/hope")
	seen = w.open(here+"/practice").Find("input[name=seen]").AttrOr("value", "")
	w.done(w.post(here+"/practice", "body", "I cook with [name] by the sea.", "seen", seen, "then", "approve"), here+"/hope")
	if n := w.open(here + "/practice").Find("input[name=looked]").Length(); n != 0 {
		t.Errorf("%d ticks where nothing is left to look at", n)
	}
}

func TestTheAccessOfficerReadsSupportNeedsWithANoteAndNobodyElseDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.applied("ana@post.example", form.Answers{"support_training": "A seat near the door", "practice": "By the riverbank."})
	w.applied("ben@post.example", form.Answers{"support_training": ""})
	w.grace = w.staff("noor@threshold.example", people.Access)
	doc := w.open("/admin/support")
	w.says(doc, a.Code, "Ana Reyes")
	w.hides(words(doc.Find("main")), "seat near")
	if n := doc.Find("tbody tr").Length(); n != 1 || w.readings(a) != 0 {
		t.Errorf("%d lines, %d readings", n, w.readings(a))
	}
	doc = w.open("/admin/support/" + a.Code)
	w.says(doc, "A seat near the door", "Nothing written", "The applicant can see it")
	w.hides(words(doc.Find("main")), "riverbank")
	if w.readings(a) != 1 {
		t.Error("the reading is not noted")
	}
	if answer := w.get("/admin/support/0000-00", w.grace); answer.Code != http.StatusNotFound {
		t.Errorf("an unknown one: %d", answer.Code)
	}
	err := w.officers.WriteAs(t.Context(), db.Who{Person: w.admin.ID}, func(tx *db.Tx) error {
		said, err := bursary.ReadNeeds(t.Context(), tx, w.box, w.admin.ID, a.ID)
		if len(said) != 0 {
			t.Errorf("the office reads %v", said)
		}
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "42501") {
		t.Errorf("PostgreSQL lets the office note a reading as the access officer: %v", err)
	}
}
