package employer

import (
	"context"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// waitingPage is where an organisation stands that waits, and what it was offered.
type waitingPage struct {
	page.Base
	Of        *organisation.Organisation
	Run       *course.Offering
	Wait      *enrolment.TeamWait
	Ahead     int
	Why       string // not now, where it is their turn
	Held      int    // places that are offered and still kept
	HeldUntil time.Time
	Cost      money.Amount // of those together, in pence
	Team      *enrolment.TeamBooking
}

// Front says how many stand in front.
func (p *waitingPage) Front() string { return front(p.Ahead) }

// Stage is where it stands: "waiting", "offered", "taken", "gone", "left" or "over".
func (p *waitingPage) Stage() string {
	switch {
	case p.Wait.Status != enrolment.WaitOffered:
		return string(p.Wait.Status)
	case !p.Wait.TakenAt.IsZero():
		return "taken"
	case p.Held > 0 && p.HeldUntil.After(p.Now):
		return "offered"
	}
	return "gone"
}

// Applied reports whether they applied for the places; else they waited for them.
func (p *waitingPage) Applied() bool { return p.Run.Entry == course.Apply }

// Agreed is the cost as the form carries it.
func (p *waitingPage) Agreed() string { return strconv.FormatInt(int64(p.Cost), 10) }

// Ordered reports whether the places also need a purchase order before they are certain.
func (p *waitingPage) Ordered() bool { return p.Of.PORule == organisation.PORequired }

// LastHold is until when the places can be kept for what is missing, once they are taken.
func (p *waitingPage) LastHold() london.Date {
	return admissions.LastHold(p.Run, london.DateOf(p.Now))
}

func (e *employer) waitingPage(c *gin.Context) (*waitingPage, error) {
	p := &waitingPage{}
	of, err := e.see(c, func(context.Context, *db.Tx, *organisation.Organisation) error { return nil })
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	if p.Wait, err = enrolment.WaitByCode(ctx, e.DB, c.Param("code")); err != nil {
		return nil, err
	}
	if p.Wait.OrganisationID != of.ID {
		return nil, enrolment.ErrWaitUnknown
	}
	p.Of, p.Crumbs, p.Now = of, within(of), e.DB.Now()
	if p.Run, err = course.OfferingOf(ctx, e.DB, p.Wait.RunID); err != nil {
		return nil, err
	}
	if p.Wait.TeamID != 0 {
		return p, p.readOffer(ctx, e.DB)
	}
	p.Why = enrolment.Waiter{Places: p.Wait.Places}.Why(p.Run.Places)
	p.Ahead, err = enrolment.Ahead(ctx, e.DB, p.Wait.RunID, p.Wait.Queue)
	return p, err
}

// readOffer reads what was offered, as far as it is still kept.
func (p *waitingPage) readOffer(ctx context.Context, d *db.DB) (err error) {
	if p.Team, err = enrolment.TeamOf(ctx, d, p.Wait.TeamID); err != nil {
		return err
	}
	p.HeldUntil = p.Team.HoldUntil
	p.Held, p.Cost, err = admissions.OfferedCost(ctx, d, p.Of, p.Team)
	return err
}

// waiting shows it.
func (e *employer) waiting(c *gin.Context) error {
	p, err := e.waitingPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "employer/waiting", p)
}

type takeForm struct {
	Agreed string `form:"agreed"` // pence, as the page said
}

// takeOffered books what was offered.
func (e *employer) takeOffered(c *gin.Context) error {
	var form takeForm
	var t *enrolment.TeamBooking
	err := page.Bind(c, &form)
	if err == nil {
		agreed, unread := strconv.ParseInt(form.Agreed, 10, 64)
		if unread != nil {
			agreed = -1 // which nothing costs
		}
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) (err error) {
			t, err = admissions.TakeTeamOffered(ctx, tx, me, of, c.Param("code"), money.Amount(agreed))
			return err
		})
	}
	if err != nil {
		return e.waitingAgain(c, err)
	}
	return page.Redirect(c, "/employer/"+c.Param("org")+"/bookings/"+t.Code)
}

// leaveWaiting takes the organisation off the list, or says no to what it is offered.
func (e *employer) leaveWaiting(c *gin.Context) error {
	err := e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
		return admissions.LeaveTeamWaiting(ctx, tx, me, of, c.Param("code"))
	})
	if err != nil {
		return e.waitingAgain(c, err)
	}
	page.Flash(c, page.WaitingLeft)
	return page.Redirect(c, "/employer/"+c.Param("org"))
}

func (e *employer) waitingAgain(c *gin.Context, err error) error {
	p, unread := e.waitingPage(c)
	if unread != nil {
		return unread
	}
	return page.Again(c, err, "employer/waiting", p)
}
