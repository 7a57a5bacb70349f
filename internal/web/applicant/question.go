package applicant

import (
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// questionPage is one page of the form.
type questionPage struct {
	*own
	Section    form.Section
	Asked      form.Page
	Number, Of int // which page of the section
	Fields     []field
	Why        []why
	Tariff     string // what the round pays of what the page asks about
	Checking   bool   // came from the check of all answers, and goes back there
}

// question shows a page of the form with what was saved of it.
func (a *Applicant) question(c *gin.Context) error {
	o, err := a.open(c)
	if err != nil {
		return err
	}
	if !o.Changeable(a.DB.Now()) {
		return page.Redirect(c, o.Own)
	}
	shown, err := o.page(c.Param("page"), o.Answers)
	if err != nil {
		return err
	}
	shown.Checking = c.Query("from") == checking
	return page.Render(c, "applicant/question", shown)
}

// page is a page of the form with some answers in it. It returns page.ErrNotFound when there is no such page.
func (o *own) page(key string, answers form.Answers) (*questionPage, error) {
	section, p, ok := o.Questions.Page(key)
	if !ok {
		return nil, page.ErrNotFound
	}
	shown := &questionPage{own: o.back(), Section: section, Asked: p, Number: 1, Of: 1, Why: reasons(p), Tariff: o.tariff(key)}
	for _, s := range o.Questions.Asked(answers).Sections {
		if s.Key != section.Key {
			continue
		}
		shown.Of = len(s.Pages)
		for i := range s.Pages {
			if s.Pages[i].Key == key {
				shown.Number = i + 1
			}
		}
	}
	for _, q := range p.Questions {
		shown.Fields = append(shown.Fields, o.field(q, answers[q.Key]))
	}
	return shown, nil
}

// checking, as the field "from", says that the page was opened from the check of all answers.
const checking = "check"

// later, as the field "then", is the button that saves and leaves.
const later = "later"

// answer saves what was typed on a page, whatever it is, and only then asks whether it will do.
func (a *Applicant) answer(c *gin.Context) error {
	pressed := page.Arrived(c)
	o, err := a.open(c)
	if err != nil {
		return err
	}
	_, p, ok := o.Questions.Page(c.Param("page"))
	if !ok {
		return page.ErrNotFound
	}
	posted, err := page.Posted(c, form.Keys(p.Questions))
	if err != nil {
		return err
	}
	typed, seen := form.Posted(p.Questions, posted), bursary.PostedMarks(p.Questions, posted)
	var saved bursary.Saved
	err = a.DB.WriteAs(c.Request.Context(), db.Who{Person: o.PersonID}, func(tx *db.Tx) (err error) {
		saved, err = bursary.Save(c.Request.Context(), tx, a.Box, o.PersonID, o.Code, p.Questions, typed, seen, pressed)
		return err
	})
	switch {
	case page.ForScript(c):
		return o.reply(c, saved, pressed, err)
	case errors.Is(err, bursary.ErrClosed):
		return late(c, o, p.Questions, typed)
	case err != nil:
		return err
	case len(saved.Clashes) > 0:
		return a.clash(c, saved.Clashes[0].Key)
	}
	return o.goOn(c, p, typed, saved.Marks, posted.Get("from") == checking, posted.Get("then") == later)
}

// goOn judges a page that was saved, and leads on or shows it again.
func (o *own) goOn(c *gin.Context, p form.Page, typed form.Answers, marks bursary.Marks, fromCheck, leave bool) error {
	for key, text := range typed {
		o.Answers[key] = text
	}
	for key, mark := range marks {
		o.Marks[key] = mark
	}
	if leave {
		page.Flash(c, page.Saved)
		return page.Redirect(c, o.Own)
	}
	if err := p.Check(o.Answers); err != nil {
		shown, unknown := o.page(p.Key, o.Answers)
		if unknown != nil {
			return unknown
		}
		shown.Checking = fromCheck
		return page.Again(c, err, "applicant/question", shown)
	}
	if !o.Draft() {
		page.Flash(c, page.StillSent)
	}
	if fromCheck {
		return page.Redirect(c, o.Own+"/check")
	}
	return page.Redirect(c, o.after(p.Key))
}

// after is the address of what comes after a page: the next one that is asked in its section, or the list of tasks.
func (o *own) after(key string) string {
	for _, s := range o.Questions.Asked(o.Answers).Sections {
		for i, p := range s.Pages {
			if p.Key == key && i+1 < len(s.Pages) {
				return o.Own + "/q/" + s.Pages[i+1].Key
			}
		}
	}
	return o.Own
}

// reply tells the script what became of what it sent. A clash is told with the address where it is settled, and
// without the new mark of its answer: with that the page would overwrite what it has not shown.
func (o *own) reply(c *gin.Context, saved bursary.Saved, pressed time.Time, err error) error {
	if err != nil {
		return err
	}
	for _, clash := range saved.Clashes {
		delete(saved.Marks, clash.Key)
	}
	if len(saved.Clashes) > 0 {
		c.JSON(http.StatusConflict, gin.H{"code": "clash", "at": o.Own + "/choose/" + saved.Clashes[0].Key, "marks": saved.Marks})
		return nil
	}
	c.JSON(http.StatusOK, gin.H{"saved": london.Clock(pressed), "marks": saved.Marks})
	return nil
}
