package offer

import (
	"context"
	"errors"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/bursary"
	"bursar/internal/certificate"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

type acceptForm struct {
	Early string `form:"early" binding:"omitempty,eq=yes" error:"Tick the box, or leave it empty"`
}

// Ticked is what the box on the page held.
func (p *offerPage) Ticked() []string { return []string{p.Form.Early} }

// errEarly asks for the word that the course may begin within the 14 days, without which it must not
// (Consumer Contracts Regulations 2013, regulation 36).
var errEarly = failure.Field("early", "Tick the box if the course may begin before the 14 days are over. If you would rather not, please call us before you answer.")

// accept takes the offer up, and leads to paying where something is left to pay.
func (h *handlers) accept(c *gin.Context) error {
	pressed := page.Arrived(c)
	g, err := h.open(c)
	if err != nil {
		return err
	}
	var form acceptForm
	err = page.Bind(c, &form)
	if err == nil && form.Early == "" && g.stage(pressed) == open && enrolment.NeedsExpressStart(g.Run, pressed) {
		err = errEarly
	}
	var next string
	if err == nil {
		err = h.Machine.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
			next, err = h.takeUp(c.Request.Context(), tx, page.ViewerOf(c).Person, c.Param("code"), form.Early != "", pressed)
			return err
		})
	}
	if err != nil {
		return h.again(c, err, form)
	}
	return page.Redirect(c, next)
}

// takeUp accepts an offer and begins what is next: paying their own part, or the place that is theirs.
func (h *handlers) takeUp(ctx context.Context, tx *db.Tx, person id.Person, code string, early bool, pressed time.Time) (string, error) {
	a, err := admissions.Accept(ctx, tx, person, code, early, pressed)
	if err != nil {
		return "", err
	}
	name, err := bursary.LegalName(ctx, tx, h.Box, a.ApplicationID)
	if err != nil {
		return "", err
	}
	if err := certificate.Prefer(ctx, tx, person, a.EnrolmentID, name); err != nil {
		return "", err
	}
	e, err := enrolment.Get(ctx, tx, a.EnrolmentID)
	if err != nil {
		return "", err
	}
	place := "/my/places/" + e.Code
	if e.Status != enrolment.Held {
		return place + "/confirmation", nil
	}
	_, err = admissions.PayOwn(ctx, tx, person, e.Code)
	if errors.Is(err, admissions.ErrNothingToPay) {
		return place, nil
	}
	return place + "/pay", err
}

// again shows the offer as it stands now, with what kept it from being answered.
func (h *handlers) again(c *gin.Context, err error, form acceptForm) error {
	if failure.Of(err) == nil {
		return err
	}
	g, unread := h.open(c)
	if unread != nil {
		return unread
	}
	switch {
	case errors.Is(err, award.ErrExtended) && g.Award.Extended:
		return page.Redirect(c, g.Offer())
	case errors.Is(err, award.ErrOver) && g.stage(h.DB.Now()) != missed:
		page.Flash(c, page.AnsweredBefore)
		return page.Redirect(c, g.Offer())
	}
	p := g.page(h.DB.Now())
	p.Form = form
	return page.Again(c, err, "offer/offer", p)
}

// moreTime moves the last day to answer, once. Pressed twice it is done once.
func (h *handlers) moreTime(c *gin.Context) error {
	pressed, ctx := page.Arrived(c), c.Request.Context()
	err := h.Machine.Write(ctx, func(tx *db.Tx) error {
		_, err := admissions.Extend(ctx, tx, page.ViewerOf(c).Person, c.Param("code"), pressed)
		return err
	})
	if err != nil {
		return h.again(c, err, acceptForm{})
	}
	page.Flash(c, page.MoreTime)
	return page.Redirect(c, at(c.Param("code"))+"/offer")
}

// declining asks whether somebody is sure. It wants no reason.
func (h *handlers) declining(c *gin.Context) error {
	g, err := h.open(c)
	if err != nil {
		return err
	}
	p := g.page(h.DB.Now())
	if p.Stage != open {
		return page.Redirect(c, g.Offer())
	}
	p.Back = g.Offer()
	return page.Render(c, "offer/decline", p)
}

// decline gives the offer back. Pressed twice it is done once.
func (h *handlers) decline(c *gin.Context) error {
	pressed, ctx := page.Arrived(c), c.Request.Context()
	err := h.Machine.Write(ctx, func(tx *db.Tx) error {
		_, err := admissions.Decline(ctx, tx, h.Box, page.ViewerOf(c).Person, c.Param("code"), pressed)
		return err
	})
	if err != nil {
		return h.again(c, err, acceptForm{})
	}
	return page.Redirect(c, at(c.Param("code"))+"/offer")
}
