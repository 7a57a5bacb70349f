package stripepay

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v76"

	"bursar/internal/billing"
	"bursar/internal/money"
)

// savedMark marks the payments that Charge made: those of Checkout Sessions carry our code too.
const savedMark = "saved"

// Charge makes and confirms a PaymentIntent while nobody is there (https://docs.stripe.com/payments/save-and-reuse), or
// returns the one made with this key. Stripe answers a refusal by the bank with an error that carries the payment.
func (g *Gateway) Charge(ctx context.Context, o billing.ChargeOrder) (billing.Standing, error) {
	pi, err := g.api.PaymentIntents.New(&stripe.PaymentIntentParams{
		Params:             stripe.Params{Context: ctx, IdempotencyKey: stripe.String(o.Key)},
		Amount:             stripe.Int64(int64(o.Amount)),
		Currency:           stripe.String(string(stripe.CurrencyGBP)),
		Customer:           stripe.String(o.Customer),
		PaymentMethod:      stripe.String(o.Method),
		PaymentMethodTypes: stripe.StringSlice([]string{string(o.Kind)}),
		Description:        stripe.String(o.Description),
		OffSession:         stripe.Bool(true),
		Confirm:            stripe.Bool(true),
		Metadata:           map[string]string{"payment": o.Reference, savedMark: "yes"},
	})
	if answer, ok := errors.AsType[*stripe.Error](err); ok && answer.Type == stripe.ErrorTypeCard && answer.PaymentIntent != nil {
		pi, err = answer.PaymentIntent, nil
		if pi.LastPaymentError == nil {
			pi.LastPaymentError = answer
		}
	}
	if err != nil {
		return billing.Standing{}, translate(err)
	}
	return g.charged(ctx, pi)
}

// Charged fetches a PaymentIntent with all refunds of it.
func (g *Gateway) Charged(ctx context.Context, intent string) (billing.Standing, error) {
	pi, err := g.api.PaymentIntents.Get(intent, &stripe.PaymentIntentParams{Params: stripe.Params{Context: ctx}})
	if err != nil {
		return billing.Standing{}, translate(err)
	}
	return g.charged(ctx, pi)
}

// FindCharge looks for a PaymentIntent among those of its customer. Lists, unlike searches, show what was just made.
func (g *Gateway) FindCharge(ctx context.Context, o billing.ChargeOrder, since time.Time) (billing.Standing, error) {
	params := &stripe.PaymentIntentListParams{
		Customer: stripe.String(o.Customer), CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Add(-clocksDiffer).Unix()},
	}
	params.Context, params.Limit = ctx, stripe.Int64(100)
	list := g.api.PaymentIntents.List(params)
	for list.Next() {
		if pi := list.PaymentIntent(); pi.Metadata["payment"] == o.Reference && pi.Metadata[savedMark] != "" {
			return g.charged(ctx, pi)
		}
	}
	if err := list.Err(); err != nil {
		return billing.Standing{}, translate(err)
	}
	return billing.Standing{}, billing.ErrPageUnknown
}

// clocksDiffer is more than Stripe's clock and ours ever do.
const clocksDiffer = time.Hour

// charged says how a charge stands. One that waits for its holder is ended: they pay on a page instead, and must not be
// able to do both.
func (g *Gateway) charged(ctx context.Context, pi *stripe.PaymentIntent) (billing.Standing, error) {
	asks := pi.Status == stripe.PaymentIntentStatusRequiresAction || pi.Status == stripe.PaymentIntentStatusRequiresConfirmation
	if asks {
		ended, err := g.api.PaymentIntents.Cancel(pi.ID, &stripe.PaymentIntentCancelParams{Params: stripe.Params{Context: ctx}})
		if refusedAs(err, http.StatusBadRequest) { // it has moved on meanwhile
			ended, err = g.api.PaymentIntents.Get(pi.ID, &stripe.PaymentIntentParams{Params: stripe.Params{Context: ctx}})
		}
		if err != nil {
			return billing.Standing{}, translate(err)
		}
		pi = ended
	}
	refunds, err := g.refundsOf(ctx, pi.ID)
	if err != nil {
		return billing.Standing{}, err
	}
	out := chargeStanding(pi, refunds)
	if asks && out.Failed {
		out.Refusal = billing.NeedsPerson
	}
	return out, nil
}

func chargeStanding(pi *stripe.PaymentIntent, refunds []billing.RefundStanding) billing.Standing {
	out := billing.Standing{
		Reference: pi.Metadata["payment"],
		State:     billing.PageComplete, // nobody can do anything about it any more
		Paid:      pi.Status == stripe.PaymentIntentStatusSucceeded,
		Failed:    pi.Status == stripe.PaymentIntentStatusRequiresPaymentMethod || pi.Status == stripe.PaymentIntentStatusCanceled,
		Intent:    pi.ID,
		Amount:    money.Amount(pi.Amount),
		Captured:  money.Amount(pi.AmountReceived),
		Currency:  string(pi.Currency),
		Refunds:   refunds,
	}
	if out.Failed {
		out.Refusal = refusal(pi.LastPaymentError)
	}
	return out
}

// refusal sorts what banks say (https://docs.stripe.com/declines/codes).
func refusal(e *stripe.Error) billing.Refusal {
	switch {
	case e == nil:
		return billing.SaidNo
	case e.Code == stripe.ErrorCodeAuthenticationRequired, e.DeclineCode == stripe.DeclineCodeAuthenticationRequired:
		return billing.NeedsPerson
	case e.DeclineCode == stripe.DeclineCodeInsufficientFunds:
		return billing.NoFunds
	}
	return billing.SaidNo
}
