package employer

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// left says what happens when somebody has left the organisation, before it is told.
func (e *employer) left(c *gin.Context) error {
	p, err := e.seatPage(c)
	if err != nil {
		return err
	}
	if !p.MayTell() {
		return page.Redirect(c, p.Href(""))
	}
	p.Base.Back = p.Href("")
	return page.Render(c, "employer/left", p)
}

// tellLeft has whoever sits there asked whether they keep the place without the organisation.
func (e *employer) tellLeft(c *gin.Context) error {
	err := e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
		return admissions.TellLeft(ctx, tx, me, of, c.Param("code"))
	})
	return e.toldOf(c, err, page.LeftTold)
}

// takeBackLeft says that they have not left after all.
func (e *employer) takeBackLeft(c *gin.Context) error {
	err := e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
		return admissions.TakeBackLeft(ctx, tx, me, of, c.Param("code"))
	})
	return e.toldOf(c, err, page.LeftTakenBack)
}

// toldOf leads back to the place, or shows it with what stood in the way.
func (e *employer) toldOf(c *gin.Context, err error, said page.Notice) error {
	p, unread := e.seatPage(c)
	if unread != nil {
		return unread
	}
	if err != nil {
		return page.Again(c, err, "employer/place", p)
	}
	page.Flash(c, said)
	return page.Redirect(c, p.Href(""))
}
