package enrolment

import (
	"time"

	"bursar/internal/course"
	"bursar/internal/london"
	"bursar/internal/money"
)

// statutoryDays is how long an individual may cancel without giving a reason, counted from the day after the
// contract was made (Consumer Contracts (Information, Cancellation and Additional Charges) Regulations 2013,
// SI 2013/3134, regulations 29 and 30).
const statutoryDays = 14

// Ground says which rule decided what is kept.
type Ground string

// The grounds, in the order in which they are tried.
const (
	// Unpaid: the place was never confirmed, so nothing is owed.
	Unpaid Ground = "unpaid"
	// Ours: we have cancelled the dates, so nothing is kept.
	Ours Ground = "ours"
	// Statutory: within 14 days of the contract, and the course has not begun or had not been asked to begin
	// early: nothing may be kept.
	Statutory Ground = "statutory"
	// StatutoryBegun: within 14 days, but the course has begun at the learner's express request: what was taught
	// is paid for in proportion (regulation 36).
	StatutoryBegun Ground = "statutory_begun"
	// Scale: after the 14 days, by the provider's own scale.
	Scale Ground = "scale"
)

// Reckoning is what withdrawing on a day would cost, with its working.
type Reckoning struct {
	Ground       Ground
	On           london.Date  // the day of withdrawing
	StatutoryEnd london.Date  // last day of the 14-day right
	DaysBefore   int          // days left before the first day; negative once it has begun
	Step         course.Step  // the step of the scale, when that decides
	DaysTaught   int          // days taught so far
	Days         int          // days in all
	Price        money.Amount // pence
	Charge       money.Amount // what is kept of the price, 0 ≤ Charge ≤ Price
}

// Reckon works out what is kept of the price when e is withdrawn at an instant. The statutory right comes
// before the provider's scale; what is kept is split over the shares by the caller.
func Reckon(e *Enrolment, o *course.Offering, now time.Time) Reckoning {
	today := london.DateOf(now)
	r := Reckoning{
		On: today, DaysBefore: today.DaysUntil(o.StartsOn()),
		DaysTaught: o.DaysTaughtBy(today), Days: o.Days(), Price: e.Price,
	}
	if e.ConfirmedAt.IsZero() {
		r.Ground = Unpaid
		return r
	}
	if o.Status == course.Cancelled {
		r.Ground = Ours
		return r
	}
	r.StatutoryEnd = StatutoryEnd(e.ConfirmedAt)
	switch {
	case today.After(r.StatutoryEnd):
		r.Ground = Scale
		r.Step, r.Charge = r.scale(o.Scale)
	case e.ExpressStart && r.DaysTaught > 0:
		r.Ground = StatutoryBegun
		r.Charge = e.Price.Split(int64(r.DaysTaught), int64(r.Days-r.DaysTaught))[0]
	default:
		r.Ground = Statutory
	}
	return r
}

// scale finds the step with the most days that are still left. Without a step that fits, as after the first
// day, the whole price is kept.
func (r Reckoning) scale(steps []course.Step) (course.Step, money.Amount) {
	for _, step := range steps {
		if r.DaysBefore >= step.DaysBefore {
			return step, min(r.Price, r.Price.Percent(step.ChargeBP)+step.Fee)
		}
	}
	whole := course.Step{ChargeBP: 10_000}
	return whole, r.Price
}

// Back splits what was paid on a share into what is kept and what goes back: the charge on the share's agreed
// amount is kept as far as it was paid.
func Back(charge, paid money.Amount) (kept, back money.Amount) {
	kept = min(charge, paid)
	return kept, paid - kept
}

// StatutoryEnd is the last day of the 14-day right for a contract made at an instant.
func StatutoryEnd(contract time.Time) london.Date {
	return london.DateOf(contract).AddDays(statutoryDays)
}

// BankDays is how long a place is kept while a bank confirms a payment, which makes the contract: Bacs takes up
// to seven working days with a new mandate (https://docs.stripe.com/payments/payment-methods/bacs-debit).
const BankDays = 10

// NeedsExpressStart reports whether the course may begin within the 14-day right of a contract that is ordered
// now and made as late as a bank can make it, so that the learner must be asked whether it shall begin for them
// before the right ends.
func NeedsExpressStart(o *course.Offering, now time.Time) bool {
	return !o.StartsOn().After(StatutoryEnd(now).AddDays(BankDays))
}

// ReckonContract works out what is kept of the price when an organisation gives up a place at an instant: by the
// provider's scale alone, unless we have cancelled the dates, since the 14-day right is for consumers (Consumer Contracts Regulations 2013, regulation 4).
func ReckonContract(e *Enrolment, o *course.Offering, now time.Time) Reckoning {
	today := london.DateOf(now)
	r := Reckoning{
		Ground: Unpaid, On: today, DaysBefore: today.DaysUntil(o.StartsOn()),
		DaysTaught: o.DaysTaughtBy(today), Days: o.Days(), Price: e.Price,
	}
	switch {
	case e.ConfirmedAt.IsZero():
	case o.Status == course.Cancelled:
		r.Ground = Ours
	default:
		r.Ground = Scale
		r.Step, r.Charge = r.scale(o.Scale)
	}
	return r
}
