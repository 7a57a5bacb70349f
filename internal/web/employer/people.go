package employer

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// people mounts who acts for the organisation, and what is known of it.
func (e *employer) people(own gin.IRouter) {
	own.GET("/people", page.Handle(e.members))
	own.POST("/people", page.Handle(e.invite))
	own.POST("/people/withdraw", page.Handle(e.withdraw))
	own.POST("/people/remove", page.Handle(e.remove))
	own.GET("/people/leave", page.Handle(e.leave))
	own.POST("/people/leave", page.Handle(e.leaveNow))

	own.GET("/details", page.Handle(e.details))
	own.POST("/details", page.Handle(e.saveDetails))
	own.GET("/details/address", page.Handle(e.address))
	own.POST("/details/address", page.Handle(e.askAddress))
	own.POST("/details/address/take-back", page.Handle(e.keepAddress))
}

type inviteForm struct {
	Name      string `form:"name"`
	Email     string `form:"email"`
	HandsOver string `form:"hands_over" binding:"omitempty,oneof=yes" error:"Tick the box, or leave it empty"`
}

type membersPage struct {
	page.Base
	Of      *organisation.Organisation
	Me      id.Person
	Members []organisation.Member
	Invited []organisation.Invitation
	Form    inviteForm
}

// Alone reports whether nobody else acts for the organisation.
func (p *membersPage) Alone() bool { return len(p.Members) == 1 }

// HandsOver is what is ticked.
func (p *membersPage) HandsOver() []string { return []string{p.Form.HandsOver} }

// members shows who acts for the organisation, and who is invited to.
func (e *employer) members(c *gin.Context) error {
	p, err := e.membersPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "employer/people", p)
}

func (e *employer) membersPage(c *gin.Context) (*membersPage, error) {
	p := &membersPage{Me: page.ViewerOf(c).Person}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (err error) {
		if p.Members, err = organisation.Members(ctx, tx, of.ID); err != nil {
			return err
		}
		p.Invited, err = organisation.Invitations(ctx, tx, of.ID, tx.Now)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Of, p.Crumbs = of, within(of)
	return p, nil
}

// invite asks a colleague to act for the organisation too, or instead.
func (e *employer) invite(c *gin.Context) error {
	var form inviteForm
	err := page.Bind(c, &form)
	if err == nil {
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			if form.HandsOver != "" {
				return organisation.HandOver(ctx, tx, me, of, form.Email, form.Name)
			}
			return organisation.Invite(ctx, tx, me, of, form.Email, form.Name)
		})
	}
	return e.peopled(c, err, page.CoordinatorInvited, form)
}

type withdrawForm struct {
	Invited string `form:"invited" binding:"required,max=254" error:"Choose an invitation"`
}

// withdraw takes an invitation back.
func (e *employer) withdraw(c *gin.Context) error {
	var form withdrawForm
	err := page.Bind(c, &form)
	if err == nil {
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			return organisation.WithdrawInvitation(ctx, tx, me, of, form.Invited)
		})
	}
	return e.peopled(c, err, page.InvitationWithdrawn, inviteForm{})
}

type removeForm struct {
	Person string `form:"person" binding:"required,max=20" error:"Choose a person"`
}

// remove ends a colleague's acting for the organisation. They are told by the verb.
func (e *employer) remove(c *gin.Context) error {
	var form removeForm
	err := page.Bind(c, &form)
	if err == nil {
		who, _ := strconv.ParseInt(form.Person, 10, 64) // nobody is 0
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			return organisation.Remove(ctx, tx, me, of, id.Person(who))
		})
	}
	return e.peopled(c, err, page.CoordinatorRemoved, inviteForm{})
}

// peopled leads back to the people, or shows them with what stood in the way.
func (e *employer) peopled(c *gin.Context, err error, done page.Notice, form inviteForm) error {
	p, unread := e.membersPage(c)
	if unread != nil {
		return unread
	}
	if err != nil {
		p.Form = form
		return page.Again(c, err, "employer/people", p)
	}
	page.Flash(c, done)
	return page.Redirect(c, path(p.Of, "/people"))
}

// leave asks once more before somebody stops acting for the organisation.
func (e *employer) leave(c *gin.Context) error {
	p, err := e.membersPage(c)
	if err != nil {
		return err
	}
	p.Base.Back = path(p.Of, "/people")
	return page.Render(c, "employer/leave", p)
}

func (e *employer) leaveNow(c *gin.Context) error {
	err := e.act(c, organisation.Leave)
	if err != nil {
		p, unread := e.membersPage(c)
		if unread != nil {
			return unread
		}
		p.Base.Back = path(p.Of, "/people")
		return page.Again(c, err, "employer/leave", p)
	}
	page.Flash(c, page.OrganisationLeft)
	return page.Redirect(c, "/employer")
}
