package admissions

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/state"
)

var (
	// ErrNoPlan means that a place cannot be paid by the instalments that were asked for.
	ErrNoPlan = failure.New(failure.Conflict, "no_plan", "This place cannot be paid in this way now. Please choose another one.")
	// ErrPlanChanged means that the days or amounts are not those that were agreed to on the page.
	ErrPlanChanged = failure.New(failure.Conflict, "plan_changed",
		"The days or amounts have changed since you opened this page. Nothing has been agreed. Please check them below.")
	// ErrOnPlan means that somebody pays their part by instalments.
	ErrOnPlan = failure.New(failure.Conflict, "on_plan", "This part is being paid by instalments. Please write to us if somebody else is to pay some of it.")
)

// PlanOffer is one way to pay in parts, the first of which is the deposit.
type PlanOffer struct {
	Kind  billing.PlanKind
	Parts []billing.Part
}

// Deposit is what is paid at once, in pence.
func (o PlanOffer) Deposit() money.Amount { return o.Parts[0].Amount }

// PlanOffers are the ways in which the holder of a place may pay an amount of its price in parts from a day on.
// Organisations pay by invoice, and have none. Whoever pays only a part of the price, because others help, begins with an
// equal part where that is less than the deposit.
func PlanOffers(o *course.Offering, e *enrolment.Enrolment, amount money.Amount, today london.Date) []PlanOffer {
	if e.Band == course.Organisation || !o.Plans.Any() {
		return nil
	}
	var offers []PlanOffer
	for _, way := range []struct {
		kind billing.PlanKind
		days []london.Date
	}{{billing.ByBlock, o.BlockDays(today)}, {billing.Monthly, o.MonthDays(today)}} {
		if len(way.days) == 0 {
			continue
		}
		deposit := o.Plans.Deposit
		if amount < e.Price {
			deposit = min(deposit, billing.EqualPart(amount, len(way.days)))
		}
		sums := billing.Divide(amount, deposit, len(way.days))
		if slices.Min(sums) < billing.LeastPart {
			continue
		}
		parts := make([]billing.Part, len(sums))
		for i, day := range append([]london.Date{today}, way.days...) {
			parts[i] = billing.Part{DueOn: day, Amount: sums[i]}
		}
		offers = append(offers, PlanOffer{way.kind, parts})
	}
	return offers
}

// PlanChoice is what the holder of a place may still choose between.
type PlanChoice struct {
	Share  billing.Share
	Offers []PlanOffer
	Chosen *billing.Plan // the plan of which the deposit is not paid yet, or nil
}

// ChoosePlanFor is how a place may be paid in parts at an instant; without offers when it may not. It must see the holder's
// own share.
func ChoosePlanFor(ctx context.Context, d bun.IDB, e *enrolment.Enrolment, o *course.Offering, now time.Time) (PlanChoice, error) {
	var c PlanChoice
	shares, err := billing.SharesOf(ctx, d, e.ID)
	if err != nil || !e.HasPlace() {
		return c, err
	}
	own := slices.IndexFunc(shares, func(s billing.Share) bool { return s.Payer == billing.Learner && !s.Secured() })
	if own < 0 {
		return c, nil
	}
	c.Share = shares[own]
	if c.Chosen, err = billing.PlanOf(ctx, d, c.Share.ID); err != nil || c.Chosen != nil && c.Chosen.Begun() {
		return PlanChoice{}, err
	}
	asked, err := billing.RequestsFor(ctx, d, e.ID)
	if err != nil || slices.ContainsFunc(asked, func(r billing.PayRequest) bool { return r.Status == billing.RequestAsked }) {
		return c, err // what an employer declines becomes theirs too: first it must answer
	}
	if paid, err := billing.Paid(ctx, d, c.Share); err != nil || paid > 0 {
		return c, err
	}
	c.Offers = PlanOffers(o, e, c.Share.Amount, london.DateOf(now))
	return c, nil
}

