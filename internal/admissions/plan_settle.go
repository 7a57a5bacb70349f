package admissions

import (
	"context"
	"errors"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
)

// keepMethod notes what was saved with a payment of a plan, or would be once the bank has confirmed it.
func keepMethod(ctx context.Context, tx *db.Tx, p *billing.Payment, s billing.Standing) error {
	if s.Saved == (billing.SavedMethod{}) {
		return nil
	}
	plan, err := billing.PlanOfPayment(ctx, tx, p)
	if err != nil || plan == nil {
		return err
	}
	return billing.KeepMethod(ctx, tx, plan, s.Saved)
}

// payOtherwise begins what the holder of a place chose while the page that has closed now was open: the deposit of a plan
// instead of everything, another plan, or everything instead of a plan. It reports whether it did.
func payOtherwise(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment) (bool, error) {
	if !e.HasPlace() {
		return false, nil
	}
	share, _, err := shareOf(ctx, tx, e, p)
	if err != nil || share.Secured() {
		return false, err
	}
	plan, err := billing.LockPlan(ctx, tx, share.ID)
	switch {
	case err != nil:
		return false, err
	case plan != nil && plan.ID != p.PlanID && plan.Stands() && !plan.Begun():
		return true, payDeposit(ctx, tx, e, plan)
	case plan != nil || p.PlanID == 0 && !p.Again || e.Status != enrolment.Held:
		return false, nil
	}
	if others, err := othersPay(ctx, tx, e); err != nil || others {
		return false, err // there is time, and a button
	}
	return true, startWhole(ctx, tx, e, *share)
}

// endUnbegun drops a plan of whose share everything was paid at once after all, and reports whether it has begun instead.
func endUnbegun(ctx context.Context, tx *db.Tx, share *billing.Share) (begun bool, err error) {
	plan, err := billing.LockPlan(ctx, tx, share.ID)
	if err != nil || plan == nil || plan.Begun() {
		return plan != nil && plan.Begun(), err
	}
	return false, billing.EndPlan(ctx, tx, share.ID)
}

// refuseParts notes that a payment of parts of a plan came to nothing, and tells whoever is concerned. A held place whose
// deposit is not paid goes the way of all that are not paid for.
func refuseParts(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment, refused bool) error {
	plan, err := billing.PlanOfPayment(ctx, tx, p)
	if err != nil {
		return err
	}
	if !plan.Stands() {
		return nil
	}
	share, _, err := shareOf(ctx, tx, e, p)
	if err != nil {
		return err
	}
	if err := billing.RefuseParts(ctx, tx, p, share, plan); err != nil {
		return err
	}
	if !plan.Begun() {
		return lapse(ctx, tx, e, refused)
	}
	if !refused {
		return nil // a page that was left
	}
	detail := map[string]any{"plan": plan.Code, "payment": p.Code, "amount": p.Amount, "why": p.Refusal, "now": plan.Status}
	if err := record(ctx, tx, audit.CardProcessor, e, "instalment refused", detail); err != nil {
		return err
	}
	return tellRefused(ctx, tx, e, plan, p)
}

// takeParts puts captured money towards the parts of a plan it was paid for. Money for parts that were paid meanwhile, or
// are not owed any more, goes back.
func takeParts(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment, share *billing.Share) error {
	plan, err := billing.PlanOfPayment(ctx, tx, p)
	if err != nil {
		return err
	}
	if err := comeBack(ctx, tx, plan); err != nil {
		return err
	}
	first := !plan.Begun()
	used, err := billing.TakeParts(ctx, tx, p, share, plan)
	if err != nil {
		return err
	}
	if used == 0 {
		return returnMoney(ctx, tx, e, p, "instalment returned")
	}
	if e.Status == enrolment.Held {
		return confirmIfSecured(ctx, tx, e, p)
	}
	if err := record(ctx, tx, audit.CardProcessor, e, "instalment paid", moneyOf(p)); err != nil {
		return err
	}
	if first {
		return tell(ctx, tx, e, "place-confirmed", letter{Payment: p.Code, Amount: p.Amount, Plan: plan})
	}
	return tellPlan(ctx, tx, e, plan, "instalment-paid", planLetter{letter: letter{Payment: p.Code, Amount: used}})
}

// comeBack brings a plan back that was dropped just as its deposit was paid: the money has the last word. Another one that
// was chosen instead and not begun is dropped for it.
func comeBack(ctx context.Context, tx *db.Tx, p *billing.Plan) error {
	if p.Status != billing.PlanCancelled || p.Begun() {
		return nil
	}
	other, err := billing.LockPlan(ctx, tx, p.ShareID)
	if err != nil || other != nil && other.Begun() {
		return err
	}
	if err := billing.EndPlan(ctx, tx, p.ShareID); err != nil {
		return err
	}
	return billing.RenewPlan(ctx, tx, p)
}

// takeLateDeposit gives somebody their place back whose deposit came after it had lapsed, if one is free.
func takeLateDeposit(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Payment, share *billing.Share) error {
	if err := enrolment.Confirm(ctx, tx, e); errors.Is(err, course.ErrFull) {
		return waitFirst(ctx, tx, e, p)
	} else if err != nil {
		return err
	}
	if err := billing.ChargeAgain(ctx, tx, *share, e.RunID); err != nil {
		return err
	}
	return takeParts(ctx, tx, e, p, share)
}
