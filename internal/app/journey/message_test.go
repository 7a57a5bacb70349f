package journey_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/db/dbtest"
	"bursar/internal/sandbox"
)

// paidInSilence is somebody who has paid, and of whose payment no event has been sent yet.
func (w *world) paidInSilence(name string) *visitor {
	w.t.Helper()
	v := w.learner(name)
	v.book(w.run.Code)
	w.drain()
	w.processor.SetFaults(sandbox.Faults{Hold: true})
	v.pays(sandbox.CardPays)
	return v
}

// eventOf is the body of the latest event of a kind. It is noted when it is sent, here to nobody.
func (w *world) eventOf(kind string) []byte {
	w.t.Helper()
	w.processor.SetWebhookURL("http://" + w.processor.server.Listener.Addr().String() + "/v1/nobody")
	defer w.processor.SetWebhookURL(w.hookURL())
	for _, e := range w.processor.Events() {
		if e.Type == kind {
			if w.processor.Deliver(w.t.Context(), e.ID) == nil {
				w.t.Fatal("nobody took an event")
			}
			return w.processor.body(e.ID)
		}
	}
	w.t.Fatalf("there is no event %s", kind)
	return nil
}

func TestOneEventFiftyTimesAtOnceIsTakenFiftyTimesAndAppliedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.paidInSilence("Ana Reyes")
	body := w.eventOf("checkout.session.completed")
	statuses := make([]int, 50)
	all(50, func(i int) { statuses[i] = w.hook(body, signed(body, webhookSecret, time.Now())) })
	for _, s := range statuses {
		if s != http.StatusOK {
			t.Fatalf("answered %d", s)
		}
	}
	if n := w.Count("SELECT count(*) FROM processor_events"); n != 1 {
		t.Errorf("%d events are stored", n)
	}
	if n := w.Count("SELECT count(*) FROM river.river_job WHERE kind = 'event_arrived'"); n != 1 {
		t.Errorf("%d jobs are to look into it", n)
	}
	w.drain()
	ana.finds("confirmation", "Your place is confirmed")
	if n := w.Count("SELECT count(*) FROM mails WHERE template = 'place-confirmed'"); n != 1 {
		t.Errorf("%d confirmations were sent", n)
	}
	w.processor.SetFaults(sandbox.Faults{})
}

func TestAllEventsOfAPaymentAtOnceAreAppliedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 10)
	defer w.sound()
	claims := make([]*claim, 10)
	for i := range claims {
		claims[i] = w.claim(fates[0], i)
	}
	w.drain()
	w.processor.SetFaults(sandbox.Faults{Hold: true})
	for _, c := range claims {
		w.payOn(w.payment(c.place).SessionURL, sandbox.CardPays)
	}
	w.processor.SetFaults(sandbox.Faults{Duplicate: 2, Reverse: true})
	w.inParallel()
	for _, c := range claims {
		if got := w.stands(c); got != c.fate.want {
			t.Errorf("stands at %s, want %s", got, c.fate.want)
		}
	}
}

// again has every job of a kind be done once more, as when a worker was killed after its effect and before it
// could say so.
func (w *world) again(kind string) {
	w.t.Helper()
	res, err := dbtest.Owner(w.t, w.DB).ExecContext(w.t.Context(),
		"UPDATE river.river_job SET state = 'available', finalized_at = NULL WHERE kind = ?", kind)
	if err != nil {
		w.t.Fatal(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		w.t.Fatalf("%d jobs %s, %v", n, kind, err)
	}
	w.drain()
}

func TestAJobThatIsDoneAgainHasNoFurtherEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.learner("Ana Reyes")
	ana.book(w.run.Code)
	w.drain()
	w.again("page_preparing")
	if n := w.processor.sessions(); n != 1 {
		t.Errorf("%d payment pages", n)
	}
	ana.pays(sandbox.CardPays)
	w.drain()
	ana.cancels()
	w.drain()
	counted := func() int {
		return w.Count(`SELECT (SELECT count(*) FROM entries) + (SELECT count(*) FROM mails) + (SELECT count(*) FROM audit) + (SELECT count(*) FROM refunds)`)
	}
	before := counted()
	for _, kind := range []string{"page_preparing", "event_arrived", "refund_due", "mail_delivery"} {
		w.again(kind)
	}
	if after := counted(); after != before {
		t.Errorf("%d rows became %d", before, after)
	}
	if truth := w.processor.Truth(); len(truth) != 1 || len(truth[0].Refunds) != 1 {
		t.Errorf("the processor has %+v", truth)
	}
}

