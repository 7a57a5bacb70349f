package sandbox_test

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/money"
	"bursar/internal/sandbox"
)

// saved is what stands after a page was paid that saves what it is paid with.
func (s *shop) saved(t *testing.T, reference, method string) billing.SavedMethod {
	t.Helper()
	o := s.order(reference)
	o.Save, o.Bacs, o.Consent = true, true, "I agree."
	page, err := s.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.PayPage(t.Context(), http.DefaultClient, page.URL, method); err != nil {
		t.Fatal(err)
	}
	got := s.look(t, page.Session).Saved
	if got.Customer == "" || got.Method == "" {
		t.Fatalf("nothing was saved: %+v", got)
	}
	s.flush(t)
	return got
}

func charge(reference string, m billing.SavedMethod) billing.ChargeOrder {
	return billing.ChargeOrder{Key: "payment-" + reference, Reference: reference, Amount: money.Pounds(100), Description: "Foundation course", SavedMethod: m}
}

func TestASavedCardIsChargedOnceForEachKey(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.saved(t, "PAGE", sandbox.CardPays)
	if m.Kind != billing.Card || m.Ends != "4242" {
		t.Errorf("saved is %+v", m)
	}
	if _, err := s.FindCharge(t.Context(), charge("K7Q2-9M", m), start); !errors.Is(err, billing.ErrPageUnknown) {
		t.Errorf("a charge that was never made is found: %v", err)
	}
	got, err := s.Charge(t.Context(), charge("K7Q2-9M", m))
	want := billing.Standing{
		Reference: "K7Q2-9M", State: billing.PageComplete, Paid: true, Intent: got.Intent, Amount: money.Pounds(100), Captured: money.Pounds(100), Currency: "gbp",
	}
	if err != nil || !reflect.DeepEqual(got, want) || got.Intent == "" {
		t.Errorf("charged\n got %+v, %v\nwant %+v", got, err, want)
	}
	for name, ask := range map[string]func() (billing.Standing, error){
		"again":   func() (billing.Standing, error) { return s.Charge(t.Context(), charge("K7Q2-9M", m)) },
		"looking": func() (billing.Standing, error) { return s.Charged(t.Context(), got.Intent) },
		"finding": func() (billing.Standing, error) { return s.FindCharge(t.Context(), charge("K7Q2-9M", m), start) },
	} {
		if now, err := ask(); err != nil || !reflect.DeepEqual(now, want) {
			t.Errorf("%s gave %+v, %v", name, now, err)
		}
	}
	equal(t, "events", s.flush(t), []string{"charge.succeeded", "payment_intent.succeeded"})
	if truth := s.box.Truth(); len(truth) != 2 || !reflect.DeepEqual(truth[1], want) {
		t.Errorf("the truth is %+v", truth)
	}
	var listed []billing.Standing
	if err := s.Standings(t.Context(), start.Add(-time.Hour), func(st billing.Standing) error { listed = append(listed, st); return nil }); err != nil {
		t.Error(err)
	}
	if len(listed) != 2 || !reflect.DeepEqual(listed[1], want) {
		t.Errorf("the journal has %+v", listed)
	}
	if _, err := s.Refund(t.Context(), billing.RefundOrder{Key: "r", Intent: got.Intent, Reference: "R1", Amount: 1}); err != nil {
		t.Error(err)
	}
	if now, err := s.Charged(t.Context(), got.Intent); err != nil || len(now.Refunds) != 1 {
		t.Errorf("after a refund: %+v, %v", now, err)
	}
}

func TestABankThatSaysNoIsAnAnswerAndNotAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		card, refuse string
		want         billing.Refusal
		events       []string
	}{
		{sandbox.CardDeclinedLater, "", billing.SaidNo, []string{"payment_intent.payment_failed"}},
		{sandbox.CardAsksAlways, "", billing.NeedsPerson, []string{"payment_intent.payment_failed"}},
		{sandbox.CardPays, sandbox.NoFunds, billing.NoFunds, []string{"payment_intent.payment_failed"}},
		{sandbox.CardPays, sandbox.AsksHolder, billing.NeedsPerson, []string{"payment_intent.payment_failed"}},
		{sandbox.CardPays, "lost_card", billing.SaidNo, []string{"payment_intent.payment_failed"}},
		{sandbox.CardPays, sandbox.WaitsForHolder, billing.NeedsPerson, []string{"payment_intent.requires_action", "payment_intent.canceled"}},
	} {
		s := open(t)
		m := s.saved(t, "PAGE", c.card)
		s.box.SetFaults(sandbox.Faults{Refuse: c.refuse})
		got, err := s.Charge(t.Context(), charge("K7Q2-9M", m))
		if err != nil || got.Paid || !got.Failed || got.Captured != 0 || got.Refusal != c.want || got.Intent == "" {
			t.Errorf("%s %q: %+v, %v; want %q", c.card, c.refuse, got, err, c.want)
		}
		equal(t, "events", s.flush(t), c.events)
		if again, err := s.Charge(t.Context(), charge("K7Q2-9M", m)); err != nil || again.Intent != got.Intent || again.Paid {
			t.Errorf("%s %q: asked again %+v, %v", c.card, c.refuse, again, err)
		}
	}
}

