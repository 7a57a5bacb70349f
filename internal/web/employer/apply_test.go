package employer_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/london"
)

func TestAnOrganisationAppliesForPlacesAndTakesWhatItIsOffered(t *testing.T) {
	t.Parallel()
	p := newPairOf(t, 4)
	dbtest.Force(t, p.app, "UPDATE runs SET entry = 'apply' WHERE id = ?", p.run.ID)
	at := p.mine.at("/apply/FND-T27")
	p.led(p.get(p.mine, "/employer/apply/FND-T27"), at)
	says(t, p.open(p.mine, at), "You owe nothing until you say yes")
	doc := p.page(http.StatusUnprocessableEntity, p.post(p.mine, at, "places", "nine", "work", "A crisis team.", "why", ""), at)
	p.led(p.post(p.mine, at, "places", "2", "work", "A crisis team.", "seen-form", "1", "then", "later"), p.mine.at(""))
	says(t, p.open(p.mine, p.mine.at("")), "Begun and not sent")
	if twin := p.open(p.twin, p.twin.at("")); strings.Contains(twin.Text(), "Begun and not sent") {
		t.Error("the other organisation sees what was begun")
	}
	if kept := p.open(p.mine, at); kept.Find("#places").AttrOr("value", "") != "2" || kept.Find("#work").Text() != "A crisis team." {
		t.Error("what was typed is lost")
	}
	other := p.page(http.StatusConflict, p.post(p.mine, at, "places", "9", "work", "Another.", "why", "", "seen-form", "1"), at)
	says(t, other, "Both are on this page", "A crisis team.")
	if doc.Find("#places").AttrOr("value", "") != "nine" || doc.Find("#why-error").Length() != 1 || doc.Find("#places-error").Length() != 1 {
		t.Error("a mistake is not said, or what was typed is lost")
	}
	for range 2 { // pressed twice
		p.led(p.post(p.mine, at, "places", "3", "work", "A crisis team.", "why", "Zanzibar", "seen-form", "2"), p.mine.at(""))
	}
	home := p.open(p.mine, p.mine.at(""))
	says(t, home, "What you applied for", "3 places, sent on 23 November 2026. We are reading it.")
	back := home.Find(`main form[action*="/course-applications/"]`).AttrOr("action", "")
	code := strings.Split(back, "/")[4]
	if twin := p.open(p.twin, p.twin.at("")); strings.Contains(twin.Text(), "What you applied for") {
		t.Error("the other organisation sees it")
	}
	if w := p.post(p.twin, strings.Replace(back, p.mine.at(""), p.twin.at(""), 1)); w.Code != http.StatusNotFound {
		t.Errorf("the other organisation takes it back: status %d", w.Code)
	}
	p.do(func(ctx context.Context, tx *db.Tx) error {
		return admissions.OfferApplication(ctx, tx, p.staff, code, london.On(2026, 12, 7))
	})
	home = p.open(p.mine, p.mine.at(""))
	says(t, home, "Answered with an offer", "Say yes or no to 3 places on Open Dialogue foundation")
	if strings.Contains(home.Text(), "Say who takes") {
		t.Error("names are wanted for places that were not taken")
	}
	offer := home.Find(`main a[href*="/waits/"]`).First().AttrOr("href", "")
	says(t, p.open(p.mine, offer), "3 places are kept for you until the end of Monday 7 December 2026")
	if w := p.post(p.mine, back); w.Code != http.StatusConflict {
		t.Errorf("taking back what was answered: status %d", w.Code)
	}
	says(t, p.open(p.mine, offer), "Places offered to you")
	p.post(p.mine, offer+"/take", "agreed", "975000")
	says(t, p.open(p.mine, p.mine.at("")), "Give us a purchase order for 3 places", "Say who takes 3 places")
}
