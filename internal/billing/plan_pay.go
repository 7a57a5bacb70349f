package billing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
)

// ErrPartUnderWay means that a payment of the plan is under way, so that nothing else about it can be done.
var ErrPartUnderWay = failure.New(failure.Conflict, "part_under_way",
	"A payment of this plan is under way at the moment. Nothing has been changed. Please try again when it has gone through.")

// ChargeDue is the job to charge the saved card for a payment.
type ChargeDue struct {
	Payment id.Payment `json:"payment"`
}

// Kind names the job.
func (ChargeDue) Kind() string { return "charge_due" }

// Queue keeps money apart from everything else.
func (ChargeDue) Queue() string { return MoneyQueue }

// StartParts begins a payment of some open parts of a plan, on a page of the card processor on which the card is saved, or
// with the saved card when nobody is there. It returns ErrPartUnderWay when the share has an open payment.
func StartParts(ctx context.Context, tx *db.Tx, p *Plan, saved bool, parts ...*Instalment) (*Payment, error) {
	payment := &Payment{ShareID: p.ShareID, PlanID: p.ID, Saved: saved}
	for _, i := range parts {
		payment.Amount += i.Amount
	}
	payment, err := start(ctx, tx, payment)
	if db.Violates(err, "payments_one_open") {
		return nil, ErrPartUnderWay.Because(err)
	}
	if err != nil {
		return nil, err
	}
	for _, i := range parts {
		if err := i.move(InstalmentCharging, tx.Now); err != nil {
			return nil, err
		}
		i.PaymentID = payment.ID
		_, err := tx.NewRaw("INSERT INTO payment_instalments (payment_id, instalment_id) VALUES (?, ?)", payment.ID, i.ID).Exec(ctx)
		if err != nil {
			return nil, fmt.Errorf("saying what a payment is for: %w", err)
		}
	}
	return payment, savePlan(ctx, tx, p)
}

// PlanOfPayment locks the plan that a payment is for, or returns nil. The place comes before it.
func PlanOfPayment(ctx context.Context, tx *db.Tx, p *Payment) (*Plan, error) {
	if p.PlanID == 0 {
		return nil, nil
	}
	return lockPlanByID(ctx, tx, p.PlanID)
}

// KeepMethod notes what may be charged from now on.
func KeepMethod(ctx context.Context, tx *db.Tx, p *Plan, m SavedMethod) error {
	p.Customer, p.Method, p.MethodKind, p.MethodEnds = m.Customer, m.Method, m.Kind, m.Ends
	return savePlan(ctx, tx, p)
}

// TakeParts puts money that was just captured towards the parts of a plan that it was paid for, and notes whether the share
// is secured now. What is more than they come to goes back. When all of them are paid already, or are not owed any more,
// it does nothing and returns zero: the caller returns the money.
func TakeParts(ctx context.Context, tx *db.Tx, p *Payment, s *Share, plan *Plan) (money.Amount, error) {
	parts, err := plan.partsOf(ctx, tx, p.ID)
	if err != nil {
		return 0, err
	}
	used := money.Amount(0)
	for _, i := range parts {
		if i.Status == InstalmentPaid || i.Status == InstalmentCancelled {
			continue
		}
		if err := i.move(InstalmentPaid, tx.Now); err != nil {
			return 0, err
		}
		i.PaymentID = p.ID
		used += i.Amount
	}
	if used == 0 {
		return 0, nil
	}
	if err := ledger.Post(ctx, tx, entry(fmt.Sprintf("payment/%d/applied", p.ID), used, Due(s.ID), Clearing)); err != nil {
		return 0, fmt.Errorf("applying payment %s: %w", p.Code, err)
	}
	if rest := p.Captured - used; rest > 0 {
		if err := giveBackRest(ctx, tx, p, rest); err != nil {
			return 0, err
		}
	}
	plan.Short = 0
	if err := plan.goOn(tx.Now); err != nil {
		return 0, err
	}
	return used, settlePlan(ctx, tx, s, plan)
}

// goOn ends a plan of which everything is paid, and lets one go on that the program had stopped for what is paid now.
func (p *Plan) goOn(now time.Time) error {
	switch {
	case p.Rest() == 0:
		return p.move(PlanCompleted, now)
	case !p.Late() && (p.Status == PlanFailed || p.Status == PlanPaused && p.PausedBy == 0):
		return p.move(PlanActive, now)
	}
	return nil
}

// settlePlan writes a plan, and notes whether its share is secured.
func settlePlan(ctx context.Context, tx *db.Tx, s *Share, p *Plan) error {
	if err := savePlan(ctx, tx, p); err != nil {
		return err
	}
	switch {
	case p.Secures() == s.Secured():
		return nil
	case p.Secures():
		return secure(ctx, tx, s)
	}
	return Unsecure(ctx, tx, []*Share{s})
}

// Refusal says why a bank said no, as far as it matters.
type Refusal string

// The reasons.
const (
	NeedsPerson Refusal = "authentication" // the bank wants the holder to confirm
	NoFunds     Refusal = "funds"          // there was not enough money
	SaidNo      Refusal = "other"
)

// retryAfter is how many days after a try the card is charged again: on the first, third and seventh day.
var retryAfter = [...]int{1, 2, 4}

// shortTwice is how often in a row there may not be enough money before the plan is paused: whoever has none today is
// helped by a person, not by another try.
const shortTwice = 2

// RefuseParts notes that a payment of parts of a plan came to nothing. Where the saved card was refused it is charged again
// on the first, third and seventh day. After that the plan has failed; it is paused at once when there was not enough money
// twice in a row, or when a direct debit came back.
func RefuseParts(ctx context.Context, tx *db.Tx, p *Payment, s *Share, plan *Plan) error {
	parts, err := plan.partsOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	parts = slices.DeleteFunc(parts, func(i *Instalment) bool { return i.Status != InstalmentCharging || i.PaymentID != p.ID })
	for _, i := range parts {
		if p.Saved {
			i.Tries++
		}
		if err := i.back(tx.Now); err != nil {
			return err
		}
		if p.Saved && plan.Status == PlanActive && i.Tries <= len(retryAfter) {
			i.RetryOn = london.DateOf(tx.Now).AddDays(retryAfter[i.Tries-1])
		}
	}
	if p.Saved && len(parts) > 0 {
		if err := plan.setBack(p.Refusal, parts[0].Tries, tx.Now); err != nil {
			return err
		}
	}
	return settlePlan(ctx, tx, s, plan)
}

// setBack stops a plan whose saved card was refused, where trying again will not help.
func (p *Plan) setBack(why Refusal, tries int, now time.Time) error {
	if p.Short++; why != NoFunds {
		p.Short = 0
	}
	to := PlanActive
	switch {
	case p.MethodKind == BacsDirect, p.Short >= shortTwice:
		to = PlanPaused
	case tries > len(retryAfter):
		to = PlanFailed
	}
	if p.Status != PlanActive || to == PlanActive {
		return nil
	}
	for _, i := range p.Parts {
		i.RetryOn = london.Date{}
	}
	return p.move(to, now)
}
