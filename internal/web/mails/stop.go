package mails

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/mail"
	"bursar/internal/web/page"
)

// OneClick are the patterns of the addresses to which mail programs post, wherever they run.
func OneClick() []string { return []string{"/emails/stop/{key}"} }

type stopPage struct {
	page.Base
	Key     string
	Stopped bool
}

// stopping asks whether such emails shall stop. Opening it changes nothing: programs open links before people do.
func (d desk) stopping(c *gin.Context) error {
	to, err := mail.ByStopKey(c.Request.Context(), d.DB, c.Param("key"))
	if err != nil {
		return err
	}
	return d.answer(c, to)
}

// answer says how things stand for an address, which the page does not show.
func (d desk) answer(c *gin.Context, address string) error {
	p := &stopPage{Key: c.Param("key")}
	var err error
	if p.Stopped, err = mail.Stopped(c.Request.Context(), d.DB, address); err != nil {
		return err
	}
	return page.Render(c, "mails/stop", p)
}

// stop stops them, for the button and for a mail program’s one click: both are answered without a detour (RFC 8058, section 3.1).
func (d desk) stop(c *gin.Context) error { return d.change(c, mail.Stop) }

func (d desk) resume(c *gin.Context) error { return d.change(c, mail.Resume) }

func (d desk) change(c *gin.Context, do func(context.Context, *db.Tx, string) error) error {
	ctx := c.Request.Context()
	to, err := mail.ByStopKey(ctx, d.DB, c.Param("key"))
	if err != nil {
		return err
	}
	if err := d.DB.Write(ctx, func(tx *db.Tx) error { return do(ctx, tx, to) }); err != nil {
		return err
	}
	return d.answer(c, to)
}
