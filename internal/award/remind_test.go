package award_test

import (
	"testing"
	"time"

	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
)

// remind runs the reminders at an hour of a day, twice, and counts the mails of a template so far.
func (w *payouts) remind(on london.Date, hour int, template string) int {
	w.t.Helper()
	w.clock.Set(on.At(hour, 0))
	for range 2 {
		w.must(w.workers, 0, func(tx *db.Tx) error { return award.RemindOffers(w.t.Context(), tx) })
	}
	return w.written(template)
}

func december(day int) london.Date { return london.On(2026, time.December, day) }
func november(day int) london.Date { return london.On(2026, time.November, day) }

func TestAnOpenOfferIsRemindedOfOnTheThirdAndTheSeventhWorkingDay(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	h := w.offered("ana@post.example", nil, w.trip()) // on Monday 23 November
	if h.award.UntilOn != december(7) {
		t.Fatalf("the last day is %s", h.award.UntilOn)
	}
	for _, c := range []struct {
		on   london.Date
		hour int
		want int
	}{
		{november(23), 18, 0}, {november(25), 23, 0}, {november(26), 8, 0}, {november(26), 9, 1}, {november(29), 12, 1},
		{december(1), 23, 1}, {december(2), 8, 1}, {december(2), 9, 2}, {december(7), 23, 2}, {december(8), 9, 2},
	} {
		if got := w.remind(c.on, c.hour, "offer-waits"); got != c.want {
			t.Errorf("at %d o'clock on %s %d reminders are written, want %d", c.hour, c.on.Long(), got, c.want)
		}
	}
}

func TestTheFirstReminderIsNotMadeUpForOnceTheSecondIsDue(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	w.offered("ana@post.example", nil, w.trip())
	if got := w.remind(december(2), 9, "offer-waits"); got != 1 {
		t.Errorf("%d reminders", got)
	}
}

func TestMoreTimeIsRemindedOfBeforeItsOwnEnd(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	h := w.offered("ana@post.example", nil, w.trip())
	w.remind(december(2), 9, "offer-waits")
	w.must(w.workers, 0, func(tx *db.Tx) error {
		h.award.UntilOn, h.award.Extended = december(14), true
		return award.Save(t.Context(), tx, h.award)
	})
	if got := w.remind(december(8), 9, "offer-waits"); got != 1 {
		t.Errorf("%d reminders four days before the end", got)
	}
	if got := w.remind(december(9), 9, "offer-waits"); got != 2 {
		t.Errorf("%d reminders three days before the end", got)
	}
}

func TestWhoHasAnsweredIsNotReminded(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	w.accepted("ana@post.example", w.trip())
	w.offered("ben@post.example", nil, w.trip())
	dbtest.Force(t, w.app, "UPDATE sensitive.awards SET status = ?, answered_at = now() WHERE status = 'offered'", "declined")
	if got := w.remind(november(26), 9, "offer-waits") + w.remind(december(2), 9, "offer-waits"); got != 0 {
		t.Errorf("%d reminders", got)
	}
}

// owing is somebody who accepted and has a part of their own to pay until 7 December, whose card page is open.
func (w *payouts) owing() (*holder, billing.Share) {
	w.t.Helper()
	h := w.offered("ana@post.example", nil, w.trip())
	dbtest.Force(w.t, w.app, "UPDATE sensitive.awards SET own = ?", int64(50_000))
	h.award.Own, h.award.PayBy = money.Amount(50_000), h.award.UntilOn
	w.takeUp(h)
	var shares []billing.Share
	w.must(w.workers, 0, func(tx *db.Tx) (err error) {
		e, err := enrolment.Lock(w.t.Context(), tx, h.award.EnrolmentID)
		if err != nil {
			return err
		}
		if err = enrolment.SetPrice(w.t.Context(), tx, e, 50_000, false); err != nil {
			return err
		}
		shares, err = billing.Charge(w.t.Context(), tx, e.ID, e.RunID, billing.Share{Payer: billing.Learner, Amount: 50_000})
		if err != nil {
			return err
		}
		_, err = billing.Start(w.t.Context(), tx, shares[0])
		return err
	})
	return h, shares[0]
}

func TestAnOwnPartIsRemindedOfThreeWorkingDaysBeforeItIsDue(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	w.owing()
	for _, c := range []struct{ day, want int }{{1, 0}, {2, 1}, {7, 1}} {
		if got := w.remind(december(c.day), 9, "own-part-due"); got != c.want {
			t.Errorf("on %s %d reminders are written, want %d", december(c.day).Long(), got, c.want)
		}
	}
}

func TestWhoHasPaidOrWhoseBankIsConfirmingIsNotAskedToPay(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"the bank is confirming": "UPDATE payments SET status = ?",
		"the place is confirmed": "UPDATE enrolments SET status = ?, confirmed_at = now(), held_until = NULL",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newPayouts(t)
			w.owing()
			to := map[string]string{"the bank is confirming": "pending", "the place is confirmed": "confirmed"}[name]
			dbtest.Force(t, w.app, change, to)
			if got := w.remind(december(2), 9, "own-part-due"); got != 0 {
				t.Errorf("%d reminders", got)
			}
		})
	}
}

func TestNobodyIsRemindedOnTheDayOfTheOfferOrAfterItsEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set  string // when the deadline was set
		day  int    // of December; the deadline is the 4th for a short offer and the 7th for a part to pay
		want int
	}{
		"the day on which it was set": {"2026-12-02 08:00", 2, 0},
		"the day after":               {"2026-12-02 08:00", 3, 2},
		"once it is over":             {"2026-12-02 08:00", 8, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newPayouts(t)
			w.owing()
			w.offered("ben@post.example", nil, w.trip())
			dbtest.Force(t, w.app, "UPDATE sensitive.awards SET answered_at = ? WHERE status = 'accepted'", c.set)
			dbtest.Force(t, w.app, "UPDATE sensitive.awards SET offered_at = ?, until_on = '2026-12-04' WHERE status = 'offered'", c.set)
			w.remind(december(c.day), 9, "offer-waits")
			if got := w.written("offer-waits") + w.written("own-part-due"); got != c.want {
				t.Errorf("%d reminders, want %d", got, c.want)
			}
		})
	}
}
