package sandbox_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/money"
	"bursar/internal/sandbox"
	"bursar/internal/stripepay"
)

func TestAPageIsOpenedPaidAndFound(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.opened(t, "K7Q2-9M")
	want := billing.Standing{
		Session: page.Session, URL: s.url + "/pay/" + page.Session, Reference: "K7Q2-9M", State: billing.PageOpen,
		Amount: money.Pounds(3250), Currency: "gbp", ExpiresAt: start.Add(35 * time.Minute),
	}
	if !reflect.DeepEqual(page, want) {
		t.Errorf("opened\n got %+v\nwant %+v", page, want)
	}
	next, err := sandbox.PayPage(t.Context(), http.DefaultClient, page.URL, sandbox.CardPays)
	if err != nil || next != "https://bursar.example/pay/K7Q2-9M" {
		t.Errorf("paying led to %q, %v", next, err)
	}
	got := s.look(t, page.Session)
	want.URL, want.State, want.Paid, want.Captured, want.Intent = "", billing.PageComplete, true, want.Amount, got.Intent
	if !reflect.DeepEqual(got, want) || got.Intent == "" {
		t.Errorf("paid\n got %+v\nwant %+v", got, want)
	}
	equal(t, "events", s.flush(t), []string{"charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"})
	if _, err := sandbox.PayPage(t.Context(), http.DefaultClient, page.URL, sandbox.CardPays); !errors.Is(err, sandbox.ErrPageClosed) {
		t.Errorf("paying twice gave %v", err)
	}
	if truth := s.box.Truth(); !reflect.DeepEqual(truth, []billing.Standing{want}) {
		t.Errorf("the truth is %+v", truth)
	}
}

func TestADeclinedCardLeavesThePageOpenForAnother(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, card := range []string{sandbox.CardDeclined, sandbox.CardNoFunds} {
		page := s.opened(t, card)
		if _, err := sandbox.PayPage(t.Context(), http.DefaultClient, page.URL, card); !errors.Is(err, sandbox.ErrDeclined) {
			t.Errorf("%s: %v", card, err)
		}
		if got := s.look(t, page.Session); got.State != billing.PageOpen || got.Failed || got.Paid || got.Captured != 0 || got.Intent == "" {
			t.Errorf("after the decline: %+v", got)
		}
		equal(t, "events of a decline", s.flush(t), []string{"payment_intent.payment_failed"})
		if _, err := sandbox.PayPage(t.Context(), http.DefaultClient, page.URL, sandbox.CardAuthenticate); err != nil {
			t.Error(err)
		}
		if got := s.look(t, page.Session); !got.Paid || got.Captured != got.Amount {
			t.Errorf("after the second card: %+v", got)
		}
		s.flush(t)
	}
}

func TestABankDebitCompletesUnpaidAndSettlesLater(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method string
		onHand bool // settled by Settle, not by the clock
		paid   bool
		events []string
	}{
		{sandbox.BankPays, false, true, []string{"charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded"}},
		{sandbox.BankRefuses, false, false, []string{"payment_intent.payment_failed", "checkout.session.async_payment_failed"}},
		{sandbox.BankPays, true, false, []string{"payment_intent.payment_failed", "checkout.session.async_payment_failed"}},
		{sandbox.BankRefuses, true, true, []string{"charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded"}},
	} {
		s := open(t)
		page := s.paid(t, "K7Q2-9M", c.method)
		if page.State != billing.PageComplete || page.Paid || page.Failed || page.Captured != 0 {
			t.Errorf("%s completed as %+v", c.method, page)
		}
		equal(t, "events of completion", s.flush(t), []string{"checkout.session.completed"})
		if err := s.Expire(t.Context(), page.Session); !errors.Is(err, billing.ErrPageNotOpen) {
			t.Errorf("expiring while the bank confirms gave %v", err)
		}
		if c.onHand {
			if err := s.box.Settle(page.Session, c.paid); err != nil {
				t.Error(err)
			}
		} else {
			s.now.add(4*24*time.Hour - time.Second)
			equal(t, "events before the bank answers", s.flush(t), nil)
			s.now.add(time.Second)
		}
		equal(t, "events of the bank's answer", s.flush(t), c.events)
		got := s.look(t, page.Session)
		if got.State != billing.PageComplete || got.Paid != c.paid || got.Failed == c.paid || (got.Captured == got.Amount) != c.paid {
			t.Errorf("%s settled as %+v", c.method, got)
		}
		if err := s.box.Settle(page.Session, true); !errors.Is(err, sandbox.ErrSettled) {
			t.Errorf("settling twice gave %v", err)
		}
	}
}

