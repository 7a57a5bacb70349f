package assessor

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

// leavePage asks once more before an application goes to somebody else.
type leavePage struct {
	page.Base
	Code string
	Own  string
}

// knowing asks whether somebody really knows the person.
func (d desk) knowing(c *gin.Context) error { return d.confirm(c, "assessor/know") }

// handing asks whether somebody really hands it back.
func (d desk) handing(c *gin.Context) error { return d.confirm(c, "assessor/hand-back") }

func (d desk) confirm(c *gin.Context, template string) error {
	var status panel.AssignmentStatus
	err := d.as(c, func(tx *db.Tx, person id.Person) (err error) {
		status, _, err = panel.Held(c.Request.Context(), tx, person, c.Param("code"))
		return err
	})
	if err != nil {
		return err
	}
	if status == panel.Done && template == "assessor/hand-back" {
		return panel.ErrHandedIn
	}
	here := at(c.Param("code"))
	return page.Render(c, template, &leavePage{Base: page.Base{Back: here}, Code: id.NormaliseCode(c.Param("code")), Own: here})
}

// know locks the application at once.
func (d desk) know(c *gin.Context) error { return d.leave(c, panel.Know, page.SetApart) }

// handBack gives the application to somebody else.
func (d desk) handBack(c *gin.Context) error { return d.leave(c, panel.HandBack, page.HandedBack) }

func (d desk) leave(c *gin.Context, how func(context.Context, *db.Tx, id.Person, string) error, n page.Notice) error {
	err := d.as(c, func(tx *db.Tx, person id.Person) error { return how(c.Request.Context(), tx, person, c.Param("code")) })
	if err != nil {
		return err
	}
	page.Flash(c, n)
	return page.Redirect(c, home)
}
