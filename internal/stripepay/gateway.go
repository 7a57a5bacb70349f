// Package stripepay is the card processor Stripe behind billing.Gateway and billing.Journal, and the check of
// what Stripe sends to our webhook address. It speaks API version 2023-10-16 through stripe-go, keeps no
// state, and puts nothing about a person into an error: a cause names Stripe's request id, under which the
// Stripe Dashboard shows the rest.
package stripepay

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	"bursar/internal/billing"
	"bursar/internal/money"
)

// APIVersion is the version of Stripe's API that this package reads. The webhook endpoint must be created with
// it (https://docs.stripe.com/webhooks/versioning): an event of another version may have another shape.
const APIVersion = stripe.APIVersion

// Options say which Stripe account is used and where it is reached.
type Options struct {
	Key    string // secret or restricted key: checkout sessions and refunds write; payment intents and events read
	APIURL string // another base address than Stripe's own; empty for Stripe
}

// Gateway is a Stripe account. It is safe for many callers at once and implements billing.Gateway and
// billing.Journal.
type Gateway struct {
	api *client.API
	// backend makes the calls whose answers stripe-go would throw away: it keeps no event's body as received.
	backend stripe.Backend
	key     string
}

var (
	_ billing.Gateway = (*Gateway)(nil)
	_ billing.Journal = (*Gateway)(nil)
)

// New makes a Gateway. It does not call Stripe, so a wrong key shows on first use.
func New(o Options) *Gateway {
	config := &stripe.BackendConfig{
		EnableTelemetry: stripe.Bool(false),
		HTTPClient:      httpClient(),
		LeveledLogger:   &stripe.LeveledLogger{Level: stripe.LevelNull},
		// stripe-go sleeps between its own attempts whether or not the caller still waits. Our callers ask again
		// with the same key.
		MaxNetworkRetries: stripe.Int64(0),
	}
	if o.APIURL != "" {
		config.URL = stripe.String(o.APIURL)
	}
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, config)
	return &Gateway{
		api:     client.New(o.Key, &stripe.Backends{API: backend, Connect: backend, Uploads: backend}),
		backend: backend,
		key:     o.Key,
	}
}

func httpClient() *http.Client {
	return &http.Client{
		Timeout: 25 * time.Second, // below the 30 seconds that a job may take
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			ForceAttemptHTTP2:     true,
			TLSHandshakeTimeout:   5 * time.Second,
			ResponseHeaderTimeout: 20 * time.Second,
			MaxIdleConnsPerHost:   20,
			IdleConnTimeout:       time.Minute,
		},
		// The secret key goes with every request and must not follow a redirect to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Open makes a Checkout Session (https://docs.stripe.com/api/checkout/sessions/create) or returns the one made
// with this key, as it was when made. Which ways to pay its page offers is chosen in the Stripe Dashboard.
func (g *Gateway) Open(ctx context.Context, c billing.Checkout) (billing.Standing, error) {
	session, err := g.api.CheckoutSessions.New(sessionParams(ctx, c))
	if err != nil {
		return billing.Standing{}, translate(err)
	}
	return standing(session, nil), nil
}

// Expire closes an open Checkout Session (https://docs.stripe.com/api/checkout/sessions/expire). Stripe refuses
// this unless the session is open, which is the proof that it was paid, is being paid or had expired.
func (g *Gateway) Expire(ctx context.Context, session string) error {
	_, err := g.api.CheckoutSessions.Expire(session,
		&stripe.CheckoutSessionExpireParams{Params: stripe.Params{Context: ctx}})
	if refusedAs(err, http.StatusBadRequest) {
		return billing.ErrPageNotOpen.Because(cause(err))
	}
	return translate(err)
}

// Look fetches a Checkout Session with its payment and all refunds of it.
func (g *Gateway) Look(ctx context.Context, session string) (billing.Standing, error) {
	params := &stripe.CheckoutSessionParams{Params: stripe.Params{Context: ctx}}
	params.AddExpand("payment_intent.payment_method")
	params.AddExpand("setup_intent.payment_method")
	found, err := g.api.CheckoutSessions.Get(session, params)
	if err != nil {
		return billing.Standing{}, translate(err)
	}
	return g.withRefunds(ctx, found)
}

// withRefunds completes a session.
func (g *Gateway) withRefunds(ctx context.Context, session *stripe.CheckoutSession) (billing.Standing, error) {
	if session.PaymentIntent == nil {
		return standing(session, nil), nil
	}
	refunds, err := g.refundsOf(ctx, session.PaymentIntent.ID)
	return standing(session, refunds), err
}

// refundsOf lists the refunds by payment: those that come with an expanded charge stop at ten.
func (g *Gateway) refundsOf(ctx context.Context, intent string) ([]billing.RefundStanding, error) {
	params := &stripe.RefundListParams{PaymentIntent: stripe.String(intent)}
	params.Context, params.Limit = ctx, stripe.Int64(100)
	var refunds []billing.RefundStanding
	list := g.api.Refunds.List(params)
	for list.Next() {
		refunds = append(refunds, refundStanding(list.Refund()))
	}
	return refunds, translate(list.Err())
}

// Refund gives money back (https://docs.stripe.com/api/refunds/create), or returns the refund made with this
// key, as it was when made.
func (g *Gateway) Refund(ctx context.Context, o billing.RefundOrder) (billing.RefundStanding, error) {
	refund, err := g.api.Refunds.New(&stripe.RefundParams{
		Params:        stripe.Params{Context: ctx, IdempotencyKey: stripe.String(o.Key)},
		PaymentIntent: stripe.String(o.Intent),
		Amount:        stripe.Int64(int64(o.Amount)),
		Metadata:      map[string]string{"refund": o.Reference},
	})
	if err != nil {
		return billing.RefundStanding{}, translate(err)
	}
	return refundStanding(refund), nil
}

func refundStanding(r *stripe.Refund) billing.RefundStanding {
	out := billing.RefundStanding{
		ID: r.ID, Reference: r.Metadata["refund"], Amount: money.Amount(r.Amount), State: billing.RefundPending,
	}
	switch r.Status {
	case stripe.RefundStatusSucceeded:
		out.State = billing.RefundSucceeded
	case stripe.RefundStatusFailed, stripe.RefundStatusCanceled:
		out.State = billing.RefundFailed
	}
	return out
}
