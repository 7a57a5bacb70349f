package learner_test

import (
	"net/http"
	"strings"
	"testing"

	"bursar/internal/attendance"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/people"
	"bursar/internal/web/page/pagetest"
)

// marked has the office mark half a day of a run's only place.
func (w *world) marked(run, code string, day london.Date, half attendance.Half, mark attendance.Mark) {
	w.t.Helper()
	w.clock.Set(day.At(17, 0))
	office := w.person("grace@threshold.example")
	w.write(func(tx *db.Tx) error {
		h, err := attendance.Find(w.t.Context(), tx, run, day.String(), string(half))
		if err != nil {
			return err
		}
		_, err = attendance.Save(w.t.Context(), tx, attendance.Keeper{Person: office.ID, Office: true}, h, "a-sending-"+day.String()+string(half),
			[]attendance.Stroke{{Code: code, Mark: mark}})
		return err
	})
	w.clock.Set(day.At(18, 0))
}

func TestSomebodySeesTheirOwnAttendancePlainly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.schedule("FND-M27", march, 5)
	b := w.browser()
	code := w.book(b, "FND-M27", "Ana Reyes", "ana@post.example")
	w.settle(code, paid)
	at := "/my/places/" + code
	if shown := b.get(at).page(http.StatusOK).Text(); strings.Contains(shown, "Your attendance") {
		t.Error("there is nothing to say yet")
	}
	w.marked("FND-M27", code, march, attendance.Morning, attendance.Present)
	w.marked("FND-M27", code, march, attendance.Afternoon, attendance.Absent)
	doc := b.get(at).page(http.StatusOK)
	says(t, doc, "You were there on 1 of 2 half days so far. The whole course has 20, and to complete it you need 16 of them.", "Monday 8 March 2027", "afternoon", "Not made up")
	pagetest.Easy(t, doc, "")
	ben := w.person("ben@post.example")
	w.browser().signIn(people.Person{ID: ben.ID, Email: ben.Email}).get(at).page(http.StatusNotFound)
}