func TestAPageExpiresOnceByTheClockOrByHand(t *testing.T) {
	t.Parallel()
	s := open(t)
	clocked, closed := s.opened(t, "CLOCK"), s.opened(t, "CLOSE")
	if err := s.Expire(t.Context(), closed.Session); err != nil {
		t.Error(err)
	}
	equal(t, "events of closing", s.flush(t), []string{"checkout.session.expired"})
	s.now.add(35*time.Minute - time.Second)
	if got := s.look(t, clocked.Session); got.State != billing.PageOpen || got.URL == "" {
		t.Errorf("one second early: %+v", got)
	}
	s.now.add(time.Second)
	s.box.Tick()
	s.box.Tick()
	for _, id := range []string{clocked.Session, closed.Session} {
		if got := s.look(t, id); got.State != billing.PageExpired || got.URL != "" || got.Paid || got.Failed {
			t.Errorf("expired as %+v", got)
		}
		if err := s.Expire(t.Context(), id); !errors.Is(err, billing.ErrPageNotOpen) {
			t.Errorf("expiring again gave %v", err)
		}
	}
	equal(t, "events of expiry", s.flush(t), []string{"checkout.session.expired"})
	if _, err := sandbox.PayPage(t.Context(), http.DefaultClient, clocked.URL, sandbox.CardPays); !errors.Is(err, sandbox.ErrPageClosed) {
		t.Errorf("paying an expired page gave %v", err)
	}
	if got := s.look(t, clocked.Session); got.Captured != 0 {
		t.Errorf("money was taken: %+v", got)
	}
}

func TestRefundsAddUpToTheCaptureAtMost(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.paid(t, "K7Q2-9M", sandbox.CardPays)
	s.flush(t)
	give := func(n int, amount money.Amount) error {
		_, err := s.Refund(t.Context(), billing.RefundOrder{
			Key: fmt.Sprintf("refund-%d", n), Intent: page.Intent, Reference: fmt.Sprintf("R%d", n), Amount: amount,
		})
		return err
	}
	if err := give(0, page.Captured+1); !errors.Is(err, billing.ErrGatewayRefused) {
		t.Errorf("more than was paid: %v", err)
	}
	for n := range 25 { // more than the ten that come with a charge
		if err := give(n+1, money.Pounds(100)); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(s.flush(t)); got != 50 {
		t.Errorf("%d events of 25 refunds", got)
	}
	if err := give(26, money.Pounds(751)); !errors.Is(err, billing.ErrGatewayRefused) {
		t.Errorf("more than is left: %v", err)
	}
	if err := give(27, money.Pounds(750)); err != nil {
		t.Error(err)
	}
	if err := give(28, 1); !errors.Is(err, billing.ErrGatewayRefused) {
		t.Errorf("after all was given back: %v", err)
	}
	total, seen := money.Amount(0), map[string]bool{}
	for _, r := range s.look(t, page.Session).Refunds {
		total += r.Amount
		seen[r.Reference] = r.State == billing.RefundSucceeded
	}
	if total != page.Captured || len(seen) != 26 || !seen["R1"] || !seen["R27"] {
		t.Errorf("refunds of %v in %v", total, seen)
	}
}

func TestARefundMayBePendingOrFailLater(t *testing.T) {
	t.Parallel()
	for card, c := range map[string]struct{ at, later billing.RefundState }{
		sandbox.CardRefundLater: {billing.RefundPending, billing.RefundSucceeded},
		sandbox.CardRefundFails: {billing.RefundSucceeded, billing.RefundFailed},
	} {
		s := open(t)
		page := s.paid(t, "K7Q2-9M", card)
		order := billing.RefundOrder{Key: "refund-1", Intent: page.Intent, Reference: "R1", Amount: page.Captured}
		got, err := s.Refund(t.Context(), order)
		want := billing.RefundStanding{ID: got.ID, Reference: "R1", Amount: page.Captured, State: c.at}
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", card, got, err, want)
		}
		s.flush(t)
		s.now.add(5 * 24 * time.Hour)
		equal(t, "events of settling", s.flush(t), []string{"refund.updated", "charge.refund.updated"})
		if got := s.look(t, page.Session).Refunds; len(got) != 1 || got[0].State != c.later {
			t.Errorf("%s later: %+v", card, got)
		}
		// What failed is there to be given back again.
		order.Key = "refund-2"
		if _, err := s.Refund(t.Context(), order); (err == nil) != (c.later == billing.RefundFailed) {
			t.Errorf("%s again: %v", card, err)
		}
	}
}

