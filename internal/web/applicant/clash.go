package applicant

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

var (
	errTwoTexts = failure.New(failure.Conflict, "answer_clash",
		"You changed this answer in two places. We have kept all your words. Please choose what to keep.")
	errNoChoice = failure.Field("keep", "Choose what to keep.")
)

// both, as the field "keep", says that the text in the box is to be kept.
const both = "both"

type chooseForm struct {
	Keep  string `form:"keep"`
	Both  string `form:"both"`
	Shown string `form:"shown"`
}

// choicePage shows an answer of which several texts wait.
type choicePage struct {
	*own
	Question form.Question
	Texts    []text
	Form     chooseForm
}

// text is one of the texts, as a person reads it.
type text struct {
	Value string // of the field "keep"
	Lines []string
}

// Written reports whether the texts can be put together by hand.
func (p *choicePage) Written() bool {
	return p.Question.Kind == form.Prose || p.Question.Kind == form.Text
}

// choice shows the texts that wait.
func (a *Applicant) choice(c *gin.Context) error {
	o, err := a.open(c)
	if err != nil {
		return err
	}
	if !o.Changeable(a.DB.Now()) || len(o.Rivals[c.Param("key")]) == 0 {
		return page.Redirect(c, o.Own)
	}
	shown, err := o.choice(c.Param("key"))
	if err != nil {
		return err
	}
	return page.Render(c, "applicant/choose", shown)
}

func (o *own) choice(key string) (*choicePage, error) {
	q, ok := o.Questions.Question(key)
	if !ok {
		return nil, page.ErrNotFound
	}
	waiting := texts(o.File, key)
	p := &choicePage{own: o.back(), Question: q, Form: chooseForm{Both: strings.Join(waiting, "\n\n"), Shown: digest(waiting)}}
	for i, words := range waiting {
		p.Texts = append(p.Texts, text{strconv.Itoa(i), said(q, words)})
	}
	return p, nil
}

// texts are all the texts of an answer, that which counts first.
func texts(f *bursary.File, key string) []string {
	return append([]string{f.Answers[key]}, f.Rivals[key]...)
}

// digest says which texts a page showed, so that no choice is made over one that was not on it.
func digest(texts []string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:12])
}

// clash shows all the texts of an answer, for one of them to be chosen.
func (a *Applicant) clash(c *gin.Context, key string) error {
	return a.chooseAgain(c, errTwoTexts, key, "")
}

// chooseAgain shows the texts as they are now. typed is what stood in the box, if anything did.
func (a *Applicant) chooseAgain(c *gin.Context, err error, key, typed string) error {
	o, broken := a.open(c)
	if broken != nil {
		return broken
	}
	shown, broken := o.choice(key)
	if broken != nil {
		return broken
	}
	if typed != "" {
		shown.Form.Both = typed
	}
	return page.Again(c, err, "applicant/choose", shown)
}

// choose settles the answer with the text that was chosen.
func (a *Applicant) choose(c *gin.Context) error {
	pressed := page.Arrived(c)
	o, err := a.open(c)
	if err != nil {
		return err
	}
	q, ok := o.Questions.Question(c.Param("key"))
	if !ok {
		return page.ErrNotFound
	}
	var chosen chooseForm
	if err = page.Bind(c, &chosen); err == nil {
		err = a.DB.WriteAs(c.Request.Context(), db.Who{Person: o.PersonID}, func(tx *db.Tx) error {
			return a.settle(c, tx, o, q.Key, chosen, pressed)
		})
	}
	switch {
	case errors.Is(err, bursary.ErrClosed):
		return late(c, o, []form.Question{q}, form.Answers{q.Key: strings.Join(texts(o.File, q.Key), "\n\n")})
	case err != nil:
		return a.chooseAgain(c, err, q.Key, chosen.Both)
	}
	return a.settled(c, q.Key)
}

// settle keeps the chosen text and lets the others go. The application is locked first, so that no other text
// can come to wait between looking and letting go.
func (a *Applicant) settle(c *gin.Context, tx *db.Tx, o *own, key string, chosen chooseForm, pressed time.Time) error {
	ctx := c.Request.Context()
	if _, err := bursary.Lock(ctx, tx, o.ID); err != nil {
		return err
	}
	f, err := bursary.Open(ctx, tx, a.Box, o.PersonID, o.Code)
	if err != nil {
		return err
	}
	waiting := texts(f, key)
	if chosen.Shown != digest(waiting) {
		return errTwoTexts
	}
	kept := chosen.Both
	if chosen.Keep != both {
		n, err := strconv.Atoi(chosen.Keep)
		if err != nil || n < 0 || n >= len(waiting) {
			return errNoChoice
		}
		kept = waiting[n]
	}
	_, err = bursary.Choose(ctx, tx, a.Box, o.PersonID, o.Code, key, kept, f.Marks[key], pressed)
	return err
}

// settled leads on: to the next answer that waits, back to the page when it needs another look, or past it.
func (a *Applicant) settled(c *gin.Context, key string) error {
	o, err := a.open(c)
	if err != nil {
		return err
	}
	page.Flash(c, page.Saved)
	p := o.pageOf(key)
	for _, q := range p.Questions {
		if len(o.Rivals[q.Key]) > 0 {
			return page.Redirect(c, o.Own+"/choose/"+q.Key)
		}
	}
	if p.Check(o.Answers) != nil {
		return page.Redirect(c, o.Own+"/q/"+p.Key)
	}
	return page.Redirect(c, o.after(p.Key))
}
