package panel_test

import (
	"testing"

	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/panel"
)

func TestReadersAreRemindedSevenAndTwoDaysBeforeThePanelOnceEach(t *testing.T) {
	t.Parallel()
	w := newReading(t, 2, 4)
	w.score(w.panel[0], w.applications[0], "3")
	w.plant("UPDATE sensitive.assignments SET status = 'taken_away' WHERE member_id = ? AND status = 'assigned'", w.panel[0].ID)
	busy := look[int](w, "SELECT count(DISTINCT member_id) FROM sensitive.assignments WHERE status = 'assigned'")
	remind := func() (n int) {
		w.must(w.machine, 0, func(tx *db.Tx) (err error) {
			n, err = panel.Remind(t.Context(), tx)
			return err
		})
		return n
	}
	for _, step := range []struct {
		day  int
		hour int
		want int
	}{
		{6, 12, 0}, {7, 8, 0}, {7, 10, busy}, {7, 11, 0}, {11, 12, 0}, {12, 8, 0}, {12, 9, busy}, {13, 9, 0}, {14, 9, 0}, {15, 9, 0},
	} {
		w.clock.Set(london.On(2027, 1, step.day).At(step.hour, 0))
		if n := remind(); n != step.want {
			t.Errorf("on %d January at %d: %d reminders, want %d", step.day, step.hour, n, step.want)
		}
	}
	if s := look[string](w, "SELECT min(subject) FROM mails WHERE template = 'reader-reminder' AND private"); s != "Your reading, before 14 January 2027" {
		t.Errorf("the subject is %q", s)
	}
}

func TestNobodyWhoPausesIsRemindedAndALateReminderComesOnce(t *testing.T) {
	t.Parallel()
	w := newReading(t, 1, 3)
	w.clock.Set(london.On(2027, 1, 12).At(10, 0))
	m := w.panel[0]
	if err := w.as(m, func(tx *db.Tx) error { return panel.Pause(t.Context(), tx, m.PersonID) }); err != nil {
		t.Fatal(err)
	}
	var n int
	w.must(w.machine, 0, func(tx *db.Tx) (err error) {
		n, err = panel.Remind(t.Context(), tx)
		return err
	})
	if n != 2 {
		t.Errorf("%d reminders", n)
	}
}
