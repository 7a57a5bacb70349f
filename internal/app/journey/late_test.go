package journey_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/fixture"
	"bursar/internal/people"
	"bursar/internal/sandbox"
)

// lapses has somebody lose a place because the processor says, wrongly, that their page has closed. It gives
// the page, on which they can still pay.
func (v *visitor) lapses() string {
	v.w.t.Helper()
	v.book(v.w.run.Code)
	v.w.drain()
	page := v.paymentPage()
	v.w.processor.mistakes(page, true)
	if _, err := v.try(page, sandbox.CardDeclined); !errors.Is(err, sandbox.ErrDeclined) {
		v.w.t.Fatal(err)
	}
	v.w.drain()
	v.finds("", "This place was not paid for in time and is not held any more")
	v.told("place-lapsed", "You have not been charged")
	v.w.processor.mistakes(page, false)
	return page
}

func (v *visitor) paysLate(page string) {
	v.w.t.Helper()
	if _, err := v.try(page, sandbox.CardPays); err != nil {
		v.w.t.Fatal(err)
	}
}

func TestMoneyThatComesAfterThePlaceLapsedTakesAFreeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.learner("Ana Reyes")
	page := ana.lapses()
	w.left(1)
	ana.paysLate(page)
	w.drain()
	w.left(0)
	ana.finds("confirmation", "Your place is confirmed")
	ana.told("place-confirmed", "Paid: £3,250.00")
	if n := w.Count("SELECT count(*) FROM refunds"); n != 0 {
		t.Errorf("%d refunds beside the place", n)
	}
}

func TestMoneyThatComesWhenTheLastPlaceIsGoneGoesBackAndThePersonWaitsFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	fixture.Person(t, w.DB, "grace@office.example", people.Admin)
	ana, ben := w.learner("Ana Reyes"), w.learner("Ben Okri")
	page := ana.lapses()
	ben.book(w.run.Code)
	ben.pays(sandbox.CardPays)
	w.drain()
	ana.paysLate(page)
	w.processor.FailNext(1, "POST /v1/refunds", sandbox.CutAfter)
	if err := w.tryDrain(); !errors.Is(err, billing.ErrGatewayDown) {
		t.Errorf("the refund's answer was not lost: %v", err)
	}
	w.drain()
	ana.finds("", "You are on the waiting list for these dates", "was sent to your card", "−£3,250.00")
	ana.told("payment-returned", "You are now first on the waiting list", "£3,250.00")
	ben.finds("confirmation", "Your place is confirmed")
	staff := w.mails("grace@office.example")
	if len(staff) != 1 || !strings.Contains(staff[0].Text, ana.code) || strings.Contains(staff[0].Text, "Ana") {
		t.Errorf("the office was told %+v", staff)
	}
	if n := w.Count("SELECT queue FROM enrolments WHERE code = ?", ana.code); n != 0 {
		t.Errorf("she stands at %d", n)
	}
}

func TestOfFiveWhoPayLateForTwoPlacesTwoGetThemAndThreeTheirMoneyBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	defer w.sound()
	pages := make([]string, 5)
	for i := range pages {
		pages[i] = w.learner(fmt.Sprintf("Late Person %d", i)).lapses()
	}
	for i := range 3 {
		early := w.learner(fmt.Sprintf("Early Person %d", i))
		early.book(w.run.Code)
		early.pays(sandbox.CardPays)
	}
	all(len(pages), func(i int) {
		if _, err := w.visitor("somebody").try(pages[i], sandbox.CardPays); err != nil {
			t.Error(err)
		}
	})
	w.inParallel()
	w.left(0)
	if n := w.Count("SELECT count(*) FROM refunds"); n != 3 {
		t.Errorf("%d were refunded", n)
	}
	if n := w.Count("SELECT count(*) FROM enrolments WHERE status = 'waiting'"); n != 3 {
		t.Errorf("%d are waiting", n)
	}
}

