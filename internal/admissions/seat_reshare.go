package admissions

import (
	"context"
	"fmt"
	"slices"

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

// Reshare divides the price of a place that an organisation has booked among other payers, as long as the place is held and
// nothing of it is paid or invoiced. Whoever has agreed to the cost is asked anew when the organisation comes to pay more.
// It returns enrolment.ErrUnknown, ErrFixedShares, organisation.ErrTooManyLetters or what QuoteTeam returns, and runs as
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
	now, err := sharesAnew(ctx, tx, by, of, t, e, TeamOrder{Parts: parts}.parts())
	if err != nil {
		return err
	}
	if err := replace(ctx, tx, by, e, was, now); err != nil {
		return err
	}
	if err := askIfDearer(ctx, tx, by, t.Code, agreedBy(of.ID, valuesOf(was)), agreedBy(of.ID, valuesOf(now))); err != nil {
		return err
	}
	return secure(ctx, tx, audit.Person(by), []*enrolment.Enrolment{e})
}

// sharesAnew are the shares of a place by other parts, and asks the other organisations among them.
func sharesAnew(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, t *enrolment.TeamBooking, e *enrolment.Enrolment,
	parts []PricePart) ([]*billing.Share, error) {
	amounts, err := shareOut(e.Price, parts)
	if err != nil {
		return nil, err
	}
	if err := organisation.CountLetters(ctx, tx, of, othersIn(parts)); err != nil {
		return nil, err
	}
	payers, err := payersOf(ctx, tx, by, of, t, parts)
	if err != nil {
		return nil, err
	}
	shares := make([]*billing.Share, len(payers))
	for i, p := range parts {
		shares[i] = payers[i].share(p, tx.Now)
		shares[i].EnrolmentID, shares[i].Amount = e.ID, amounts[i]
	}
	return shares, nil
}

func replace(ctx context.Context, tx *db.Tx, by id.Person, e *enrolment.Enrolment, was, now []*billing.Share) error {
	if err := billing.Replace(ctx, tx, fmt.Sprintf("enrolment/%d/shared/%d", e.ID, was[len(was)-1].ID), was, now); err != nil {
		return err
	}
	if err := endRequests(ctx, tx, was); err != nil {
		return err
	}
	amounts := make([]money.Amount, len(now))
	for i, s := range now {
		amounts[i] = s.Amount
	}
	return record(ctx, tx, audit.Person(by), e, "price shared anew", map[string]any{"parts": amounts})
}

// askIfDearer asks whoever has agreed to the cost of a booking anew when the organisation comes to pay more than it did, in
// pence. Until they answer, no place that is held is certain. The places of the run must be locked.
func askIfDearer(ctx context.Context, tx *db.Tx, by id.Person, team string, was, now money.Amount) error {
	if now <= was {
		return nil
	}
	seats, t, err := lockTeam(ctx, tx, team)
	if err != nil || t.Approval != enrolment.ApprovalGiven {
		return err
	}
	of, err := organisation.ByID(ctx, tx, t.OrganisationID)
	if err != nil {
		return err
	}
	if err := askAnew(ctx, tx, by, of, t); err != nil {
		return err
	}
	shares, err := billing.SharesOfAll(ctx, tx, idsOf(seats))
	if err != nil {
		return err
	}
	return doubt(ctx, tx, by, seats, slices.DeleteFunc(shares, func(s *billing.Share) bool { return s.OrganisationID != of.ID }))
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

// agreedBy is what an organisation has said it pays of some shares, in pence. What another would not pay and is its own
// again is not among it.
func agreedBy(of id.Organisation, shares []billing.Share) (sum money.Amount) {
	for _, s := range shares {
		if s.OrganisationID == of && !s.AgreedAt.IsZero() {
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
