package stripepay_test

import (
	"bufio"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/money"
	"bursar/internal/stripepay"
)

// TestStripesOwnMockAcceptsEveryRequest checks the shape of all our requests against Stripe's published
// specification (https://github.com/stripe/stripe-mock). The mock keeps no state, so the answers prove nothing.
func TestStripesOwnMockAcceptsEveryRequest(t *testing.T) {
	t.Parallel()
	gateway := stripepay.New(stripepay.Options{Key: "sk_test_123", APIURL: startMock(t)})
	ctx := t.Context()
	soon := time.Date(2026, 11, 23, 9, 35, 0, 0, time.UTC)

	opened, err := gateway.Open(ctx, billing.Checkout{
		Key: "payment-17-1", Reference: "K7Q2-9M", Amount: money.Pounds(3250), Description: "Foundation course",
		Email: "ada@example.org", ExpiresAt: soon,
		ReturnURL: "https://bursar.example/pay/K7Q2-9M", CancelURL: "https://bursar.example/book",
	})
	if err != nil || opened.Reference != "K7Q2-9M" {
		t.Errorf("Open gave %+v, %v", opened, err)
	}
	for name, c := range map[string]billing.Checkout{
		"saving":          {Amount: money.Pounds(400), Description: "Foundation course", Email: "ada@example.org", Save: true, Bacs: true},
		"saving another":  {Amount: money.Pounds(400), Description: "Foundation course", Customer: "cus_1", Save: true},
		"only the method": {Customer: "cus_1", SetUp: true, Bacs: true},
	} {
		c.Key, c.Reference, c.ExpiresAt, c.Consent = "payment-"+name, "K7Q2-9M", soon, "I agree."
		c.ReturnURL, c.CancelURL = "https://bursar.example/plan", "https://bursar.example/plan"
		if _, err := gateway.Open(ctx, c); err != nil {
			t.Errorf("Open, %s: %v", name, err)
		}
	}
	_, err = gateway.Charge(ctx, billing.ChargeOrder{
		Key: "payment-18-1", Reference: "K7Q2-9N", Amount: money.Pounds(712), Description: "Foundation course",
		SavedMethod: billing.SavedMethod{Customer: "cus_1", Method: "pm_1", Kind: billing.Card},
	})
	if err != nil {
		t.Errorf("Charge: %v", err)
	}
	if _, err := gateway.Charged(ctx, "pi_1"); err != nil {
		t.Errorf("Charged: %v", err)
	}
	_, err = gateway.FindCharge(ctx, billing.ChargeOrder{Reference: "K7Q2-9N", SavedMethod: billing.SavedMethod{Customer: "cus_1"}}, soon)
	if err != nil && !errors.Is(err, billing.ErrPageUnknown) {
		t.Errorf("FindCharge: %v", err)
	}
	if _, err := gateway.Look(ctx, "cs_test_1"); err != nil {
		t.Errorf("Look: %v", err)
	}
	if err := gateway.Expire(ctx, "cs_test_1"); err != nil {
		t.Errorf("Expire: %v", err)
	}
	refund, err := gateway.Refund(ctx, billing.RefundOrder{
		Key: "refund-3-1", Intent: "pi_1", Reference: "R7Q2-9M", Amount: money.Pounds(250),
	})
	if err != nil || refund.Amount != money.Pounds(250) {
		t.Errorf("Refund gave %+v, %v", refund, err)
	}
	if err := gateway.Standings(ctx, soon, func(billing.Standing) error { return nil }); err != nil {
		t.Errorf("Standings: %v", err)
	}
	if err := gateway.Events(ctx, soon, func(billing.Event) error { return nil }); err != nil {
		t.Errorf("Events: %v", err)
	}
}

// startMock builds stripe-mock as go.mod pins it and runs it on a free port until the test ends.
func startMock(t *testing.T) (baseURL string) {
	t.Helper()
	path, err := exec.CommandContext(t.Context(), "go", "tool", "-n", "github.com/stripe/stripe-mock").Output()
	if err != nil {
		t.Fatalf("building stripe-mock: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	program := filepath.Clean(strings.TrimSpace(string(path)))
	mock := exec.CommandContext(ctx, program, "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0")
	out, err := mock.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := mock.Start(); err != nil {
		t.Fatalf("starting stripe-mock: %v", err)
	}
	t.Cleanup(func() {
		stop()
		_ = mock.Wait() // it was killed: the error says only that
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, address, ok := strings.Cut(lines.Text(), "Listening for HTTP at address: "); ok {
			go func() {
				for lines.Scan() { // a full pipe would stop the mock
				}
			}()
			return "http://" + address
		}
	}
	t.Fatal("stripe-mock ended before it listened")
	return ""
}
