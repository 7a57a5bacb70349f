package funds

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/web/page"
)

// details is the form of what a fund is: of one in use, what can still change.
func (d desk) details(c *gin.Context) error {
	p, err := d.detailsPage(c)
	if err != nil {
		return err
	}
	p.Form = formOf(p.Fund, fund.Terms{})
	return page.Render(c, "funds/details", p)
}

func (d desk) detailsPage(c *gin.Context) (*formPage, error) {
	f, err := d.fund(c)
	if err != nil {
		return nil, err
	}
	p := &formPage{Base: d.within(f), Fund: f}
	p.InUse, err = fund.InUse(c.Request.Context(), d.DB, f.ID)
	return p, err
}

// saveDetails changes what a fund is.
func (d desk) saveDetails(c *gin.Context) error {
	p, err := d.detailsPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = d.changeAs(c, p)
	}
	if err != nil {
		return page.Again(c, err, "funds/details", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, d.href(p.Fund))
}

func (d desk) changeAs(c *gin.Context, p *formPage) error {
	wrong := page.Mistakes{}
	to := p.Form.details(wrong)
	to.ID, to.Code = p.Fund.ID, p.Fund.Code
	if p.InUse { // the page did not ask
		to.Kind, to.SpendBy, to.CountsPledges = p.Fund.Kind, p.Fund.SpendBy, p.Fund.CountsPledges
	}
	return d.work(c, func(ctx context.Context, tx *db.Tx) error {
		changed := to // the work may be tried again
		err := fund.Change(ctx, tx, page.ViewerOf(c).Person, &changed)
		if err == nil || failure.KindOf(err) == failure.Invalid {
			return wrong.Refusal(err) // everything is to be corrected at once
		}
		return err
	})
}
