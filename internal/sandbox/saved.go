package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"bursar/internal/billing"
	"bursar/internal/money"
)

// What may be set as Faults.Refuse besides the codes of Stripe's declines (https://docs.stripe.com/declines/codes).
const (
	NoFunds    = noFunds
	AsksHolder = "authentication_required"
	// WaitsForHolder leaves the payment waiting for its holder instead of refusing it.
	WaitsForHolder = intentAsks
)

// standing is the method as billing knows it.
func (m savedMethod) standing() billing.SavedMethod {
	if m.ID == "" {
		return billing.SavedMethod{}
	}
	return billing.SavedMethod{Customer: m.Customer, Method: m.ID, Kind: billing.MethodKind(m.kind()), Ends: m.ends()}
}

func (m savedMethod) kind() string {
	if isBank(m.Method) {
		return string(billing.BacsDirect)
	}
	return string(billing.Card)
}

func (m savedMethod) ends() string {
	if isBank(m.Method) {
		return "2345"
	}
	return m.Method[len(m.Method)-4:]
}

func isBank(method string) bool { return method == BankPays || method == BankRefuses }

// wireSaved is the payment method as Stripe writes it (https://docs.stripe.com/api/payment_methods/object).
func wireSaved(m savedMethod) map[string]any {
	if m.ID == "" {
		return nil
	}
	return map[string]any{
		"id": m.ID, "object": "payment_method", "livemode": false, "customer": m.Customer, "type": m.kind(), "created": m.Created,
		m.kind(): map[string]any{"last4": m.ends()},
	}
}

// wireSetup is the setup intent as Stripe writes it (https://docs.stripe.com/api/setup_intents/object).
func wireSetup(v setup) map[string]any {
	if v.ID == "" {
		return nil
	}
	return map[string]any{
		"id": v.ID, "object": "setup_intent", "livemode": false, "customer": v.Customer, "payment_method": v.Saved, "status": "succeeded",
		"usage": "off_session", "metadata": orEmpty(v.Metadata), "created": v.Created,
	}
}

// wireSaving adds what saving changes about a session.
func wireSaving(out map[string]any, v session) {
	out["customer"], out["setup_intent"] = orNull(v.Customer), orNull(v.Setup)
	if v.SetUp {
		out["mode"], out["payment_status"] = "setup", "no_payment_required"
	}
	if v.Methods != nil {
		out["payment_method_types"] = v.Methods
	}
}

// readSaving holds Stripe to its rules about saving: a customer is given or made, a debit is always saved.
func (s *Sandbox) readSaving(f form, v *session) *refusal {
	creation := f.text("customer_creation")
	switch {
	case v.Customer != "" && !slices.ContainsFunc(slices.Collect(s.world.saved.oldest()), func(m savedMethod) bool { return m.Customer == v.Customer }):
		return missing(http.StatusBadRequest, "customer", "customer", v.Customer)
	case v.Customer != "" && (v.Email != "" || creation != ""):
		return invalid("customer", "You may only specify one of these parameters: customer, customer_email, customer_creation.")
	case v.Save && v.Customer == "" && creation != "always":
		return invalid("customer_creation", "The sandbox saves for a customer: give one, or have one made.")
	case len(v.Consent) > 1200:
		return invalid("custom_text[submit][message]", "A text can have up to 1200 characters.")
	case slices.Contains(v.Methods, string(billing.BacsDirect)) && !v.Save && !v.SetUp:
		return invalid("payment_method_types", "bacs_debit needs `setup_future_usage` to be off_session.")
	}
	return nil
}

// keep saves what a page is completed with, for its customer.
func (s *Sandbox) keep(now time.Time, page *session, method string) savedMethod {
	if page.Customer == "" {
		page.Customer = newID("cus_")
	}
	return savedMethod{ID: newID("pm_"), Customer: page.Customer, Method: method, Created: now.Unix()}
}

// saveOnly completes a page on which nothing is paid.
func (s *Sandbox) saveOnly(now time.Time, page session, method string) change {
	kept := s.keep(now, &page, method)
	made := setup{ID: newID("seti_"), Saved: kept.ID, Customer: kept.Customer, Metadata: page.IntentMetadata, Created: now.Unix()}
	page.Status, page.Setup = billing.PageComplete, made.ID
	out := change{Sessions: []session{page}, Saved: []savedMethod{kept}, Setups: []setup{made}}
	s.tell(&out, now, "checkout.session.completed", s.wireSession(page))
	return out
}

// createIntent charges a saved method while nobody is there (https://docs.stripe.com/api/payment_intents/create). What the
// bank refuses is an error that carries the payment.
func (s *Sandbox) createIntent(c call) (change, map[string]any, *refusal) {
	pi, bad := s.readIntent(c)
	if bad != nil {
		return change{}, nil, bad
	}
	switch problem := s.problemWith(pi.Method); {
	case problem == WaitsForHolder:
		pi.Status = intentAsks
		made := change{Intents: []intent{pi}}
		s.tell(&made, c.now, "payment_intent.requires_action", wireIntent(pi))
		return made, wireIntent(pi), nil
	case problem != "":
		tried := newCharge(c.now, &pi, "failed", problem)
		pi.Status, pi.Error = intentRefused, problem
		made := change{Intents: []intent{pi}, Charges: []charge{tried}}
		s.tell(&made, c.now, "payment_intent.payment_failed", wireIntent(pi))
		code, decline := declineOf(problem)
		return made, nil, &refusal{
			status: http.StatusPaymentRequired, kept: true, Type: "card_error", Code: code, DeclineCode: decline,
			Message: "Your card was declined.", PaymentIntent: wireIntent(pi),
		}
	case isBank(pi.Method):
		tried := newCharge(c.now, &pi, "pending", "")
		pi.Status, pi.SettlesAt = intentProcessing, c.now.Add(bankTakes).Unix()
		made := change{Intents: []intent{pi}, Charges: []charge{tried}}
		s.tell(&made, c.now, "payment_intent.processing", wireIntent(pi))
		return made, wireIntent(pi), nil
	}
	made := s.captureIntent(c.now, &pi, newCharge(c.now, &pi, intentSucceeded, ""))
	return made, wireIntent(pi), nil
}

