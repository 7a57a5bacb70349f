package sandbox_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/money"
	"bursar/internal/sandbox"
)

func TestAKeyGivesTheSamePageAgain(t *testing.T) {
	t.Parallel()
	s := open(t)
	first, again := s.opened(t, "K7Q2-9M"), s.opened(t, "K7Q2-9M")
	if !reflect.DeepEqual(first, again) {
		t.Errorf("first %+v\nagain %+v", first, again)
	}
	changed := s.order("K7Q2-9M")
	changed.Amount++
	if _, err := s.Open(t.Context(), changed); !errors.Is(err, billing.ErrGatewayRefused) {
		t.Errorf("another amount under the same key: %v", err)
	}
	if n := len(s.box.Truth()); n != 1 {
		t.Errorf("%d pages", n)
	}
}

func TestAKeyOf50CallersAtOnceMakesOnePage(t *testing.T) {
	t.Parallel()
	s := open(t)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := s.Open(t.Context(), s.order("K7Q2-9M")); err != nil && !errors.Is(err, billing.ErrGatewayDown) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(s.box.Truth()); n != 1 {
		t.Errorf("%d pages", n)
	}
}

func TestARefusalIsKeptUnderItsKeyUnlessNothingHadBegun(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.paid(t, "K7Q2-9M", sandbox.CardRefundFails)
	order := billing.RefundOrder{Key: "refund-1", Intent: page.Intent, Reference: "R1", Amount: page.Captured}
	if _, err := s.Refund(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	order.Key = "refund-2"
	if _, err := s.Refund(t.Context(), order); !errors.Is(err, billing.ErrGatewayRefused) {
		t.Errorf("refunding twice: %v", err)
	}
	s.now.add(5 * 24 * time.Hour) // the first refund fails, but its key and that of the refusal are forgotten
	if _, err := s.Refund(t.Context(), order); err != nil {
		t.Errorf("a day later: %v", err)
	}

	form := url.Values{"payment_intent": {page.Intent}, "amount": {"999999"}}
	for i, replayed := range []string{"", "true"} {
		answer, body := s.raw(t, http.MethodPost, "/v1/refunds", form, "Idempotency-Key", "refund-3")
		if answer.StatusCode != http.StatusBadRequest || answer.Header.Get("Idempotent-Replayed") != replayed ||
			!strings.Contains(body, "charge_already_refunded") {
			t.Errorf("try %d: %s %v %s", i, answer.Status, answer.Header, body)
		}
	}
	form.Set("amount", "none")
	for range 2 { // a malformed request never began
		answer, _ := s.raw(t, http.MethodPost, "/v1/refunds", form, "Idempotency-Key", "refund-4")
		if answer.StatusCode != http.StatusBadRequest || answer.Header.Get("Idempotent-Replayed") != "" {
			t.Errorf("%s %v", answer.Status, answer.Header)
		}
	}
}

func TestACallMayFailBeforeOrAfterItsWork(t *testing.T) {
	t.Parallel()
	for how, c := range map[sandbox.Failure]struct {
		made    int  // pages after the failure
		healing bool // the same key works at the second try
	}{
		sandbox.CutBefore:   {0, true},
		sandbox.CutAfter:    {1, true},
		sandbox.ErrorBefore: {0, false},
		sandbox.ErrorAfter:  {1, false},
		sandbox.RateLimited: {0, true},
		sandbox.Locked:      {0, true},
	} {
		s := open(t)
		s.box.FailNext(1, "POST /v1/checkout/sessions", how)
		if _, err := s.Open(t.Context(), s.order("K7Q2-9M")); !errors.Is(err, billing.ErrGatewayDown) {
			t.Errorf("failure %d: %v", how, err)
		}
		if got := len(s.box.Truth()); got != c.made {
			t.Errorf("failure %d made %d pages", how, got)
		}
		page, err := s.Open(t.Context(), s.order("K7Q2-9M"))
		if (err == nil) != c.healing || !c.healing && !errors.Is(err, billing.ErrGatewayDown) {
			t.Errorf("failure %d, second try: %v", how, err)
		}
		if got := len(s.box.Truth()); c.healing && (got != 1 || s.box.Truth()[0].Session != page.Session) {
			t.Errorf("failure %d, second try made %d pages", how, got)
		}
	}
}

func TestAFailureIsMeantForCertainCallsOnly(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.box.FailNext(2, "GET /v1/checkout/sessions/", sandbox.RateLimited)
	page := s.opened(t, "K7Q2-9M")
	for range 2 {
		if _, err := s.Look(t.Context(), page.Session); !errors.Is(err, billing.ErrGatewayDown) {
			t.Errorf("got %v", err)
		}
	}
	s.look(t, page.Session)
}

func TestAStalledCallHoldsItsKey(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.box.FailNext(1, "", sandbox.Stalled)
	done := make(chan error)
	go func() {
		_, err := s.Open(t.Context(), s.order("K7Q2-9M"))
		done <- err
	}()
	s.await(t, func() bool { return s.box.Waiting() == 1 })
	if _, err := s.Open(t.Context(), s.order("K7Q2-9M")); !errors.Is(err, billing.ErrGatewayDown) {
		t.Errorf("the same key meanwhile: %v", err)
	}
	if n := len(s.box.Truth()); n != 0 {
		t.Errorf("%d pages meanwhile", n)
	}
	s.box.Resume()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := len(s.box.Truth()); n != 1 {
		t.Errorf("%d pages", n)
	}
}

func TestACallerMayGiveUpOnAStalledCall(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.paid(t, "K7Q2-9M", sandbox.CardPays)
	s.box.FailNext(1, "POST /v1/refunds", sandbox.Stalled)
	ctx, giveUp := context.WithCancel(t.Context())
	order := billing.RefundOrder{Key: "refund-1", Intent: page.Intent, Reference: "R1", Amount: money.Pounds(1)}
	done := make(chan error)
	go func() {
		_, err := s.Refund(ctx, order)
		done <- err
	}()
	s.await(t, func() bool { return s.box.Waiting() == 1 })
	giveUp()
	if err := <-done; !errors.Is(err, billing.ErrGatewayDown) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	// The work goes on without its caller: the same key finds it done.
	s.await(t, func() bool {
		_, err := s.Refund(t.Context(), order)
		return err == nil
	})
	if got := s.look(t, page.Session).Refunds; len(got) != 1 {
		t.Errorf("refunds: %+v", got)
	}
}
