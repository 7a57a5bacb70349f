package learner

import (
	"context"
	"errors"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// place is somebody's own place with everything that pages say of it.
type place struct {
	*enrolment.Enrolment
	Run      *course.Offering
	Shares   []billing.Share   // in order
	Payments []billing.Payment // oldest first
	Refunds  []billing.Refund
	*funding                       // how funds help to pay for it, or nil
	*sharing                       // how organisations do, or nil
	Plan     *billing.Plan         // by which the person pays their part, or nil
	Choice   admissions.PlanChoice // of how to pay, while there is one
}

// mine reads the place in the address. Somebody else's is not found.
func (l *Learner) mine(c *gin.Context) (*place, error) {
	return l.mineAnd(c, func(*db.Tx, *place) error { return nil })
}

// mineAnd reads the place in the address, and more of it in the same unit of work: only in its owner's name can all of
// its shares be seen.
func (l *Learner) mineAnd(c *gin.Context, more func(*db.Tx, *place) error) (*place, error) {
	ctx, person := c.Request.Context(), page.ViewerOf(c).Person
	var p *place
	err := l.Own.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) error {
		e, err := enrolment.OfPerson(ctx, tx, person, c.Param("code"))
		if err != nil {
			return err
		}
		p = &place{Enrolment: e}
		if err := p.read(ctx, tx); err != nil {
			return err
		}
		return more(tx, p)
	})
	return p, err
}

// read completes a place.
func (p *place) read(ctx context.Context, tx *db.Tx) (err error) {
	if p.Run, err = course.OfferingOf(ctx, tx, p.RunID); err != nil {
		return err
	}
	if p.Shares, err = billing.SharesOf(ctx, tx, p.ID); err != nil {
		return err
	}
	if err = p.readSharing(ctx, tx); err != nil {
		return err
	}
	if p.Payments, err = billing.PaymentsOf(ctx, tx, p.Shares...); err != nil {
		return err
	}
	if p.Refunds, err = billing.RefundsOf(ctx, tx, p.Payments...); err != nil {
		return err
	}
	if p.Plan, err = admissions.PlanFor(ctx, tx, p.Enrolment); err != nil {
		return err
	}
	if p.Choice, err = admissions.ChoosePlanFor(ctx, tx, p.Enrolment, p.Run, tx.Now); err != nil {
		return err
	}
	a, err := award.OfEnrolment(ctx, tx, p.ID)
	if errors.Is(err, award.ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	p.funding, err = fundingOf(ctx, tx, a)
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
	switch {
	case p.funding != nil:
		return p.fundedStage(now)
	case p.sharing != nil:
		return p.sharedStage(now)
	}
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

// mayCancel reports whether the person can give the place up themselves. What is offered is declined instead, and what an
// organisation booked is given up by it.
func (p *place) mayCancel() bool {
	return !p.Offered() && !p.ThroughEmployer() && (p.Status == enrolment.Held || p.Status == enrolment.Confirmed || p.Status == enrolment.Waiting)
}

// OnlyWaited reports whether somebody has left the waiting list before any place was theirs.
func (p *place) OnlyWaited() bool {
	return p.Status == enrolment.Withdrawn && p.Price == 0 && p.ConfirmedAt.IsZero() && !p.Funded()
}

func (p *place) path(end string) string {
	if end == "" {
		return "/my/places/" + p.Code
	}
	return "/my/places/" + p.Code + "/" + end
}

// tag is where the place stands in a few words.
func (p *place) tag() page.Tag { return tagOf(p.Enrolment) }

// tagOf is where somebody's place stands in a few words. Who gave up a place that an organisation booked is not said.
func tagOf(e *enrolment.Enrolment) page.Tag {
	if e.TeamID != 0 && e.Status == enrolment.Withdrawn {
		return page.Tag{Text: "Given up", Colour: "grey"}
	}
	return tag(e.Status)
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
	}[s]
}
