package learner

import (
	"context"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// place is somebody's own place with everything that pages say of it.
type place struct {
	*enrolment.Enrolment
	Run      *course.Offering
	Payments []billing.Payment // oldest first
	Refunds  []billing.Refund
}

// mine reads the place in the address. Somebody else's is not found.
func (l *Learner) mine(c *gin.Context) (*place, error) {
	e, err := enrolment.OfPerson(c.Request.Context(), l.DB, page.ViewerOf(c).Person, c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &place{Enrolment: e}
	if p.Run, err = course.OfferingOf(c.Request.Context(), l.DB, e.RunID); err != nil {
		return nil, err
	}
	return p, l.money(c.Request.Context(), p)
}

func (l *Learner) money(ctx context.Context, p *place) error {
	shares, err := billing.SharesOf(ctx, l.DB, p.ID)
	if err != nil {
		return err
	}
	if p.Payments, err = billing.PaymentsOf(ctx, l.DB, shares...); err != nil {
		return err
	}
	p.Refunds, err = billing.RefundsOf(ctx, l.DB, p.Payments...)
	return err
}

// Payment is the latest payment, or nil.
func (p *place) Payment() *billing.Payment {
	if len(p.Payments) == 0 {
		return nil
	}
	return &p.Payments[len(p.Payments)-1]
}

// Paid is what was captured so far, in pence, whether or not it went back later.
func (p *place) Paid() money.Amount {
	var sum money.Amount
	for _, payment := range p.Payments {
		sum += payment.Captured
	}
	return sum
}

// left is what was paid, in pence, less what went back or is on its way. A refund that could not be paid is still
// ours to give.
func (p *place) left() money.Amount {
	sum := p.Paid()
	for _, r := range p.Refunds {
		if r.Status != billing.RefundRejected {
			sum -= r.Amount
		}
	}
	return sum
}

// stage is where a place stands, as far as its pages differ: its status, and while it is held or after it
// lapsed also how its payment does.
type stage string

const (
	toPay      stage = "to pay"     // the payment page is open or being made
	overdue    stage = "overdue"    // its time is over, and what became of it is not known yet
	confirming stage = "confirming" // paid on the page, the bank takes its time
	refused    stage = "refused"    // by the bank, after the page
)

func (p *place) stage(now time.Time) stage {
	payment := p.Payment()
	switch {
	case payment == nil, p.Status != enrolment.Held && p.Status != enrolment.Lapsed:
		return stage(p.Status)
	case p.Status == enrolment.Lapsed && payment.Status == billing.Failed:
		return refused
	case p.Status == enrolment.Lapsed:
		return stage(p.Status)
	case payment.Status == billing.Pending:
		return confirming
	case !payment.ExpiresAt.After(now):
		return overdue
	}
	return toPay
}

// mayCancel reports whether the person can give the place up themselves.
func (p *place) mayCancel() bool {
	return p.Status == enrolment.Held || p.Status == enrolment.Confirmed || p.Status == enrolment.Waiting
}

func (p *place) path(end string) string {
	if end == "" {
		return "/my/places/" + p.Code
	}
	return "/my/places/" + p.Code + "/" + end
}

// tag is a status in a few words.
func tag(s enrolment.Status) page.Tag {
	return map[enrolment.Status]page.Tag{
		enrolment.Waiting:   {Text: "On the waiting list", Colour: "blue"},
		enrolment.Held:      {Text: "Held for you", Colour: "yellow"},
		enrolment.Confirmed: {Text: "Confirmed", Colour: "green"},
		enrolment.Completed: {Text: "Completed", Colour: "green"},
		enrolment.Lapsed:    {Text: "Not held any more", Colour: "grey"},
		enrolment.Withdrawn: {Text: "Cancelled by you", Colour: "grey"},
		enrolment.Cancelled: {Text: "Cancelled by us", Colour: "red"},
		enrolment.Moved:     {Text: "Moved to other dates", Colour: "grey"},
	}[s]
}
