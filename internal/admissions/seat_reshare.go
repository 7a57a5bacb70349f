package admissions

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

// ErrFixedShares means that who pays for a place cannot be changed any more.
var ErrFixedShares = failure.New(failure.Conflict, "shares_fixed", "This place is confirmed, paid in part or invoiced already, so who pays for it cannot be changed here. Please write to us.")

// ErrCostAgreed means that somebody has agreed to the cost of a booking, so that it cannot rise.
var ErrCostAgreed = failure.New(failure.Conflict, "cost_agreed",
	"Your organisation would pay more than what was agreed to when you asked for agreement. Please write to us, and we ask again.")

// Reshare divides the price of a place that an organisation has booked among other payers, as long as the place is held and
// nothing of it is paid or invoiced. It returns enrolment.ErrUnknown, ErrFixedShares, ErrCostAgreed or what QuoteTeam returns, and runs as
// db.Worker.
func Reshare(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, seat string, parts []PricePart) error {
	e, err := lockQuietSeat(ctx, tx, of, seat)
	if err != nil {
		return err
	}
	was, err := billing.SharesOfAll(ctx, tx, []id.Enrolment{e.ID})
	if err != nil {
		return err
	}
	if err := changeable(ctx, tx, of, e, was); err != nil {
		return err
	}
	t, err := enrolment.TeamOf(ctx, tx, e.TeamID)
	if err != nil {
		return err
	}
	order := TeamOrder{Parts: parts}
	amounts, err := shareOut(e.Price, order.parts())
	if err != nil {
		return err
	}
	if t.Approval == enrolment.ApprovalGiven && ownOf(order.parts(), amounts) > amountOf(of.ID, was) {
		return ErrCostAgreed
	}
	payers, err := payersOf(ctx, tx, by, of, t, order.parts())
	if err != nil {
		return err
	}
	now := make([]*billing.Share, len(payers))
	for i, p := range order.parts() {
		now[i] = payers[i].share(p, tx.Now)
		now[i].EnrolmentID, now[i].Amount = e.ID, amounts[i]
	}
	if err := billing.Replace(ctx, tx, fmt.Sprintf("enrolment/%d/shared/%d", e.ID, was[len(was)-1].ID), was, now); err != nil {
		return err
	}
	if err := endRequests(ctx, tx, was); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), e, "price shared anew", map[string]any{"parts": amounts}); err != nil {
		return err
	}
	return secure(ctx, tx, audit.Person(by), []*enrolment.Enrolment{e})
}

// endRequests ends the requests to pay of which nothing is left, once shares were replaced.
func endRequests(ctx context.Context, tx *db.Tx, shares []*billing.Share) error {
	for _, s := range shares {
		if s.PayRequestID == 0 {
			continue
		}
		if err := billing.EndRequest(ctx, tx, s.PayRequestID); err != nil {
			return err
		}
	}
	return nil
}

// ownOf is what the parts of the organisation that books come to, and amountOf what it paid so far of a place, in pence.
func ownOf(parts []PricePart, amounts []money.Amount) (sum money.Amount) {
	for i, p := range parts {
		if p.own() {
			sum += amounts[i]
		}
	}
	return sum
}

func amountOf(of id.Organisation, shares []*billing.Share) (sum money.Amount) {
	for _, s := range shares {
		if s.OrganisationID == of {
			sum += s.Amount
		}
	}
	return sum
}

// changeable returns ErrFixedShares unless a place is held and nothing of it is certain but by its organisation's word.
func changeable(ctx context.Context, tx *db.Tx, of *organisation.Organisation, e *enrolment.Enrolment, shares []*billing.Share) error {
	if e.Status != enrolment.Held {
		return ErrFixedShares
	}
	begun, err := billing.PaymentsOf(ctx, tx, valuesOf(shares)...)
	if err != nil {
		return err
	}
	if len(begun) > 0 {
		return ErrFixedShares // also a payment that came to nothing is about the share it was for
	}
	for _, s := range shares {
		paid, err := billing.Paid(ctx, tx, *s)
		if err != nil {
			return err
		}
		if s.Payer == billing.Award || s.OrganisationID != of.ID && !s.AgreedAt.IsZero() || s.Invoiced > 0 || paid > 0 {
			return ErrFixedShares
		}
	}
	return nil
}

func valuesOf(shares []*billing.Share) []billing.Share {
	values := make([]billing.Share, len(shares))
	for i, s := range shares {
		values[i] = *s
	}
	return values
}
