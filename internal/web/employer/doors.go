package employer

import (
	"context"
	"net/url"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// doors mounts the pages from which somebody comes to an organisation's own.
func (e *employer) doors(r gin.IRouter) {
	r.GET("/employer", e.SignedIn, page.Handle(e.mine))
	r.GET("/employer/sign-up", e.SignedIn, page.Handle(e.signUp))
	r.POST("/employer/sign-up", e.SignedIn, page.Handle(e.signUpNow))
	r.GET("/employer/book/:run", e.SignedIn, page.Handle(e.bookFor))
	r.GET("/employer/wait/:run", e.SignedIn, page.Handle(e.waitFor))
	r.GET("/employer/apply/:run", e.SignedIn, page.Handle(e.applyFor))
	r.GET("/employer/join/:token", unkept, page.Handle(e.invitation))
	r.POST("/employer/join/:token", unkept, e.SignedIn, page.Handle(e.join))
}

// unkept has no browser or cache keep a page: its address is a secret.
func unkept(c *gin.Context) { c.Header("Cache-Control", "no-store") }

type minePage struct {
	page.Base
	List []organisation.Organisation
	Run  *course.Offering // for which one of them is to be chosen; nil: none
	To   string           // what is done on it: "book", "wait" or "apply"
	Open []begun
}

// begun is a booking that was not finished.
type begun struct{ Title, Href string }

// Href is where a choice leads.
func (p *minePage) Href(of organisation.Organisation) string {
	if p.Run == nil {
		return path(&of, "")
	}
	return path(&of, "/"+p.To+"/"+p.Run.Code)
}

// SignUp is where another organisation is added.
func (p *minePage) SignUp() string {
	if p.Run != nil {
		return signUpFor(p.Run.Code)
	}
	return "/employer/sign-up"
}

func signUpFor(run string) string { return "/employer/sign-up?run=" + url.QueryEscape(run) }

// mine lists the organisations that somebody acts for, and what they have begun to book.
func (e *employer) mine(c *gin.Context) error {
	p := &minePage{}
	err := e.asMyself(c, func(ctx context.Context, tx *db.Tx, me id.Person) (err error) {
		if p.List, err = organisation.Of(ctx, tx, me); err != nil {
			return err
		}
		p.Open, err = begunBy(ctx, tx, me, p.List)
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "employer/mine", p)
}

// asMyself reads in the name of whoever asks, who sees the rows of the organisations they act for.
func (e *employer) asMyself(c *gin.Context, read func(context.Context, *db.Tx, id.Person) error) error {
	ctx, me := c.Request.Context(), page.ViewerOf(c).Person
	return e.Own.WriteAs(ctx, db.Who{Person: me}, func(tx *db.Tx) error { return read(ctx, tx, me) })
}

// mostBegun is how many unfinished bookings are shown.
const mostBegun = 20

func begunBy(ctx context.Context, tx *db.Tx, me id.Person, list []organisation.Organisation) ([]begun, error) {
	drafts, err := enrolment.DraftsOf(ctx, tx, me, mostBegun)
	if err != nil {
		return nil, err
	}
	runs := make([]id.Run, len(drafts))
	for i, d := range drafts {
		runs[i] = d.RunID
	}
	offerings, err := course.OfferingsOf(ctx, tx, runs)
	if err != nil {
		return nil, err
	}
	var open []begun
	for _, d := range drafts {
		for _, of := range list {
			if of.ID == d.OrganisationID {
				open = append(open, begun{runName(offerings[d.RunID]) + ", for " + of.Name, path(&of, "/book/"+offerings[d.RunID].Code)})
			}
		}
	}
	return open, nil
}

// bookFor leads to the booking for the organisation that somebody acts for.
func (e *employer) bookFor(c *gin.Context) error { return e.choose(c, "book") }

// waitFor leads to the waiting list for it.
func (e *employer) waitFor(c *gin.Context) error { return e.choose(c, "wait") }

// applyFor leads to applying for places for it.
func (e *employer) applyFor(c *gin.Context) error { return e.choose(c, "apply") }

// choose leads to a run's page of the organisation that somebody acts for. Who acts for several chooses; who acts for none
// signs one up.
func (e *employer) choose(c *gin.Context, to string) error {
	run, err := course.FindOffering(c.Request.Context(), e.DB, c.Param("run"))
	if err != nil {
		return err
	}
	p := &minePage{Base: page.Base{Back: "/runs/" + run.Code}, Run: run, To: to}
	err = e.asMyself(c, func(ctx context.Context, tx *db.Tx, me id.Person) (err error) {
		p.List, err = organisation.Of(ctx, tx, me)
		return err
	})
	switch {
	case err != nil:
		return err
	case len(p.List) == 0:
		return page.Redirect(c, p.SignUp())
	case len(p.List) == 1 && !c.Request.URL.Query().Has("other"):
		return page.Redirect(c, p.Href(p.List[0]))
	}
	return page.Render(c, "employer/mine", p)
}

type invitationPage struct {
	page.Base
	Invitation *organisation.Invitation
	Link       string // where its button sends
}

// invitation says who asks whom to act for an organisation. Only its button changes something.
func (e *employer) invitation(c *gin.Context) error {
	token := c.Param("token")
	i, err := organisation.InvitationOf(c.Request.Context(), e.DB, token, e.DB.Now())
	if err != nil {
		return err
	}
	return page.Render(c, "employer/join", &invitationPage{Invitation: i, Link: organisation.JoinPath(token)})
}

// join makes whoever is signed in act for the organisation.
func (e *employer) join(c *gin.Context) error {
	var of *organisation.Organisation
	err := e.Machine.Write(c.Request.Context(), func(tx *db.Tx) (err error) {
		of, err = organisation.Join(c.Request.Context(), tx, page.ViewerOf(c).Person, c.Param("token"))
		return err
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.OrganisationJoined)
	return page.Redirect(c, path(of, ""))
}
