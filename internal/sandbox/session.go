package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"bursar/internal/billing"
	"bursar/internal/money"
)

// least is the smallest amount that Stripe takes in pounds (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
const least money.Amount = 30

// createSession makes an open page (https://docs.stripe.com/api/checkout/sessions/create).
func (s *Sandbox) createSession(c call) (change, map[string]any, *refusal) {
	v := session{
		ID: newID("cs_test_"), Created: c.now.Unix(), Status: billing.PageOpen,
		Reference: c.form.text("client_reference_id"), Email: c.form.text("customer_email"),
		CancelURL: c.form.text("cancel_url"), Customer: c.form.text("customer"), Consent: c.form.text("custom_text[submit][message]"),
		Methods: c.form.all("payment_method_types"), SetUp: c.form.text("mode") == "setup",
		Save: c.form.text("payment_intent_data[setup_future_usage]") == "off_session",
	}
	for _, read := range []func(form, *session) *refusal{readKnown, s.readSaving, readMetadata, readLine, readAddresses, readExpiry} {
		if bad := read(c.form, &v); bad != nil {
			return change{}, nil, bad
		}
	}
	return change{Sessions: []session{v}}, s.wireSession(v), nil
}

func readKnown(f form, v *session) *refusal {
	if bad := f.only("mode", "success_url", "cancel_url", "client_reference_id", "customer_email", "expires_at",
		"metadata[", "payment_intent_data[metadata][", "line_items[0][quantity]", "line_items[0][price_data][currency]",
		"line_items[0][price_data][unit_amount]", "line_items[0][price_data][product_data][name]", "currency", "customer",
		"customer_creation", "custom_text[submit][message]", "payment_method_types[", "payment_intent_data[setup_future_usage]",
		"setup_intent_data[metadata]["); bad != nil {
		return bad
	}
	if mode, bad := f.need("mode"); bad != nil || mode != "payment" && mode != "setup" {
		return or(bad, invalid("mode", "Invalid mode: the sandbox takes payment and setup."))
	}
	if len(v.Reference) > 200 {
		return invalid("client_reference_id", "A reference can have up to 200 characters.")
	}
	if v.Email != "" && !strings.Contains(v.Email, "@") {
		return invalid("customer_email", "Invalid email address: "+v.Email)
	}
	return nil
}

func readMetadata(f form, v *session) (bad *refusal) {
	if v.Metadata, bad = f.group("metadata"); bad != nil {
		return bad
	}
	v.IntentMetadata, bad = f.group("payment_intent_data[metadata]")
	if v.SetUp {
		v.IntentMetadata, bad = f.group("setup_intent_data[metadata]")
	}
	return bad
}

func readLine(f form, v *session) (bad *refusal) {
	if v.SetUp {
		if v.Currency, bad = f.need("currency"); bad == nil && f.text("line_items[0][quantity]") != "" {
			bad = invalid("line_items", "You cannot set `line_items` in `setup` mode.")
		}
		return bad
	}
	if v.Currency, bad = f.need("line_items[0][price_data][currency]"); bad != nil || v.Currency != "gbp" {
		return or(bad, invalid("line_items[0][price_data][currency]", "Invalid currency: the sandbox takes gbp."))
	}
	if v.Description, bad = f.need("line_items[0][price_data][product_data][name]"); bad != nil {
		return bad
	}
	price, bad := f.number("line_items[0][price_data][unit_amount]", -1)
	if bad != nil {
		return bad
	}
	quantity, bad := f.number("line_items[0][quantity]", 0)
	if bad != nil || quantity < 1 || quantity > 1_000_000 || price < 0 || price > 99_999_999 {
		return or(bad, invalid("line_items[0]", "Give a quantity, and a unit_amount of at most 99999999."))
	}
	if v.Amount = money.Amount(price * quantity); v.Amount < least {
		r := invalid("line_items", "The Checkout Session's total amount must be at least "+least.String()+".")
		r.Code = "amount_too_small"
		return r
	}
	return nil
}

func readAddresses(f form, v *session) (bad *refusal) {
	if v.SuccessURL, bad = f.need("success_url"); bad != nil {
		return bad
	}
	if !isAddress(v.SuccessURL) {
		return invalid("success_url", "Not a valid URL.")
	}
	if v.CancelURL != "" && !isAddress(v.CancelURL) {
		return invalid("cancel_url", "Not a valid URL.")
	}
	return nil
}

func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// readExpiry holds Stripe to its word: from 30 minutes to 24 hours ahead, a day when nothing is said.
func readExpiry(f form, v *session) (bad *refusal) {
	const day = int64(24 * time.Hour / time.Second)
	if v.ExpiresAt, bad = f.number("expires_at", v.Created+day); bad != nil {
		return bad
	}
	switch ahead := v.ExpiresAt - v.Created; {
	case ahead < int64(30*time.Minute/time.Second):
		return invalid("expires_at", "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.")
	case ahead > day:
		return invalid("expires_at", "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.")
	}
	return nil
}

func or(first, second *refusal) *refusal {
	if first != nil {
		return first
	}
	return second
}

func (s *Sandbox) getSession(c call) (change, map[string]any, *refusal) {
	v, known := s.world.sessions.byID[c.id]
	if !known {
		return change{}, nil, missing(http.StatusNotFound, "checkout.session", "session", c.id)
	}
	return change{}, s.wireSession(v), c.form.only()
}

// expireSession closes an open page and nothing else (https://docs.stripe.com/api/checkout/sessions/expire).
func (s *Sandbox) expireSession(c call) (change, map[string]any, *refusal) {
	v, known := s.world.sessions.byID[c.id]
	if !known {
		return change{}, nil, missing(http.StatusNotFound, "checkout.session", "session", c.id)
	}
	if v.Status != billing.PageOpen {
		return change{}, nil, impossible("", "Only Checkout Sessions with a status in [\"open\"] can be expired. "+
			"This Checkout Session has a status of "+string(v.Status)+".")
	}
	made := s.closePage(c.now, v)
	return made, s.wireSession(made.Sessions[0]), c.form.only()
}

func (s *Sandbox) closePage(now time.Time, v session) change {
	v.Status = billing.PageExpired
	made := change{Sessions: []session{v}}
	if pi, tried := s.world.intents.byID[v.Intent]; tried {
		pi.Status = intentCanceled
		made.Intents = []intent{pi}
	}
	s.tell(&made, now, "checkout.session.expired", s.wireSession(v))
	return made
}

func (s *Sandbox) getIntent(c call) (change, map[string]any, *refusal) {
	v, known := s.world.intents.byID[c.id]
	if !known {
		return change{}, nil, missing(http.StatusNotFound, "payment_intent", "intent", c.id)
	}
	return change{}, wireIntent(v), c.form.only()
}

func (s *Sandbox) getCharge(c call) (change, map[string]any, *refusal) {
	v, known := s.world.charges.byID[c.id]
	if !known {
		return change{}, nil, missing(http.StatusNotFound, "charge", "id", c.id)
	}
	return change{}, wireCharge(v), c.form.only()
}
