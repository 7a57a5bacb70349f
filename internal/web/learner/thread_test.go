package learner_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/question"
)

func TestSomebodyAsksTheOfficeAboutTheirPlaceAndReadsTheAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 5)
	ana := w.browser()
	code := w.book(ana, "FND-M27", "Ana Reyes", "ana@post.example")
	at := "/my/places/" + code + "/questions"
	doc := ana.get("/my/places/" + code).page(http.StatusOK)
	if doc.Find(`main a[href="`+at+`"]`).Length() != 1 {
		t.Error("no link leads to the questions")
	}
	doc = ana.get(at).page(http.StatusOK)
	says(t, doc, "You can ask us anything about your place", "We delete what is written here 1 year after the course ends")
	form := doc.Find("input[name=form]").AttrOr("value", "")

	long := strings.Repeat("x", 2_001)
	doc = ana.post(at, "form", form, "text", long).page(http.StatusUnprocessableEntity)
	if doc.Find("#text").Text() != long || doc.Find("input[name=form]").AttrOr("value", "") != form {
		t.Error("what was typed is lost")
	}
	ana.post(at, "form", form, "text", "").page(http.StatusUnprocessableEntity)
	for range 2 { // pressed twice
		ana.post(at, "form", form, "text", "Is there a lift?").to(at)
	}
	doc = ana.get(at).page(http.StatusOK)
	says(t, doc, "You, 23 November 2026 at 9am", "Is there a lift?", "have not answered it yet")
	if n := doc.Find(".app-thread__item").Length(); n != 1 {
		t.Errorf("%d messages", n)
	}

	office, grace := dbtest.As(t, w.db, db.Office), w.person("grace@threshold.example")
	err := office.WriteAs(t.Context(), db.Who{Person: grace.ID}, func(tx *db.Tx) error {
		rows, err := question.List(t.Context(), tx, "", question.Key{}, 2)
		if err != nil {
			return err
		}
		return question.Answer(t.Context(), tx, w.box, grace.ID, rows[0].Code, 1, question.Words{Text: "There is <one>.", Form: "a"})
	})
	if err != nil {
		t.Fatal(err)
	}
	says(t, ana.get(at).page(http.StatusOK), "Our office,", "There is <one>.")

	ben := w.browser().signIn(w.person("ben@post.example"))
	ben.get(at).page(http.StatusNotFound)
	ben.post(at, "form", form, "text", "Mine").page(http.StatusNotFound)
	w.browser().get(at).to("/sign-in")
}
