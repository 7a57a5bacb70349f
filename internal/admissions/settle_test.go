package admissions_test

import (
	"fmt"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
)

// orders calls each with every order of the standings.
func orders(standings []billing.Standing, each func([]billing.Standing)) {
	var walk func(done, left []billing.Standing)
	walk = func(done, left []billing.Standing) {
		if len(left) == 0 {
			each(done)
		}
		for i := range left {
			rest := append(append([]billing.Standing{}, left[:i]...), left[i+1:]...)
			walk(append(append([]billing.Standing{}, done...), left[i]), rest)
		}
	}
	walk(nil, standings)
}

func TestEveryOrderOfTidingsEndsInTheSamePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 500)
	n := 0
	_, _, like := w.booked(0)
	open, unpaid, expired, paid := like, like, like, like
	open.State, open.Paid, open.Captured = billing.PageOpen, false, 0
	unpaid.Paid, unpaid.Captured = false, 0
	expired.State, expired.Paid, expired.Captured = billing.PageExpired, false, 0
	orders([]billing.Standing{open, unpaid, expired, paid, paid}, func(tidings []billing.Standing) {
		n++
		e, p, own := w.booked(n)
		for _, s := range tidings {
			s.Session, s.Reference, s.Intent = own.Session, own.Reference, own.Intent
			w.write(func(tx *db.Tx) error { return admissions.Settle(t.Context(), tx, p.ID, s) })
		}
		w.expect(e.ID, enrolment.Confirmed)
		if got := w.balance(billing.Due(p.ShareID)); got != 0 {
			t.Errorf("order %d leaves %s due", n, got)
		}
		if len(w.refunds(p)) != 0 {
			t.Errorf("order %d gave money back", n)
		}
	})
	w.sound()
	if got, want := -w.balance(billing.Deferred(w.run)), fee*121; got != want {
		t.Errorf("%s deferred after %d orders, want %s", got, n, want) // one held place is charged too
	}
	if got, want := w.balance(billing.Processor), fee*120; got != want {
		t.Errorf("%s at the processor, want %s", got, want)
	}
	if got := w.mails("place-confirmed"); got != 120 {
		t.Errorf("%d confirmations for 120 places", got)
	}
}

func TestAPaymentConfirmsThePlaceOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, paid := w.booked(1)
	for range 3 {
		w.settle(p, paid)
	}
	w.expect(e.ID, enrolment.Confirmed)
	if w.places().Confirmed != 1 || w.places().Held != 0 {
		t.Errorf("places %+v", w.places())
	}
	if due, held := w.balance(billing.Due(p.ShareID)), w.balance(billing.Processor); due != 0 || held != fee {
		t.Errorf("%s due, %s at the processor", due, held)
	}
	if got := w.mails("place-confirmed"); got != 1 {
		t.Errorf("%d confirmations", got)
	}
	var files int
	if err := w.db.NewRaw("SELECT count(*) FROM mail_attachments").Scan(t.Context(), &files); err != nil || files != 2 {
		t.Errorf("%d invitations for 2 blocks, %v", files, err)
	}
}

func TestAnUnpaidPageFreesThePlaceAndTheBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, s := w.booked(1)
	s.State, s.Paid, s.Captured, s.Intent = billing.PageExpired, false, 0, ""
	w.settle(p, s)
	w.settle(p, s)
	w.expect(e.ID, enrolment.Lapsed)
	if w.places().Taken() != 0 || w.balance(billing.Deferred(w.run)) != 0 {
		t.Errorf("places %+v, %s deferred", w.places(), w.balance(billing.Deferred(w.run)))
	}
	if got := w.mails("place-lapsed"); got != 1 {
		t.Errorf("%d told", got)
	}
	if again, err := w.book(w.person(1)); err != nil || again.ID == e.ID {
		t.Errorf("booking again: %v", err)
	}
}

