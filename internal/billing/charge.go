package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// sendingTakes is more than it takes to look for an order and to give it. Nobody else gives it meanwhile.
const sendingTakes = 2 * time.Minute

// Charge charges the saved card for a payment and says how that stands; nil for one that was taken back before it was sent.
// The order is looked for before it is given, because an earlier try may have charged and lost the answer.
func (c *Cashier) Charge(ctx context.Context, which id.Payment) (*Standing, error) {
	p, err := getPayment(ctx, c.DB, which)
	if err != nil {
		return nil, err
	}
	s, err := c.charged(ctx, p)
	if errors.Is(err, errTakenBack) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("charging payment %s: %w", p.Code, err)
	}
	return &s, nil
}

// errTakenBack means that a charge was taken back before it was sent.
var errTakenBack = failure.New(failure.Conflict, "charge_taken_back", "This payment was taken back.")

// charged says how a charge stands, and gives the order when it never arrived.
func (c *Cashier) charged(ctx context.Context, p *Payment) (Standing, error) {
	if p.Intent != "" {
		return c.Gateway.Charged(ctx, p.Intent)
	}
	p, mine, err := c.send(ctx, p.ID)
	if err != nil {
		return Standing{}, err
	}
	o, err := c.chargeOrder(ctx, p)
	if err != nil {
		return Standing{}, err
	}
	s, err := c.Gateway.FindCharge(ctx, o, p.CreatedAt)
	switch {
	case !errors.Is(err, ErrPageUnknown):
		return s, err
	case !mine:
		return Standing{}, ErrGatewayDown // it is being sent at this moment
	}
	return c.give(ctx, p, o)
}

// send notes that the order to charge is on its way. From then on the payment is not taken back, and nobody else gives the
// order until there must have been an answer.
func (c *Cashier) send(ctx context.Context, which id.Payment) (p *Payment, mine bool, err error) {
	err = c.DB.Write(ctx, func(tx *db.Tx) error {
		if p, err = lockPayment(ctx, tx, which); err != nil {
			return err
		}
		if p.Status == Cancelled {
			return errTakenBack
		}
		if mine = tx.Now.Sub(p.SentAt) >= sendingTakes; !mine {
			return nil
		}
		p.SentAt = tx.Now
		return savePayment(ctx, tx, p)
	})
	return p, mine, err
}

// give orders the charge. Once a key has been failing for long, a new one is used: the processor would replay the error,
// and nothing was made with the old one.
func (c *Cashier) give(ctx context.Context, p *Payment, o ChargeOrder) (Standing, error) {
	if c.age(p) > doubtKeyAfter {
		renewed, err := c.renew(ctx, p.ID)
		if err != nil {
			return Standing{}, err
		}
		o.Key = renewed.Key
	}
	s, err := c.Gateway.Charge(ctx, o)
	if errors.Is(err, ErrGatewayRefused) || errors.Is(err, ErrPageUnknown) { // what was saved is not there any more
		return Standing{Reference: p.Code, State: PageComplete, Failed: true, Amount: p.Amount, Currency: "gbp", Refusal: SaidNo}, nil
	}
	return s, err
}

func (c *Cashier) chargeOrder(ctx context.Context, p *Payment) (ChargeOrder, error) {
	o := ChargeOrder{Key: p.Key, Reference: p.Code, Amount: p.Amount}
	var w struct{ Title, Run, Customer, Method, MethodKind string }
	err := c.DB.NewRaw(`
		SELECT c.title, r.code AS run, plan.customer, plan.method, plan.method_kind
		FROM plans plan
		JOIN shares s ON s.id = plan.share_id
		JOIN enrolments e ON e.id = s.enrolment_id
		JOIN runs r ON r.id = e.run_id
		JOIN courses c ON c.id = r.course_id
		WHERE plan.id = ?`, p.PlanID).Scan(ctx, &w)
	if err != nil {
		return o, fmt.Errorf("reading what payment %s is for: %w", p.Code, err)
	}
	o.Description = fmt.Sprintf("%s (%s)", w.Title, w.Run)
	o.Customer, o.Method, o.Kind = w.Customer, w.Method, MethodKind(w.MethodKind)
	return o, nil
}

// standing asks how a payment stands that the processor knows.
func (c *Cashier) standing(ctx context.Context, p *Payment) (Standing, error) {
	if p.Saved {
		return c.Gateway.Charged(ctx, p.Intent)
	}
	return c.Gateway.Look(ctx, p.Session)
}

// Consent is what whoever pays in parts agrees to, on our own pages and on the card processor's.
const Consent = "I agree that this card or account is saved, and that the instalments of my plan are taken from it on the days and in the amounts that the plan shows. " +
	"You tell me 7 days before each one. I can pay earlier, change the card or ask for a pause on the page of my place at any time."

// parts says on a page which run the parts of a plan are for. What is paid with is saved.
func (c *Cashier) parts(ctx context.Context, p *Payment) (Checkout, error) {
	o, err := c.place(ctx, p)
	if err != nil {
		return o, err
	}
	o.Save, o.Bacs, o.Consent = true, c.Bacs, Consent
	err = c.DB.NewRaw("SELECT customer FROM plans WHERE id = ?", p.PlanID).Scan(ctx, &o.Customer)
	if o.Customer != "" {
		o.Email, o.CancelURL = "", o.CancelURL+"/plan" // the processor knows it
		o.ReturnURL = o.CancelURL + "/paid"
	}
	return o, err
}
