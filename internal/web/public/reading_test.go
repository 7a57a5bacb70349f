package public_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/form"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

func TestEverybodyCanReadWhatAnApplicantReads(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	h.publish("AUTUMN-27", coming)
	h.drawn(h.publish("DRAWN-27", nil), "AAAA-01", "BBBB-02")
	r := h.publish("SPRING-27", nil)
	pages := map[string]*goquery.Document{}
	for _, address := range []string{
		"/bursaries", "/bursaries/SPRING-27", "/bursaries/AUTUMN-27", "/bursaries/SPRING-27/questions", "/bursaries/SPRING-27/check",
		"/bursaries/SPRING-27/apply", "/bursaries/SPRING-27/lottery", "/bursaries/DRAWN-27/lottery",
	} {
		pages[address] = h.page(address)
	}
	for _, answer := range []string{"yes", "no"} {
		given := eligible()
		given.Set("experience", answer)
		pages["result "+answer] = pagetest.Check(t, h.post("/bursaries/SPRING-27/check", given).Body.String())
	}
	for where, doc := range pages {
		if age := pagetest.ReadingAge(pagetest.Lines(doc.Find("main"))); age > 11 {
			t.Errorf("%s needs a reader of %.1f years", where, age)
		}
		for line := range strings.Lines(pagetest.Lines(doc.Find("main"))) {
			if strings.TrimSpace(line) == r.Beacon {
				continue // the name of somebody else's draw
			}
			if age := pagetest.ReadingAge(line); age > 14 && form.Words(line) >= 12 {
				t.Errorf("%s needs a reader of %.1f years for: %s", where, age, line)
			}
		}
		if title := strings.ToLower(doc.Find("title").Text()); strings.Contains(title, "bursar") || strings.Contains(title, "peer") || strings.Contains(title, "mental") {
			t.Errorf("%s: the title says %q", where, title)
		}
	}
}

func TestPagesAboutHelpTakeNothingFromWhatPeopleSay(t *testing.T) {
	t.Parallel()
	h := newHouse(t, page.Viewer{})
	h.publish("SPRING-27", nil)
	h.plant("DROP SCHEMA sensitive CASCADE")
	for _, rest := range []string{"", "/questions", "/check", "/apply", "/lottery"} {
		h.page("/bursaries/SPRING-27" + rest)
	}
	if got := h.post("/bursaries/SPRING-27/check", eligible()); got.Code != http.StatusOK {
		t.Errorf("the check: %d", got.Code)
	}
}