func TestADebitOfASavedAccountIsAnsweredDaysLater(t *testing.T) {
	t.Parallel()
	for _, pays := range []bool{true, false} {
		s := open(t)
		m := s.saved(t, "PAGE", sandbox.BankPays)
		if m.Kind != billing.BacsDirect {
			t.Errorf("saved is %+v", m)
		}
		got, err := s.Charge(t.Context(), charge("K7Q2-9M", m))
		if err != nil || got.Paid || got.Failed || got.State != billing.PageComplete {
			t.Errorf("at first %+v, %v", got, err)
		}
		equal(t, "events", s.flush(t), []string{"payment_intent.processing"})
		if err := s.box.Settle(got.Intent, pays); err != nil {
			t.Error(err)
		}
		if now, err := s.Charged(t.Context(), got.Intent); err != nil || now.Paid != pays || now.Failed == pays {
			t.Errorf("settled as %+v, %v", now, err)
		}
	}
}

func TestACardIsSavedWithoutAPayment(t *testing.T) {
	t.Parallel()
	s := open(t)
	first := s.saved(t, "PAGE", sandbox.CardPays)
	page, err := s.Open(t.Context(), billing.Checkout{
		Key: "card-1", Reference: "C7Q2-9M", SetUp: true, Customer: first.Customer, Consent: "I agree.", ExpiresAt: start.Add(35 * time.Minute),
		ReturnURL: "https://bursar.example/plan", CancelURL: "https://bursar.example/plan",
	})
	if err != nil {
		t.Fatal(err)
	}
	if next, err := sandbox.PayPage(t.Context(), http.DefaultClient, page.URL, sandbox.CardDeclinedLater); err != nil || next != "https://bursar.example/plan" {
		t.Errorf("saving led to %q, %v", next, err)
	}
	got := s.look(t, page.Session)
	if got.Reference != "C7Q2-9M" || got.Paid || got.Captured != 0 || got.Saved.Customer != first.Customer || got.Saved.Method == first.Method || got.Saved.Ends != "0341" {
		t.Errorf("saved as %+v", got)
	}
	equal(t, "events", s.flush(t), []string{"checkout.session.completed"})
}

func TestSavingIsHeldToStripesRules(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.saved(t, "PAGE", sandbox.CardPays)
	session := func(change func(url.Values)) url.Values {
		f := url.Values{
			"mode": {"payment"}, "success_url": {"https://bursar.example"}, "line_items[0][quantity]": {"1"},
			"line_items[0][price_data][currency]": {"gbp"}, "line_items[0][price_data][unit_amount]": {"100"},
			"line_items[0][price_data][product_data][name]": {"x"},
		}
		change(f)
		return f
	}
	for name, f := range map[string]url.Values{
		"a debit that is not saved": session(func(f url.Values) { f.Set("payment_method_types[0]", "bacs_debit") }),
		"nobody to save for":        session(func(f url.Values) { f.Set("payment_intent_data[setup_future_usage]", "off_session") }),
		"an unknown customer":       session(func(f url.Values) { f.Set("customer", "cus_other") }),
		"a customer and an address": session(func(f url.Values) { f.Set("customer", m.Customer); f.Set("customer_email", "a@b.example") }),
		"a long consent":            session(func(f url.Values) { f.Set("custom_text[submit][message]", strings.Repeat("a", 1201)) }),
	} {
		if answer, body := s.raw(t, http.MethodPost, "/v1/checkout/sessions", f); answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, answer.StatusCode, body)
		}
	}
	good := url.Values{
		"amount": {"1000"}, "currency": {"gbp"}, "customer": {m.Customer}, "payment_method": {m.Method}, "payment_method_types[0]": {"card"},
		"off_session": {"true"}, "confirm": {"true"},
	}
	for _, change := range [][2]string{
		{"amount", "29"}, {"currency", "eur"}, {"customer", "cus_other"}, {"payment_method", "pm_other"}, {"payment_method_types[0]", "bacs_debit"},
		{"off_session", "false"}, {"confirm", "false"}, {"other", "1"},
	} {
		f := url.Values{}
		for k, v := range good {
			f[k] = slices.Clone(v)
		}
		f.Set(change[0], change[1])
		if answer, body := s.raw(t, http.MethodPost, "/v1/payment_intents", f); answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: %d %s", change, answer.StatusCode, body)
		}
	}
	if answer, body := s.raw(t, http.MethodPost, "/v1/payment_intents", good); answer.StatusCode != http.StatusOK {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}
