package award_test

import (
	"fmt"
	"testing"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/london"
)

func fundAccount(f *fund.Fund, which string) string { return fmt.Sprintf("fund/%d/%s", f.ID, which) }

// returned runs the job for one award and reports whether anything was returned.
func (w *payouts) returned(h *holder) (done bool) {
	w.t.Helper()
	w.must(w.workers, 0, func(tx *db.Tx) (err error) {
		done, err = award.ReturnUnspent(w.t.Context(), tx, h.award.ID)
		return err
	})
	return done
}

func (w *payouts) standing(h *holder) *award.Award {
	w.t.Helper()
	return w.own(h).Award
}

func TestWhatNobodyAskedForGoesBackSixtyDaysAfterTheCourse(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	w.drawn(ana)
	c := w.asks(ana, train(12_000))
	if err := w.approve(c, 12_000, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.pay(c, "REF 1"); err != nil {
		t.Fatal(err)
	}
	w.clock.Set(w.run.EndsOn().AddDays(60).End())
	if w.returned(ana) {
		t.Fatal("returned on the last day to ask")
	}
	w.clock.Set(w.run.EndsOn().AddDays(61).At(0, 0))
	if !w.returned(ana) || w.returned(ana) {
		t.Fatal("it is returned once, the day after the last")
	}
	if a := w.standing(ana); a.Status != award.Spent || !a.EndedAt.Equal(w.clock.Now()) {
		t.Errorf("the award is %s", a.Status)
	}
	for _, f := range []*fund.Fund{w.north, w.open} {
		if left := w.committed(f); left != 0 {
			t.Errorf("%s is still promised of %s", left, f.Code)
		}
	}
	if got := w.balance(fundAccount(w.open, "available")); got != 1_000_000-2_000 {
		t.Errorf("the open fund has %s", got)
	}
}

func TestAnAwardWaitsForAClaimThatIsNotSettled(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	w.drawn(ana)
	c := w.asks(ana, train(12_000))
	w.clock.Set(w.run.EndsOn().AddDays(61).At(0, 0))
	if w.returned(ana) {
		t.Error("returned while a claim waits for a decision")
	}
	w.must(w.officers, w.admin.ID, func(tx *db.Tx) error {
		all, err := award.WaitingClaims(t.Context(), tx, 0, 10)
		if len(all) != 1 || !all[0].Late {
			t.Errorf("the desk shows %+v", all)
		}
		return err
	})
	if err := w.approve(c, 12_000, ""); err != nil { // asked for in time, decided late
		t.Fatal(err)
	}
	if w.returned(ana) {
		t.Error("returned while a claim waits to be paid")
	}
	if err := w.pay(c, "REF 1"); err != nil {
		t.Fatal(err)
	}
	if !w.returned(ana) {
		t.Error("not returned when all is settled")
	}
}

func TestAFeeThatWasNeverPaidToTheCourseIsNotReturnedInSilence(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	w.clock.Set(w.run.EndsOn().AddDays(61).At(0, 0))
	err := w.as(w.workers, 0, func(tx *db.Tx) error {
		_, err := award.ReturnUnspent(t.Context(), tx, ana.award.ID)
		return err
	})
	if err == nil || w.standing(ana).Status != award.Accepted {
		t.Errorf("%v", err)
	}
}

func TestWhoGivesAnAwardUpIsStillPaidWhatWasApproved(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	ana := w.accepted("ana@post.example", w.trip())
	approved, asked := w.asks(ana, train(12_000)), w.asks(ana, train(1_000))
	if err := w.approve(approved, 12_000, ""); err != nil {
		t.Fatal(err)
	}
	w.must(w.workers, 0, func(tx *db.Tx) error {
		a, err := award.Lock(t.Context(), tx, ana.award.ID)
		if err != nil {
			return err
		}
		if err := award.ReleaseUnclaimed(t.Context(), tx, "award/"+a.Code+"/released", a); err != nil {
			return err
		}
		if err := a.Move(award.Released, tx.Now); err != nil {
			return err
		}
		return award.Save(t.Context(), tx, a)
	})
	if north, open := w.committed(w.north), w.committed(w.open); north != 10_000 || open != 2_000 {
		t.Errorf("still promised: %s and %s", north, open)
	}
	if err := w.approve(asked, 1_000, ""); err == nil {
		t.Error("approved after the award was given up")
	}
	if err := w.refuse(asked, "You are not coming any more."); err != nil {
		t.Error(err)
	}
	if err := w.pay(approved, "REF 1"); err != nil {
		t.Error(err)
	}
	if north, open := w.committed(w.north), w.committed(w.open); north+open != 0 {
		t.Errorf("still promised: %s and %s", north, open)
	}
}

// told writes the notices at an hour of a day and wants so many.
func (w *payouts) told(when string, day london.Date, hour, want int) {
	w.t.Helper()
	w.clock.Set(day.At(hour, 0))
	w.must(w.workers, 0, func(tx *db.Tx) error {
		n, err := award.NoticeUnspent(w.t.Context(), tx)
		if n != want {
			w.t.Errorf("%s: %d were told, want %d", when, n, want)
		}
		return err
	})
}

func TestPeopleAreToldOnceFourteenDaysBeforeMoneyGoesBack(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	w.accepted("ana@post.example", w.trip())
	used := w.accepted("ben@post.example", w.trip()[:2])
	w.asks(used, train(18_000))
	w.offered("cas@post.example", nil, w.trip())
	last := w.run.EndsOn().AddDays(60)
	w.told("fifteen days before", last.AddDays(-15), 12, 0)
	w.told("in the night", last.AddDays(-14), 8, 0)
	w.told("fourteen days before", last.AddDays(-14), 9, 1)
	w.told("again", last.AddDays(-14), 10, 0)
	w.told("the next day", last.AddDays(-13), 9, 0)
	if n := w.written("unspent-soon"); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestANoticeThatWasMissedIsMadeUpForUntilTheLastDay(t *testing.T) {
	t.Parallel()
	w := newPayouts(t)
	w.accepted("ana@post.example", w.trip())
	last := w.run.EndsOn().AddDays(60)
	w.told("too late", last.AddDays(1), 9, 0)
	w.told("on the last day", last, 9, 1)
}
