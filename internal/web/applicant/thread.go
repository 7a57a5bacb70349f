package applicant

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/web/page"
)

type threadForm struct {
	Text string `form:"text"`
}

// threadPage is what was asked and answered.
type threadPage struct {
	*own
	Messages []bursary.Message
	Form     threadForm
}

// threadPage also notes that the office's answers were shown.
func (a *Applicant) threadPage(c *gin.Context) (*threadPage, error) {
	p := &threadPage{}
	o, err := a.look(c, func(tx *db.Tx, f *bursary.File) (err error) {
		if p.Messages, err = bursary.Messages(c.Request.Context(), tx, a.Box, f.ID); err != nil {
			return err
		}
		return bursary.SeeAnswers(c.Request.Context(), tx, f.ID)
	})
	p.own = o
	return p, err
}

func (a *Applicant) thread(c *gin.Context) error {
	p, err := a.threadPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "applicant/thread", p)
}

// ask puts a question to the office.
func (a *Applicant) ask(c *gin.Context) error {
	var form threadForm
	err := page.Bind(c, &form)
	if err == nil {
		err = a.act(c, func(tx *db.Tx) error {
			return bursary.Ask(c.Request.Context(), tx, a.Box, page.ViewerOf(c).Person, c.Param("code"), form.Text)
		})
	}
	if err == nil {
		page.Flash(c, page.QuestionAsked)
		return page.Redirect(c, at(c.Param("code"))+"/questions")
	}
	if failure.Of(err) == nil {
		return err
	}
	p, unknown := a.threadPage(c)
	if unknown != nil {
		return unknown
	}
	p.Form = form
	return page.Again(c, err, "applicant/thread", p)
}
