package public_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/db/dbtest"
	"bursar/internal/web/page"
	"bursar/internal/web/page/pagetest"
)

func TestTheShareOfPeersIsPublishedWhereNobodyCanBeFoundFromIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, page.Viewer{})
	dbtest.Force(t, w.db, `INSERT INTO openness (kind, code, year, body, made_at) VALUES ('peers', '2026', 2026,
		'{"Learners": {"Of": 54, "Peers": 13}, "Trainers": {"Of": 6, "Peers": null}, "Panel": {"Of": 13, "Peers": 7}}', now())`)
	doc := pagetest.Check(t, w.get("/openness").Body.String())
	text := words(doc.Find("main"))
	for _, want := range []string{"Learners 54 13 24%", "Trainers 6 fewer than 5 not shown", "Panels 13 7 54%"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q:\n%s", want, text)
		}
	}
	sheet := w.get("/openness.csv")
	for _, want := range []string{"2026,year,,Learners,54,", "2026,year,,Share of peers among learners,24%,", "2026,year,,Share of peers among trainers,not shown,"} {
		if sheet.Code != http.StatusOK || !strings.Contains(sheet.Body.String(), want) {
			t.Errorf("the file does not say %q:\n%s", want, sheet.Body)
		}
	}
}
