package finance

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type inviteeForm struct {
	Name  string `form:"name"`
	Email string `form:"email"`
}

// appointing asks who shall act for an organisation.
func (f finance) appointing(c *gin.Context) error { return f.below(c, "finance/organisation-appoint") }

// below shows a page about an organisation that lies below its own.
func (f finance) below(c *gin.Context, name string) error {
	p, err := f.organisationPage(c)
	if err != nil {
		return err
	}
	p.Crumbs = append(p.Crumbs, page.Link{Text: p.Organisation.Name, Href: p.Href})
	return page.Render(c, name, p)
}

// appoint sends somebody an invitation to act for an organisation.
func (f finance) appoint(c *gin.Context) error {
	p, err := f.organisationPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Invitee); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return organisation.Appoint(ctx, tx, by, p.Organisation.Code, p.Invitee.Email, p.Invitee.Name)
		})
	}
	if err != nil {
		p.Crumbs = append(p.Crumbs, page.Link{Text: p.Organisation.Name, Href: p.Href})
		return page.Again(c, err, "finance/organisation-appoint", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, p.Href)
}
