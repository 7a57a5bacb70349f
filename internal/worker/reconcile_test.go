package worker_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/enrolment"
	"bursar/internal/sandbox"
	"bursar/internal/worker"
)

func (w *world) reconcile() worker.Comparison {
	w.Helper()
	c, err := worker.Reconcile(w.Context(), w.db, w.Journal, w.clock.Now().Add(-24*time.Hour))
	if err != nil {
		w.Fatal(err)
	}
	return c
}

func TestReconcilingAppliesWhatWasMissedAndRepeatingItChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	paid, open := w.held("ana@people.example"), w.held("ben@people.example")
	w.drain()
	w.box.SetFaults(sandbox.Faults{Drop: true})
	w.pay(paid, sandbox.CardPays)
	for range 2 {
		c := w.reconcile()
		w.drain()
		if c.Events == 0 || c.Pages != 2 || c.Payments != 2 || len(c.Doubts) != 0 {
			t.Errorf("got %+v", c)
		}
		w.expect(paid, enrolment.Confirmed)
		w.expect(open, enrolment.Held)
		w.sound()
	}
	if n := w.count("SELECT count(*) FROM mails WHERE template = 'place-confirmed'"); n != 1 {
		t.Errorf("%d confirmations were sent", n)
	}
	if n := w.count("SELECT count(*) FROM processor_events WHERE applied_at IS NULL"); n != 0 {
		t.Errorf("%d events were not looked into", n)
	}
}

func TestReconcilingDoubtsWhatOnlyOneSideKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	w.held("ana@people.example")
	w.drain()
	w.box.SetFaults(sandbox.Faults{Drop: true})
	if _, err := w.db.ExecContext(t.Context(), "UPDATE payments SET session = 'cs_elsewhere'"); err != nil {
		t.Fatal(err)
	}
	strange, err := w.Cashier.Gateway.Open(t.Context(), billing.Checkout{
		Key: "other", Reference: "OTHER", Amount: 1000, Description: "A cake", Email: "cook@people.example",
		ExpiresAt: w.clock.Now().Add(time.Hour), ReturnURL: "https://cakes.example", CancelURL: "https://cakes.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c := w.reconcile(); len(c.Doubts) != 1 || c.Doubts[0].Kind != billing.Missing {
		t.Errorf("an unpaid page of somebody else's is no doubt; got %+v", c.Doubts)
	}
	if _, err := sandbox.PayPage(t.Context(), http.DefaultClient, strange.URL, sandbox.CardPays); err != nil {
		t.Fatal(err)
	}
	c := w.reconcile()
	if len(c.Doubts) != 2 || c.Doubts[1].Kind != billing.UnknownPayment || c.Doubts[1].Object != strange.Session {
		t.Errorf("got %+v", c.Doubts)
	}
	w.sound()
}

func TestReconcilingSaysWhenTheProcessorIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.box.FailNext(1, "GET /v1/events", sandbox.CutBefore)
	if _, err := worker.Reconcile(context.WithoutCancel(t.Context()), w.db, w.Journal, start); err == nil {
		t.Error("no error")
	}
}
