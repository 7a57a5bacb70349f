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

type nameForm struct {
	Name  string `form:"name" binding:"required,max=200" error:"Enter the full name of whoever takes the place" error-max:"The name must be 200 characters or fewer"`
	Email string `form:"email" binding:"required,email,max=254" error:"Enter their email address, like name@example.org"`
}

type namePage struct {
	*seatPage
	Form nameForm
}

// name asks who takes a place, or who takes it instead.
func (e *employer) name(c *gin.Context) error {
	p, err := e.seatPage(c)
	if err != nil {
		return err
	}
	if !p.MayName() {
		return page.Redirect(c, p.Href(""))
	}
	p.Base.Back = p.Href("")
	return page.Render(c, "employer/name", &namePage{seatPage: p})
}

// saveName puts somebody in a place. They and whoever sat there before are told by the verb.
func (e *employer) saveName(c *gin.Context) error {
	var form nameForm
	err := page.Bind(c, &form)
	if err == nil {
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			return admissions.NameSeat(ctx, tx, me, of, c.Param("code"), form.Name, form.Email)
		})
	}
	p, unread := e.seatPage(c)
	if unread != nil {
		return unread
	}
	if err != nil {
		p.Base.Back = p.Href("")
		return page.Again(c, err, "employer/name", &namePage{p, form})
	}
	page.Flash(c, page.SeatNamed)
	return page.Redirect(c, p.Href(""))
}
