package office

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

type decideForm struct {
	Eligible string `form:"eligible" binding:"required,oneof=yes no" error:"Choose whether they are eligible."`
	Why      string `form:"why"`
}

type decidePage struct {
	page.Base
	Verdict verdict
	Told    []string // what the facts would tell the applicant
	Form    decideForm
}

// verdict is where one application is decided about.
func (f office) verdict(c *gin.Context) error {
	p, err := f.verdictOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "office/decide", p)
}

func (f office) verdictOf(c *gin.Context) (*decidePage, error) {
	p := new(decidePage)
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error {
		a, r, err := f.application(ctx, tx, c)
		if err != nil {
			return err
		}
		if !a.Sent() {
			return bursary.ErrNotToDecide
		}
		said, err := bursary.Propose(ctx, tx, f.Box, me(c), r, []string{a.Code})
		if err != nil {
			return err
		}
		p.Base, p.Verdict = about(r, a.Code), shownVerdict(r, said[0], tx)
		p.Told = nil
		for _, reason := range said[0].Reasons {
			p.Told = append(p.Told, reason.Sentence)
		}
		return nil
	})
	return p, err
}

// decide writes down what a person decides.
func (f office) decide(c *gin.Context) error {
	p, err := f.verdictOf(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			_, err := bursary.Decide(ctx, tx, f.Box, me(c), p.Verdict.Application.ID, p.Form.Eligible == eligible, p.Form.Why)
			return err
		})
	}
	if err != nil {
		return page.Again(c, err, "office/decide", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, fileHref(p.Verdict.Application.Code))
}
