package stripepay_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/stripepay"
)

// TestAnAddressIsSentOnlyWhenThereIsOne holds because Stripe refuses an empty one
// (https://docs.stripe.com/api/checkout/sessions/create).
func TestAnAddressIsSentOnlyWhenThereIsOne(t *testing.T) {
	t.Parallel()
	for address, sent := range map[string]bool{"ada@example.org": true, "": false} {
		asked := make(chan url.Values, 1)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			asked <- r.PostForm
			_, _ = io.WriteString(w, `{"id":"cs_1","object":"checkout.session","status":"open","payment_status":"unpaid"}`)
		}))
		t.Cleanup(server.Close)
		gateway := stripepay.New(stripepay.Options{Key: "sk_test_1", APIURL: server.URL})
		_, err := gateway.Open(t.Context(), billing.Checkout{
			Key: "payment-1-1", Reference: "K7Q2-9M", Amount: 100, Description: "A gift", Email: address, ExpiresAt: time.Unix(1_800_000_000, 0),
			ReturnURL: "https://bursar.example/thanks", CancelURL: "https://bursar.example/",
		})
		if err != nil {
			t.Fatal(err)
		}
		if form := <-asked; form.Has("customer_email") != sent || form.Get("customer_email") != address {
			t.Errorf("with %q it is asked %v", address, form)
		}
	}
}
