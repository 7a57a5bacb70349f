package admissions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/secret"
)

// ErrNothingToPay means that somebody owes nothing on a place now.
var ErrNothingToPay = failure.New(failure.Conflict, "nothing_to_pay", "There is nothing to pay for this place now.")

// Accept takes up the offer on a person's own application. It makes the shares of the place: one for each fund that pays
// the fee, certain at once, and the person's own part, to be paid by card by the day that is returned with the award. A
// place without an own part is confirmed. pressed is when it was sent: in time is in time. Accepting twice is done once. It
// returns bursary.ErrUnknown, award.ErrUnknown or award.ErrOver. It runs as db.Worker.
func Accept(ctx context.Context, tx *db.Tx, person id.Person, application string, expressStart bool, pressed time.Time) (*award.Award, error) {
	e, a, err := lockOffer(ctx, tx, person, application)
	if err != nil || a.Status == award.Accepted || a.Status == award.Spent {
		return a, err
	}
	if !a.Answerable(pressed) {
		return nil, award.ErrOver
	}
	if err := a.Move(award.Accepted, tx.Now); err != nil {
		return nil, err
	}
	if err := enrolment.SetPrice(ctx, tx, e, a.Price, expressStart); err != nil {
		return nil, err
	}
	if err := share(ctx, tx, e, a); err != nil {
		return nil, err
	}
	if a.Own > 0 {
		a.PayBy = payBy(a, tx.Now)
		err = enrolment.Extend(ctx, tx, e, a.PayBy.End())
	} else {
		err = confirmAwarded(ctx, tx, e)
	}
	if err != nil {
		return nil, err
	}
	if err := award.Save(ctx, tx, a); err != nil {
		return nil, err
	}
	if err := award.Record(ctx, tx, audit.Person(person), "offer accepted", a, map[string]any{"own": a.Own}); err != nil {
		return nil, err
	}
	return a, tellHolder(ctx, tx, a, "offer-accepted")
}

// payBy is the last day to pay an own part: that of the offer, or five working days from now.
func payBy(a *award.Award, now time.Time) london.Date {
	if soon := london.DateOf(now).AddWorking(award.PayDays); soon.After(a.UntilOn) {
		return soon
	}
	return a.UntilOn
}

// share makes the shares of an accepted place, and charges them.
func share(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, a *award.Award) error {
	var shares []billing.Share
	var parts []*award.Part
	if fee := a.Fee(); fee != nil {
		parts = fee.Parts
	}
	for _, p := range parts {
		shares = append(shares, billing.Share{Payer: billing.Award, Amount: p.Amount, SecuredAt: tx.Now})
	}
	if a.Own > 0 {
		shares = append(shares, billing.Share{Payer: billing.Learner, Amount: a.Own})
	}
	if len(shares) == 0 {
		return nil
	}
	shares, err := billing.Charge(ctx, tx, e.ID, e.RunID, shares...)
	if err != nil {
		return err
	}
	for i, p := range parts {
		p.ShareID = shares[i].ID
	}
	return award.SaveParts(ctx, tx, parts)
}

// confirmAwarded confirms a place that funds pay for in whole.
func confirmAwarded(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) error {
	if err := enrolment.Confirm(ctx, tx, e); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(e.PersonID), e, "place confirmed", nil)
}

