package assessor_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/db/dbtest"
)

const stillWritten = "They sat with them, and said <nothing> for a long time."

func TestWordsThatCanBeSavedNoMoreAreGivenBackAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ends   string
		status int
		says   string
	}{
		"the bands are frozen":    {"UPDATE rounds SET status = 'frozen'", http.StatusConflict, "Reading for this round is over"},
		"set apart":               {"UPDATE sensitive.assignments SET status = 'recused'", http.StatusNotFound, "not yours to read any more"},
		"they left":               {"DELETE FROM sensitive.assignments", http.StatusNotFound, "not yours to read any more"},
		"the applicant withdrew":  {"UPDATE sensitive.applications SET status = 'withdrawn', ended_at = now()", http.StatusNotFound, "not yours to read any more"},
		"finished in another tab": {"", http.StatusConflict, "You have finished this one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1, 3)
			m, address := w.first(w.Applications[0])
			b := w.as(m)
			doc := b.open(address)
			if values := filled(doc, "2"); c.ends == "" {
				b.post(address, withThen(values, "finish"))
			} else {
				dbtest.Force(t, w.house.App, c.ends)
			}
			values := form(doc)
			values.Set("reason-hope", stillWritten)
			got := b.post(address, withThen(values, "later"))
			text := words(b.checked(got).Find("main"))
			if got.Code != c.status || got.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("status %d, %v", got.Code, got.Header())
			}
			for _, want := range []string{c.says, "You can copy them", stillWritten} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not on the page: %s", want, text)
				}
			}
			for _, closed := range []string{"three days a week", "network meeting"} {
				if strings.Contains(text, closed) {
					t.Errorf("%q of the application is on the page", closed)
				}
			}
		})
	}
}

func TestAnApplicationThatNeverWasIsAnsweredInTheSameWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 3)
	m, address := w.first(w.Applications[0])
	b := w.as(m)
	values := form(b.open(address))
	values.Set("reason-hope", stillWritten)
	never := b.post("/assess/ZZZZ-ZZ", values)
	w.plant("UPDATE sensitive.assignments SET status = 'recused'")
	closed := b.post(address, values)
	if one, other := words(b.checked(never).Find("main")), words(b.checked(closed).Find("main")); one != other || never.Code != closed.Code {
		t.Errorf("%d %q, %d %q", never.Code, one, closed.Code, other)
	}
}
