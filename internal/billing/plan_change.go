package billing

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/state"
)

// ErrPartsDiffer means that what was agreed anew does not come to what is still to be paid.
var ErrPartsDiffer = failure.New(failure.Invalid, "parts_differ", "The new instalments do not add up to what is still to be paid.")

// PausePlan stops charging a plan until the end of a day, or without one until staff let it go on. A charge that is already
// on its way is not stopped; one that is not is taken back.
func PausePlan(ctx context.Context, tx *db.Tx, s *Share, p *Plan, by id.Person, until london.Date, reason string) error {
	if err := takeBackUnsent(ctx, tx, p); err != nil {
		return err
	}
	if p.Status != PlanPaused { // staff may take over a pause
		if err := p.move(PlanPaused, tx.Now); err != nil {
			return err
		}
	}
	p.PausedBy, p.PausedUntil, p.Reason = by, until, reason
	for _, i := range p.Parts {
		i.RetryOn = london.Date{}
	}
	return settlePlan(ctx, tx, s, p)
}

// NoticeDays is how long before it is charged a payer is told of an instalment.
const NoticeDays = 7

// ResumePlan lets a plan go on. Parts whose day has passed meanwhile are due a week from now, so that nobody is charged
// without notice.
func ResumePlan(ctx context.Context, tx *db.Tx, s *Share, p *Plan, reason string) error {
	if err := p.move(PlanActive, tx.Now); err != nil {
		return err
	}
	p.Reason, p.Short = reason, 0
	soon := london.DateOf(tx.Now).AddDays(NoticeDays)
	for _, i := range p.Open() {
		if i.Status == InstalmentFailed {
			if err := i.move(InstalmentDue, tx.Now); err != nil {
				return err
			}
		}
		if i.Tries = 0; i.DueOn.Before(soon) {
			i.DueOn, i.RemindedAt = soon, time.Time{}
		}
	}
	return settlePlan(ctx, tx, s, p)
}

// Replan replaces what is still to be paid of a plan by other parts of the same sum, and lets it go on. It returns
// ErrPartUnderWay, ErrPartsDiffer or state.ErrMovedOn.
func Replan(ctx context.Context, tx *db.Tx, s *Share, p *Plan, parts []Part, reason string) error {
	if !p.Stands() || !p.Begun() {
		return state.ErrMovedOn
	}
	if p.OnItsWay() {
		return ErrPartUnderWay
	}
	var sum money.Amount
	for _, part := range parts {
		sum += part.Amount
	}
	if sum != p.Rest() {
		return ErrPartsDiffer.Because(fmt.Errorf("%s instead of %s", sum, p.Rest()))
	}
	for _, i := range p.Open() {
		if err := i.move(InstalmentCancelled, tx.Now); err != nil {
			return err
		}
	}
	if p.Status != PlanActive {
		if err := p.move(PlanActive, tx.Now); err != nil {
			return err
		}
	}
	p.Kind, p.Reason, p.Short = Agreed, reason, 0
	if err := p.add(ctx, tx, parts); err != nil {
		return err
	}
	return settlePlan(ctx, tx, s, p)
}

// EndPlan cancels the plan of a share whose place has ended, or that is paid in another way; it does nothing where there is
// none. What is paid stays paid. A page of it is closed by a job; a charge on its way comes back when it arrives.
func EndPlan(ctx context.Context, tx *db.Tx, share id.Share) error {
	p, err := LockPlan(ctx, tx, share)
	if err != nil || p == nil || !p.Stands() {
		return err
	}
	if err := takeBackUnsent(ctx, tx, p); err != nil {
		return err
	}
	for _, i := range p.Parts {
		if i.Status == InstalmentCharging {
			if err := tx.Enqueue(ctx, PageClosing{i.PaymentID}); err != nil {
				return err
			}
		}
		if i.Status != InstalmentPaid && i.Status != InstalmentCancelled {
			if err := i.move(InstalmentCancelled, tx.Now); err != nil {
				return err
			}
		}
	}
	if err := p.move(PlanCancelled, tx.Now); err != nil {
		return err
	}
	return savePlan(ctx, tx, p)
}

// RenewPlan brings a plan back that was cancelled before its deposit arrived, which has arrived after all.
func RenewPlan(ctx context.Context, tx *db.Tx, p *Plan) error {
	if err := p.move(PlanActive, tx.Now); err != nil {
		return err
	}
	for _, i := range p.Parts {
		if err := i.move(InstalmentDue, tx.Now); err != nil {
			return err
		}
	}
	return savePlan(ctx, tx, p)
}