// ChoosePlan lets a person pay their own part of a place by the instalments of a kind, on the days and in the amounts that
// they agreed to. A page on which all of it can be paid is closed first; then that of the deposit is made. Choosing again is
// done once, and choosing another kind replaces the first until the deposit is paid. It returns ErrNoPlan or ErrPlanChanged.
func ChoosePlan(ctx context.Context, tx *db.Tx, person id.Person, place string, kind billing.PlanKind, agreed []billing.Part) error {
	e, o, c, err := lockChoice(ctx, tx, person, place)
	if err != nil {
		return err
	}
	if c.Chosen != nil && c.Chosen.Kind == kind {
		return payDeposit(ctx, tx, e, c.Chosen)
	}
	offers := PlanOffers(o, e, c.Share.Amount, london.DateOf(tx.Now))
	i := slices.IndexFunc(offers, func(o PlanOffer) bool { return o.Kind == kind })
	switch {
	case len(c.Offers) == 0 || i < 0:
		return ErrNoPlan
	case !slices.Equal(offers[i].Parts, agreed):
		return ErrPlanChanged
	}
	if err := closeBefore(ctx, tx, c); err != nil {
		return err
	}
	p, err := billing.MakePlan(ctx, tx, c.Share, kind, agreed)
	if err != nil {
		return err
	}
	err = record(ctx, tx, audit.Person(person), e, "instalments chosen", map[string]any{"plan": p.Code, "kind": kind, "amount": c.Share.Amount})
	if err != nil {
		return err
	}
	return payDeposit(ctx, tx, e, p)
}

// DropPlan goes back to paying a place at once, until the deposit is paid. Doing it again is done once.
func DropPlan(ctx context.Context, tx *db.Tx, person id.Person, place string) error {
	e, _, c, err := lockChoice(ctx, tx, person, place)
	if err != nil || c.Chosen == nil {
		return err
	}
	open, err := billing.OpenPayment(ctx, tx, c.Share)
	if err != nil {
		return err
	}
	if err := billing.EndPlan(ctx, tx, c.Share.ID); err != nil {
		return err
	}
	others, err := othersPay(ctx, tx, e)
	if err != nil {
		return err
	}
	switch {
	case others: // there is time, and a button
	case open == nil:
		err = startWhole(ctx, tx, e, c.Share)
	case open.PlanID == 0:
		err = billing.MakeAgain(ctx, tx, open) // it is being closed for the plan
	}
	if err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(person), e, "instalments not chosen", nil)
}

func lockChoice(ctx context.Context, tx *db.Tx, person id.Person, place string) (*enrolment.Enrolment, *course.Offering, PlanChoice, error) {
	mine, err := enrolment.OfPerson(ctx, tx, person, place)
	if err != nil {
		return nil, nil, PlanChoice{}, err
	}
	e, err := enrolment.Lock(ctx, tx, mine.ID)
	if err != nil {
		return nil, nil, PlanChoice{}, err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return nil, nil, PlanChoice{}, err
	}
	c, err := ChoosePlanFor(ctx, tx, e, o, tx.Now)
	if err == nil && c.Share.ID == 0 {
		err = state.ErrMovedOn
	}
	return e, o, c, err
}

// closeBefore asks for the page to be closed on which what is about to be paid otherwise could be paid.
func closeBefore(ctx context.Context, tx *db.Tx, c PlanChoice) error {
	if c.Chosen != nil {
		return billing.EndPlan(ctx, tx, c.Share.ID)
	}
	open, err := billing.OpenPayment(ctx, tx, c.Share)
	switch {
	case err != nil || open == nil:
		return err
	case open.Status == billing.Pending:
		return ErrPaying
	}
	return tx.Enqueue(ctx, billing.PageClosing{Payment: open.ID})
}

// payDeposit begins the payment of a plan's deposit, unless another page has to be closed first: see payOtherwise.
func payDeposit(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, p *billing.Plan) error {
	open, err := billing.OpenPayment(ctx, tx, billing.Share{ID: p.ShareID})
	if err != nil || open != nil {
		return err
	}
	if _, err := billing.StartParts(ctx, tx, p, false, p.Parts[0]); err != nil {
		return err
	}
	return holdOn(ctx, tx, e)
}

// startWhole begins the payment of all that is due on a share.
func startWhole(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, s billing.Share) error {
	if _, err := billing.StartRest(ctx, tx, s); err != nil {
		return err
	}
	return holdOn(ctx, tx, e)
}

// holdOn keeps a held place as long as the page that was just begun is open.
func holdOn(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	if e.Status != enrolment.Held {
		return nil
	}
	return enrolment.Extend(ctx, tx, e, tx.Now.Add(billing.PageLife))
}
