package admissions

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/secret"
	"bursar/internal/state"
)

var (
	// ErrReckoningChanged means that what would go back is not what the page said.
	ErrReckoningChanged = failure.New(failure.Conflict, "reckoning_changed",
		"What you would get back has changed since you opened this page, because a day has passed or a payment came in. Nothing has been cancelled. Please check the new amount below.")
	// ErrAnswerOffer means that a place was offered and not accepted yet, so that there is an offer to decline instead.
	ErrAnswerOffer = failure.New(failure.Conflict, "answer_offer", "This place is kept for you with an offer. If you do not want it, decline the offer on its own page.")
)

// ErrEmployersPlace means that an organisation booked a place, so that it is the one to give it up.
var ErrEmployersPlace = failure.New(failure.Conflict, "employers_place", "Your employer booked this place, so only they can give it up. Please tell them.")

// Return is what giving up a place would mean for the money. What funds paid goes back to the funds, never to the person.
type Return struct {
	enrolment.Reckoning
	Paid     money.Amount // by the learner so far, in pence
	Kept     money.Amount
	Back     money.Amount // Paid = Kept + Back
	FundKept money.Amount // what funds pay of the charge, by their agreed shares
	FundBack money.Amount // what funds get back of what they promised

	EmployerKept money.Amount // what employers owe of the charge, by their agreed shares
}

// Owed is what of the charge the learner has not paid yet, in pence.
func (r Return) Owed() money.Amount {
	return max(0, r.Charge-r.FundKept-r.EmployerKept-r.Kept)
}

// QuoteWithdrawal works out what withdrawing at an instant would give back. It must see every share.
func QuoteWithdrawal(ctx context.Context, d bun.IDB, e *enrolment.Enrolment, o *course.Offering, now time.Time) (Return, error) {
	r := Return{Reckoning: enrolment.Reckon(e, o, now)}
	shares, err := sharesOf(ctx, d, e)
	if err != nil {
		return r, err
	}
	charges := chargesOf(r.Charge, e, shares)
	for i, s := range shares {
		switch {
		case s.Payer == billing.Award:
			r.FundKept, r.FundBack = r.FundKept+charges[i], r.FundBack+s.Amount-charges[i]
			continue
		case s.Payer == billing.Organisation:
			r.EmployerKept += charges[i]
			continue
		case !s.Secured() && !e.HasPlace():
			continue // nothing is owed any more
		}
		paid, err := billing.Paid(ctx, d, s)
		if err != nil {
			return r, err
		}
		kept, back := enrolment.Back(charges[i], paid)
		r.Paid, r.Kept, r.Back = r.Paid+paid, r.Kept+kept, r.Back+back
	}
	return r, nil
}

// sharesOf reads all shares of a place. Whoever may not see that a fund pays one of them must not reckon with the rest.
func sharesOf(ctx context.Context, d bun.IDB, e *enrolment.Enrolment) ([]billing.Share, error) {
	shares, err := billing.SharesOf(ctx, d, e.ID)
	if err != nil {
		return nil, err
	}
	var sum money.Amount
	for _, s := range shares {
		sum += s.Amount
	}
	if sum != e.Price {
		return nil, fmt.Errorf("enrolment %s costs %s and its shares that can be seen here are %s", e.Code, e.Price, sum)
	}
	return shares, nil
}

// chargesOf divides what is kept of a price when its holder gives the place up. What an organisation that booked the place
// still owes by its contract, after its holder has taken the rest over, is no matter of the holder's.
func chargesOf(charge money.Amount, e *enrolment.Enrolment, shares []billing.Share) []money.Amount {
	charges := split(charge, shares)
	for i, s := range shares {
		if e.TeamID != 0 && s.Payer == billing.Organisation && s.PayRequestID == 0 {
			charges[i] = s.Amount
		}
	}
	return charges
}

