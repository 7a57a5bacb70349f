package learner

import (
	"context"
	"time"

	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// funding is how funds help to pay for a place.
type funding struct {
	Award       *award.Award
	Application string // its code
}

func fundingOf(ctx context.Context, tx *db.Tx, a *award.Award) (*funding, error) {
	of, err := bursary.Get(ctx, tx, a.ApplicationID)
	if err != nil {
		return nil, err
	}
	return &funding{a, of.Code}, nil
}

// Funded reports whether funds help to pay for the place, or would.
func (f *funding) Funded() bool { return f != nil }

// Offered reports whether the place waits for its holder's answer.
func (f *funding) Offered() bool { return f != nil && f.Award.Status == award.Offered }

// Offer is the address of the offer.
func (f *funding) Offer() string { return "/my/applications/" + f.Application + "/offer" }

// Fee is what funds pay of the price, in pence.
func (f *funding) Fee() money.Amount { return f.Award.Price - f.Award.Own }

// OtherCosts reports whether funds pay for more than the place.
func (f *funding) OtherCosts() bool { return f != nil && f.Award.Total() > f.Fee() }

// The stages of a place that funds help to pay for, besides those of every place.
const (
	offered    stage = "offered"    // it waits for an answer
	declined   stage = "declined"   // by its holder
	unanswered stage = "unanswered" // until its last day
	ownPart    stage = "own part"   // accepted; its holder's part can be paid
	ownUnpaid  stage = "own unpaid" // it was not paid until its last day
)

// fundedStage is where a place stands for which funds pay.
func (p *place) fundedStage(now time.Time) stage {
	switch p.Award.Status {
	case award.Offered:
		return offered
	case award.Declined:
		return declined
	case award.Lapsed:
		return unanswered
	}
	switch {
	case p.Status == enrolment.Lapsed && p.Shared():
		return unmet
	case p.Status == enrolment.Lapsed:
		return ownUnpaid
	case p.Status != enrolment.Held:
		return stage(p.Status)
	}
	return p.ownStage(now)
}

// parts says who pays what of the price. What an organisation pays in whole has no price for the person whom it sends.
func (p *place) parts() []page.Row {
	var rows []page.Row
	if !p.ThroughEmployer() && p.Status != enrolment.Waiting {
		rows = append(rows, page.Row{Key: "Price", Value: p.price().String()})
	}
	if p.funding != nil && p.Award.Status != award.Offered && p.Award.Status != award.Accepted && p.Award.Status != award.Spent {
		return rows
	}
	if p.funding != nil && p.Fee() > 0 {
		rows = append(rows, page.Row{Key: "A fund pays", Value: p.Fee().String()})
	}
	rows = append(rows, p.payers()...)
	own := p.Due()
	switch {
	case own == 0 || p.funding == nil && p.sharing == nil:
	case p.ToPay() > 0 && p.Status == enrolment.Held && !p.atBank():
		rows = append(rows, page.Row{Key: "Your part", Value: own.String() + ", to be paid by " + p.Until()})
	default:
		rows = append(rows, page.Row{Key: "Your part", Value: own.String()})
	}
	return rows
}

// price is that of the place in pence, also before it is accepted.
func (p *place) price() money.Amount {
	if p.funding != nil {
		return p.Award.Price
	}
	return p.Price
}
