package stripepay_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/stripepay"
)

// answering is a Gateway whose Stripe always gives the same answer.
func answering(t *testing.T, status int, body string) *stripepay.Gateway {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			t.Error("the secret key followed a redirect")
		}
		w.Header().Set("Request-Id", "req_1")
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return stripepay.New(stripepay.Options{Key: "sk_test_123", APIURL: server.URL})
}

// calls are all that can be asked about one thing.
func calls(ctx context.Context, g *stripepay.Gateway) map[string]error {
	_, open := g.Open(ctx, billing.Checkout{Key: "k", Email: "ada@example.org"})
	_, look := g.Look(ctx, "cs_1")
	_, refund := g.Refund(ctx, billing.RefundOrder{Key: "k", Intent: "pi_1", Amount: 1})
	_, charge := g.Charge(ctx, billing.ChargeOrder{Key: "k", Reference: "K7Q2-9M", Amount: 1})
	_, charged := g.Charged(ctx, "pi_1")
	_, found := g.FindCharge(ctx, billing.ChargeOrder{}, time.Unix(1_800_000_000, 0))
	return map[string]error{"Open": open, "Look": look, "Refund": refund, "Charge": charge, "Charged": charged, "FindCharge": found, "Expire": g.Expire(ctx, "cs_1")}
}

func TestEveryAnswerIsOneOfBillingsErrors(t *testing.T) {
	t.Parallel()
	const quoting = `{"error":{"type":"invalid_request_error","code":"email_invalid","param":"customer_email","message":"Invalid email address: ada@example.org"}}`
	for _, c := range []struct {
		status       int
		body         string
		want, expire error // of Expire, where it differs
	}{
		{400, quoting, billing.ErrGatewayRefused, billing.ErrPageNotOpen},
		{400, `{"error":{"type":"idempotency_error","message":"ada@example.org"}}`, billing.ErrGatewayRefused, billing.ErrPageNotOpen},
		{400, `{"error":{"type":"invalid_request_error","code":"resource_missing"}}`, billing.ErrPageUnknown, nil},
		{401, quoting, billing.ErrGatewayRefused, nil},
		{402, `{"error":{"type":"card_error","message":"ada@example.org"}}`, billing.ErrGatewayRefused, nil},
		{403, quoting, billing.ErrGatewayRefused, nil},
		{404, quoting, billing.ErrPageUnknown, nil},
		{409, `{"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}}`, billing.ErrGatewayDown, nil},
		{429, quoting, billing.ErrGatewayDown, nil},
		{500, `{"error":{"type":"api_error"}}`, billing.ErrGatewayDown, nil},
		{502, "<html>ada@example.org</html>", billing.ErrGatewayDown, nil},
		{503, `{"error":{"type":"api_error","message":"ada@example.org"}}`, billing.ErrGatewayDown, nil},
		{200, "<html>ada@example.org</html>", billing.ErrGatewayDown, nil},
		{500, `{"ada":"ada@example.org"}`, billing.ErrGatewayDown, nil},
		{307, "", billing.ErrGatewayDown, nil}, // the key must not follow
	} {
		for call, err := range calls(t.Context(), answering(t, c.status, c.body)) {
			want := c.want
			if call == "Expire" && c.expire != nil {
				want = c.expire
			}
			if !errors.Is(err, want) {
				t.Errorf("%d %s: %s gave %v, want %v", c.status, c.body, call, err, want)
			}
			if err != nil && strings.Contains(err.Error(), "ada") {
				t.Errorf("%d: the error of %s quotes a person: %v", c.status, call, err)
			}
			if strings.Contains(c.body, `"type"`) && !strings.Contains(err.Error(), "req_1") {
				t.Errorf("%d: the error of %s does not name the request: %v", c.status, call, err)
			}
		}
	}
}

func TestNoAnswerMeansDown(t *testing.T) {
	t.Parallel()
	g := answering(t, 200, "{}")
	ended, end := context.WithCancel(t.Context())
	end()
	for call, err := range calls(ended, g) {
		if !errors.Is(err, billing.ErrGatewayDown) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s of a caller that has gone gave %v", call, err)
		}
	}
	closed := httptest.NewServer(nil)
	closed.Close()
	for call, err := range calls(t.Context(), stripepay.New(stripepay.Options{Key: "sk_test_123", APIURL: closed.URL})) {
		if !errors.Is(err, billing.ErrGatewayDown) {
			t.Errorf("%s without anybody there gave %v", call, err)
		}
	}
}