func TestAPlaceIsKeptWhileABankConfirms(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, paid := w.booked(1)
	unpaid := paid
	unpaid.Paid, unpaid.Captured = false, 0
	w.settle(p, unpaid)
	if got := w.enrolment(e.ID); got.Status != enrolment.Held || got.HeldUntil.Sub(w.clock.Now()) < 7*24*time.Hour {
		t.Errorf("the place: %s until %s", got.Status, got.HeldUntil)
	}
	for later, want := range map[time.Duration]int{time.Hour: 0, 7 * time.Hour: 1} {
		overdue, err := billing.Overdue(t.Context(), w.db, w.clock.Now().Add(later), 10)
		if err != nil || len(overdue) != want {
			t.Errorf("%s later %d payments are asked about, %v", later, len(overdue), err)
		}
	}
	refused := unpaid
	refused.Failed = true
	w.settle(p, refused)
	w.expect(e.ID, enrolment.Lapsed)
	w.settle(p, paid)
	w.expect(e.ID, enrolment.Confirmed)
}

func TestLateMoneyTakesAFreePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e, p, paid := w.booked(1)
	expired := paid
	expired.State, expired.Paid, expired.Captured = billing.PageExpired, false, 0
	w.settle(p, expired)
	w.settle(p, paid)
	w.expect(e.ID, enrolment.Confirmed)
	if len(w.refunds(p)) != 0 || w.balance(billing.Deferred(w.run)) != -fee {
		t.Errorf("%d refunds, %s deferred", len(w.refunds(p)), w.balance(billing.Deferred(w.run)))
	}
}

func TestLateMoneyForAFullRunGoesBackAndThePersonWaitsInFront(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.administrator()
	e, p, paid := w.booked(1)
	expired := paid
	expired.State, expired.Paid, expired.Captured = billing.PageExpired, false, 0
	w.settle(p, expired)
	other, _, _ := w.booked(2)
	for range 2 {
		w.settle(p, paid)
	}
	w.expect(e.ID, enrolment.Waiting)
	refunds := w.refunds(p)
	if len(refunds) != 1 || refunds[0].Amount != fee || refunds[0].Reason != billing.ForLateness {
		t.Fatalf("refunds %+v", refunds)
	}
	if got := w.balance(billing.Owed(p.ID)); got != -fee {
		t.Errorf("%s owed", got)
	}
	for template, want := range map[string]int64{"payment-returned": 1, "staff-late-payment": 1, "place-confirmed": 0} {
		if got := w.mails(template); got != want {
			t.Errorf("%d mails %s, want %d", got, template, want)
		}
	}
	w.write(func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, other.PersonID, other.Code, 0) })
	w.write(func(tx *db.Tx) error { return admissions.PassPlaces(t.Context(), tx, w.run) })
	if got := w.enrolment(e.ID); got.Status != enrolment.Held || w.balance(billing.Due(p.ShareID)) != fee || w.mails("waiting-offered") != 1 {
		t.Errorf("who waited in front is %s, owes %s", got.Status, w.balance(billing.Due(p.ShareID)))
	}
	w.write(func(tx *db.Tx) error {
		return billing.RecordRefund(t.Context(), tx, refunds[0].ID, billing.RefundStanding{ID: "re_1", Reference: refunds[0].Code, Amount: fee, State: billing.RefundSucceeded})
	})
	if owed, held := w.balance(billing.Owed(p.ID)), w.balance(billing.Processor); owed != 0 || held != 0 {
		t.Errorf("after the refund %s owed, %s at the processor", owed, held)
	}
	w.sound()
}

func TestMoneyForAPlaceThatWasGivenUpGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, paid := w.booked(1)
	w.write(func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, e.PersonID, e.Code, 0) })
	w.settle(p, paid)
	w.expect(e.ID, enrolment.Withdrawn)
	if r := w.refunds(p); len(r) != 1 || r[0].Amount != fee {
		t.Errorf("refunds %+v", r)
	}
}

