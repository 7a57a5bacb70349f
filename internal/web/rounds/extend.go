package rounds

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/web/page"
)

type extendForm struct {
	Day    string `form:"until-day"`
	Month  string `form:"until-month"`
	Year   string `form:"until-year"`
	Reason string `form:"reason"`
}

type extendPage struct {
	page.Base
	Form  extendForm
	Round *bursary.Round
}

// extension asks until when, and why.
func (f office) extension(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	if r.Status != bursary.RoundPublished {
		return bursary.ErrNotExtendable
	}
	return page.Render(c, "rounds/extend", &extendPage{Base: within(r), Round: r})
}

// extend gives everybody more time.
func (f office) extend(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	p := &extendPage{Base: within(r), Round: r}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.extendAs(c, r.Code, p.Form)
	}
	if err != nil {
		return page.Again(c, err, "rounds/extend", p)
	}
	page.Flash(c, page.RoundExtended)
	return page.Redirect(c, href(r))
}

func (f office) extendAs(c *gin.Context, code string, form extendForm) error {
	until, sentence := dayOf(form.Day, form.Month, form.Year)
	if sentence != "" {
		return failure.Field("until", sentence)
	}
	return f.work(c, func(ctx context.Context, tx *db.Tx) error {
		_, err := bursary.Extend(ctx, tx, page.ViewerOf(c).Person, code, until, form.Reason)
		return err
	})
}

// close ends the round by hand, where the timetable has not.
func (f office) close(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
		_, err := bursary.Close(ctx, tx, audit.Person(page.ViewerOf(c).Person), r.Code)
		return err
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.RoundClosed)
	return page.Redirect(c, href(r))
}