// split divides what is kept of a price over its shares, by their agreed amounts.
func split(charge money.Amount, shares []billing.Share) []money.Amount {
	if len(shares) == 0 {
		return nil // a place that is offered costs nothing yet
	}
	weights := make([]int64, len(shares))
	for i, s := range shares {
		weights[i] = int64(s.Amount)
	}
	if charge == 0 {
		return make([]money.Amount, len(shares)) // also of a price of nothing, which cannot be divided
	}
	return charge.Split(weights...)
}

// Withdraw gives up a person's own place, held or confirmed: the place is free in the same unit of work, what is
// not kept goes back to where it came from, and they are told. agreedBack is what the page said would go back to them, in
// pence. Withdrawing twice is done once. A place that funds help to pay for passes on to the reserve list. It runs as
// db.Worker, and returns ErrAnswerOffer for a place that is offered.
func Withdraw(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string, agreedBack money.Amount) error {
	mine, err := enrolment.OfPerson(ctx, tx, person, code)
	if err != nil {
		return err
	}
	a, err := lockAwardOf(ctx, tx, mine)
	if err != nil {
		return err
	}
	e, err := enrolment.Lock(ctx, tx, mine.ID)
	if err != nil || e.Status == enrolment.Withdrawn {
		return err
	}
	if kept, err := enrolment.Kept(ctx, tx, e.ID); err != nil {
		return err
	} else if e.TeamID != 0 && !kept {
		return ErrEmployersPlace
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	r, err := QuoteWithdrawal(ctx, tx, e, o, tx.Now)
	if err != nil {
		return err
	}
	if r.Back != agreedBack {
		return ErrReckoningChanged
	}
	template := map[bool]string{true: "waiting-left", false: "place-withdrawn"}[e.Status == enrolment.Waiting]
	if err := giveUp(ctx, tx, e, a, r); err != nil {
		return err
	}
	if err := tellWithdrawn(ctx, tx, e, template, r); err != nil || a == nil {
		return err
	}
	return passOn(ctx, tx, box, a.RoundID)
}

// giveUp ends a claim on a place and settles its shares.
func giveUp(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, a *award.Award, r Return) error {
	var err error
	switch e.Status {
	case enrolment.Held:
		err = giveUpHeld(ctx, tx, e)
	case enrolment.Confirmed:
		err = giveUpConfirmed(ctx, tx, e, a, r)
	case enrolment.Waiting:
		err = enrolment.Withdraw(ctx, tx, e)
	default:
		return state.ErrMovedOn
	}
	if err != nil || a == nil {
		return err
	}
	return releaseAward(ctx, tx, a, audit.Person(e.PersonID))
}

func tellWithdrawn(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, template string, r Return) error {
	err := record(ctx, tx, audit.Person(e.PersonID), e, "place given up",
		map[string]any{"ground": r.Ground, "kept": r.Kept, "back": r.Back})
	if err != nil {
		return err
	}
	if err := tell(ctx, tx, e, template, letter{Amount: r.Back, Kept: r.Kept, Owed: r.Owed()}); err != nil {
		return err
	}
	return passOnPlace(ctx, tx, e.RunID)
}

// giveUpHeld frees a place that is not paid for. Its payment page is closed by a job; money that comes in
// meanwhile goes back.
func giveUpHeld(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	if err := enrolment.Withdraw(ctx, tx, e); err != nil {
		return err
	}
	if err := endAllUnconfirmed(ctx, tx, e); err != nil {
		return err
	}
	return billing.ClosePages(ctx, tx, e.ID)
}

func giveUpConfirmed(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, a *award.Award, r Return) error {
	if err := enrolment.Withdraw(ctx, tx, e); err != nil {
		return err
	}
	shares, err := sharesOf(ctx, tx, e)
	if err != nil {
		return err
	}
	for i, charge := range chargesOf(r.Charge, e, shares) {
		if err := endShare(ctx, tx, a, shares[i], e, charge); err != nil {
			return err
		}
	}
	return nil
}
