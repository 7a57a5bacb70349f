package sandbox

import (
	"strings"

	"bursar/internal/billing"
)

// apiVersion is the only version spoken here.
const apiVersion = "2023-10-16"

// wireSession is the session as Stripe writes it (https://docs.stripe.com/api/checkout/sessions/object).
func (s *Sandbox) wireSession(v session) map[string]any {
	out := map[string]any{
		"id": v.ID, "object": "checkout.session", "livemode": false, "mode": "payment", "ui_mode": "hosted",
		"amount_subtotal": v.Amount, "amount_total": v.Amount, "currency": v.Currency,
		"automatic_tax":       map[string]any{"enabled": false, "status": nil},
		"client_reference_id": orNull(v.Reference), "metadata": orEmpty(v.Metadata),
		"customer": nil, "customer_creation": "if_required", "customer_email": orNull(v.Email), "customer_details": nil,
		"payment_intent": orNull(v.Intent), "payment_method_types": []string{"card", "bacs_debit"},
		"payment_status": "unpaid", "status": v.Status, "created": v.Created, "expires_at": v.ExpiresAt,
		"success_url": v.SuccessURL, "cancel_url": orNull(v.CancelURL), "url": nil,
	}
	if v.Paid {
		out["payment_status"] = "paid"
	}
	if v.Status == billing.PageOpen {
		out["url"] = s.pageURL(v.ID)
	}
	if v.Email != "" {
		out["customer_details"] = map[string]any{"email": v.Email}
	}
	wireSaving(out, v)
	return out
}

// wireIntent is the payment as Stripe writes it (https://docs.stripe.com/api/payment_intents/object).
func wireIntent(v intent) map[string]any {
	out := map[string]any{
		"id": v.ID, "object": "payment_intent", "livemode": false, "amount": v.Amount, "amount_received": v.Received,
		"amount_capturable": 0, "capture_method": "automatic", "confirmation_method": "automatic",
		"currency": v.Currency, "customer": orNull(v.Customer), "payment_method": orNull(v.Saved), "setup_future_usage": nil, "latest_charge": orNull(v.Charge), "metadata": orEmpty(v.Metadata),
		"payment_method_types": []string{"card", "bacs_debit"}, "status": v.Status, "created": v.Created,
		"last_payment_error": nil,
	}
	if v.Error != "" {
		code, decline := declineOf(v.Error)
		out["last_payment_error"] = map[string]any{"type": "card_error", "code": code, "decline_code": orNull(decline), "charge": orNull(v.Charge)}
	}
	if v.Keeps {
		out["setup_future_usage"] = "off_session"
	}
	return out
}

// wireCharge is one try to pay as Stripe writes it (https://docs.stripe.com/api/charges/object).
func wireCharge(v charge) map[string]any {
	captured := v.Status == intentSucceeded
	out := map[string]any{
		"id": v.ID, "object": "charge", "livemode": false, "amount": v.Amount, "amount_captured": 0,
		"amount_refunded": v.Refunded, "captured": captured, "currency": v.Currency, "customer": nil,
		"disputed": false, "failure_code": orNull(v.Error), "metadata": orEmpty(v.Metadata), "paid": captured,
		"payment_intent": v.Intent, "refunded": captured && v.unrefunded() == 0, "status": v.Status,
		"created": v.Created,
	}
	if captured {
		out["amount_captured"] = v.Amount
	}
	return out
}

// wireRefund is the refund as Stripe writes it (https://docs.stripe.com/api/refunds/object).
func wireRefund(v refund) map[string]any {
	out := map[string]any{
		"id": v.ID, "object": "refund", "amount": v.Amount, "charge": v.Charge, "currency": v.Currency,
		"metadata": orEmpty(v.Metadata), "payment_intent": v.Intent, "reason": orNull(v.Reason), "status": v.Status,
		"created": v.Created,
	}
	if v.Status == billing.RefundFailed {
		out["failure_reason"] = "expired_or_canceled_card"
	}
	return out
}

// expand puts whole objects where the paths name an id (https://docs.stripe.com/api/expanding_objects).
func (s *Sandbox) expand(object map[string]any, paths []string) *refusal {
	for _, path := range paths {
		if rest, ok := strings.CutPrefix(path, "data."); ok && object["object"] == "list" {
			for _, item := range object["data"].([]map[string]any) {
				if bad := s.expandPath(item, rest); bad != nil {
					return bad
				}
			}
		} else if bad := s.expandPath(object, path); bad != nil {
			return bad
		}
	}
	return nil
}

func (s *Sandbox) expandPath(object map[string]any, path string) *refusal {
	name, rest, deeper := strings.Cut(path, ".")
	value, known := object[name]
	if object["object"] == "charge" && name == "refunds" {
		known, value = true, s.refundsOf(object["id"].(string))
	}
	if id, ok := value.(string); ok {
		if found := s.find(id); found["id"] != nil {
			value = found
		}
	}
	inner, whole := value.(map[string]any)
	switch {
	case known && value == nil:
		return nil
	case !whole:
		return invalid("expand", "This property cannot be expanded ("+name+").")
	}
	object[name] = inner
	if deeper {
		return s.expandPath(inner, rest)
	}
	return nil
}

func (s *Sandbox) find(id string) map[string]any {
	switch prefix, _, _ := strings.Cut(id, "_"); prefix {
	case "pi":
		return wireIntent(s.world.intents.byID[id])
	case "ch":
		return wireCharge(s.world.charges.byID[id])
	case "pm":
		return wireSaved(s.world.saved.byID[id])
	case "seti":
		return wireSetup(s.world.setups.byID[id])
	}
	return nil
}

// refundsOf is the list within a charge, which stops at ten as Stripe's does.
func (s *Sandbox) refundsOf(charge string) map[string]any {
	list, _ := page(form{}, "/v1/refunds", &s.world.refunds, func(r refund) bool { return r.Charge == charge }, wireRefund)
	return list
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}