func TestAMessageThatIsNotTheProcessorsOfNowIsRefusedAndLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	w.paidInSilence("Ana Reyes")
	body, now := w.eventOf("checkout.session.completed"), time.Now()
	large := append(bytes.Clone(body[:len(body)-1]), (`,"more":"` + strings.Repeat("x", 1<<20) + `"}`)...)
	rows := func() int {
		return w.Count(`SELECT (SELECT count(*) FROM processor_events) + (SELECT count(*) FROM quarantine) + (SELECT count(*) FROM river.river_job)`)
	}
	before := rows()
	for name, m := range map[string]struct {
		body      []byte
		signature string
		want      int
	}{
		"unsigned":         {body, "", http.StatusBadRequest},
		"forged":           {body, signed(body, "whsec_guessed", now), http.StatusBadRequest},
		"body changed":     {bytes.Replace(body, []byte("325000"), []byte("000001"), 1), signed(body, webhookSecret, now), http.StatusBadRequest},
		"301 seconds ago":  {body, signed(body, webhookSecret, now.Add(-301*time.Second)), http.StatusBadRequest},
		"in 310 seconds":   {body, signed(body, webhookSecret, now.Add(310*time.Second)), http.StatusBadRequest},
		"a megabyte":       {large, signed(large, webhookSecret, now), http.StatusRequestEntityTooLarge},
		"signed, no event": {[]byte("{}"), signed([]byte("{}"), webhookSecret, now), http.StatusBadRequest},
	} {
		if got := w.hook(m.body, m.signature); got != m.want {
			t.Errorf("%s: answered %d, want %d", name, got, m.want)
		}
	}
	if after := rows(); after != before {
		t.Errorf("%d rows became %d", before, after)
	}
	for name, at := range map[string]time.Time{"290 seconds ago": now.Add(-290 * time.Second), "in 290 seconds": now.Add(290 * time.Second)} {
		if got := w.hook(body, signed(body, webhookSecret, at)); got != http.StatusOK {
			t.Errorf("%s: answered %d", name, got)
		}
	}
	w.processor.SetFaults(sandbox.Faults{})
}

func TestAnEventOfAnotherVersionIsKeptLookedIntoAndShownToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.learner("Ana Reyes")
	ana.book(w.run.Code)
	w.processor.SetFaults(sandbox.Faults{APIVersion: "2024-06-20"})
	ana.pays(sandbox.CardPays)
	w.drain()
	ana.finds("confirmation", "Your place is confirmed")
	w.doubts = []billing.DoubtKind{billing.WrongVersion}
}

func TestAnEventOfTheOtherModeIsKeptAndMovesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.paidInSilence("Ana Reyes")
	live := bytes.Replace(w.eventOf("checkout.session.completed"), []byte(`"livemode":false,"object":"event"`), []byte(`"livemode":true,"object":"event"`), 1)
	live = bytes.Replace(live, []byte(`"id":"evt_`), []byte(`"id":"evt_live`), 1)
	if got := w.hook(live, signed(live, webhookSecret, time.Now())); got != http.StatusOK {
		t.Errorf("answered %d", got)
	}
	w.drain()
	ana.finds("confirmation", "We are checking your payment")
	w.doubts = []billing.DoubtKind{billing.WrongMode}
	w.processor.SetFaults(sandbox.Faults{})
}

func TestMoneyThatIsNotWhatWasAskedForIsPutBeforeAPersonAndNotPosted(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Faults{
		"another amount": {Capture: 10_900}, "another currency": {Currency: "eur"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			defer w.sound()
			ana := w.learner("Ana Reyes")
			ana.book(w.run.Code)
			w.drain()
			entries := w.Count("SELECT count(*) FROM entries")
			w.processor.SetFaults(fault)
			ana.pays(sandbox.CardPays)
			w.drain()
			w.later(time.Hour) // the sweep frees nothing either
			w.left(0)
			ana.finds("", "We are asking our card payment service whether a payment is under way")
			if n := w.Count("SELECT count(*) FROM entries") - entries; n != 0 {
				t.Errorf("%d entries were posted", n)
			}
			w.doubts = []billing.DoubtKind{billing.WrongAmount}
		})
	}
}

func TestMoneyForNothingOfOursIsPutBeforeAPersonAndNotPosted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	foreign, err := w.Gateway.Open(t.Context(), billing.Checkout{
		Key: "somebody-else", Reference: "ZZZZ-ZZ", Amount: 4_200, Description: "A book", Email: "cas@people.example",
		ExpiresAt: w.Clock.Now().Add(billing.PageLife), ReturnURL: w.Config.URL, CancelURL: w.Config.URL,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.payOn(foreign.URL, sandbox.CardPays)
	w.drain()
	w.never("an entry for it", "SELECT FROM entries")
	w.doubts = []billing.DoubtKind{billing.UnknownPayment, billing.UnknownPayment, billing.UnknownPayment} // of each event
	w.learner("Ana Reyes").book(w.run.Code)
}
