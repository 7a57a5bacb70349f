package offer

import (
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type reviewForm struct {
	Ground string `form:"ground"`
	Words  string `form:"words"`
}

// reviewPage asks that a decision be looked at again, or says what came of that.
type reviewPage struct {
	*decided
	Asked *award.Review // nil when nobody has asked
	Until london.Date   // the last day to ask; zero when there is nothing to ask
	Late  bool
	Form  reviewForm
}

// Grounds are what can have gone wrong.
func (p *reviewPage) Grounds() (all []page.Choice) {
	for _, g := range award.Grounds() {
		all = append(all, page.Choice{Value: string(g), Label: g.Words()})
	}
	return all
}

// Upheld reports whether the person was right.
func (p *reviewPage) Upheld() bool { return p.Asked.Outcome == award.Upheld }

func (h *handlers) reviewPage(c *gin.Context) (*reviewPage, error) {
	ctx, p := c.Request.Context(), &reviewPage{}
	d, err := h.look(c, func(tx *db.Tx, d *decided) (err error) {
		p.Asked, err = award.OwnReview(ctx, tx, h.Box, page.ViewerOf(c).Person, d.Application.Code)
		if !errors.Is(err, award.ErrReviewUnknown) {
			return err
		}
		p.Asked = nil
		p.Until, err = award.Reviewable(ctx, tx, d.Application)
		p.Late = london.DateOf(tx.Now).After(p.Until)
		return err
	})
	p.decided = d
	return p, err
}

// review shows how to ask, and after that what happens until when.
func (h *handlers) review(c *gin.Context) error {
	p, err := h.reviewPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "offer/review", p)
}

// askReview asks at the moment of pressing. Pressed twice it is done once.
func (h *handlers) askReview(c *gin.Context) error {
	pressed := page.Arrived(c)
	var form reviewForm
	err := page.Bind(c, &form)
	if err == nil {
		ctx, person := c.Request.Context(), page.ViewerOf(c).Person
		err = h.DB.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) error {
			return award.AskReview(ctx, tx, h.Box, person, c.Param("code"), award.Ground(form.Ground), form.Words, pressed)
		})
	}
	if err == nil {
		page.Flash(c, page.ReviewAsked)
		return page.Redirect(c, at(c.Param("code"))+"/review")
	}
	if failure.Of(err) == nil {
		return err
	}
	p, unread := h.reviewPage(c)
	if unread != nil {
		return unread
	}
	p.Form = form
	return page.Again(c, err, "offer/review", p)
}
