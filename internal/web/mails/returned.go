package mails

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/web/page"
	"bursar/internal/wording"
)

type returnedPage struct {
	page.Base
	Bounces []mail.Bounce
	Links   page.Pagination
}

// returned lists addresses at which something did not arrive.
func (d desk) returned(c *gin.Context) error {
	var before id.Bounce
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	rows, err := mail.Bounces(c.Request.Context(), d.DB, before, portion+1)
	if err != nil {
		return err
	}
	p := &returnedPage{Base: page.Base{Crumbs: []page.Link{home, outbox}}}
	if p.Bounces, p.Links, err = page.Portion(c, rows, portion, func(last mail.Bounce) id.Bounce { return last.ID }); err != nil {
		return err
	}
	return page.Render(c, "mails/returned", p)
}

// clear says that an address is right now.
func (d desk) clear(c *gin.Context) error {
	which, err := strconv.ParseInt(c.Param("bounce"), 10, 64)
	if err != nil {
		return mail.ErrNotFound
	}
	err = d.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
		return wording.Clear(c.Request.Context(), tx, page.ViewerOf(c).Person, id.Bounce(which))
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, "/admin/mails/returned")
}