func TestRefundsThatFailTogetherAreAllThereAgain(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.paid(t, "K7Q2-9M", sandbox.CardRefundFails)
	order := billing.RefundOrder{Intent: page.Intent, Amount: page.Captured / 2}
	for _, order.Key = range []string{"first half", "second half"} {
		if _, err := s.Refund(t.Context(), order); err != nil {
			t.Fatal(err)
		}
	}
	s.now.add(5 * 24 * time.Hour)
	order.Key, order.Amount = "all", page.Captured
	if _, err := s.Refund(t.Context(), order); err != nil {
		t.Error(err)
	}
}

func TestWhatStripeDoesNotKnowOrWillNotDoSaysSo(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.opened(t, "K7Q2-9M")
	if _, err := s.Look(t.Context(), "cs_test_none"); !errors.Is(err, billing.ErrPageUnknown) {
		t.Errorf("Look: %v", err)
	}
	if err := s.Expire(t.Context(), "cs_test_none"); !errors.Is(err, billing.ErrPageUnknown) {
		t.Errorf("Expire: %v", err)
	}
	_, err := s.Refund(t.Context(), billing.RefundOrder{Key: "r", Intent: "pi_none", Amount: 100})
	if !errors.Is(err, billing.ErrPageUnknown) {
		t.Errorf("Refund: %v", err)
	}
	for name, spoil := range map[string]func(*billing.Checkout){
		"29 minutes":   func(c *billing.Checkout) { c.ExpiresAt = start.Add(29 * time.Minute) },
		"over a day":   func(c *billing.Checkout) { c.ExpiresAt = start.Add(24*time.Hour + time.Second) },
		"29 pence":     func(c *billing.Checkout) { c.Amount = 29 },
		"no return":    func(c *billing.Checkout) { c.ReturnURL = "" },
		"bad return":   func(c *billing.Checkout) { c.ReturnURL = "javascript:alert(1)" },
		"bad email":    func(c *billing.Checkout) { c.Email = "ada" },
		"no line item": func(c *billing.Checkout) { c.Description = "" },
	} {
		c := s.order("BAD")
		spoil(&c)
		if _, err := s.Open(t.Context(), c); !errors.Is(err, billing.ErrGatewayRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wrongKey := stripepay.New(stripepay.Options{Key: "sk_live_123", APIURL: s.url})
	if _, err := wrongKey.Look(t.Context(), page.Session); !errors.Is(err, billing.ErrGatewayRefused) {
		t.Errorf("a live key: %v", err)
	}
}

func TestPaymentsMayDifferFromThePriceOnRequest(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.box.SetFaults(sandbox.Faults{Capture: money.Pounds(3), Currency: "usd"})
	got := s.paid(t, "K7Q2-9M", sandbox.CardPays)
	if !got.Paid || got.Amount != money.Pounds(3250) || got.Captured != money.Pounds(3) || got.Currency != "usd" {
		t.Errorf("got %+v", got)
	}
}
