package sandbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/sandbox"
	"bursar/internal/stripepay"
)

func TestListsAreWalkedToTheirEnd(t *testing.T) {
	t.Parallel()
	s := open(t)
	const pages = 205 // two full pages of a list and some
	for i := range pages {
		s.opened(t, fmt.Sprintf("P%d", i))
		s.now.add(time.Second)
	}
	s.now.add(time.Hour)
	since := start.Add(2 * time.Second)
	seen := map[string]bool{}
	err := s.Standings(t.Context(), since, func(found billing.Standing) error {
		seen[found.Reference] = found.State == billing.PageExpired
		return nil
	})
	if err != nil || len(seen) != pages-2 || seen["P1"] || !seen["P2"] || !seen["P204"] {
		t.Errorf("%d pages, %v", len(seen), err)
	}
	var order []string
	err = s.Gateway.Events(t.Context(), since, func(e billing.Event) error {
		order = append(order, e.Reference)
		return nil
	})
	if err != nil || len(order) != pages || order[0] != "P0" || order[pages-1] != "P204" {
		t.Errorf("%d events from %v, %v", len(order), order[:1], err)
	}
	stop := errors.New("enough")
	if err := s.Standings(t.Context(), since, func(billing.Standing) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Standings gave %v", err)
	}
	if err := s.Gateway.Events(t.Context(), since, func(billing.Event) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Events gave %v", err)
	}
	s.box.FailNext(1, "GET /v1/events", sandbox.CutAfter)
	if err := s.Gateway.Events(t.Context(), since, nil); !errors.Is(err, billing.ErrGatewayDown) {
		t.Errorf("Events of a broken line gave %v", err)
	}
	s.box.FailNext(1, "GET /v1/checkout/sessions", sandbox.ErrorAfter)
	if err := s.Standings(t.Context(), since, nil); !errors.Is(err, billing.ErrGatewayDown) {
		t.Errorf("Standings of a broken line gave %v", err)
	}
}

