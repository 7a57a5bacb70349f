// Package applying is where somebody asks for a place on a course that people apply for, and sees what became of that. Applying
// books nothing and costs nothing; a place that is offered is answered on its own page.
package applying

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/secret"
	"bursar/internal/state"
	"bursar/internal/web/page"
)

// Options is what the pages need.
type Options struct {
	DB       *db.DB // in the role db.App
	Own      *db.DB // in the role db.Learner: what somebody wrote themselves
	Machine  *db.DB // in the role db.Worker
	Box      *secret.Box
	SignedIn gin.HandlerFunc // lets only signed-in people pass
}

type applying struct{ Options }

// Mount adds the pages to an engine that knows who is asking.
func Mount(r gin.IRouter, o Options) {
	a := &applying{o}
	r.GET("/runs/:run/apply", o.SignedIn, page.Handle(a.ask))
	r.POST("/runs/:run/apply", o.SignedIn, page.Handle(a.apply))
	own := r.Group("/my/course-applications/:code", o.SignedIn)
	own.GET("", page.Handle(a.sent))
	own.POST("/withdraw", page.Handle(a.withdraw))
}

// mine reads in the name of whoever asks, who sees what they sent.
func (a *applying) mine(c *gin.Context, read func(context.Context, *db.Tx, id.Person) error) error {
	ctx, me := c.Request.Context(), page.ViewerOf(c).Person
	return a.Own.WriteAs(ctx, db.Who{Person: me}, func(tx *db.Tx) error { return read(ctx, tx, me) })
}

func href(a *courseapplication.Application) string { return "/my/course-applications/" + a.Code }

type sentPage struct {
	page.Base
	*courseapplication.Application
	Run    *course.Offering
	Words  courseapplication.Words
	Reason string
	Place  *enrolment.Enrolment // that was offered; nil: none
}

// Stage is how it stands: "submitted", "turned_down", "withdrawn", or that of the place: "offered", "accepted", "declined",
// "cancelled", "lapsed" or "waiting".
func (p *sentPage) Stage() string {
	if p.Place == nil {
		return string(p.Status)
	}
	switch p.Place.Status {
	case enrolment.Held:
		return "offered"
	case enrolment.Waiting:
		return "waiting"
	case enrolment.Lapsed:
		return "lapsed"
	case enrolment.Withdrawn:
		return "declined"
	case enrolment.Cancelled:
		return "cancelled"
	}
	return "accepted"
}

// Answered is the day on which it was answered, or taken back.
func (p *sentPage) Answered() london.Date { return london.DateOf(p.EndedAt) }

func (a *applying) sentPage(c *gin.Context) (*sentPage, error) {
	p := &sentPage{Base: page.Base{Crumbs: []page.Link{{Text: "Your places", Href: "/my"}}}}
	err := a.mine(c, func(ctx context.Context, tx *db.Tx, me id.Person) (err error) {
		if p.Application, err = courseapplication.ByCode(ctx, tx, c.Param("code")); err != nil {
			return err
		}
		if p.Words, err = p.Read(a.Box); err != nil {
			return err
		}
		p.Reason, err = p.Application.Reason(a.Box)
		return err
	})
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	if p.Run, err = course.OfferingOf(ctx, a.DB, p.RunID); err == nil && p.EnrolmentID != 0 {
		p.Place, err = enrolment.Get(ctx, a.DB, p.EnrolmentID)
	}
	return p, err
}

// sent shows what somebody sent, and what became of it.
func (a *applying) sent(c *gin.Context) error {
	p, err := a.sentPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "applying/sent", p)
}

// withdraw takes it back. Where it was answered meanwhile, that is shown.
func (a *applying) withdraw(c *gin.Context) error {
	p, err := a.sentPage(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	err = a.Machine.Write(ctx, func(tx *db.Tx) error {
		return admissions.WithdrawApplication(ctx, tx, page.ViewerOf(c).Person, nil, p.Code)
	})
	switch {
	case errors.Is(err, state.ErrMovedOn):
		return page.Again(c, err, "applying/sent", p)
	case err != nil:
		return err
	}
	return page.Redirect(c, href(p.Application))
}