func (s *Sandbox) readIntent(c call) (intent, *refusal) {
	pi := intent{ID: newID("pi_"), Created: c.now.Unix(), Customer: c.form.text("customer"), Saved: c.form.text("payment_method")}
	if bad := c.form.only("amount", "currency", "customer", "payment_method", "payment_method_types[", "description", "off_session",
		"confirm", "metadata["); bad != nil {
		return pi, bad
	}
	kept, known := s.world.saved.byID[pi.Saved]
	switch {
	case c.form.text("off_session") != "true" || c.form.text("confirm") != "true":
		return pi, invalid("confirm", "The sandbox makes payments that are confirmed at once while nobody is there.")
	case !known:
		return pi, missing(http.StatusBadRequest, "payment_method", "payment_method", pi.Saved)
	case kept.Customer != pi.Customer:
		return pi, invalid("payment_method", "The PaymentMethod does not belong to the Customer.")
	case !slices.Contains(c.form.all("payment_method_types"), kept.kind()):
		return pi, invalid("payment_method_types", "The PaymentMethod is of another type.")
	}
	var bad *refusal
	if pi.Currency, bad = c.form.need("currency"); bad != nil || pi.Currency != "gbp" {
		return pi, or(bad, invalid("currency", "Invalid currency: the sandbox takes gbp."))
	}
	pence, bad := c.form.number("amount", 0)
	if pi.Amount = money.Amount(pence); bad != nil || pi.Amount < least || pi.Amount > 99_999_999 {
		return pi, or(bad, &refusal{status: http.StatusBadRequest, Type: "invalid_request_error", Code: "amount_too_small", Param: "amount",
			Message: "Amount must be at least " + least.String() + "."})
	}
	pi.Metadata, bad = c.form.group("metadata")
	pi.Method = kept.Method
	if s.faults.Currency != "" {
		pi.Currency = s.faults.Currency
	}
	if s.faults.Capture != 0 {
		pi.Amount = s.faults.Capture
	}
	return pi, bad
}

// problemWith is why a saved method is refused, or empty.
func (s *Sandbox) problemWith(method string) string {
	switch {
	case s.faults.Refuse != "":
		return s.faults.Refuse
	case method == CardAsksAlways:
		return AsksHolder
	case method == CardDeclinedLater:
		return declined
	}
	return ""
}

// declineOf is a problem as Stripe's code and decline code.
func declineOf(problem string) (code, decline string) {
	switch problem {
	case noFunds, "lost_card", "do_not_honor":
		return declined, problem
	case AsksHolder:
		return problem, problem
	case declined:
		return declined, "generic_decline"
	}
	return problem, ""
}

// captureIntent ends a charge of a saved method well.
func (s *Sandbox) captureIntent(now time.Time, pi *intent, paid charge) change {
	paid.Status = intentSucceeded
	pi.Status, pi.Charge, pi.Received, pi.SettlesAt, pi.Error = intentSucceeded, paid.ID, pi.Amount, 0, ""
	made := change{Intents: []intent{*pi}, Charges: []charge{paid}}
	s.tell(&made, now, "charge.succeeded", wireCharge(paid))
	s.tell(&made, now, "payment_intent.succeeded", wireIntent(*pi))
	return made
}

// cancelIntent ends a payment that waits for somebody (https://docs.stripe.com/api/payment_intents/cancel).
func (s *Sandbox) cancelIntent(c call) (change, map[string]any, *refusal) {
	pi, known := s.world.intents.byID[c.id]
	switch {
	case !known:
		return change{}, nil, missing(http.StatusNotFound, "payment_intent", "intent", c.id)
	case pi.Status != intentAsks && pi.Status != intentRefused:
		return change{}, nil, impossible("payment_intent_unexpected_state", fmt.Sprintf("You cannot cancel this PaymentIntent because it has a status of %s.", pi.Status))
	}
	pi.Status = intentCanceled
	made := change{Intents: []intent{pi}}
	s.tell(&made, c.now, "payment_intent.canceled", wireIntent(pi))
	return made, wireIntent(pi), c.form.only("cancellation_reason")
}

// chargeStanding is what Charged would say.
func (s *Sandbox) chargeStanding(pi intent) billing.Standing {
	out := billing.Standing{
		Reference: pi.Metadata["payment"], State: billing.PageComplete, Paid: pi.Status == intentSucceeded, Intent: pi.ID,
		Failed: pi.Status == intentRefused || pi.Status == intentCanceled, Amount: pi.Amount, Captured: pi.Received, Currency: pi.Currency,
		Refunds: s.refundStandings(pi),
	}
	if out.Failed {
		out.Refusal = billing.SaidNo
		switch {
		case strings.Contains(pi.Error, "authentication"):
			out.Refusal = billing.NeedsPerson
		case pi.Error == noFunds:
			out.Refusal = billing.NoFunds
		}
	}
	return out
}
