package billing

import (
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/state"
)

// ErrPlanUnknown means that nobody pays this in parts.
var ErrPlanUnknown = failure.New(failure.NotFound, "plan_unknown", "This is not paid by instalments.")

// PlanKind says when the parts of a plan are due.
type PlanKind string

// The kinds of plan.
const (
	ByBlock PlanKind = "blocks"  // before each block
	Monthly PlanKind = "monthly" // on the same day of each month
	Agreed  PlanKind = "agreed"  // on days that staff agreed with its payer
)

// PlanStatus says how far a plan has come.
type PlanStatus string

// The statuses of a plan.
const (
	PlanActive    PlanStatus = "active"
	PlanCompleted PlanStatus = "completed" // everything is paid
	PlanPaused    PlanStatus = "paused"    // nothing is charged until it goes on
	PlanFailed    PlanStatus = "failed"    // the card was refused too often; a person must talk to its payer
	PlanCancelled PlanStatus = "cancelled" // given up with its place, or for another plan
)

// planMoves is the life of a plan. A cancelled one comes back in one case only: its deposit arrived after all.
var planMoves = state.Moves[PlanStatus]{
	PlanActive:    {PlanCompleted, PlanPaused, PlanFailed, PlanCancelled},
	PlanPaused:    {PlanActive, PlanCompleted, PlanCancelled},
	PlanFailed:    {PlanActive, PlanCompleted, PlanPaused, PlanCancelled},
	PlanCompleted: nil,
	PlanCancelled: {PlanActive},
}

// InstalmentStatus says how far a part of a plan has come.
type InstalmentStatus string

// The statuses of a part.
const (
	InstalmentDue       InstalmentStatus = "due"      // on its day, which may be far ahead
	InstalmentCharging  InstalmentStatus = "charging" // a payment of it is under way
	InstalmentPaid      InstalmentStatus = "paid"
	InstalmentFailed    InstalmentStatus = "failed"    // charging the saved card came to nothing
	InstalmentCancelled InstalmentStatus = "cancelled" // replaced by others, or not owed any more
)

// instalmentMoves is the life of a part. Money has the last word: that of an earlier try may come after all.
var instalmentMoves = state.Moves[InstalmentStatus]{
	InstalmentDue:       {InstalmentCharging, InstalmentPaid, InstalmentCancelled},
	InstalmentCharging:  {InstalmentPaid, InstalmentFailed, InstalmentDue, InstalmentCancelled},
	InstalmentFailed:    {InstalmentCharging, InstalmentPaid, InstalmentDue, InstalmentCancelled},
	InstalmentPaid:      nil,
	InstalmentCancelled: {InstalmentDue},
}

// MethodKind says what the card processor has saved.
type MethodKind string

// The kinds of method, as Stripe names them (https://docs.stripe.com/api/payment_methods/object#payment_method_object-type).
const (
	Card       MethodKind = "card"
	BacsDirect MethodKind = "bacs_debit"
)

// SavedMethod is what may be charged without anybody there.
type SavedMethod struct {
	Customer string // the processor's names
	Method   string
	Kind     MethodKind
	Ends     string // the last four digits, which are all that anybody here knows of it
}

// Plan is a share that is paid in parts. They add up to it at every commit.
type Plan struct {
	bun.BaseModel `bun:"table:plans"`

	ID          id.Plan     `bun:"id,pk,autoincrement"`
	Code        string      `bun:"code"`
	ShareID     id.Share    `bun:"share_id"`
	Kind        PlanKind    `bun:"kind"`
	Status      PlanStatus  `bun:"status"`
	Customer    string      `bun:"customer"` // the processor's names; empty until the deposit is paid
	Method      string      `bun:"method"`
	MethodKind  MethodKind  `bun:"method_kind"`
	MethodEnds  string      `bun:"method_ends"`
	Short       int         `bun:"short"`                 // how often in a row there was not enough money
	PausedBy    id.Person   `bun:"paused_by,nullzero"`    // zero while paused: the program did
	PausedUntil london.Date `bun:"paused_until,nullzero"` // the last day of a pause; zero: until staff end it
	Reason      string      `bun:"reason"`                // of staff, for the last thing they did
	ConsentedAt time.Time   `bun:"consented_at"`          // when its payer let us keep and charge the card
	CreatedAt   time.Time   `bun:"created_at"`
	EndedAt     time.Time   `bun:"ended_at,nullzero"`

	Parts []*Instalment `bun:"-"` // in order, the deposit first
}

