package public_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

// eligible are answers to the five questions that speak for applying.
func eligible() url.Values {
	return url.Values{"adult": {"yes"}, "uk": {"yes"}, "alongside": {"yes"}, "experience": {"yes"}, "employer_pays": {"no"}}
}

func TestTheCheckTellsWhoIsLikelyToBeEligible(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	h.publish("SPRING-27", nil)
	for name, c := range map[string]struct {
		key, answer string
		wanted      []string
	}{
		"all fine":       {"adult", "yes", []string{"You are likely to be eligible", "Travel to the course", "Apply"}},
		"under 18":       {"adult", "no", []string{"This is not for you, and here is what is", "under 18", "You are welcome here when you are 18"}},
		"outside the UK": {"uk", "no", []string{"outside the UK", "You can still book a place"}},
		"not alongside":  {"alongside", "no", []string{"pay for it in parts"}},
		"no experience":  {"experience", "no", []string{"You can pay in parts"}},
		"employer":       {"employer_pays", "yes", []string{"Ask your employer to book your place", "apply all the same"}},
	} {
		given := eligible()
		given.Set(c.key, c.answer)
		answer := h.post("/bursaries/SPRING-27/check", given)
		doc := pagetest.Check(t, answer.Body.String())
		says(t, name, doc.Find("main"), append(c.wanted, "Grace Adeyemi", "We have not kept your answers.")...)
		if answer.Code != http.StatusOK || doc.Find(`main a[href="/bursaries/SPRING-27/apply"]`).Length() != 1 {
			t.Errorf("%s: status %d, or no way to apply", name, answer.Code)
		}
		if title := doc.Find("title").Text(); !strings.HasPrefix(title, "Is this for you? Your result") {
			t.Errorf("%s: the browser's history says %q", name, title)
		}
	}
}

func TestTheAnswersToTheCheckAreKeptNowhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	h.publish("SPRING-27", nil)
	answer := h.post("/bursaries/SPRING-27/check", eligible())
	if got := answer.Header(); got.Get("Cache-Control") != "no-store" || got.Get("Location") != "" || got.Get("Set-Cookie") != "" {
		t.Errorf("headers: %v", got)
	}
	doc := pagetest.Check(t, answer.Body.String())
	if strings.Contains(doc.Find("main").Text(), "employer_pays") || doc.Find("main form, main input").Length() > 0 {
		t.Error("the result carries the answers on")
	}
	form := h.page("/bursaries/SPRING-27/check").Find("main form")
	if form.AttrOr("method", "") != "post" || form.AttrOr("autocomplete", "") != "off" || form.Find("[checked]").Length() > 0 {
		t.Error("the questions are not blank, or would be sent in the address")
	}
}

func TestAGapInTheCheckIsShownWithTheOtherAnswersStillThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	h.publish("SPRING-27", nil)
	given := eligible()
	given.Del("uk")
	answer := h.post("/bursaries/SPRING-27/check", given)
	doc := pagetest.Check(t, answer.Body.String())
	if answer.Code != http.StatusUnprocessableEntity || doc.Find("[checked]").Length() != 4 || answer.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("status %d, %d answers are still there", answer.Code, doc.Find("[checked]").Length())
	}
	says(t, "the summary", doc.Find(".govuk-error-summary"), "Choose Yes or No.")
	if doc.Find(`.govuk-error-summary a[href="#uk"]`).Length() != 1 {
		t.Error("the summary does not lead to the question")
	}
	if got := h.post("/bursaries/SPRING-27/check", url.Values{"adult": {"maybe"}}); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("an answer that is not offered: %d", got.Code)
	}
}
