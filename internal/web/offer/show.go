package offer

import (
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/enrolment"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// stage is where an offer stands, as far as its page differs.
type stage string

const (
	open      stage = "open"
	missed    stage = "missed"    // the last day has passed
	toPay     stage = "to pay"    // accepted; their own part is to be paid
	confirmed stage = "confirmed" // accepted, nothing to pay
	over      stage = "over"      // all that was promised is paid
	declined  stage = "declined"
	unpaid    stage = "unpaid" // accepted; their own part was not paid in time
	given     stage = "given"  // accepted, and given up later
)

func (g *granted) stage(now time.Time) stage {
	switch g.Award.Status {
	case award.Offered:
		if g.Award.Answerable(now) {
			return open
		}
		return missed
	case award.Lapsed:
		return missed
	case award.Declined:
		return declined
	case award.Spent:
		return over
	case award.Released:
		if g.Place.Status == enrolment.Lapsed {
			return unpaid
		}
		return given
	}
	if g.Place.Status == enrolment.Held {
		return toPay
	}
	return confirmed
}

// offerPage says what is offered, or what became of it.
type offerPage struct {
	*granted
	Stage     stage
	Lines     page.Summary
	PlaceRows page.Summary
	Left      string      // how much of the time is left, as a sentence
	Later     london.Date // until when it can be answered with more time; zero when there is none
	Express   bool        // the course may begin within the 14 days
	LastDay   london.Date // of the 14 days, if it were accepted now
	Form      acceptForm
}

// offer shows what is offered and how to answer.
func (h *handlers) offer(c *gin.Context) error {
	g, err := h.open(c)
	if err != nil {
		return err
	}
	return page.Render(c, "offer/offer", g.page(h.DB.Now()))
}

func (g *granted) page(now time.Time) *offerPage {
	p := &offerPage{
		granted: g, Stage: g.stage(now), Lines: lines(g.Award), PlaceRows: g.placeRows(),
		Express: enrolment.NeedsExpressStart(g.Run, now), LastDay: enrolment.StatutoryEnd(now),
	}
	if p.Stage == open {
		p.Left, p.Later = left(london.DateOf(now).DaysUntil(g.Award.UntilOn)), g.later()
	}
	return p
}

// later is the last day to answer for who asks for more time; zero when there is no more.
func (g *granted) later() london.Date {
	until := g.Award.UntilOn.AddWorking(award.ExtraDays)
	if last := g.Run.StartsOn().AddDays(-1); until.After(last) {
		until = last
	}
	if g.Award.Extended || !until.After(g.Award.UntilOn) {
		return london.Date{}
	}
	return until
}

func left(days int) string {
	switch days {
	case 0:
		return "Today is the last day."
	case 1:
		return "Tomorrow is the last day."
	}
	return fmt.Sprintf("You have %d days left.", days)
}

// Fee is what funds pay of the price, in pence.
func (g *granted) Fee() money.Amount { return g.Award.Price - g.Award.Own }

// Others reports whether funds pay for more than the place.
func (g *granted) Others() bool { return g.Award.Total() > g.Fee() }

// purposes say what a line is for, and how it is paid, in plain words.
var purposes = map[fund.Purpose]struct{ name, how string }{
	fund.Fee:       {"The course", "We pay it straight to the course. No money goes through your account."},
	fund.Travel:    {"Travel to the course", "We book it for you, or you send us the receipts and we pay you back."},
	fund.Lodging:   {"A place to stay", "We book it for you, or you send us the receipts and we pay you back."},
	fund.Care:      {"Care for somebody while you are on the course", "You send us the receipts and we pay you back, or we pay for it."},
	fund.Access:    {"Support to take part", "You send us the receipts and we pay you back, or we pay for it."},
	fund.Equipment: {"Equipment or data", "You send us the receipts and we pay you back, or we buy it for you."},
}

// lines are what is paid, each with what it is for.
func lines(a *award.Award) (all page.Summary) {
	for _, l := range a.Lines {
		amount := l.Amount.String()
		if l.Purpose != fund.Fee {
			amount = "Up to " + amount
		}
		all.Rows = append(all.Rows, page.Row{Key: purposes[l.Purpose].name, Lines: []string{amount, purposes[l.Purpose].how}})
	}
	return all
}

// placeRows are the place with all of its dates.
func (g *granted) placeRows() page.Summary {
	var dates []string
	for _, b := range g.Run.Blocks {
		dates = append(dates, london.Days(b.StartsOn, b.EndsOn))
	}
	return page.Summary{Rows: []page.Row{
		{Key: "Course", Value: g.Run.Course.Title},
		{Key: "Dates", Lines: dates},
		{Key: "Where", Value: g.Run.Where()},
		{Key: "Price of the place", Value: g.Award.Price.String()},
	}}
}
