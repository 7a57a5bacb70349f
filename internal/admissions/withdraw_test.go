package admissions_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/money"
)

func TestWithdrawingGivesBackWhatThePageSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		later time.Duration
		back  money.Amount
	}{
		"within 14 days":   {13 * 24 * time.Hour, fee},
		"75 days before":   {30 * 24 * time.Hour, fee - 7_500},
		"45 days before":   {60 * 24 * time.Hour, fee / 2},
		"two weeks before": {91 * 24 * time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 5)
			e, p, paid := w.booked(1)
			w.settle(p, paid)
			w.clock.Advance(c.later)
			w.write(func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, e.PersonID, e.Code, c.back) })
			w.expect(e.ID, enrolment.Withdrawn)

			sum := money.Amount(0)
			for _, r := range w.refunds(p) {
				sum += r.Amount
			}
			if after := w.payment(e.ID); after.Refunded != sum {
				t.Errorf("the payment counts %s as given back, its refunds add up to %s", after.Refunded, sum)
			}
			if sum != c.back || w.balance(billing.Kept(w.run)) != c.back-fee || w.balance(billing.Owed(p.ID)) != -c.back {
				t.Errorf("%s back, %s kept, %s owed", sum, w.balance(billing.Kept(w.run)), w.balance(billing.Owed(p.ID)))
			}
			if w.balance(billing.Deferred(w.run)) != 0 || w.balance(billing.Due(p.ShareID)) != 0 || w.places().Taken() != 0 {
				t.Errorf("%s deferred, %s due, %d places taken", w.balance(billing.Deferred(w.run)), w.balance(billing.Due(p.ShareID)), w.places().Taken())
			}
			if got := w.mails("place-withdrawn"); got != 1 {
				t.Errorf("%d told", got)
			}
			w.sound()
		})
	}
}

func TestWithdrawingAtAnotherAmountThanThePageSaidIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, paid := w.booked(1)
	w.settle(p, paid)
	err := w.db.Write(t.Context(), func(tx *db.Tx) error {
		return admissions.Withdraw(t.Context(), tx, nil, e.PersonID, e.Code, fee-7_500)
	})
	if !errors.Is(err, admissions.ErrReckoningChanged) {
		t.Errorf("got %v", err)
	}
	w.expect(e.ID, enrolment.Confirmed)
}

func TestWithdrawingFromManyTabsHappensOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, paid := w.booked(1)
	w.settle(p, paid)
	var failed atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			err := w.db.Write(t.Context(), func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, e.PersonID, e.Code, fee) })
			if err != nil {
				failed.Add(1)
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if r := w.refunds(p); len(r) != 1 || r[0].Amount != fee {
		t.Errorf("refunds %+v", r)
	}
	w.sound()
}

func TestNobodyWithdrawsSomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, _, _ := w.booked(1)
	other := w.person(2)
	err := w.db.Write(t.Context(), func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, other.Person, e.Code, 0) })
	if failure.KindOf(err) != failure.NotFound {
		t.Errorf("got %v", err)
	}
	w.expect(e.ID, enrolment.Held)
}

func TestNeverMoreGoesBackThanWasPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, paid := w.booked(1)
	w.settle(p, paid)
	w.write(func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, e.PersonID, e.Code, fee) })
	_, err := w.db.NewRaw("INSERT INTO refunds (code, payment_id, amount, status, reason, created_at) VALUES ('XXXX-XX', ?, 1, 'requested', 'withdrawn', now())", p.ID).Exec(t.Context())
	if !db.Violates(err, "payments_refunds_within_captured") {
		t.Errorf("a penny more than was paid: %v", err)
	}
}
