package applicant

import (
	"errors"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

type sendForm struct {
	Declared string `form:"declared" binding:"required,eq=yes" error:"Tick the box to say that this is true, as far as you know."`
}

// send hands the application in, at the moment of pressing.
func (a *Applicant) send(c *gin.Context) error {
	pressed := page.Arrived(c)
	ctx, person := c.Request.Context(), page.ViewerOf(c).Person
	var typed sendForm
	err := page.Bind(c, &typed)
	if err == nil {
		err = a.DB.WriteAs(ctx, db.Who{Person: person}, func(tx *db.Tx) error {
			_, err := bursary.Submit(ctx, tx, a.Box, person, c.Param("code"), pressed)
			return err
		})
	}
	if err == nil {
		return page.Redirect(c, at(c.Param("code"))+"/sent")
	}
	o, broken := a.open(c)
	if broken != nil {
		return broken
	}
	if errors.Is(err, bursary.ErrClosed) || !o.Changeable(pressed) {
		return late(c, o, o.Questions.Asked(o.Answers).Questions(), o.Answers)
	}
	shown := o.check(true)
	shown.Declared = []string{typed.Declared}
	return page.Again(c, err, "applicant/check", shown)
}

type sentPage struct{ *own }

// sent confirms that the application is in. It can be kept as a bookmark: later it says the same.
func (a *Applicant) sent(c *gin.Context) error {
	o, err := a.open(c)
	if err != nil {
		return err
	}
	if !o.Sent() {
		return page.Redirect(c, o.Own)
	}
	o.Crumbs = []page.Link{{Text: "Your applications", Href: "/my/applications"}, {Text: "Your application", Href: o.Own}}
	return page.Render(c, "applicant/sent", &sentPage{o})
}

// latePage gives back what came too late.
type latePage struct {
	*own
	Words []word
}

// word is an answer to be copied.
type word struct {
	Label string
	Lines []string
}

// late says kindly that the round has closed, with every word that was typed.
func late(c *gin.Context, o *own, questions []form.Question, typed form.Answers) error {
	p := &latePage{own: o.back()}
	for _, q := range questions {
		if lines := said(q, typed[q.Key]); len(lines) > 0 {
			p.Words = append(p.Words, word{short(q.Label), lines})
		}
	}
	return page.Again(c, bursary.ErrClosed, "applicant/late", p)
}
