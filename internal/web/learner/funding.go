package learner

import (
	"context"
	"time"

	"bursar/internal/award"
	"bursar/internal/billing"
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

// fundedStage is where a place stands for which funds pay. A card page that was left or refused ends nothing: there is
// time until the last day.
func (p *place) fundedStage(now time.Time) stage {
	switch p.Award.Status {
	case award.Offered:
		return offered
	case award.Declined:
		return declined
	case award.Lapsed:
		return unanswered
	}
	payment := p.Payment()
	switch {
	case p.Status == enrolment.Lapsed:
		return ownUnpaid
	case p.Status != enrolment.Held:
		return stage(p.Status)
	case payment != nil && payment.Status == billing.Pending:
		return confirming
	case payment == nil || payment.Status != billing.Created:
		return ownPart
	case !payment.ExpiresAt.After(now):
		return overdue
	}
	return toPay
}

// parts says who pays what of the price.
func (p *place) parts() []page.Row {
	rows := []page.Row{{Key: "Price", Value: p.price().String()}}
	if p.funding == nil || p.Award.Status != award.Offered && p.Award.Status != award.Accepted && p.Award.Status != award.Spent {
		return rows
	}
	if p.Fee() > 0 {
		rows = append(rows, page.Row{Key: "A fund pays", Value: p.Fee().String()})
	}
	if own := p.Award.Own; own > 0 && p.Status == enrolment.Held && !p.Offered() {
		rows = append(rows, page.Row{Key: "Your part", Value: own.String() + ", to be paid by the end of " + p.Award.PayBy.Long()})
	} else if own > 0 {
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

// Due is what the person pays of the price, in pence.
func (p *place) Due() money.Amount {
	if p.funding != nil {
		return p.Award.Own
	}
	return p.Price
}
