package worker_test

import (
	"testing"
	"time"

	"bursar/internal/audit"
	"bursar/internal/enrolment"
	"bursar/internal/sandbox"
)

func TestAnUnpaidPlaceLapsesOnlyOnceItsPageIsClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e := w.held("ana@people.example")
	w.drain()
	w.box.SetFaults(sandbox.Faults{Drop: true})
	w.clock.Advance(36 * time.Minute)
	w.drain()
	w.expect(e, enrolment.Held) // the processor's own word is given time to come
	w.clock.Advance(2 * time.Minute)
	w.drain()
	w.expect(e, enrolment.Lapsed)
	w.sound()
}

func TestAPaymentWhoseEventsAreLostIsFoundByTheSweep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e := w.held("ana@people.example")
	w.drain()
	w.box.SetFaults(sandbox.Faults{Drop: true})
	w.pay(e, sandbox.CardPays)
	w.drain()
	w.expect(e, enrolment.Held)
	w.clock.Advance(40 * time.Minute)
	w.drain()
	w.expect(e, enrolment.Confirmed)
	w.sound()
}

func TestNothingLapsesWhileTheProcessorIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e := w.held("ana@people.example")
	w.drain()
	w.box.SetFaults(sandbox.Faults{Drop: true})
	w.box.FailNext(1000, "", sandbox.CutBefore)
	for range 6 {
		w.clock.Advance(time.Hour)
		w.drain()
		if now := w.expect(e, enrolment.Held); !now.HeldUntil.After(w.clock.Now()) {
			t.Fatalf("the place is held until %s only", now.HeldUntil)
		}
	}
}

func TestThePlaceIsFreedOnceTheProcessorIsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e := w.held("ana@people.example")
	w.drain()
	w.box.FailNext(1, "POST", sandbox.CutBefore)
	w.clock.Advance(time.Hour)
	w.drain()
	w.expect(e, enrolment.Lapsed) // the first round found it away and the second back
	w.sound()
}

func TestAPendingRefundIsAskedForUntilItArrives(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e := w.held("ana@people.example")
	w.drain()
	w.pay(e, sandbox.CardRefundLater)
	w.drain()
	w.box.SetFaults(sandbox.Faults{Drop: true})
	w.withdraw(e)
	w.drain()
	if n := w.count("SELECT count(*) FROM refunds WHERE status = 'pending'"); n != 1 {
		t.Fatalf("%d refunds are pending", n)
	}
	w.clock.Advance(10 * 24 * time.Hour)
	w.drain()
	if n := w.count("SELECT count(*) FROM refunds WHERE status = 'succeeded'"); n != 1 {
		t.Errorf("%d refunds have arrived", n)
	}
	w.sound()
}

func TestARefundWhoseJobWasLostIsSentAllTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e := w.held("ana@people.example")
	w.drain()
	w.pay(e, sandbox.CardPays)
	w.drain()
	w.withdraw(e)
	if _, err := w.db.Pool().Exec(t.Context(), "DELETE FROM river.river_job WHERE kind = 'refund_due'"); err != nil {
		t.Fatal(err)
	}
	w.drain()
	if n := w.count("SELECT count(*) FROM refunds WHERE status = 'requested'"); n != 1 {
		t.Fatalf("%d refunds are requested", n)
	}
	w.clock.Advance(2 * time.Hour)
	w.drain()
	if n := w.count("SELECT count(*) FROM refunds WHERE status = 'succeeded'"); n != 1 {
		t.Errorf("%d refunds have arrived", n)
	}
	w.sound()
}

func TestARoundSealsTheAuditTrail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.held("ana@people.example")
	w.drain()
	report, err := audit.Verify(t.Context(), w.db)
	if err != nil || !report.Sound() || report.Sealed == 0 {
		t.Errorf("got %+v, %v", report, err)
	}
	if n := w.count("SELECT count(*) FROM audit_unsealed"); n != 0 {
		t.Errorf("%d rows are not sealed", n)
	}
}

func TestPlacesKeptForPeersAreReleasedTheDayAfterTheirLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	if _, err := w.db.ExecContext(t.Context(), "UPDATE run_places SET reserved = 2, release_on = '2026-11-23'"); err != nil {
		t.Fatal(err)
	}
	w.drain()
	if n := w.count("SELECT count(*) FROM run_places WHERE released"); n != 0 {
		t.Fatal("released on their last day")
	}
	w.clock.Advance(24 * time.Hour)
	w.drain()
	if n := w.count("SELECT count(*) FROM run_places WHERE released"); n != 1 {
		t.Error("not released the day after")
	}
	if n := w.count("SELECT count(*) FROM audit WHERE action = 'reserved places released'"); n != 1 {
		t.Errorf("recorded %d times", n)
	}
}
