package awards_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/bursary"
	"bursar/internal/london"
)

func TestAReviewIsReadWithAllItRestsOnAndAnswered(t *testing.T) {
	t.Parallel()
	w := newDesk(t)
	w.says(w.open("/admin/reviews"), "Nobody has asked, just now.")
	w.wrote(dan)
	w.ratify()
	w.asks(dan, "Nobody read the second page.")
	doc := w.open("/admin/reviews")
	w.says(doc, w.all[dan].Code, "We did not follow our own rules", "9 February 2027", "To answer")
	if strings.Contains(doc.Find("main").Text(), "second page") {
		t.Error("the list shows words")
	}
	if file := w.get("/admin/reviews/save/reviews.csv", w.asGrace).Body.String(); !strings.Contains(file, w.all[dan].Code+",SPRING-27,We did not follow our own rules,") || strings.Contains(file, "second page") {
		t.Errorf("saved: %s", file)
	}
	here := "/admin/reviews/" + w.all[dan].Code
	w.says(w.open(here), "Nobody read the second page.", "Answer by Tuesday 9 February 2027", "The panel put your application in band C.", "A group that people trust.", "Review asked")
	for field, typed := range map[string][]string{"outcome": {"answer", "We looked."}, "answer": {"outcome", "dismissed"}} {
		doc := w.checked(w.post(here, w.asGrace, typed...), http.StatusUnprocessableEntity)
		if doc.Find("#"+field+"-error").Length() != 1 {
			t.Errorf("no mistake beside %s", field)
		}
		if typed[0] == "answer" && strings.TrimSpace(doc.Find("textarea").Text()) != "We looked." {
			t.Error("what was typed is lost")
		}
	}
	answer := w.post(here, w.asGrace, "outcome", "dismissed", "answer", "We looked at both pages.")
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/admin/reviews" {
		t.Fatalf("%d, %s", answer.Code, answer.Header().Get("Location"))
	}
	w.says(w.open("/admin/reviews"), "The decision stays")
	doc = w.open(here)
	w.says(doc, "We looked at both pages.", "Our decision stays as it was.")
	if doc.Find("form textarea").Length() != 0 {
		t.Error("it can be answered twice")
	}
	var status bursary.Status
	if err := w.owner.NewRaw("SELECT status FROM sensitive.applications WHERE id = ?", w.all[dan].ID).Scan(t.Context(), &status); err != nil || status != bursary.Dismissed {
		t.Errorf("%s, %v", status, err)
	}
}

func TestWhoWasOnThePanelIsToldKindlyAndKeepsWhatTheyTyped(t *testing.T) {
	t.Parallel()
	w := newDesk(t)
	w.ratify()
	w.asks(dan, "Nobody read the second page.")
	_, err := w.owner.NewRaw(`INSERT INTO sensitive.panel_members (round_id, person_id, name, peer, cap, status, created_at)
		VALUES (?, ?, 'Grace', false, 8, 'active', now())`, w.all[dan].RoundID, w.grace).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	here := "/admin/reviews/" + w.all[dan].Code
	doc := w.open(here)
	w.says(doc, "You were on the panel of this round, so somebody else has to decide this.")
	if doc.Find("form textarea").Length() != 0 {
		t.Error("somebody of the panel is asked to decide")
	}
	doc = w.checked(w.post(here, w.asGrace, "outcome", "dismissed", "answer", "We were right."), http.StatusConflict)
	w.says(doc, "so somebody else has to decide this. Nothing was sent.")
	if strings.TrimSpace(doc.Find("textarea").Text()) != "We were right." || doc.Find("form button").Length() != 0 {
		t.Error("what was typed is lost, or can be sent again")
	}
}

func TestAReviewThatIsLateSaysSo(t *testing.T) {
	t.Parallel()
	w := newDesk(t)
	w.ratify()
	w.asks(dan, "Nobody read the second page.")
	w.house.Clock.Set(london.On(2027, 2, 10).At(9, 0))
	w.asGrace = w.signedIn(w.grace)
	w.says(w.open("/admin/reviews"), "Overdue")
	w.says(w.open("/admin/reviews/"+w.all[dan].Code), "This is overdue.")
}