// inParallel delivers what waits, and works the jobs in four hands at once.
func (w *world) inParallel() {
	w.t.Helper()
	if err := w.processor.Flush(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	all(4, func(int) {
		if _, err := w.Worker.Drain(w.t.Context()); err != nil {
			w.t.Error(err)
		}
	})
	w.drain()
}

// sweeps lets the time to pay run out and has the sweep ask the processor to close the page. The call hangs
// until the function is called that comes back. The processor's clock is behind: there the page is open.
func (w *world) sweeps() (goOn func()) {
	w.t.Helper()
	w.processor.behind.Store(int64(5 * time.Minute))
	w.processor.SetFaults(sandbox.Faults{Hold: true})
	w.processor.FailNext(1, "POST /v1/checkout/sessions/", sandbox.Stalled)
	w.Clock.Advance(38 * time.Minute)
	return w.stalled()
}

// stalled lets everything happen that waits, beside the test, until a call to the processor hangs.
func (w *world) stalled() (goOn func()) {
	w.t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := w.Worker.Drain(w.t.Context())
		done <- err
	}()
	w.await("the call hangs", func() bool { return w.processor.Waiting() == 1 })
	return func() {
		w.t.Helper()
		w.processor.Resume()
		if err := <-done; err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestAPaymentWhileTheSweepAsksKeepsThePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana, ben := w.learner("Ana Reyes"), w.learner("Ben Okri")
	ana.book(w.run.Code)
	w.drain()
	page := ana.paymentPage()
	goOn := w.sweeps()
	ana.finds("", "We are asking our card payment service whether a payment is under way")
	if _, err := ana.try(page, sandbox.CardPays); err != nil {
		t.Fatal(err)
	}
	ben.reads(ben.Get("/runs/"+w.run.Code+"/book"), http.StatusOK, "There are no places left on these dates")
	goOn()
	w.left(0)
	ana.finds("confirmation", "Your place is confirmed")
	w.processor.SetFaults(sandbox.Faults{})
}

func TestAPageThatTheSweepClosedFirstCannotBePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.learner("Ana Reyes")
	ana.book(w.run.Code)
	w.drain()
	page := ana.paymentPage()
	w.sweeps()()
	if _, err := ana.try(page, sandbox.CardPays); !errors.Is(err, sandbox.ErrPageClosed) {
		t.Errorf("paying on a closed page: %v", err)
	}
	w.left(1)
	ana.told("place-lapsed")
	w.processor.SetFaults(sandbox.Faults{})
}

func TestAPaymentWhileThePlaceIsBeingGivenUpGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	defer w.sound()
	ana := w.learner("Ana Reyes")
	ana.book(w.run.Code)
	w.drain()
	page := ana.paymentPage()
	ana.cancels()
	w.left(1)
	w.processor.FailNext(1, "POST /v1/checkout/sessions/", sandbox.Stalled)
	goOn := w.stalled()
	if _, err := ana.try(page, sandbox.CardPays); err != nil {
		t.Fatal(err)
	}
	goOn()
	w.drain()
	w.left(1)
	ana.finds("", "You cancelled this place", "was sent to your card", "−£3,250.00")
	ana.told("payment-returned", "£3,250.00")
}

func TestOfManyWhoPayWhileTheSweepGoesRoundEachHasAPlaceOrHasPaidNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 16)
	defer w.sound()
	claims, pages := make([]*claim, 16), make([]string, 16)
	for i := range claims {
		claims[i] = w.claim(fate{}, i)
	}
	w.drain()
	for i, c := range claims {
		pages[i] = w.payment(c.place).SessionURL
	}
	goOn := w.sweeps()
	paid := make([]bool, len(pages))
	swept := make(chan struct{})
	go func() { defer close(swept); goOn() }()
	all(len(pages), func(i int) {
		_, err := w.visitor("somebody").try(pages[i], sandbox.CardPays)
		paid[i] = err == nil
	})
	<-swept
	w.processor.SetFaults(sandbox.Faults{})
	w.inParallel()
	for i, c := range claims {
		want := "lapsed cancelled 0 0 [] [place-lapsed]"
		if paid[i] {
			want = "confirmed succeeded 325000 0 [] [place-confirmed]"
		}
		if got := w.stands(c); got != want {
			t.Errorf("paid: %v, and stands at %s", paid[i], got)
		}
	}
}
