package learner

import (
	"cmp"
	"crypto/rand"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/question"
	"bursar/internal/web/page"
)

type threadForm struct {
	Text string `form:"text"`
	Form string `form:"form" binding:"max=100"` // names this form, so that it counts once however often it is sent
}

// threadPage is what somebody asked about their place, and what the office answered.
type threadPage struct {
	page.Base
	*place
	Thread   *question.Thread // nil before the first message
	Messages []question.Message
	Form     threadForm
	Kept     string
}

func (l *Learner) threadPage(c *gin.Context, form threadForm) (*threadPage, error) {
	p := &threadPage{Form: form, Kept: question.Kept.String()}
	p.Form.Form = cmp.Or(form.Form, rand.Text())
	mine, err := l.mineAnd(c, func(tx *db.Tx, mine *place) (err error) {
		if p.Thread, err = question.Of(c.Request.Context(), tx, page.ViewerOf(c).Person, mine.ID); err != nil || p.Thread == nil {
			return err
		}
		p.Messages, err = question.Read(c.Request.Context(), tx, l.Box, p.Thread, false)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.place, p.Back = mine, mine.path("")
	return p, nil
}

// thread also notes that the office's answers were shown.
func (l *Learner) thread(c *gin.Context) error {
	p, err := l.threadPage(c, threadForm{})
	if err != nil {
		return err
	}
	return page.Render(c, "learner/thread", p)
}

// askOffice puts a message to the office.
func (l *Learner) askOffice(c *gin.Context) error {
	ctx, me := c.Request.Context(), page.ViewerOf(c).Person
	var form threadForm
	err := page.Bind(c, &form)
	if err == nil {
		err = l.Own.WriteAs(ctx, db.Who{Person: me}, func(tx *db.Tx) error {
			return question.Ask(ctx, tx, l.Box, me, c.Param("code"), question.Words{Text: form.Text, Form: form.Form})
		})
	}
	if err == nil {
		page.Flash(c, page.QuestionAsked)
		return page.Redirect(c, "/my/places/"+c.Param("code")+"/questions")
	}
	if failure.Of(err) == nil {
		return err
	}
	p, unread := l.threadPage(c, form)
	if unread != nil {
		return unread
	}
	return page.Again(c, err, "learner/thread", p)
}