func TestMoneyThatDoesNotAgreeWaitsForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, paid := w.booked(1)
	for name, change := range map[string]func(*billing.Standing){
		"less":             func(s *billing.Standing) { s.Amount, s.Captured = fee-100, fee-100 },
		"another currency": func(s *billing.Standing) { s.Currency = "eur" },
		"another payment":  func(s *billing.Standing) { s.Reference = "ZZZZ-ZZ" },
	} {
		wrong := paid
		wrong.Session += name
		change(&wrong)
		w.settle(p, wrong)
	}
	w.expect(e.ID, enrolment.Held)
	if got := len(w.doubts()); got != 3 {
		t.Errorf("%d in quarantine, want 3", got)
	}
	overdue, err := billing.Overdue(t.Context(), w.db, w.clock.Now().Add(24*time.Hour), 10)
	if err != nil || len(overdue) != 0 {
		t.Errorf("%d payments that wait for a person are asked about again, %v", len(overdue), err)
	}
	if w.balance(billing.Processor) != 0 {
		t.Error("money that does not agree was posted")
	}
}

func TestARefundThatWeDidNotAskForWaitsForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, paid := w.booked(1)
	paid.Refunds = []billing.RefundStanding{{ID: "re_strange", Amount: 100, State: billing.RefundSucceeded}}
	w.settle(p, paid)
	w.expect(e.ID, enrolment.Confirmed)
	if d := w.doubts(); len(d) != 1 || d[0].Kind != billing.StrangeRefund {
		t.Errorf("doubts %+v", d)
	}
}

func TestARefundThatComesBackIsOwedAgainAndWaitsForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, paid := w.booked(1)
	w.settle(p, paid)
	w.write(func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, nil, e.PersonID, e.Code, fee) })
	r := w.refunds(p)[0]
	for i, s := range []billing.RefundState{billing.RefundPending, billing.RefundFailed, billing.RefundSucceeded, billing.RefundPending} {
		w.write(func(tx *db.Tx) error {
			return billing.RecordRefund(t.Context(), tx, r.ID, billing.RefundStanding{ID: fmt.Sprintf("re_%d", i), Reference: r.Code, Amount: fee, State: s})
		})
		w.sound()
	}
	if got := w.refunds(p)[0].Status; got != billing.RefundRejected {
		t.Errorf("the refund is %s", got)
	}
	if owed, held := w.balance(billing.Owed(p.ID)), w.balance(billing.Processor); owed != -fee || held != fee {
		t.Errorf("%s owed, %s at the processor", owed, held)
	}
	if d := w.doubts(); len(d) != 1 || d[0].Kind != billing.RefundCameBack {
		t.Errorf("doubts %+v", d)
	}
	w.administrator()
	w.write(func(tx *db.Tx) error { return admissions.TellRefundReturned(t.Context(), tx, r.ID) })
	if learner, staff := w.mails("refund-returned"), w.mails("staff-refund-returned"); learner != 1 || staff != 1 {
		t.Errorf("%d mails to the learner and %d to staff", learner, staff)
	}
	var jobs int
	if err := w.db.NewRaw("SELECT count(*) FROM river.river_job WHERE kind = 'refund_returned'").Scan(t.Context(), &jobs); err != nil || jobs != 1 {
		t.Errorf("%d jobs to tell so, %v", jobs, err)
	}
}

func TestAPlaceIsKeptWhileTheProcessorIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	e, p, s := w.booked(1)
	keep := func() time.Time {
		w.write(func(tx *db.Tx) error { return admissions.KeepWhileAway(t.Context(), tx, p.ID) })
		return w.enrolment(e.ID).HeldUntil
	}
	if got := keep(); !got.Equal(e.HeldUntil) {
		t.Errorf("kept longer before its time: %s", got)
	}
	w.clock.Advance(time.Hour)
	if got := keep(); !got.After(w.clock.Now()) {
		t.Errorf("kept until %s", got)
	}
	s.State, s.Paid, s.Captured, s.URL = billing.PageOpen, false, 0, "https://pay.example"
	w.write(func(tx *db.Tx) error {
		_, err := tx.NewRaw("UPDATE payments SET attempt = 2, expires_at = ? WHERE id = ?", tx.Now.Add(2*time.Hour), p.ID).Exec(t.Context())
		return err
	})
	w.settle(p, s)
	if got := w.mails("payment-ready"); got != 1 {
		t.Errorf("%d told that they can pay now", got)
	}
}