// PayOwn begins the payment by card of a person's own part of a place that others help to pay for, or of what is outstanding of
// the charge for one that they gave up, or returns the payment that is open. It returns ErrNothingToPay.
func PayOwn(ctx context.Context, tx *db.Tx, person id.Person, place string) (*billing.Payment, error) {
	mine, err := enrolment.OfPerson(ctx, tx, person, place)
	if err != nil {
		return nil, err
	}
	e, err := enrolment.Lock(ctx, tx, mine.ID)
	if err != nil {
		return nil, err
	}
	if e.Status == enrolment.Withdrawn {
		return payOutstanding(ctx, tx, e)
	}
	shares, err := billing.SharesOf(ctx, tx, e.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range shares {
		if s.Payer != billing.Learner || s.Secured() || !e.HasPlace() {
			continue
		}
		open, err := billing.OpenPayment(ctx, tx, s)
		if err != nil || open != nil {
			return open, err
		}
		if plan, err := billing.PlanOf(ctx, tx, s.ID); err != nil {
			return nil, err
		} else if plan != nil {
			return PayInstalments(ctx, tx, person, place, false)
		}
		a, err := awardOf(ctx, tx, e)
		if err != nil {
			return nil, err
		}
		switch {
		case a != nil && e.Status == enrolment.Held && tx.Now.After(a.PayBy.End()):
			return nil, ErrNothingToPay // its last day is over: see LapseUnpaid
		case a != nil:
			return billing.StartRest(ctx, tx, s)
		}
		if others, err := othersPay(ctx, tx, e); err != nil || !others {
			return nil, cmp.Or(err, error(ErrNothingToPay)) // its page has closed, and the place lapses with it
		}
		return billing.StartRest(ctx, tx, s)
	}
	return nil, ErrNothingToPay
}

// Decline gives an offer on a person's own application back. Its money and place are free in the same unit of work and
// pass on to the next on the reserve list. Declining twice is done once. The errors are those of Accept.
func Decline(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, application string, pressed time.Time) (*award.Award, error) {
	e, a, err := lockOffer(ctx, tx, person, application)
	if err != nil || a.Status == award.Declined {
		return a, err
	}
	if !a.Answerable(pressed) {
		return nil, award.ErrOver
	}
	if err := enrolment.Withdraw(ctx, tx, e); err != nil {
		return nil, err
	}
	if err := endOffer(ctx, tx, a, award.Declined, audit.Person(person), "offer-declined"); err != nil {
		return nil, err
	}
	return a, passOn(ctx, tx, box, a.RoundID)
}

// Extend gives somebody more time to answer, once, before the last day is over. Asking twice is done once.
func Extend(ctx context.Context, tx *db.Tx, person id.Person, application string, pressed time.Time) (*award.Award, error) {
	e, a, err := lockOffer(ctx, tx, person, application)
	if err != nil {
		return nil, err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return nil, err
	}
	until := a.UntilOn.AddWorking(award.ExtraDays)
	if last := o.StartsOn().AddDays(-1); until.After(last) {
		until = last
	}
	switch {
	case !a.Answerable(pressed):
		return nil, award.ErrOver
	case a.Extended, !until.After(a.UntilOn):
		return nil, award.ErrExtended
	}
	a.UntilOn, a.Extended = until, true
	if err := enrolment.Extend(ctx, tx, e, until.End()); err != nil {
		return nil, err
	}
	if err := award.Save(ctx, tx, a); err != nil {
		return nil, err
	}
	if err := award.Record(ctx, tx, audit.Person(person), "offer extended", a, map[string]any{"until": until}); err != nil {
		return nil, err
	}
	return a, tellHolder(ctx, tx, a, "offer-extended")
}

// LapseOffer ends an offer whose last day has passed, and passes its money and place on. It does nothing to one that was
// answered meanwhile.
func LapseOffer(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Award) error {
	e, a, err := lockAward(ctx, tx, which)
	if err != nil || a.Status != award.Offered || a.Answerable(tx.Now) {
		return err
	}
	if err := enrolment.Lapse(ctx, tx, e); err != nil {
		return err
	}
	if err := endOffer(ctx, tx, a, award.Lapsed, audit.System, "offer-lapsed"); err != nil {
		return err
	}
	return passOn(ctx, tx, box, a.RoundID)
}

// endOffer ends an offer that was not taken up, and gives its money back to the funds.
func endOffer(ctx context.Context, tx *db.Tx, a *award.Award, how award.Status, by audit.Actor, template string) error {
	if err := a.Move(how, tx.Now); err != nil {
		return err
	}
	if err := award.Release(ctx, tx, fmt.Sprintf("award/%d/%s", a.ID, how), a.Parts()); err != nil {
		return err
	}
	if err := award.Save(ctx, tx, a); err != nil {
		return err
	}
	if err := award.Record(ctx, tx, by, "offer "+string(how), a, nil); err != nil {
		return err
	}
	return tellHolder(ctx, tx, a, template)
}

// lockOffer locks what a person was offered on their own application, with its place.
func lockOffer(ctx context.Context, tx *db.Tx, person id.Person, application string) (*enrolment.Enrolment, *award.Award, error) {
	mine, err := bursary.OfPerson(ctx, tx, person, application)
	if err != nil {
		return nil, nil, err
	}
	offered, err := award.OfApplication(ctx, tx, mine.ID)
	if err != nil {
		return nil, nil, err
	}
	return lockAward(ctx, tx, offered.ID)
}

// lockAward locks an award after the places of its round, its place, its round and the funds: what it frees may pass on.
func lockAward(ctx context.Context, tx *db.Tx, which id.Award) (*enrolment.Enrolment, *award.Award, error) {
	a, err := award.ByID(ctx, tx, which)
	if err != nil {
		return nil, nil, err
	}
	if err := lockRunsOf(ctx, tx, a.RoundID); err != nil {
		return nil, nil, err
	}
	e, err := enrolment.Lock(ctx, tx, a.EnrolmentID)
	if err != nil {
		return nil, nil, err
	}
	if _, err := bursary.LockRoundByID(ctx, tx, a.RoundID); err != nil {
		return nil, nil, err
	}
	// Before anything is posted to their accounts: whoever gives to a fund locks it first and posts then.
	if err := fund.LockOpen(ctx, tx); err != nil {
		return nil, nil, err
	}
	a, err = award.Lock(ctx, tx, which)
	return e, a, err
}

// tellHolder sends somebody a mail about their offer, in this unit of work.
func tellHolder(ctx context.Context, tx *db.Tx, a *award.Award, template string) error {
	o, err := course.OfferingOf(ctx, tx, a.RunID)
	if err != nil {
		return err
	}
	return award.Tell(ctx, tx, a, template, award.Notice{Until: a.UntilOn, Own: a.Own, PayBy: a.PayBy, Offering: o})
}

// awardOf is the award that pays for a place, or nil.
func awardOf(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (*award.Award, error) {
	a, err := award.OfEnrolment(ctx, tx, e.ID)
	if errors.Is(err, award.ErrUnknown) {
		return nil, nil
	}
	return a, err
}
