package applying

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// later, as the field "then", is the button that saves and leaves.
const later = "later"

type form struct {
	Name  string `form:"name"`
	Phone string `form:"phone"`
	Peer  string `form:"peer"`
	Work  string `form:"work"`
	Why   string `form:"why"`
	Payer string `form:"payer"`
	Seen  int    `form:"seen-form"` // mark of what was saved when the page was opened
	Then  string `form:"then"`
}

func (f *form) typed() courseapplication.Typed {
	return courseapplication.Typed{Name: f.Name, Phone: f.Phone, Peer: f.Peer, Payer: f.Payer, Words: courseapplication.Words{Work: f.Work, Why: f.Why}}
}

func formOf(t courseapplication.Typed, mark int) form {
	return form{Name: t.Name, Phone: t.Phone, Peer: t.Peer, Payer: t.Payer, Work: t.Work, Why: t.Why, Seen: mark}
}

type formPage struct {
	page.Base
	Run       *course.Offering
	Form      form
	AskPeer   bool
	Price     money.Amount // for a peer, in pence
	Self      money.Amount // for everybody else who pays themselves
	Email     string
	Elsewhere *courseapplication.Typed // what was saved in another window meanwhile; nil: nothing
}

// formPage is the form as it was left, or a new one.
func (a *applying) formPage(c *gin.Context) (*formPage, error) {
	ctx := c.Request.Context()
	o, err := course.FindOffering(ctx, a.DB, c.Param("run"))
	if err != nil {
		return nil, err
	}
	who, err := people.ByID(ctx, a.DB, page.ViewerOf(c).Person)
	if err != nil {
		return nil, err
	}
	p := &formPage{
		Base: page.Base{Back: "/runs/" + o.Code}, Run: o, AskPeer: o.AsksForPeers(), Email: who.Email,
		Price: o.Price(course.Peer), Self: o.Price(course.Self), Form: form{Name: who.Name, Phone: who.Phone},
	}
	typed, mark, err := a.kept(c, o)
	if err == nil && mark > 0 {
		p.Form = formOf(typed, mark)
	}
	return p, err
}

func (a *applying) kept(c *gin.Context, o *course.Offering) (t courseapplication.Typed, mark int, err error) {
	err = a.mine(c, func(ctx context.Context, tx *db.Tx, me id.Person) error {
		t, mark, err = admissions.KeptForm(ctx, tx, a.Box, me, nil, o)
		return err
	})
	return t, mark, err
}

// ask asks why somebody wants to come. Whoever has applied is led to what they sent.
func (a *applying) ask(c *gin.Context) error {
	p, err := a.formPage(c)
	if err != nil {
		return err
	}
	if !p.Run.TakesApplications(a.DB.Now()) {
		return page.Redirect(c, "/runs/"+p.Run.Code)
	}
	if sent, err := a.sentFor(c, p.Run); err != nil || sent != "" {
		if err != nil {
			return err
		}
		return page.Redirect(c, sent)
	}
	c.Header("Cache-Control", "no-store") // a copy of before would seem to come from another window
	return page.Render(c, "applying/form", p)
}

// sentFor is the address of what somebody has sent for a run and was not answered; "" where there is nothing.
func (a *applying) sentFor(c *gin.Context, o *course.Offering) (at string, err error) {
	err = a.mine(c, func(ctx context.Context, tx *db.Tx, me id.Person) error {
		list, err := courseapplication.Of(ctx, tx, me)
		for _, known := range list {
			if known.RunID == o.ID && known.Status == courseapplication.Submitted {
				at = href(&known)
			}
		}
		return err
	})
	return at, err
}

// apply saves what was typed, whatever it is, and then sends it to the office where that is what was asked. Pressed twice it is
// sent once. The page's own script saves as somebody types, and never sends.
func (a *applying) apply(c *gin.Context) error {
	p, err := a.formPage(c)
	if err != nil {
		return err
	}
	p.Form = form{}
	if err := page.Bind(c, &p.Form); err != nil {
		return page.Again(c, err, "applying/form", p)
	}
	mark, err := a.keep(c, p)
	script := page.ForScript(c)
	switch {
	case script && err == nil:
		c.JSON(http.StatusOK, gin.H{"saved": london.Clock(page.Arrived(c)), "marks": gin.H{"form": mark}})
		return nil
	case script:
		return err
	case errors.Is(err, courseapplication.ErrSent):
		sent, err := a.sentFor(c, p.Run)
		if err == nil {
			err = page.Redirect(c, sent)
		}
		return err
	case errors.Is(err, courseapplication.ErrElsewhere):
		return a.elsewhere(c, p, err)
	case err != nil:
		return page.Again(c, err, "applying/form", p)
	}
	p.Form.Seen = mark
	if p.Form.Then == later {
		page.Flash(c, page.FormKept)
		return page.Redirect(c, "/my")
	}
	return a.send(c, p)
}

func (a *applying) keep(c *gin.Context, p *formPage) (mark int, err error) {
	ctx := c.Request.Context()
	err = a.Machine.Write(ctx, func(tx *db.Tx) error {
		mark, err = admissions.KeepForm(ctx, tx, a.Box, page.ViewerOf(c).Person, nil, p.Run.Code, p.Form.typed(), p.Form.Seen)
		return err
	})
	return mark, err
}

// elsewhere shows both what was typed here and what another window has saved. Sent or saved again, what stands in the form counts.
func (a *applying) elsewhere(c *gin.Context, p *formPage, refusal error) error {
	other, mark, err := a.kept(c, p.Run)
	if err != nil {
		return err
	}
	p.Elsewhere, p.Form.Seen = &other, mark
	return page.Again(c, refusal, "applying/form", p)
}

func (a *applying) send(c *gin.Context, p *formPage) (err error) {
	var made *courseapplication.Application
	ctx, wrong := c.Request.Context(), page.Mistakes{}
	if p.AskPeer && p.Form.Peer != enrolment.Yes && p.Form.Peer != enrolment.No {
		wrong["peer"] = "Choose yes or no"
	}
	err = a.Machine.Write(ctx, func(tx *db.Tx) (err error) {
		made, err = admissions.ApplyForPlace(ctx, tx, a.Box, page.ViewerOf(c).Person, p.Run.Code, admissions.CourseAnswers{
			Details: people.Details{Name: p.Form.Name, Phone: p.Form.Phone}, Peer: p.Form.Peer == enrolment.Yes,
			Payer: courseapplication.Payer(p.Form.Payer), Words: courseapplication.Words{Work: p.Form.Work, Why: p.Form.Why}})
		return wrong.Refusal(err) // what was wrong before undoes it
	})
	if err != nil {
		return page.Again(c, err, "applying/form", p)
	}
	return page.Redirect(c, href(made))
}
