package learner

import (
	"slices"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// questionPage is what every question of a booking shows.
type questionPage struct {
	page.Base
	Run        *course.Offering
	Number, Of int          // where the question stands among them
	Deposit    money.Amount // pence, paid at once by whoever pays the price in parts; zero where it cannot be
}

func (v *visit) question(step enrolment.Step) questionPage {
	steps := v.steps()
	at := slices.Index(steps, step)
	q := questionPage{Run: v.Run, Number: at + 1, Of: len(steps), Deposit: v.deposit()}
	q.Back = v.path("")
	if at > 0 {
		q.Back = v.path(string(steps[at-1]))
	}
	return q
}

// deposit is what somebody pays at once, in pence, who chooses to pay the whole price in parts; zero where nobody can.
func (v *visit) deposit() money.Amount {
	band := v.Booking.Band()
	price := v.Run.Price(band)
	offers := admissions.PlanOffers(v.Run, &enrolment.Enrolment{Band: band, Price: price}, price, london.DateOf(v.now))
	if len(offers) == 0 {
		return 0
	}
	return offers[0].Deposit()
}
