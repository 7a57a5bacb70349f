package office

import (
	"context"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type newForm struct {
	Email string `form:"email"`
}

type newPage struct {
	page.Base
	Round *bursary.Round
	Form  newForm
}

// blank asks whom an application that came by telephone or on paper is from.
func (f office) blank(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	return page.Render(c, "office/new", &newPage{Base: withinList(r), Round: r})
}

func (f office) begin(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	p := &newPage{Base: withinList(r), Round: r}
	var begun *bursary.Application
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
			begun, err = bursary.BeginOnBehalf(ctx, tx, me(c), r.Code, p.Form.Email)
			return err
		})
	}
	if err != nil {
		return page.Again(c, err, "office/new", p)
	}
	return page.Redirect(c, fileHref(begun.Code)+"/enter")
}

// takeUp begins to write answers down in a draft that somebody began themselves.
func (f office) takeUp(c *gin.Context) error {
	err := f.work(c, func(ctx context.Context, tx *db.Tx) error {
		return bursary.EnterFor(ctx, tx, me(c), c.Param("code"))
	})
	if err != nil {
		return err
	}
	return page.Redirect(c, fileHref(c.Param("code"))+"/enter")
}

type sendForm struct {
	Day   string `form:"came-day"`
	Month string `form:"came-month"`
	Year  string `form:"came-year"`
}

type enteringPage struct {
	page.Base
	File  *bursary.File
	Tasks page.Tasks
	Gaps  []gapLine
	Form  sendForm
}

// gapLine is something that is still missing, and where to write it.
type gapLine struct{ Question, Message, Href string }

// entering lists the sections that staff write answers in.
func (f office) entering(c *gin.Context) error {
	p, err := f.enteringOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "office/enter", p)
}

func (f office) enteringOf(c *gin.Context) (*enteringPage, error) {
	file, err := f.entered(c)
	if err != nil {
		return nil, err
	}
	p := &enteringPage{Base: about(file.Round, file.Code), File: file}
	for _, s := range file.Questions.Sections {
		task := page.Task{Text: s.Title, Href: enterHref(file.Code, s.Key)}
		if only(s) {
			task.Status, task.Done = "Not shown to you", true
		} else {
			state := file.Questions.State(s.Key, file.Answers)
			task.Status, task.Done = state.String(), state == form.Completed
		}
		p.Tasks.Items = append(p.Tasks.Items, task)
	}
	for _, g := range file.Missing() {
		q, _ := file.Questions.Question(g.Question)
		p.Gaps = append(p.Gaps, gapLine{q.Label, g.Message, enterHref(file.Code, g.Section) + "#" + g.Question})
	}
	return p, nil
}

// entered is the file that staff are writing in.
func (f office) entered(c *gin.Context) (file *bursary.File, err error) {
	err = f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		file, err = bursary.OpenEntered(ctx, tx, f.Box, me(c), c.Param("code"))
		return err
	})
	return file, err
}

func enterHref(code, section string) string { return fileHref(code) + "/enter/" + section }

// only reports whether a section is for the access officer alone.
func only(s form.Section) bool {
	all := form.Form{Sections: []form.Section{s}}
	return len(bursary.NeedsOf(all)) == len(all.Questions())
}

// send sends what staff entered.
func (f office) send(c *gin.Context) error {
	var typed sendForm
	err := page.Bind(c, &typed)
	if err == nil {
		err = f.sendAs(c, typed)
	}
	if err != nil {
		p, unknown := f.enteringOf(c)
		if unknown != nil {
			return unknown
		}
		p.Form = typed
		return page.Again(c, err, "office/enter", p)
	}
	page.Flash(c, page.SentForThem)
	return page.Redirect(c, fileHref(c.Param("code")))
}

func (f office) sendAs(c *gin.Context, typed sendForm) error {
	on, ok := day(typed.Day, typed.Month, typed.Year)
	if !ok {
		return failure.Field("came", "Enter the day, like 20 11 2026.")
	}
	return f.work(c, func(ctx context.Context, tx *db.Tx) error {
		_, err := bursary.SubmitOnBehalf(ctx, tx, f.Box, me(c), c.Param("code"), momentOn(on, tx.Now))
		return err
	})
}

// momentOn is when something happened of which only the day is known: now, or the end of an earlier day.
func momentOn(day london.Date, now time.Time) time.Time {
	if day == london.DateOf(now) {
		return now
	}
	return day.End()
}

type callForm struct {
	Day   string `form:"called-day"`
	Month string `form:"called-month"`
	Year  string `form:"called-year"`
}

// confirm writes down that the applicant said by telephone that what staff entered is theirs.
func (f office) confirm(c *gin.Context) error {
	var typed callForm
	err := page.Bind(c, &typed)
	if err == nil {
		err = f.confirmAs(c, typed)
	}
	if err != nil {
		return f.againFile(c, err, func(p *filePage) { p.Call = typed })
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, fileHref(c.Param("code")))
}

func (f office) confirmAs(c *gin.Context, typed callForm) error {
	on, ok := day(typed.Day, typed.Month, typed.Year)
	if !ok {
		return failure.Field("called", "Enter the day of the call, like 20 11 2026.")
	}
	return f.work(c, func(ctx context.Context, tx *db.Tx) error {
		return bursary.ConfirmByCall(ctx, tx, me(c), c.Param("code"), momentOn(on, tx.Now))
	})
}