// Instalment is one part of a plan.
type Instalment struct {
	bun.BaseModel `bun:"table:instalments"`

	ID         id.Instalment    `bun:"id,pk,autoincrement"`
	PlanID     id.Plan          `bun:"plan_id"`
	Number     int              `bun:"number"` // 0 is the deposit
	DueOn      london.Date      `bun:"due_on"`
	Amount     money.Amount     `bun:"amount"` // pence
	Status     InstalmentStatus `bun:"status"`
	PaymentID  id.Payment       `bun:"payment_id,nullzero"` // the latest that was for it
	Tries      int              `bun:"tries"`               // how often charging the saved card came to nothing
	RetryOn    london.Date      `bun:"retry_on,nullzero"`   // when it is charged again by itself
	RemindedAt time.Time        `bun:"reminded_at,nullzero"`
	PaidAt     time.Time        `bun:"paid_at,nullzero"`
}

// move is the only place where a plan's status changes.
func (p *Plan) move(to PlanStatus, now time.Time) error {
	if err := planMoves.Allow(p.Status, to); err != nil {
		return fmt.Errorf("plan %s: %w", p.Code, err)
	}
	p.Status, p.EndedAt, p.PausedBy, p.PausedUntil = to, time.Time{}, 0, london.Date{}
	if to == PlanCompleted || to == PlanCancelled {
		p.EndedAt = now
	}
	return nil
}

// move is the only place where a part's status changes.
func (i *Instalment) move(to InstalmentStatus, now time.Time) error {
	if err := instalmentMoves.Allow(i.Status, to); err != nil {
		return fmt.Errorf("instalment %d: %w", i.ID, err)
	}
	i.Status, i.RetryOn = to, london.Date{}
	if to == InstalmentPaid {
		i.PaidAt = now
	}
	return nil
}

// back moves a part whose payment came to nothing to where it was before.
func (i *Instalment) back(now time.Time) error {
	if i.Tries > 0 {
		return i.move(InstalmentFailed, now)
	}
	return i.move(InstalmentDue, now)
}

// Open reports whether the part is still to be paid and no payment of it is under way.
func (i *Instalment) Open() bool { return i.Status == InstalmentDue || i.Status == InstalmentFailed }

// Stands reports whether anything of the plan may still be charged or agreed anew.
func (p *Plan) Stands() bool {
	return p.Status == PlanActive || p.Status == PlanPaused || p.Status == PlanFailed
}

// Begun reports whether the deposit is paid.
func (p *Plan) Begun() bool {
	return slices.ContainsFunc(p.Parts, func(i *Instalment) bool { return i.Number == 0 && i.Status == InstalmentPaid })
}

// Late reports whether a part is not paid although it was charged.
func (p *Plan) Late() bool {
	return slices.ContainsFunc(p.Parts, func(i *Instalment) bool {
		return i.Tries > 0 && i.Status != InstalmentPaid && i.Status != InstalmentCancelled
	})
}

// Secures reports whether it is certain that the share will be paid: the deposit is, and every part that was due.
func (p *Plan) Secures() bool {
	return p.Status == PlanCompleted || (p.Status == PlanActive || p.Status == PlanPaused) && p.Begun() && !p.Late()
}

// OnItsWay reports whether a payment is under way.
func (p *Plan) OnItsWay() bool {
	return slices.ContainsFunc(p.Parts, func(i *Instalment) bool { return i.Status == InstalmentCharging })
}

// Open are the parts still to be paid of which no payment is under way, in order.
func (p *Plan) Open() []*Instalment {
	return slices.DeleteFunc(slices.Clone(p.Parts), func(i *Instalment) bool { return !i.Open() })
}

// Shown are the parts that were not replaced, in order.
func (p *Plan) Shown() []*Instalment {
	return slices.DeleteFunc(slices.Clone(p.Parts), func(i *Instalment) bool { return i.Status == InstalmentCancelled })
}

// Rest is what is not paid yet, in pence.
func (p *Plan) Rest() (sum money.Amount) {
	for _, i := range p.Shown() {
		if i.Status != InstalmentPaid {
			sum += i.Amount
		}
	}
	return sum
}

// LeastPart is the smallest instalment: less is not worth the fee of a card payment.
const LeastPart = money.Amount(10_00)

// EqualPart is the largest of n+1 equal parts of an amount, in pence.
func EqualPart(total money.Amount, n int) money.Amount {
	return total.Split(slices.Repeat([]int64{1}, n+1)...)[0]
}

// Divide divides an amount into a deposit and n equal parts that follow, in pence: they add up to it exactly. A deposit that
// would leave nothing is an equal part instead.
func Divide(total, deposit money.Amount, n int) []money.Amount {
	if deposit >= total {
		deposit = EqualPart(total, n)
	}
	return append([]money.Amount{deposit}, (total - deposit).Split(slices.Repeat([]int64{1}, n)...)...)
}
