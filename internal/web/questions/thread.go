package questions

import (
	"cmp"
	"context"
	"crypto/rand"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/question"
	"bursar/internal/web/page"
)

type answerForm struct {
	Text  string `form:"text"`
	Form  string `form:"form" binding:"max=100"` // names this form, so that it counts once however often it is sent
	Known string `form:"known" binding:"max=10"` // how many of the learner's messages the page showed
}

func (f answerForm) known() int {
	n, err := strconv.Atoi(f.Known)
	if err != nil {
		return -1 // which is never so many
	}
	return n
}

type threadPage struct {
	page.Base
	Thread   *question.Thread
	Messages []question.Message
	Facts    page.Summary
	From     string // who asks
	PassedOn bool   // whoever asked does not have the place any more
	Form     answerForm
}

// Tag is how the thread stands in a few words.
func (p *threadPage) Tag() page.Tag {
	colour := "grey"
	if p.Thread.Status == question.Waiting {
		colour = "yellow"
	}
	return page.Tag{Text: statusWords[p.Thread.Status], Colour: colour}
}

func (f office) threadPage(c *gin.Context, form answerForm) (*threadPage, error) {
	p := &threadPage{Form: form}
	p.Form.Form = cmp.Or(form.Form, rand.Text())
	p.Crumbs = []page.Link{{Text: "Office", Href: "/admin"}, {Text: "Questions", Href: home}}
	err := f.as(c, func(ctx context.Context, tx *db.Tx, _ id.Person) (err error) {
		if p.Thread, err = question.ByCode(ctx, tx, c.Param("code")); err != nil {
			return err
		}
		if err := p.readFacts(ctx, tx); err != nil {
			return err
		}
		p.Messages, err = question.Read(ctx, tx, f.Box, p.Thread, true)
		return err
	})
	if err != nil {
		return nil, err
	}
	asked := 0
	for _, m := range p.Messages {
		if !m.FromOffice {
			asked++
		}
	}
	p.Form.Known = strconv.Itoa(asked)
	return p, nil
}

// readFacts is what the office knows of the place beside which the thread is read.
func (p *threadPage) readFacts(ctx context.Context, tx *db.Tx) error {
	e, err := enrolment.Get(ctx, tx, p.Thread.EnrolmentID)
	if err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	who, err := people.ByID(ctx, tx, p.Thread.PersonID)
	if err != nil {
		return err
	}
	p.From = cmp.Or(who.Name, who.Email)
	p.PassedOn = e.PersonID != p.Thread.PersonID
	p.Facts = page.Summary{Rows: []page.Row{
		{Key: "From", Value: p.From, Href: "/admin/people/" + who.Code, Action: "Show"},
		{Key: "Email", Value: who.Email},
		{Key: "Place", Value: e.Code + ", " + placeWords[e.Status], Href: "/admin/places/" + e.Code, Action: "Show"},
		{Key: "Cohort", Lines: []string{o.Course.Title, o.Code + ", " + o.Where(), "From " + o.StartsOn().Medium()}, Href: "/admin/runs/" + o.Code, Action: "Show"},
	}}
	return nil
}

var placeWords = map[enrolment.Status]string{
	enrolment.Waiting: "on the waiting list", enrolment.Held: "held", enrolment.Confirmed: "confirmed", enrolment.Completed: "completed",
	enrolment.Lapsed: "not held any more", enrolment.Withdrawn: "given up", enrolment.Cancelled: "cancelled by us",
}

// thread also notes that the learner's messages were shown to the office.
func (f office) thread(c *gin.Context) error {
	p, err := f.threadPage(c, answerForm{})
	if err != nil {
		return err
	}
	return page.Render(c, "questions/thread", p)
}

// answer says something to the learner.
func (f office) answer(c *gin.Context) error {
	return f.act(c, page.QuestionAnswered, func(ctx context.Context, tx *db.Tx, me id.Person, form answerForm) error {
		return question.Answer(ctx, tx, f.Box, me, c.Param("code"), form.known(), question.Words{Text: form.Text, Form: form.Form})
	})
}

// close takes the thread off the list without an answer.
func (f office) close(c *gin.Context) error {
	return f.act(c, page.QuestionClosed, func(ctx context.Context, tx *db.Tx, me id.Person, form answerForm) error {
		return question.Close(ctx, tx, me, c.Param("code"), form.known())
	})
}

func (f office) act(c *gin.Context, done page.Notice, do func(context.Context, *db.Tx, id.Person, answerForm) error) error {
	var form answerForm
	err := page.Bind(c, &form)
	if err == nil {
		err = f.as(c, func(ctx context.Context, tx *db.Tx, me id.Person) error { return do(ctx, tx, me, form) })
	}
	if err == nil {
		page.Flash(c, done)
		return page.Redirect(c, home)
	}
	if failure.Of(err) == nil {
		return err
	}
	p, unread := f.threadPage(c, form)
	if unread != nil {
		return unread
	}
	return page.Again(c, err, "questions/thread", p)
}
