package stripepay

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/form"

	"bursar/internal/billing"
)

// EventTypes are the events that Bursar acts on: those to choose for the webhook endpoint, and those that Events
// asks for. Stripe takes at most twenty in one question.
func EventTypes() []string {
	return []string{
		"checkout.session.completed",
		"checkout.session.async_payment_succeeded",
		"checkout.session.async_payment_failed",
		"checkout.session.expired",
		"payment_intent.succeeded",
		"payment_intent.payment_failed",
		"payment_intent.canceled",
		"payment_intent.processing",
		"payment_intent.requires_action",
		"charge.succeeded",
		"charge.refunded",
		"charge.refund.updated",
		"refund.created",
		"refund.updated",
		"charge.dispute.created",
		"charge.dispute.updated",
		"charge.dispute.closed",
		"charge.dispute.funds_withdrawn",
		"charge.dispute.funds_reinstated",
	}
}

// eventPage is a page of GET /v1/events with each event's body as it was sent.
type eventPage struct {
	stripe.APIResource
	Data    []json.RawMessage `json:"data"`
	HasMore bool              `json:"has_more"`
}

// Events calls each with every event of EventTypes made since a time, oldest first, whether or not it was
// delivered. Stripe keeps events for 30 days (https://docs.stripe.com/api/events/list). An error of each ends
// the walk and is returned as it is.
func (g *Gateway) Events(ctx context.Context, since time.Time, each func(billing.Event) error) error {
	var events []billing.Event
	after := ""
	for more := true; more; {
		page, err := g.eventsAfter(ctx, since, after)
		if err != nil {
			return err
		}
		for _, raw := range page.Data {
			event, err := parseEvent(raw)
			if err != nil {
				return fmt.Errorf("reading a listed event: %w", err)
			}
			events = append(events, event)
			after = event.ID
		}
		more = page.HasMore && len(page.Data) > 0
	}
	for _, event := range slices.Backward(events) {
		if err := each(event); err != nil {
			return err
		}
	}
	return nil
}

// eventsAfter asks for a page of events, newest first, older than the event "after" where one is named.
func (g *Gateway) eventsAfter(ctx context.Context, since time.Time, after string) (*eventPage, error) {
	params := &stripe.EventListParams{
		CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Unix()},
		Types:        stripe.StringSlice(EventTypes()),
	}
	params.Context, params.Limit = ctx, stripe.Int64(100)
	if after != "" {
		params.StartingAfter = stripe.String(after)
	}
	query, page := &form.Values{}, &eventPage{}
	form.AppendTo(query, params)
	err := g.backend.CallRaw(http.MethodGet, "/v1/events", g.key, query, params.GetParams(), page)
	return page, translate(err)
}

// Standings calls each with every Checkout Session made since a time, newest first, as Look would find it, and then with
// every charge of a saved method. An error of each ends the walk and is returned as it is.
func (g *Gateway) Standings(ctx context.Context, since time.Time, each func(billing.Standing) error) error {
	params := &stripe.CheckoutSessionListParams{
		CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Unix()},
	}
	params.Context, params.Limit = ctx, stripe.Int64(100)
	params.AddExpand("data.payment_intent.payment_method")
	list := g.api.CheckoutSessions.List(params)
	for list.Next() {
		found, err := g.withRefunds(ctx, list.CheckoutSession())
		if err != nil {
			return err
		}
		if err := each(found); err != nil {
			return err
		}
	}
	if err := list.Err(); err != nil {
		return translate(err)
	}
	return g.charges(ctx, since, each)
}

func (g *Gateway) charges(ctx context.Context, since time.Time, each func(billing.Standing) error) error {
	params := &stripe.PaymentIntentListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Unix()}}
	params.Context, params.Limit = ctx, stripe.Int64(100)
	list := g.api.PaymentIntents.List(params)
	for list.Next() {
		if list.PaymentIntent().Metadata[savedMark] == "" {
			continue
		}
		found, err := g.charged(ctx, list.PaymentIntent())
		if err != nil {
			return err
		}
		if err := each(found); err != nil {
			return err
		}
	}
	return translate(list.Err())
}
