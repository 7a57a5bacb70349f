package queue_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/people"
)

func TestTheQueueIsSavedAsItIsNarrowedAndWithoutAnybodysWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.applies(h.session("ana@post.example"), "Zanzibar")
	const at = "/admin/queue/save/queue"
	if got := h.send(h.grace, http.MethodGet, at+".csv?kind=applied").Body.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, ",Ana Reyes,Has applied,FUL-27,1,") || strings.Contains(got, "Zanzibar") {
		t.Errorf("saved: %s", got)
	}
	if got := h.send(h.grace, http.MethodGet, at+".csv?kind=waiting&run=FUL-27").Body.String(); strings.Count(got, "\n") != 1 {
		t.Errorf("of those who wait: %s", got)
	}
	if w := h.send(h.grace, http.MethodGet, at+".xlsx"); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "PK") {
		t.Errorf("as a workbook: %d", w.Code)
	}
	var noted int
	if err := h.app.NewRaw("SELECT count(*) FROM audit WHERE action = 'list saved'").Scan(t.Context(), &noted); err != nil || noted != 3 {
		t.Errorf("%d are in the trail, %v", noted, err)
	}
	for _, other := range []string{at + ".pdf", at, "/admin/queue/save/words.csv", at + ".csv?kind=lost", at + ".csv?run=FND-X99"} {
		if w := h.send(h.grace, http.MethodGet, other); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", other, w.Code)
		}
	}
	for _, role := range []people.Role{people.Auditor, people.Finance, people.Trainer} {
		if w := h.send(h.session(string(role)+"@threshold.example", role), http.MethodGet, at+".csv"); w.Code != http.StatusNotFound {
			t.Errorf("%s saves it: %d", role, w.Code)
		}
	}
}
