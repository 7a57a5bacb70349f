package office

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type timeForm struct {
	Day   string `form:"until-day"`
	Month string `form:"until-month"`
	Year  string `form:"until-year"`
	Why   string `form:"why"`
}

type timePage struct {
	page.Base
	App     *bursary.Application
	Round   *bursary.Round
	Form    timeForm
	Reasons []page.Choice
}

// time asks until when one person gets more time, and why.
func (f office) time(c *gin.Context) error {
	p, err := f.timeOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "office/time", p)
}

func (f office) timeOf(c *gin.Context) (*timePage, error) {
	p := new(timePage)
	err := f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		p.App, p.Round, err = f.application(ctx, tx, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Base = about(p.Round, p.App.Code)
	for _, why := range bursary.TimeReasons() {
		p.Reasons = append(p.Reasons, page.Choice{Value: string(why), Label: timeWords[why]})
	}
	return p, nil
}

// Until is the day they have now.
func (p *timePage) Until() string { return london.DateOf(p.App.Deadline(p.Round)).Long() }

// giveTime gives it.
func (f office) giveTime(c *gin.Context) error {
	p, err := f.timeOf(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = f.giveTimeAs(c, p.App, p.Form)
	}
	if err != nil {
		return page.Again(c, err, "office/time", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, fileHref(p.App.Code))
}

func (f office) giveTimeAs(c *gin.Context, a *bursary.Application, typed timeForm) error {
	until, ok := day(typed.Day, typed.Month, typed.Year)
	if !ok {
		return failure.Field("until", "Enter a day, like 20 12 2026.")
	}
	return f.work(c, func(ctx context.Context, tx *db.Tx) error {
		return bursary.GiveMoreTime(ctx, tx, me(c), a.ID, until, bursary.TimeReason(typed.Why))
	})
}
