package journey_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/london"
	"bursar/internal/sandbox"
)

const createPage, createRefund = "POST /v1/checkout/sessions", "POST /v1/refunds"

// fails expects that not everything can be done now, because the processor does not answer.
func (w *world) fails() {
	w.t.Helper()
	if err := w.tryDrain(); !errors.Is(err, billing.ErrGatewayDown) {
		w.t.Fatalf("got %v, want that the processor is down", err)
	}
}

func TestHoweverThePageIsLostOnTheWayThereIsOneInTheEnd(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]sandbox.Failure{
		"before it is made": sandbox.CutBefore, "after it was made": sandbox.CutAfter,
		"too many calls": sandbox.RateLimited, "locked": sandbox.Locked,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			defer w.sound()
			ana := w.learner("Ana Reyes")
			ana.book(w.run.Code)
			key := w.payment(ana.place()).Key
			w.processor.FailNext(1, createPage, how)
			w.fails()
			ana.finds("pay", "We are preparing your payment page")
			ana.finds("", "Your place is held for you until")
			w.drain()
			if n := w.processor.sessions(); n != 1 {
				t.Errorf("%d pages were made", n)
			}
			if now := w.payment(ana.place()).Key; now != key {
				t.Errorf("the key %s became %s", key, now)
			}
			page := ana.paymentPage()
			if again := ana.paymentPage(); again != page {
				t.Errorf("after a reload it is %s instead of %s", again, page)
			}
			if a := ana.follow(ana.finds(""), "Continue to payment"); a.Header.Get("Location") != page {
				t.Errorf("\"Continue to payment\" leads to %s", a.Header.Get("Location"))
			}
			ana.pays(sandbox.CardPays)
			w.drain()
			ana.finds("confirmation", "Your place is confirmed")
		})
	}
}

func TestAPageThatCannotBeMadeUnderItsKeyIsMadeUnderAnother(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]sandbox.Failure{"nothing was made": sandbox.ErrorBefore, "it was made": sandbox.ErrorAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			defer w.sound()
			ana := w.learner("Ana Reyes")
			ana.book(w.run.Code)
			w.processor.FailNext(1, createPage, how)
			w.fails()
			w.fails() // the error is kept under the key
			w.Clock.Advance(6 * time.Minute)
			ana.finds("pay", "This takes longer than usual")
			w.drain()
			ana.told("payment-ready")
			ana.pays(sandbox.CardPays)
			w.later(time.Hour) // the page of which nobody has the address closes
			ana.finds("confirmation", "Your place is confirmed")
		})
	}
}

func TestHoweverTheRefundIsLostOnTheWayItIsMadeOnce(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]sandbox.Failure{
		"before it is made": sandbox.CutBefore, "after it was made": sandbox.CutAfter, "too many calls": sandbox.RateLimited, "locked": sandbox.Locked,
		"an error, and nothing made": sandbox.ErrorBefore, "an error, and it was made": sandbox.ErrorAfter,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			defer w.sound()
			ana := w.learner("Ana Reyes")
			ana.book(w.run.Code)
			ana.pays(sandbox.CardPays)
			w.drain()
			w.processor.FailNext(1, createRefund, how)
			ana.cancels()
			w.left(1)
			w.fails()
			ana.finds("", "is being sent to your card")
			w.later(time.Hour) // a key that answers with an error is given up by then
			ana.finds("", "was sent to your card", "−£3,250.00")
			if truth := w.processor.Truth(); len(truth[0].Refunds) != 1 {
				t.Errorf("%d refunds were made", len(truth[0].Refunds))
			}
		})
	}
}

func TestAPaymentOfWhichNobodyToldUsIsFound(t *testing.T) {
	t.Parallel()
	for _, days := range []int{3, 29} {
		for name, look := range map[string]func(*world){
			"by the comparison": func(w *world) {
				since := w.Clock.Now().Add(-time.Duration(days+1) * day)
				if _, err := w.Reconcile(w.t.Context(), since); err != nil {
					w.t.Fatal(err)
				}
			},
			"by the sweep": (*world).drain,
		} {
			t.Run(fmt.Sprintf("%d days later %s", days, name), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, 1)
				defer w.sound()
				ana := w.learner("Ana Reyes")
				ana.book(w.run.Code)
				w.drain()
				w.processor.SetFaults(sandbox.Faults{Drop: true})
				ana.pays(sandbox.CardPays)
				w.left(0)
				w.Clock.Advance(time.Duration(days) * day) // and nothing of ours runs meanwhile
				look(w)
				ana.signIn()
				ana.finds("confirmation", "Your place is confirmed")
				w.drain()
				ana.told("place-confirmed", "Paid: £3,250.00")
				w.left(0)
			})
		}
	}
}

func TestWhileTheProcessorIsAwayForSixHoursThePlaceIsKeptAndThenCanBePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.learner("Ana Reyes")
	w.processor.away.Store(true)
	ana.book(w.run.Code)
	for range 24 {
		w.fails()
		if until := ana.place().HeldUntil; !until.After(w.Clock.Now()) {
			t.Errorf("at %s the place is held until %s", w.Clock.Now(), until)
		}
		w.left(0)
		ana.finds("", "Your place is held for you until "+london.Moment(ana.place().HeldUntil))
		w.Clock.Advance(15 * time.Minute)
	}
	ana.finds("pay", "This takes longer than usual")
	if n := w.Count("SELECT count(*) FROM audit WHERE action = 'hold extended'"); n == 0 {
		t.Error("nothing is recorded of why the place is still held")
	}
	w.processor.away.Store(false)
	w.drain()
	ana.told("payment-ready", "Nothing you typed is lost")
	ana.finds("", "Your place is held for you until")
	ana.pays(sandbox.CardPays)
	w.drain()
	ana.finds("confirmation", "Your place is confirmed")
}
