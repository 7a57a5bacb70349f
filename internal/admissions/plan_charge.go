package admissions

import (
	"context"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// lockPlan locks the plan of a share with its place; plan is nil when nothing of it stands any more.
func lockPlan(ctx context.Context, tx *db.Tx, share id.Share) (e *enrolment.Enrolment, s *billing.Share, plan *billing.Plan, err error) {
	place, err := billing.PlaceOf(ctx, tx, share)
	if err != nil {
		return nil, nil, nil, err
	}
	if e, err = enrolment.Lock(ctx, tx, place); err != nil {
		return nil, nil, nil, err
	}
	shares, err := billing.SharesOf(ctx, tx, e.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range shares {
		if shares[i].ID == share {
			s = &shares[i]
		}
	}
	if s == nil {
		return e, nil, nil, nil
	}
	plan, err = billing.LockPlan(ctx, tx, share)
	if plan != nil && !(plan.Stands() && e.HasPlace()) {
		plan = nil
	}
	return e, s, plan, err
}

// ChargeInstalment begins to charge the saved card for the oldest part of a plan that is due by itself now: on its day, or on
// a day on which it is tried again. What was never announced is announced instead, for a week later. It does nothing while a payment
// is under way, nothing to a plan that is not active, and nothing for dates that we cancelled: the plan goes on where the place goes.
func ChargeInstalment(ctx context.Context, tx *db.Tx, share id.Share) error {
	e, s, plan, err := lockPlan(ctx, tx, share)
	if err != nil || plan == nil || plan.Status != billing.PlanActive || plan.Method == "" {
		return err
	}
	if open, err := billing.OpenPayment(ctx, tx, *s); err != nil || open != nil {
		return err
	}
	if lost, err := onCancelledDates(ctx, tx, e); err != nil || lost {
		return err
	}
	today := london.DateOf(tx.Now)
	if late, err := billing.Late(ctx, tx, plan, today); err != nil {
		return err
	} else if len(late) > 0 {
		return tellPlan(ctx, tx, e, plan, "instalment-soon", planLetter{Parts: late})
	}
	for _, i := range plan.Open() {
		again := i.Status == billing.InstalmentFailed && !i.RetryOn.IsZero() && !i.RetryOn.After(today)
		if !again && (i.Status != billing.InstalmentDue || i.DueOn.After(today)) {
			continue
		}
		p, err := billing.StartParts(ctx, tx, plan, true, i)
		if err != nil {
			return err
		}
		return record(ctx, tx, audit.System, e, "instalment charged", map[string]any{"plan": plan.Code, "payment": p.Code, "amount": p.Amount, "number": i.Number})
	}
	return nil
}

// onCancelledDates reports whether a place is on dates that we cancelled.
func onCancelledDates(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (bool, error) {
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	return err == nil && o.Status == course.Cancelled, err
}

// RemindInstalment tells somebody a week before what will be taken, once for each instalment; of a place on dates that we cancelled
// nothing is.
func RemindInstalment(ctx context.Context, tx *db.Tx, share id.Share) error {
	e, _, plan, err := lockPlan(ctx, tx, share)
	if err != nil || plan == nil || plan.Status != billing.PlanActive {
		return err
	}
	if lost, err := onCancelledDates(ctx, tx, e); err != nil || lost {
		return err
	}
	soon, err := billing.Reminded(ctx, tx, plan, london.DateOf(tx.Now))
	if err != nil || len(soon) == 0 {
		return err
	}
	return tellPlan(ctx, tx, e, plan, "instalment-soon", planLetter{Parts: soon})
}

// EndPause lets a plan go on whose pause was agreed until yesterday.
func EndPause(ctx context.Context, tx *db.Tx, share id.Share) error {
	e, s, plan, err := lockPlan(ctx, tx, share)
	if err != nil || plan == nil || plan.Status != billing.PlanPaused || plan.PausedUntil.IsZero() || !plan.PausedUntil.Before(london.DateOf(tx.Now)) {
		return err
	}
	return resume(ctx, tx, audit.System, e, s, plan, plan.Reason)
}

// PayInstalments begins a person's payment of parts of their own plan on a page, before they are due or after the card was
// refused: the next one, or all that are left. It returns ErrNothingToPay or billing.ErrPartUnderWay.
func PayInstalments(ctx context.Context, tx *db.Tx, person id.Person, place string, all bool) (*billing.Payment, error) {
	share, err := planShare(ctx, tx, person, place)
	if err != nil {
		return nil, err
	}
	_, s, plan, err := lockPlan(ctx, tx, share)
	if err != nil {
		return nil, err
	}
	if plan == nil || len(plan.Open()) == 0 {
		return nil, ErrNothingToPay
	}
	if open, err := billing.OpenPayment(ctx, tx, *s); err != nil {
		return nil, err
	} else if open != nil {
		return nil, billing.ErrPartUnderWay
	}
	if all {
		return billing.StartParts(ctx, tx, plan, false, plan.Open()...)
	}
	return billing.StartParts(ctx, tx, plan, false, plan.Open()[0])
}

// planShare is the share of a person's own place that they pay by instalments, or ErrNothingToPay.
func planShare(ctx context.Context, tx *db.Tx, person id.Person, place string) (id.Share, error) {
	e, err := enrolment.OfPerson(ctx, tx, person, place)
	if err != nil {
		return 0, err
	}
	plan, err := PlanFor(ctx, tx, e)
	if err != nil {
		return 0, err
	}
	if plan == nil || !plan.Stands() {
		return 0, ErrNothingToPay
	}
	return plan.ShareID, nil
}

// PlanFor is the plan by which the holder of a place pays their part, or nil.
func PlanFor(ctx context.Context, d bun.IDB, e *enrolment.Enrolment) (*billing.Plan, error) {
	shares, err := billing.SharesOf(ctx, d, e.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range shares {
		if s.Payer != billing.Learner {
			continue
		}
		if plan, err := billing.PlanOf(ctx, d, s.ID); err != nil || plan != nil {
			return plan, err
		}
	}
	return nil, nil
}

// planLetter is what the mails about a plan may say (templates/mail/instalment-*, plan-*).
type planLetter struct {
	letter
	Parts   []*billing.Instalment // those that it is about
	Why     billing.Refusal
	Rest    money.Amount // still to be paid, in pence
	Bank    bool         // a direct debit
	Stopped bool         // nothing is tried any more by itself
	Again   london.Date  // when it is tried again
}
