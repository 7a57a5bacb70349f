package admissions

import (
	"context"
	"errors"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// lockPlanOf locks the plan of a place for staff, who must give a reason.
func lockPlanOf(ctx context.Context, tx *db.Tx, place, reason string) (*enrolment.Enrolment, *billing.Share, *billing.Plan, error) {
	if reason == "" {
		return nil, nil, nil, failure.Field("reason", "Say why, so that a colleague can understand it later")
	}
	e, err := enrolment.ByCode(ctx, tx, place)
	if err != nil {
		return nil, nil, nil, err
	}
	known, err := PlanFor(ctx, tx, e)
	if err != nil {
		return nil, nil, nil, err
	}
	if known == nil {
		return nil, nil, nil, billing.ErrPlanUnknown
	}
	e, s, plan, err := lockPlan(ctx, tx, known.ShareID)
	if err == nil && (plan == nil || !plan.Begun()) {
		err = billing.ErrPlanUnknown
	}
	return e, s, plan, err
}

// PausePlan stops charging somebody's plan until the end of a day, or without one until staff let it go on. Their place
// stays. It returns billing.ErrPlanUnknown, state.ErrMovedOn or Invalid failures about "reason" and "until".
func PausePlan(ctx context.Context, tx *db.Tx, by id.Person, place string, until london.Date, reason string) error {
	e, s, plan, err := lockPlanOf(ctx, tx, place, reason)
	if err != nil {
		return err
	}
	if !until.IsZero() && until.Before(london.DateOf(tx.Now)) {
		return failure.Field("until", "The last day of the pause must be today or later")
	}
	if err := billing.PausePlan(ctx, tx, s, plan, by, until, reason); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), e, "plan paused", map[string]any{"plan": plan.Code, "until": until}); err != nil {
		return err
	}
	return tellPlan(ctx, tx, e, plan, "plan-paused", planLetter{Stopped: false})
}

// ResumePlan lets somebody's plan go on that was paused or has failed. What should have been paid meanwhile is due a week
// from now. The errors are those of PausePlan.
func ResumePlan(ctx context.Context, tx *db.Tx, by id.Person, place, reason string) error {
	e, s, plan, err := lockPlanOf(ctx, tx, place, reason)
	if err != nil {
		return err
	}
	return resume(ctx, tx, audit.Person(by), e, s, plan, reason)
}

func resume(ctx context.Context, tx *db.Tx, by audit.Actor, e *enrolment.Enrolment, s *billing.Share, plan *billing.Plan, reason string) error {
	if err := billing.ResumePlan(ctx, tx, s, plan, reason); err != nil {
		return err
	}
	if err := record(ctx, tx, by, e, "plan goes on", map[string]any{"plan": plan.Code}); err != nil {
		return err
	}
	return tellPlan(ctx, tx, e, plan, "plan-changed", planLetter{Parts: plan.Open()})
}

// ReplanPlace replaces what is still to be paid of somebody's plan by other days and amounts of the same sum, as agreed with
// them. It returns billing.ErrPartsDiffer, billing.ErrPartUnderWay or what PausePlan does, and Invalid failures about "parts".
func ReplanPlace(ctx context.Context, tx *db.Tx, by id.Person, place string, parts []billing.Part, reason string) error {
	e, s, plan, err := lockPlanOf(ctx, tx, place, reason)
	if err != nil {
		return err
	}
	if err := checkParts(parts, london.DateOf(tx.Now)); err != nil {
		return err
	}
	err = billing.Replan(ctx, tx, s, plan, parts, reason)
	if errors.Is(err, billing.ErrPartsDiffer) {
		return failure.Field("parts", "The instalments must come to "+plan.Rest().String()+", which is what is still to be paid")
	}
	if err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), e, "plan agreed anew", map[string]any{"plan": plan.Code, "parts": parts}); err != nil {
		return err
	}
	return tellPlan(ctx, tx, e, plan, "plan-changed", planLetter{Parts: plan.Open()})
}

// mostParts is the largest number of instalments that staff may agree.
const mostParts = 36

func checkParts(parts []billing.Part, today london.Date) error {
	switch {
	case len(parts) == 0 || len(parts) > mostParts:
		return failure.Field("parts", "Give between 1 and 36 instalments, one in a line")
	case slices.ContainsFunc(parts, func(p billing.Part) bool { return p.Amount < 1_00 }):
		return failure.Field("parts", "Each instalment must be £1 or more")
	case !parts[0].DueOn.After(today.AddDays(billing.NoticeDays - 1)):
		return failure.Field("parts", "The first day must be a week from now or later, so that there is time to tell them")
	}
	for i := 1; i < len(parts); i++ {
		if !parts[i].DueOn.After(parts[i-1].DueOn) {
			return failure.Field("parts", "Each day must be after the one before it")
		}
	}
	return nil
}
