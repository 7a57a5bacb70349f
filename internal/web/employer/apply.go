package employer

import (
	"context"
	"errors"
	"net/http"
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
	Seen   int    `form:"seen-form"` // mark of what was saved when the page was opened
	Then   string `form:"then"`
}

// later, as the field "then", is the button that saves and leaves.
const later = "later"

func (f *applyForm) typed() courseapplication.Typed {
	return courseapplication.Typed{Places: f.Places, Words: courseapplication.Words{Work: f.Work, Why: f.Why}}
}

type applyPage struct {
	page.Base
	Of        *organisation.Organisation
	Run       *course.Offering
	Form      applyForm
	Elsewhere *courseapplication.Typed // what was saved in another window meanwhile; nil: nothing
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
	t, mark, err := e.kept(c, p.Run)
	p.Form = applyForm{Places: t.Places, Work: t.Work, Why: t.Why, Seen: mark}
	return p, err
}

// kept is what whoever asks has typed for the organisation and not sent, and its mark.
func (e *employer) kept(c *gin.Context, o *course.Offering) (t courseapplication.Typed, mark int, err error) {
	err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
		t, mark, err = admissions.KeptForm(ctx, tx, e.Box, me, of, o)
		return err
	})
	return t, mark, err
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
	c.Header("Cache-Control", "no-store") // a copy of before would seem to come from another window
	return page.Render(c, "employer/apply", p)
}

// apply saves what was typed, and sends it to the office where that is what was asked. Pressed twice it is sent once. The page's
// own script saves as somebody types, and never sends.
func (e *employer) apply(c *gin.Context) error {
	p, err := e.applyPage(c)
	if err != nil {
		return err
	}
	p.Form = applyForm{}
	if err := page.Bind(c, &p.Form); err != nil {
		return page.Again(c, err, "employer/apply", p)
	}
	mark, err := e.keepForm(c, p)
	script := page.ForScript(c)
	switch {
	case script && err == nil:
		c.JSON(http.StatusOK, gin.H{"saved": london.Clock(page.Arrived(c)), "marks": gin.H{"form": mark}})
		return nil
	case script:
		return err
	case errors.Is(err, courseapplication.ErrElsewhere):
		other, mark, unread := e.kept(c, p.Run)
		if unread != nil {
			return unread
		}
		p.Elsewhere, p.Form.Seen = &other, mark
	case err == nil && p.Form.Then == later:
		page.Flash(c, page.FormKept)
		return page.Redirect(c, path(p.Of, ""))
	case err == nil:
		p.Form.Seen = mark
		err = e.sendApplication(c, p)
	}
	if err != nil && !errors.Is(err, courseapplication.ErrAlready) && !errors.Is(err, courseapplication.ErrSent) {
		return page.Again(c, err, "employer/apply", p)
	}
	page.Flash(c, page.Applied)
	return page.Redirect(c, path(p.Of, ""))
}

func (e *employer) keepForm(c *gin.Context, p *applyPage) (mark int, err error) {
	err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
		mark, err = admissions.KeepForm(ctx, tx, e.Box, me, of, p.Run.Code, p.Form.typed(), p.Form.Seen)
		return err
	})
	return mark, err
}

func (e *employer) sendApplication(c *gin.Context, p *applyPage) error {
	places, _ := strconv.Atoi(p.Form.Places) // 0, which the verb refuses, where it is no number
	return e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
		_, err := admissions.ApplyForPlaces(ctx, tx, e.Box, me, of, p.Run.Code, places, courseapplication.Words{Work: p.Form.Work, Why: p.Form.Why})
		return err
	})
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

// unsent is a course application that is not sent yet, of whoever looks.
type unsent struct {
	Run  string // and its course
	Href string
}

// unsentForms lists those that can still be sent.
func (e *employer) unsentForms(c *gin.Context) (shown []unsent, err error) {
	err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
		runs, err := courseapplication.Begun(ctx, tx, me, of.ID)
		if err != nil {
			return err
		}
		offerings, err := course.OfferingsOf(ctx, tx, runs)
		shown = nil
		for _, run := range runs {
			if o := offerings[run]; err == nil && o.TakesApplications(tx.Now) {
				shown = append(shown, unsent{runName(o), path(of, "/apply/"+o.Code)})
			}
		}
		return err
	})
	return shown, err
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
