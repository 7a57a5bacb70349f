package bursary_test

import (
	"testing"
	"time"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/london"
)

// remind moves the clock and has the timetable's entry done until nothing is left; it returns to how many people
// it wrote.
func (w *world) remind(at time.Time) int {
	w.t.Helper()
	w.clock.Advance(at.Sub(w.clock.Now()))
	total := 0
	for written := 1; written > 0; total += written {
		w.machine(func(tx *db.Tx) (err error) {
			written, err = bursary.RemindDrafts(w.t.Context(), tx)
			return err
		})
	}
	return total
}

func TestADraftIsRemindedSevenDaysAndOneDayBeforeTheDeadlineEachOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.begun()
	sent, withdrawn := w.beginner("ben@post.example"), w.beginner("cas@post.example")
	w.markSent(sent)
	w.plant("UPDATE sensitive.applications SET status = 'withdrawn', ended_at = created_at WHERE id = ?", withdrawn.ID)
	for _, k := range []struct {
		day, hour, want int
	}{
		{5, 12, 0}, {6, 8, 0}, {6, 9, 1}, {6, 10, 0}, {8, 9, 0}, {12, 8, 0}, {12, 9, 1}, {13, 9, 0}, {14, 9, 0},
	} {
		if got := w.remind(london.On(2026, 12, k.day).At(k.hour, 0)); got != k.want {
			t.Errorf("on %d December at %d: %d were written to", k.day, k.hour, got)
		}
	}
	if n := w.count("SELECT count(*) FROM mails WHERE private AND subject = 'You have until 13 December 2026' AND person_id = ?", w.applicant.ID); n != 2 {
		t.Errorf("%d mails", n)
	}
}

func TestARemindersHourIsLondonsInSummer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.begun()
	w.plant("UPDATE rounds SET closes_on = '2027-07-04', panel_on = '2027-07-20', decides_on = '2027-07-30'")
	if n := w.remind(time.Date(2027, 6, 27, 7, 59, 0, 0, time.UTC)); n != 0 {
		t.Errorf("before 9 in London %d were written to", n)
	}
	if n := w.remind(time.Date(2027, 6, 27, 8, 0, 0, 0, time.UTC)); n != 1 {
		t.Errorf("at 9 in London %d were written to", n)
	}
}

func TestAReminderThatWasMissedIsMadeUpForUntilTheNextIsDue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.begun()
	if n := w.remind(london.On(2026, 12, 11).At(15, 0)); n != 1 {
		t.Errorf("four days late: %d", n)
	}
	w.beginner("ben@post.example")
	if n := w.remind(london.On(2026, 12, 13).At(8, 0)); n != 2 {
		t.Errorf("on the last morning: %d", n)
	}
	if n := w.remind(london.On(2026, 12, 13).At(23, 59)); n != 0 {
		t.Errorf("on the last evening: %d", n)
	}
}

func TestWhoBeginsLateOrWasJustGivenMoreTimeIsNotReminded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.begun()
	w.clock.Advance(london.On(2026, 12, 12).At(8, 0).Sub(w.clock.Now()))
	if err := w.extend(london.On(2026, 12, 18), "The post was late."); err != nil {
		t.Fatal(err)
	}
	if n := w.remind(london.On(2026, 12, 12).At(9, 0)); n != 0 {
		t.Errorf("just after an extension %d were written to", n)
	}
	w.beginner("ben@post.example")
	if n := w.remind(london.On(2026, 12, 17).At(9, 0)); n != 2 {
		t.Errorf("a day before the new deadline %d were written to", n)
	}
	w.beginner("cas@post.example")
	if n := w.remind(london.On(2026, 12, 17).At(12, 0)); n != 0 {
		t.Errorf("somebody who began that morning was written to")
	}
}

func TestSomebodyWithMoreTimeIsRemindedOfTheirOwnDeadline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.begun()
	w.plant("UPDATE sensitive.applications SET extended_until = '2026-12-16' WHERE id = ?", a.ID)
	if n := w.remind(london.On(2026, 12, 9).At(8, 59)); n != 0 {
		t.Errorf("for the round's deadline: %d", n)
	}
	if n := w.remind(london.On(2026, 12, 9).At(9, 0)); n != 1 {
		t.Errorf("a week before: %d", n)
	}
	w.machine(func(tx *db.Tx) error { return bursary.CloseDue(t.Context(), tx) })
	if n := w.remind(london.On(2026, 12, 15).At(9, 0)); n != 1 {
		t.Errorf("a day before, with the round closed: %d", n)
	}
}