// takeBackUnsent cancels payments with the saved card that were ordered and not sent yet. Whoever sends one locks it first:
// either it is taken back here and never charged, or it is on its way.
func takeBackUnsent(ctx context.Context, tx *db.Tx, p *Plan) error {
	var unsent []*Payment
	err := tx.NewSelect().Model(&unsent).Where("plan_id = ? AND saved AND status = 'created'", p.ID).Order("id").For("UPDATE").Scan(ctx)
	if err != nil {
		return fmt.Errorf("locking charges: %w", err)
	}
	for _, payment := range unsent {
		if !payment.SentAt.IsZero() {
			continue
		}
		if err := payment.move(Cancelled, tx.Now); err != nil {
			return err
		}
		if err := savePayment(ctx, tx, payment); err != nil {
			return err
		}
		for _, i := range p.Parts {
			if i.Status == InstalmentCharging && i.PaymentID == payment.ID {
				if err := i.back(tx.Now); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// PlansToCharge lists the shares of plans of which a part is to be charged by itself on a day, oldest plan first. One with
// a payment under way waits.
func PlansToCharge(ctx context.Context, d bun.IDB, today london.Date, limit int) ([]id.Share, error) {
	return sharesOfPlans(ctx, d, `(i.status = 'due' AND i.due_on <= ? OR i.retry_on <= ?)
		AND NOT EXISTS (SELECT 1 FROM payments open WHERE open.share_id = p.share_id AND open.status IN ('created', 'pending'))`, limit, today, today)
}

// PlansToRemind lists the shares of plans of which a part is due within a week of a day and was not announced yet.
func PlansToRemind(ctx context.Context, d bun.IDB, today london.Date, limit int) ([]id.Share, error) {
	return sharesOfPlans(ctx, d, `i.status = 'due' AND i.number > 0 AND i.reminded_at IS NULL AND i.due_on BETWEEN ? AND ?`, limit, today.AddDays(1), today.AddDays(NoticeDays))
}

// PausesOver lists the shares of plans whose pause has come to its last day before a day.
func PausesOver(ctx context.Context, d bun.IDB, today london.Date, limit int) ([]id.Share, error) {
	var shares []id.Share
	err := d.NewRaw("SELECT share_id FROM plans WHERE status = 'paused' AND paused_until < ? ORDER BY id LIMIT ?", today, limit).Scan(ctx, &shares)
	return shares, err
}

func sharesOfPlans(ctx context.Context, d bun.IDB, where string, limit int, args ...any) ([]id.Share, error) {
	var shares []id.Share
	err := d.NewRaw(`SELECT p.share_id FROM plans p WHERE p.status = 'active' AND p.method <> ''
			AND EXISTS (SELECT FROM instalments i WHERE i.plan_id = p.id AND (?))
			AND NOT EXISTS (SELECT FROM shares s JOIN enrolments e ON e.id = s.enrolment_id JOIN runs r ON r.id = e.run_id WHERE s.id = p.share_id AND r.status = 'cancelled')
		ORDER BY p.id LIMIT ?`, bun.SafeQuery(where, args...), limit).Scan(ctx, &shares)
	if err != nil {
		return nil, fmt.Errorf("listing plans: %w", err)
	}
	return shares, nil
}

// Late puts the parts that are due and were never announced a week off, as when nothing ran for days, notes that they are announced
// now, and returns them: nothing is taken without the notice that was agreed (see Consent).
func Late(ctx context.Context, tx *db.Tx, p *Plan, today london.Date) ([]*Instalment, error) {
	var late []*Instalment
	for _, i := range p.Parts {
		if i.Number > 0 && i.Status == InstalmentDue && i.RemindedAt.IsZero() && !i.DueOn.After(today) {
			i.DueOn, i.RemindedAt = today.AddDays(NoticeDays), tx.Now
			late = append(late, i)
		}
	}
	if len(late) == 0 {
		return nil, nil
	}
	return late, savePlan(ctx, tx, p)
}

// Reminded notes that the parts due within a week of a day were announced, and returns them.
func Reminded(ctx context.Context, tx *db.Tx, p *Plan, today london.Date) ([]*Instalment, error) {
	var told []*Instalment
	for _, i := range p.Parts {
		if i.Number > 0 && i.Status == InstalmentDue && i.RemindedAt.IsZero() && !i.DueOn.After(today.AddDays(NoticeDays)) {
			i.RemindedAt = tx.Now
			told = append(told, i)
		}
	}
	return told, savePlan(ctx, tx, p)
}
