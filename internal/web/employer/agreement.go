package employer

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type agreementForm struct {
	Name  string `form:"approver_name" binding:"max=200" error-max:"Use 200 characters or fewer"`
	Email string `form:"approver_email" binding:"max=254" error-max:"Use 254 characters or fewer"`
}

type agreementPage struct {
	page.Base
	Of   *organisation.Organisation
	Team *enrolment.TeamBooking
	Form agreementForm
}

func (e *employer) agreementPage(c *gin.Context) (*agreementPage, error) {
	p := &agreementPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (err error) {
		p.Team, err = enrolment.TeamByCode(ctx, tx, c.Param("code"))
		if err == nil && (p.Team.OrganisationID != of.ID || p.Team.Status != enrolment.TeamPlaced) {
			err = enrolment.ErrTeamUnknown
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Of, p.Crumbs = of, append(within(of), page.Link{Text: "Booking " + p.Team.Code, Href: path(of, "/bookings/"+p.Team.Code)})
	return p, nil
}

// Asked reports whether somebody was asked to agree to the cost and has not.
func (p *agreementPage) Asked() bool {
	return p.Team.Approval == enrolment.ApprovalAsked || p.Team.Approval == enrolment.ApprovalRefused
}

// agreement asks who agrees to the cost, when whoever was asked has not.
func (e *employer) agreement(c *gin.Context) error {
	p, err := e.agreementPage(c)
	if err != nil {
		return err
	}
	p.Form = agreementForm{p.Team.ApproverName, p.Team.ApproverEmail}
	return page.Render(c, "employer/agreement", p)
}

// askAgain writes to them.
func (e *employer) askAgain(c *gin.Context) error {
	p, err := e.agreementPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			return admissions.AskApprovalAgain(ctx, tx, me, of, p.Team.Code, p.Form.Name, p.Form.Email)
		})
	}
	if err != nil {
		return page.Again(c, err, "employer/agreement", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, path(p.Of, "/bookings/"+p.Team.Code))
}
