package admissions

import (
	"context"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/id"
)

// ChangeCard begins to save another card for a person's own plan, or returns the page that is open. It returns
// ErrNothingToPay.
func ChangeCard(ctx context.Context, tx *db.Tx, person id.Person, place string) (*billing.CardPage, error) {
	share, err := planShare(ctx, tx, person, place)
	if err != nil {
		return nil, err
	}
	_, _, plan, err := lockPlan(ctx, tx, share)
	if err != nil {
		return nil, err
	}
	if plan == nil || plan.Customer == "" {
		return nil, ErrNothingToPay
	}
	return billing.StartCard(ctx, tx, plan)
}

// SettleCard applies what the card processor says of a page on which a card is saved, however often it says it.
func SettleCard(ctx context.Context, tx *db.Tx, page *billing.CardPage, s billing.Standing) error {
	share, err := billing.ShareOfPlan(ctx, tx, page.PlanID)
	if err != nil {
		return err
	}
	e, _, plan, err := lockPlan(ctx, tx, share)
	if err != nil || plan == nil {
		return err
	}
	saved, err := billing.TakeCard(ctx, tx, page, plan, s)
	if err != nil || !saved {
		return err
	}
	return record(ctx, tx, audit.Person(e.PersonID), e, "card changed", map[string]any{"plan": plan.Code})
}
