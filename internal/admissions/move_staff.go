package admissions

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
)

// ErrGroupPlace means that a place belongs to an in-house group, whose price is one sum in stages.
var ErrGroupPlace = failure.New(failure.Conflict, "group_place", "This place belongs to an in-house group, which has one price together. It cannot be moved alone.")

// MoveOrder is how staff take a place to another run.
type MoveOrder struct {
	To     string // code of the run
	Reason string
	Price  money.Amount // pence, what the place costs from now on; as it was: nothing is charged or given back
	Extra  id.Share     // whose payer pays what it costs more; needed for a higher price only
}

// MoveFor takes a place to another run by a member of staff. Without another price, what was paid, invoiced and promised goes
// with it. A higher price is a share of its own, of one who pays a part already; a lower one is given back to learners and
// credited to organisations by their parts, while funds pay what they promised. It returns course.ErrFull,
// enrolment.ErrAlreadyThere, ErrNotThere, ErrGroupPlace, ErrPaying, state.ErrMovedOn or Invalid failures about "reason",
// "price" and "extra", and runs as db.Worker.
func MoveFor(ctx context.Context, tx *db.Tx, by id.Person, place string, o MoveOrder) error {
	if strings.TrimSpace(o.Reason) == "" {
		return failure.Field("reason", "Say why, and whom you talked to")
	}
	known, err := enrolment.ByCode(ctx, tx, place)
	if err != nil {
		return err
	}
	to, err := runByCode(ctx, tx, o.To)
	if err != nil {
		return err
	}
	e, from, err := lockMoving(ctx, tx, known, to)
	if err != nil {
		return err
	}
	if err := notOfGroup(ctx, tx, e); err != nil {
		return err
	}
	a, err := lockAwardOf(ctx, tx, e)
	if err != nil {
		return err
	}
	change, err := changePrice(ctx, tx, by, e, o)
	if err != nil {
		return err
	}
	if _, err := enrolment.AnswerCancelled(ctx, tx, e, enrolment.ChoseDates); err != nil {
		return err
	}
	return move(ctx, tx, a, e, from, to, change, enrolment.Move{ByID: by, Reason: o.Reason})
}

func runByCode(ctx context.Context, tx *db.Tx, code string) (*course.Offering, error) {
	run, err := course.RunByCode(ctx, tx, strings.ToUpper(strings.TrimSpace(code)))
	if err != nil {
		return nil, failure.Field("to", "Choose the dates to which the place goes").Because(err)
	}
	return course.OfferingOf(ctx, tx, run)
}

// notOfGroup refuses a place of a booking whose price is invoiced in stages.
func notOfGroup(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	if e.TeamID == 0 {
		return nil
	}
	stages, err := enrolment.StagesOf(ctx, tx, e.TeamID)
	if err == nil && len(stages) > 0 {
		return ErrGroupPlace
	}
	return err
}

// priceChange is what another price means for who sits there at once, in pence.
type priceChange struct {
	back money.Amount // goes back to them
	more money.Amount // is to be paid by them
}

// changePrice makes a place cost more or less from now on, while it is still on the run that it leaves.
func changePrice(ctx context.Context, tx *db.Tx, by id.Person, e *enrolment.Enrolment, o MoveOrder) (c priceChange, err error) {
	if o.Price == e.Price {
		return c, nil
	}
	if o.Price < 0 {
		return c, failure.Field("price", "Enter what the place costs from now on, like 3,250 or 0")
	}
	shares, err := billing.SharesOfAll(ctx, tx, []id.Enrolment{e.ID})
	if err != nil {
		return c, err
	}
	for _, s := range shares {
		if plan, err := billing.PlanOf(ctx, tx, s.ID); err != nil {
			return c, err
		} else if plan != nil && plan.Stands() {
			return c, failure.Field("price", "This place is paid in instalments, which add up to its price. Change the plan first, or leave the price as it is")
		}
		if open, err := billing.OpenPayment(ctx, tx, *s); err != nil || open != nil {
			return c, cmp.Or(err, error(ErrPaying))
		}
	}
	was := e.Price
	if err := enrolment.SetPrices(ctx, tx, []*enrolment.Enrolment{e}, []money.Amount{o.Price}); err != nil {
		return c, err
	}
	if o.Price > was {
		c.more, err = chargeMore(ctx, tx, e, shares, o.Price-was, o.Extra)
	} else {
		c.back, err = giveBackPart(ctx, tx, by, e, shares, was-o.Price)
	}
	return c, err
}

// chargeMore makes what a place costs more a share of somebody who pays a part of it already, and returns how much of it the learner
// has to pay.
func chargeMore(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, shares []*billing.Share, more money.Amount, like id.Share) (learners money.Amount, err error) {
	for _, s := range shares {
		if s.ID != like || s.Payer == billing.Award {
			continue
		}
		extra := &billing.Share{EnrolmentID: e.ID, Payer: s.Payer, OrganisationID: s.OrganisationID, Amount: more}
		if s.Payer == billing.Organisation {
			extra.AgreedAt, extra.SecuredAt, extra.CostCode = tx.Now, tx.Now, s.CostCode
		} else {
			learners = more
		}
		return learners, billing.AddShare(ctx, tx, e.RunID, extra)
	}
	return 0, failure.Field("extra", "Choose who pays what the place costs more")
}

// giveBackPart takes what a place costs less off what learners and organisations pay, in proportion, and returns what goes back to
// learners.
func giveBackPart(ctx context.Context, tx *db.Tx, by id.Person, e *enrolment.Enrolment, shares []*billing.Share, less money.Amount) (back money.Amount, err error) {
	weights, sum := make([]int64, len(shares)), money.Amount(0)
	for i, s := range shares {
		if s.Payer != billing.Award {
			weights[i], sum = int64(s.Amount), sum+s.Amount
		}
	}
	if less > sum {
		return 0, failure.Field("price", "Funds pay "+(e.Price+less-sum).String()+" of this place, so it cannot cost less than that")
	}
	amounts := less.Split(weights...)
	for i, s := range shares {
		amounts[i] = s.Amount - amounts[i]
	}
	if err := creditPart(ctx, tx, by, e, shares, amounts); err != nil {
		return 0, err
	}
	reference := fmt.Sprintf("enrolment/%d/cheaper/%d", e.ID, tx.Now.UnixMicro())
	if err := billing.Reprice(ctx, tx, reference, e.RunID, shares, amounts); err != nil {
		return 0, err
	}
	for _, s := range shares {
		if s.Payer != billing.Learner {
			continue
		}
		surplus, err := billing.ReturnSurplus(ctx, tx, fmt.Sprintf("%s/%d", reference, s.ID), *s)
		if err != nil {
			return 0, err
		}
		back += surplus
	}
	return back, nil
}

// creditPart credits what was invoiced of some shares beyond what they will ask for.
func creditPart(ctx context.Context, tx *db.Tx, by id.Person, e *enrolment.Enrolment, shares []*billing.Share, to []money.Amount) error {
	for i, s := range shares {
		if s.Payer != billing.Organisation || s.Invoiced <= to[i] {
			continue
		}
		if err := invoice.CreditShare(ctx, tx, audit.Person(by), s.ID, s.Invoiced-to[i], "Place "+e.Code+" goes to other dates."); err != nil {
			return err
		}
	}
	return nil
}