func TestStandingsFindPaymentsAndRefunds(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.paid(t, "K7Q2-9M", sandbox.CardPays)
	if _, err := s.Refund(t.Context(), billing.RefundOrder{Key: "r", Intent: page.Intent, Reference: "R1", Amount: 5}); err != nil {
		t.Fatal(err)
	}
	err := s.Standings(t.Context(), start, func(found billing.Standing) error {
		if !found.Paid || found.Captured != page.Amount || len(found.Refunds) != 1 || found.Refunds[0].Reference != "R1" {
			t.Errorf("found %+v", found)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestObjectsAreAnsweredAsStripeWritesThem(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.paid(t, "K7Q2-9M", sandbox.CardPays)
	for range 12 {
		s.raw(t, http.MethodPost, "/v1/refunds", url.Values{"payment_intent": {page.Intent}, "amount": {"100"}})
	}
	answer, body := s.raw(t, http.MethodGet, "/v1/checkout/sessions/"+page.Session+
		"?expand[]=payment_intent.latest_charge.refunds", nil)
	var got struct {
		Object        string
		PaymentStatus string `json:"payment_status"`
		URL           *string
		PaymentIntent struct {
			Object       string
			Received     int64             `json:"amount_received"`
			Metadata     map[string]string `json:"metadata"`
			LatestCharge struct {
				ID             string
				AmountRefunded int64 `json:"amount_refunded"`
				Refunds        struct {
					HasMore bool `json:"has_more"`
					Data    []struct{ ID, Status string }
				}
			} `json:"latest_charge"`
		} `json:"payment_intent"`
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	charge := got.PaymentIntent.LatestCharge
	if got.Object != "checkout.session" || got.PaymentStatus != "paid" || got.URL != nil ||
		got.PaymentIntent.Object != "payment_intent" || got.PaymentIntent.Received != 325_000 ||
		got.PaymentIntent.Metadata["payment"] != "K7Q2-9M" || charge.AmountRefunded != 1_200 ||
		len(charge.Refunds.Data) != 10 || !charge.Refunds.HasMore {
		t.Errorf("got %s", body)
	}
	if !strings.HasPrefix(answer.Header.Get("Request-Id"), "req_") || answer.Header.Get("Stripe-Version") != stripepay.APIVersion {
		t.Errorf("header %v", answer.Header)
	}
	for _, path := range []string{
		"/v1/payment_intents/" + page.Intent, "/v1/charges/" + charge.ID, "/v1/refunds/" + charge.Refunds.Data[0].ID,
		"/v1/payment_intents", "/v1/refunds?charge=" + charge.ID, "/v1/events?delivery_success=false&type=refund.created",
		"/v1/checkout/sessions?payment_intent=" + page.Intent,
	} {
		answer, body := s.raw(t, http.MethodGet, path, nil)
		if answer.StatusCode != http.StatusOK || !json.Valid([]byte(body)) || strings.Contains(body, `"data":[]`) {
			t.Errorf("%s: %s %s", path, answer.Status, body)
		}
	}
}

func TestWrongCallsAreRefusedInStripesWords(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.paid(t, "K7Q2-9M", sandbox.CardPays)
	bare := s.opened(t, "OPEN")
	form := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	for _, c := range []struct {
		method, path string
		form         url.Values
		status       int
		says         string
	}{
		{"POST", "/v1/checkout/sessions", form("mode", "subscription"), 400, `"param":"mode"`},
		{"POST", "/v1/checkout/sessions", form("colour", "red"), 400, "parameter_unknown"},
		{"POST", "/v1/checkout/sessions", nil, 400, "parameter_missing"},
		{"POST", "/v1/checkout/sessions/" + page.Session + "/expire", nil, 400, "has a status of complete"},
		{"GET", "/v1/checkout/sessions/" + page.Session + "?expand[]=colour", nil, 400, "cannot be expanded"},
		{"GET", "/v1/checkout/sessions?limit=101", nil, 400, "between 1 and 100"},
		{"GET", "/v1/checkout/sessions?starting_after=cs_none", nil, 400, "resource_missing"},
		{"GET", "/v1/events?created[gte]=monday", nil, 400, "parameter_invalid_integer"},
		{"GET", "/v1/payment_intents/pi_none", nil, 404, "No such payment_intent: 'pi_none'"},
		{"GET", "/v1/charges/ch_none", nil, 404, "resource_missing"},
		{"GET", "/v1/refunds/re_none", nil, 404, "resource_missing"},
		{"GET", "/v1/customers", nil, 404, "Unrecognized request URL"},
		{"POST", "/v1/refunds", form("charge", "ch_none"), 400, "resource_missing"},
		{"POST", "/v1/refunds", form("payment_intent", page.Intent, "amount", "0"), 400, `"param":"amount"`},
		{"POST", "/v1/refunds", form("payment_intent", page.Intent, "amount", "325001"), 400, "greater than unrefunded amount"},
		{"POST", "/v1/refunds", form("payment_intent", page.Intent, "metadata[k]", strings.Repeat("x", 501)), 400, "Metadata"},
	} {
		answer, body := s.raw(t, c.method, c.path, c.form)
		if answer.StatusCode != c.status || !strings.Contains(body, c.says) || !strings.HasPrefix(body, `{"error":{"type":"`) {
			t.Errorf("%s %s: %s %s", c.method, c.path, answer.Status, body)
		}
	}
	for _, key := range []string{"", "Bearer sk_live_1", "Bearer rk_test_1", "Basic !"} {
		if answer, body := s.raw(t, "GET", "/v1/events", nil, "Authorization", key); answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("key %q: %s %s", key, answer.Status, body)
		}
	}
	if got := s.look(t, bare.Session); got.State != billing.PageOpen {
		t.Errorf("something was done all the same: %+v", got)
	}
}
