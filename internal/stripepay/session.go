package stripepay

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"

	"bursar/internal/billing"
	"bursar/internal/money"
)

// sessionParams asks for a Checkout Session. Without a method to be saved, which ways to pay its page offers is chosen in
// the Stripe Dashboard.
func sessionParams(ctx context.Context, c billing.Checkout) *stripe.CheckoutSessionParams {
	metadata := map[string]string{"payment": c.Reference}
	p := &stripe.CheckoutSessionParams{
		Params:            stripe.Params{Context: ctx, IdempotencyKey: stripe.String(c.Key)},
		Mode:              stripe.String(string(stripe.CheckoutSessionModePayment)),
		ClientReferenceID: stripe.String(c.Reference),
		ExpiresAt:         stripe.Int64(c.ExpiresAt.Unix()),
		SuccessURL:        stripe.String(c.ReturnURL),
		CancelURL:         stripe.String(c.CancelURL),
		Metadata:          metadata,
	}
	switch {
	case c.Customer != "":
		p.Customer = stripe.String(c.Customer)
	case c.Email != "":
		p.CustomerEmail = stripe.String(c.Email)
	}
	if c.Save || c.SetUp {
		save(p, c)
	}
	if c.SetUp {
		p.Mode = stripe.String(string(stripe.CheckoutSessionModeSetup))
		p.Currency = stripe.String(string(stripe.CurrencyGBP))
		p.SetupIntentData = &stripe.CheckoutSessionSetupIntentDataParams{Metadata: metadata}
		return p
	}
	p.PaymentIntentData = &stripe.CheckoutSessionPaymentIntentDataParams{Metadata: metadata}
	if c.Save {
		p.PaymentIntentData.SetupFutureUsage = stripe.String(string(stripe.PaymentIntentSetupFutureUsageOffSession))
	}
	p.LineItems = []*stripe.CheckoutSessionLineItemParams{{
		Quantity: stripe.Int64(1),
		PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
			Currency:    stripe.String(string(stripe.CurrencyGBP)),
			UnitAmount:  stripe.Int64(int64(c.Amount)),
			ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: stripe.String(c.Description)},
		},
	}}
	return p
}

// save lets only methods be chosen that can be charged again, and says beside the button what the payer agrees to. Stripe
// adds its own mandate (https://docs.stripe.com/payments/save-during-payment).
func save(p *stripe.CheckoutSessionParams, c billing.Checkout) {
	methods := []string{string(stripe.PaymentMethodTypeCard)}
	if c.Bacs {
		methods = append(methods, string(stripe.PaymentMethodTypeBACSDebit))
	}
	p.PaymentMethodTypes = stripe.StringSlice(methods)
	p.CustomText = &stripe.CheckoutSessionCustomTextParams{
		Submit: &stripe.CheckoutSessionCustomTextSubmitParams{Message: stripe.String(c.Consent)},
	}
	if c.Customer == "" {
		p.CustomerCreation = stripe.String(string(stripe.CheckoutSessionCustomerCreationAlways))
	}
}

func standing(s *stripe.CheckoutSession, refunds []billing.RefundStanding) billing.Standing {
	out := billing.Standing{
		Session:   s.ID,
		Reference: s.ClientReferenceID,
		State:     billing.PageState(s.Status),
		Paid:      s.PaymentStatus == stripe.CheckoutSessionPaymentStatusPaid,
		Amount:    money.Amount(s.AmountTotal),
		Currency:  string(s.Currency),
		ExpiresAt: time.Unix(s.ExpiresAt, 0).UTC(),
		Refunds:   refunds,
	}
	if out.State == billing.PageOpen {
		out.URL = s.URL
	}
	if pi := s.PaymentIntent; pi != nil {
		out.Intent, out.Captured = pi.ID, money.Amount(pi.AmountReceived)
		refused := pi.Status == stripe.PaymentIntentStatusRequiresPaymentMethod ||
			pi.Status == stripe.PaymentIntentStatusCanceled
		// While the page is open the same status only means that the person may try another card.
		out.Failed = refused && out.State == billing.PageComplete && !out.Paid
		if pi.SetupFutureUsage == stripe.PaymentIntentSetupFutureUsageOffSession && out.State == billing.PageComplete && !out.Failed {
			out.Saved = savedMethod(pi.Customer, pi.PaymentMethod)
		}
	}
	if si := s.SetupIntent; si != nil && si.Status == stripe.SetupIntentStatusSucceeded {
		out.Saved = savedMethod(si.Customer, si.PaymentMethod)
	}
	return out
}

// savedMethod is what may be charged from now on; zero when Stripe has not saved it.
func savedMethod(customer *stripe.Customer, m *stripe.PaymentMethod) billing.SavedMethod {
	if customer == nil || m == nil {
		return billing.SavedMethod{}
	}
	out := billing.SavedMethod{Customer: customer.ID, Method: m.ID, Kind: billing.MethodKind(m.Type)}
	switch {
	case m.Card != nil:
		out.Ends = m.Card.Last4
	case m.BACSDebit != nil:
		out.Ends = m.BACSDebit.Last4
	}
	return out
}
