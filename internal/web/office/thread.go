package office

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

type messageForm struct {
	Text string `form:"text"`
}

// answer says something to the applicant.
func (f office) answer(c *gin.Context) error {
	var typed messageForm
	err := page.Bind(c, &typed)
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
			return bursary.Answer(ctx, tx, f.Box, me(c), c.Param("code"), typed.Text)
		})
	}
	if err != nil {
		return f.againFile(c, err, func(p *filePage) { p.Form = typed })
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, fileHref(c.Param("code")))
}

// settle takes a question off the list that needs no answer.
func (f office) settle(c *gin.Context) error {
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error {
		return bursary.Settle(ctx, tx, me(c), c.Param("code"))
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, fileHref(c.Param("code")))
}

// againFile shows the application once more with what was typed and what is wrong with it.
func (f office) againFile(c *gin.Context, err error, keep func(*filePage)) error {
	p, unknown := f.fileOf(c)
	if unknown != nil {
		return unknown
	}
	keep(p)
	return page.Again(c, err, "office/file", p)
}
