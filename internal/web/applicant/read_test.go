package applicant_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/fixture"
	"bursar/internal/web/page/pagetest"
)

// notOurs are the applicant's own words: they are not ours to make simple.
const notOurs = ".app-text, .govuk-summary-list__value"

// seen are all the pages of an application, as a person meets them, by what they are.
func (w *world) seen() map[string]answer {
	b, at := w.begun()
	all := map[string]answer{
		"tasks": b.get(at), "gaps": b.get(at + "/check"), "mistakes": b.post(at + "/q/home"),
	}
	for _, s := range w.file(codeOf(at)).Questions.Sections {
		for _, p := range s.Pages {
			all["question "+p.Key] = b.get(at + "/q/" + p.Key)
		}
	}
	b.twice(at, "One.", "Two.")
	all["choose"] = b.get(at + "/choose/practice")
	chosen := b.shown(at + "/choose/practice")
	chosen.Set("keep", "0")
	b.do(http.MethodPost, at+"/choose/practice", chosen)
	b.fillIn(w, at, fixture.GoodAnswers(w.run))
	all["check"] = b.get(at + "/check")
	b.post(at+"/send", "declared", "yes").to(at + "/sent")
	for _, path := range []string{"", "/sent", "/withdraw"} {
		all["sent"+path] = b.get(at + path)
	}
	all["list"] = b.get("/my/applications")
	w.closed()
	all["late"] = b.post(at+"/q/name", "name", "Ana Maria")
	all["closed"] = b.get(at)
	return all
}

func TestAnElevenYearOldCanReadEveryPage(t *testing.T) {
	t.Parallel()
	for what, shown := range newWorld(t).seen() {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			pagetest.Easy(t, pagetest.Check(t, shown.Body.String()), notOurs)
		})
	}
}

func TestNothingOverTheShoulderSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for what, shown := range w.seen() {
		doc := pagetest.Check(t, shown.Body.String())
		neutral(t, doc.Find("title").Text())
		doc.Find("main a, main form").Each(func(_ int, s *goquery.Selection) {
			if address := s.AttrOr("href", s.AttrOr("action", "")); strings.HasPrefix(address, "/my/") {
				neutral(t, address)
			}
		})
		if shown.Code >= http.StatusInternalServerError {
			t.Errorf("%s answered %d", what, shown.Code)
		}
	}
	for _, route := range w.stranger().engine.Routes() {
		neutral(t, route.Path)
	}
}
