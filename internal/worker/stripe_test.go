package worker_test

import (
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/sandbox"
)

func TestAPaidPageConfirmsThePlaceOnceHoweverOftenItsEventsCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.box.SetFaults(sandbox.Faults{Duplicate: 2, Reverse: true})
	e := w.held("ana@people.example")
	w.drain()
	w.pay(e, sandbox.CardPays)
	w.drain()
	w.expect(e, enrolment.Confirmed)
	w.sound()
	if n := w.count("SELECT count(*) FROM mails WHERE template = 'place-confirmed' AND status = 'shown'"); n != 1 {
		t.Errorf("%d confirmations were sent", n)
	}
	if n := w.count("SELECT count(*) FROM processor_events WHERE applied_at IS NULL"); n != 0 {
		t.Errorf("%d events were not looked into", n)
	}
}

func TestAPageThatComesLateIsAnnouncedAndTheHoldOutlastsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e := w.held("ana@people.example")
	w.box.FailNext(1, "POST /v1/checkout/sessions", sandbox.CutBefore)
	if err := w.tryDrain(); err == nil {
		t.Fatal("the page was made although the processor was away")
	}
	w.clock.Advance(6 * time.Minute)
	w.drain()
	p := w.payment(e)
	if p.SessionURL == "" {
		t.Fatal("there is no page")
	}
	if now := w.expect(e, enrolment.Held); now.HeldUntil.Before(p.ExpiresAt) {
		t.Errorf("the place is held until %s and the page open until %s", now.HeldUntil, p.ExpiresAt)
	}
	if n := w.count("SELECT count(*) FROM mails WHERE template = 'payment-ready'"); n != w.ready(e, p) {
		t.Errorf("the person was told %d times", n)
	}
}

// ready is how often the person should have been told that the page is there: once if the hold grew.
func (w *world) ready(e *enrolment.Enrolment, p billing.Payment) int {
	if p.ExpiresAt.After(e.HeldUntil) {
		return 1
	}
	return 0
}

func TestALostAnswerMakesNoSecondPageAndNoSecondRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.box.FailNext(1, "POST /v1/checkout/sessions", sandbox.CutAfter)
	e := w.held("ana@people.example")
	_ = w.tryDrain() // the first try fails
	w.drain()
	if n := len(w.box.Truth()); n != 1 {
		t.Fatalf("there are %d pages", n)
	}
	w.pay(e, sandbox.CardPays)
	w.drain()
	w.box.FailNext(1, "POST /v1/refunds", sandbox.CutAfter)
	w.withdraw(e)
	_ = w.tryDrain() // the first try fails
	w.drain()
	if refunds := w.box.Truth()[0].Refunds; len(refunds) != 1 {
		t.Errorf("the processor made %d refunds", len(refunds))
	}
	w.sound()
}

func (w *world) withdraw(e *enrolment.Enrolment) {
	w.Helper()
	err := w.db.Write(w.Context(), func(tx *db.Tx) error {
		now, err := enrolment.Get(w.Context(), tx, e.ID)
		if err != nil {
			return err
		}
		r, err := admissions.QuoteWithdrawal(w.Context(), tx, now, w.run, tx.Now)
		if err != nil {
			return err
		}
		return admissions.Withdraw(w.Context(), tx, nil, e.PersonID, e.Code, r.Back)
	})
	if err != nil {
		w.Fatal(err)
	}
}

func TestAnEventAboutNothingOfOursIsPutBeforeAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e := w.held("ana@people.example")
	w.drain()
	event := billing.Event{ID: "evt_other", Type: "payment_intent.succeeded", APIVersion: "2023-10-16", Intent: "pi_other", Payload: []byte("{}")}
	err := w.db.Write(t.Context(), func(tx *db.Tx) error {
		return billing.RecordEvent(t.Context(), tx, event, billing.Expected{APIVersion: "2023-10-16"})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.drain()
	if doubts := w.doubts(); len(doubts) != 1 || doubts[0].Kind != billing.UnknownPayment {
		t.Errorf("got %+v", doubts)
	}
	w.expect(e, enrolment.Held)
}

func TestMoneyThatDiffersMovesNothingAndIsPutBeforeAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e := w.held("ana@people.example")
	w.drain()
	w.box.SetFaults(sandbox.Faults{Capture: fixture.Fee - 1})
	w.pay(e, sandbox.CardPays)
	w.drain()
	w.expect(e, enrolment.Held)
	if doubts := w.doubts(); len(doubts) != 1 || doubts[0].Kind != billing.WrongAmount {
		t.Errorf("got %+v", doubts)
	}
	w.sound()
}
