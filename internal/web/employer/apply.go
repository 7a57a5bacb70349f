package employer

import (
	"context"
	"errors"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// applies mounts asking for places on a run that people apply for.
func (e *employer) applies(own gin.IRouter) {
	own.GET("/apply/:run", page.Handle(e.applying))
	own.POST("/apply/:run", page.Handle(e.apply))
	own.POST("/course-applications/:code/withdraw", page.Handle(e.withdrawApplication))
}

type applyForm struct {
	Places string `form:"places"`
	Work   string `form:"work"`
	Why    string `form:"why"`
}

type applyPage struct {
	page.Base
	Of   *organisation.Organisation
	Run  *course.Offering
	Form applyForm
}

func (e *employer) applyPage(c *gin.Context) (*applyPage, error) {
	p := &applyPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, _ *organisation.Organisation) (err error) {
		p.Run, err = course.FindOffering(ctx, tx, c.Param("run"))
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Of, p.Back = of, "/runs/"+p.Run.Code
	return p, nil
}

// applying asks who the team is and why it would come.
func (e *employer) applying(c *gin.Context) error {
	p, err := e.applyPage(c)
	if err != nil {
		return err
	}
	if !p.Run.TakesApplications(e.DB.Now()) {
		return page.Redirect(c, "/runs/"+p.Run.Code)
	}
	return page.Render(c, "employer/apply", p)
}

// apply sends it to the office. Pressed twice it is sent once.
func (e *employer) apply(c *gin.Context) error {
	p, err := e.applyPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		places, _ := strconv.Atoi(p.Form.Places) // 0, which the verb refuses, where it is no number
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			_, err := admissions.ApplyForPlaces(ctx, tx, e.Box, me, of, p.Run.Code, places, courseapplication.Words{Work: p.Form.Work, Why: p.Form.Why})
			return err
		})
	}
	if err != nil && !errors.Is(err, courseapplication.ErrAlready) {
		return page.Again(c, err, "employer/apply", p)
	}
	page.Flash(c, page.Applied)
	return page.Redirect(c, path(p.Of, ""))
}

// withdrawApplication takes it back. What was answered meanwhile stands on the organisation's page.
func (e *employer) withdrawApplication(c *gin.Context) error {
	err := e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
		return admissions.WithdrawApplication(ctx, tx, me, of, c.Param("code"))
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, "/employer/"+c.Param("org"))
}

// asked is a course application of an organisation, as its page shows it.
type asked struct {
	Run    string // and its course
	Places int
	On     london.Date
	Words  string
	Href   string // where what is offered is answered; empty: nothing is
	Back   string // where it can be taken back; empty: it cannot
}

var askedWords = map[courseapplication.Status]string{
	courseapplication.Submitted: "We are reading it", courseapplication.Offered: "Answered with an offer", courseapplication.TurnedDown: "We could not offer these places",
	courseapplication.Withdrawn: "You took it back",
}

// askedFor lists what an organisation has applied for, the latest first.
func askedFor(ctx context.Context, tx *db.Tx, of *organisation.Organisation) ([]asked, error) {
	list, err := courseapplication.OfTeam(ctx, tx, of.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	runs := make([]id.Run, len(list))
	for i, a := range list {
		runs[i] = a.RunID
	}
	offerings, err := course.OfferingsOf(ctx, tx, runs)
	if err != nil {
		return nil, err
	}
	shown := make([]asked, len(list))
	for i, a := range list {
		shown[i] = asked{Run: runName(offerings[a.RunID]), Places: a.Places, On: london.DateOf(a.SubmittedAt), Words: askedWords[a.Status]}
		if a.Wait != "" {
			shown[i].Href = path(of, "/waits/"+a.Wait)
		}
		if a.Status == courseapplication.Submitted {
			shown[i].Back = path(of, "/course-applications/"+a.Code+"/withdraw")
		}
	}
	return shown, nil
}
