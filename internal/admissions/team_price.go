package admissions

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

// AgreePrice changes what a place of a team costs, in pence, by a member of staff with a reason, as long as nothing of it
// is invoiced or paid; a place that went to other dates keeps its own. What each payer pays changes in proportion; they are told, and whoever has agreed to the cost is
// asked anew when it rises. It returns ErrFixedShares, ErrPaying, billing.ErrOrderExceeded, organisation.ErrTooManyLetters
// or an Invalid failure about "price" or "reason".
func AgreePrice(ctx context.Context, tx *db.Tx, by id.Person, team string, price money.Amount, reason string) error {
	switch {
	case price <= 0:
		return failure.Field("price", "Enter the price of one place")
	case reason == "":
		return failure.Field("reason", "Say why this price was agreed")
	}
	seats, t, err := lockTeam(ctx, tx, team)
	if err != nil {
		return err
	}
	active := slices.DeleteFunc(slices.Clone(seats), func(e *enrolment.Enrolment) bool { return !e.HasPlace() || e.Price == 0 || e.RunID != t.RunID })
	shares, err := billing.SharesOfAll(ctx, tx, idsOf(active))
	if err != nil {
		return err
	}
	was := valuesOf(shares)
	if err := setPrice(ctx, tx, t, active, shares, price); err != nil {
		return err
	}
	t.Price, t.Discount, t.AgreedFor = price, course.AgreedPrice, reason
	if err := enrolment.SaveTeam(ctx, tx, t); err != nil {
		return err
	}
	if err := recordTeam(ctx, tx, audit.Person(by), t, "price agreed", map[string]any{"price": price}); err != nil {
		return err
	}
	if err := askIfDearer(ctx, tx, by, t.Code, agreedBy(t.OrganisationID, was), agreedBy(t.OrganisationID, valuesOf(shares))); err != nil {
		return err
	}
	return tellRepriced(ctx, tx, t, active, was, shares)
}

func setPrice(ctx context.Context, tx *db.Tx, t *enrolment.TeamBooking, active []*enrolment.Enrolment, shares []*billing.Share, price money.Amount) error {
	amounts, err := reprice(ctx, tx, shares, price)
	if err != nil {
		return err
	}
	prices := make([]money.Amount, len(active))
	for i := range prices {
		prices[i] = price
	}
	if err := enrolment.SetPrices(ctx, tx, active, prices); err != nil {
		return err
	}
	return billing.Reprice(ctx, tx, fmt.Sprintf("team/%d/priced/%d", t.ID, tx.Now.UnixMicro()), t.RunID, shares, amounts)
}

// reprice works out what each share is of another price, in proportion to what it was, place by place.
func reprice(ctx context.Context, tx *db.Tx, shares []*billing.Share, price money.Amount) ([]money.Amount, error) {
	var amounts []money.Amount
	for len(shares) > 0 {
		n := 1
		for n < len(shares) && shares[n].EnrolmentID == shares[0].EnrolmentID {
			n++
		}
		weights := make([]int64, n)
		for i, s := range shares[:n] {
			paid, err := billing.Paid(ctx, tx, *s)
			if err != nil {
				return nil, err
			}
			if s.Invoiced > 0 || paid > 0 || s.Payer == billing.Award {
				return nil, ErrFixedShares
			}
			if open, err := billing.OpenPayment(ctx, tx, *s); err != nil || open != nil {
				return nil, cmp.Or(err, error(ErrPaying))
			}
			weights[i] = int64(s.Amount)
		}
		amounts = append(amounts, price.Split(weights...)...)
		shares = shares[n:]
	}
	return amounts, nil
}

// repriced is what an organisation pays of a booking, before and after its price changed, in pence.
type repriced struct {
	of       id.Organisation
	was, now money.Amount
	places   int
	last     id.Enrolment // that was counted
}

func repricedOf(was []billing.Share, now []*billing.Share) []*repriced {
	var all []*repriced
	for i, s := range now {
		if s.OrganisationID == 0 {
			continue
		}
		at := slices.IndexFunc(all, func(r *repriced) bool { return r.of == s.OrganisationID })
		if at < 0 {
			at, all = len(all), append(all, &repriced{of: s.OrganisationID})
		}
		all[at].was += was[i].Amount
		all[at].now += s.Amount
		if all[at].last != s.EnrolmentID {
			all[at].places, all[at].last = all[at].places+1, s.EnrolmentID
		}
	}
	return slices.DeleteFunc(all, func(r *repriced) bool { return r.was == r.now })
}

// tellRepriced tells every payer whose part of a booking has changed what it was and what it is now.
func tellRepriced(ctx context.Context, tx *db.Tx, t *enrolment.TeamBooking, seats []*enrolment.Enrolment, was []billing.Share, now []*billing.Share) error {
	for i, s := range now {
		if s.Payer != billing.Learner || s.Amount == was[i].Amount {
			continue
		}
		at := slices.IndexFunc(seats, func(e *enrolment.Enrolment) bool { return e.ID == s.EnrolmentID })
		if err := tellSeat(ctx, tx, seats[at], "seat-price", teamLetter{Own: s.Amount, Was: was[i].Amount}); err != nil {
			return err
		}
	}
	o, err := course.OfferingOf(ctx, tx, t.RunID)
	if err != nil {
		return err
	}
	for _, r := range repricedOf(was, now) {
		of, err := organisation.ByID(ctx, tx, r.of)
		if err != nil {
			return err
		}
		l := teamLetter{Organisation: of.Name, Org: of.Code, Offering: o, Places: r.places, Own: r.now, Was: r.was}
		if err := tellCoordinators(ctx, tx, of, t.BookedBy, "team-price", l); err != nil {
			return err
		}
	}
	return nil
}
