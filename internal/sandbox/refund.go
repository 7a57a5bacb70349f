package sandbox

import (
	"net/http"
	"time"

	"bursar/internal/billing"
	"bursar/internal/money"
)

// refundTakes is how long a refund that does not come through at once takes.
const refundTakes = 5 * 24 * time.Hour

// createRefund gives money back, at most what is left of the charge
// (https://docs.stripe.com/api/refunds/create).
func (s *Sandbox) createRefund(c call) (change, map[string]any, *refusal) {
	if bad := c.form.only("payment_intent", "charge", "amount", "reason", "metadata["); bad != nil {
		return change{}, nil, bad
	}
	pi, paid, bad := s.toRefund(c.form)
	if bad != nil {
		return change{}, nil, bad
	}
	metadata, bad := c.form.group("metadata")
	if bad != nil {
		return change{}, nil, bad
	}
	pence, bad := c.form.number("amount", int64(paid.unrefunded()))
	amount := money.Amount(pence)
	switch {
	case bad != nil:
		return change{}, nil, bad
	case paid.unrefunded() == 0:
		return change{}, nil, impossible("charge_already_refunded", "Charge "+paid.ID+" has already been refunded.")
	case amount < 1:
		return change{}, nil, invalid("amount", "This value must be greater than or equal to 1.")
	case amount > paid.unrefunded():
		r := impossible("amount_too_large", "Refund amount ("+amount.String()+
			") is greater than unrefunded amount on charge ("+paid.unrefunded().String()+").")
		r.Param = "amount"
		return change{}, nil, r
	}
	r := refund{
		ID: newID("re_"), Intent: pi.ID, Charge: paid.ID, Status: billing.RefundSucceeded, Amount: amount,
		Currency: paid.Currency, Reason: c.form.text("reason"), Metadata: metadata, Created: c.now.Unix(),
	}
	s.foresee(&r, pi.Method, c.now)
	paid.Refunded += amount
	made := change{Refunds: []refund{r}, Charges: []charge{paid}}
	s.tell(&made, c.now, "charge.refunded", wireCharge(paid))
	s.tell(&made, c.now, "refund.created", wireRefund(r))
	return made, wireRefund(r), nil
}

func (s *Sandbox) toRefund(f form) (intent, charge, *refusal) {
	id := f.text("payment_intent")
	if from := f.text("charge"); from != "" {
		id = s.world.charges.byID[from].Intent
	}
	pi, known := s.world.intents.byID[id]
	if !known {
		return pi, charge{}, missing(http.StatusBadRequest, "payment_intent", "payment_intent", f.text("payment_intent"))
	}
	paid := s.world.charges.byID[pi.Charge]
	if pi.Status != intentSucceeded {
		return pi, paid, impossible("", "This PaymentIntent ("+pi.ID+") does not have a successful charge to refund.")
	}
	return pi, paid, nil
}

// foresee gives a refund the fate that belongs to what was paid with
// (https://docs.stripe.com/testing#refunds): Stripe says that a refund succeeded before the bank may refuse it.
func (s *Sandbox) foresee(r *refund, method string, now time.Time) {
	switch method {
	case CardRefundLater, BankPays:
		r.Status, r.SettlesAt = billing.RefundPending, now.Add(refundTakes).Unix()
	case CardRefundFails:
		r.WillFail, r.SettlesAt = true, now.Add(refundTakes).Unix()
	}
}

// settleRefund ends what was pending or takes back what will fail.
func (s *Sandbox) settleRefund(now time.Time, r refund, succeeds bool) change {
	made := change{}
	paid := s.world.charges.byID[r.Charge]
	r.Status, r.SettlesAt, r.WillFail = billing.RefundSucceeded, 0, false
	if !succeeds {
		r.Status = billing.RefundFailed
		paid.Refunded -= r.Amount
		made.Charges = []charge{paid}
	}
	made.Refunds = []refund{r}
	s.tell(&made, now, "refund.updated", wireRefund(r))
	s.tell(&made, now, "charge.refund.updated", wireRefund(r))
	return made
}

func (s *Sandbox) getRefund(c call) (change, map[string]any, *refusal) {
	v, known := s.world.refunds.byID[c.id]
	if !known {
		return change{}, nil, missing(http.StatusNotFound, "refund", "id", c.id)
	}
	return change{}, wireRefund(v), c.form.only()
}
