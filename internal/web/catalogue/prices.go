package catalogue

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/web/page"
)

// spareSteps is how many empty lines there are to add steps of the scale.
const spareSteps = 2

type pricesForm struct {
	Organisation string   `form:"organisation"`
	Self         string   `form:"self"`
	Peer         string   `form:"peer"`
	Days         []string `form:"scale-days"`
	Percents     []string `form:"scale-percent"`
	Fees         []string `form:"scale-fee"`
	Team         string   `form:"team"`
	TeamPercent  string   `form:"team_percent"`
	Early        string   `form:"early"`
	EarlyPercent string   `form:"early_percent"`
	Deposit      string   `form:"deposit"`
	ByBlock      []string `form:"by_block" binding:"dive,eq=yes" error:"Choose how the rest is paid"`
	Months       string   `form:"months"`
	Seen         string   `form:"seen"` // see seenOf
}

func pricesFormOf(o *course.Offering) pricesForm {
	t := o.Terms()
	f := pricesForm{Organisation: page.Plain(o.Price(course.Organisation)), Self: page.Plain(o.Price(course.Self)), Peer: page.Plain(o.Price(course.Peer)),
		Deposit: page.Plain(t.Plans.Deposit), Months: number(t.Plans.Months)}
	for _, s := range t.Scale {
		f.Days, f.Percents, f.Fees = append(f.Days, number(s.DaysBefore)), append(f.Percents, perCent(s.ChargeBP)), append(f.Fees, page.Plain(s.Fee))
		if s.DaysBefore == 0 {
			f.Days[len(f.Days)-1] = "0"
		}
	}
	if t.Discounts.TeamBP > 0 {
		f.Team, f.TeamPercent = number(t.Discounts.TeamFrom), perCent(t.Discounts.TeamBP)
	}
	if t.Discounts.EarlyBP > 0 {
		f.Early, f.EarlyPercent = number(t.Discounts.EarlyDays), perCent(t.Discounts.EarlyBP)
	}
	if t.Plans.ByBlock {
		f.ByBlock = []string{"yes"}
	}
	f.Seen = seenOf(f)
	return f
}

// terms reads what was typed.
func (f pricesForm) terms() (course.Terms, error) {
	wrong := page.Mistakes{}
	var t course.Terms
	for _, p := range []struct {
		band  course.Band
		typed string
	}{{course.Organisation, f.Organisation}, {course.Self, f.Self}, {course.Peer, f.Peer}} {
		if p.typed != "" {
			t.Prices = append(t.Prices, course.Price{Band: p.band, Amount: wrong.Pounds(string(p.band), p.typed)})
		}
	}
	for i, days := range f.Days {
		if days+page.At(f.Percents, i)+page.At(f.Fees, i) == "" {
			continue
		}
		if days == "" {
			wrong["scale"] = "Enter from how many days before the first day it holds, from 0 to 366"
		}
		t.Scale = append(t.Scale, course.Step{DaysBefore: wrong.Count("scale", days), ChargeBP: wrong.Percent("scale", page.At(f.Percents, i)), Fee: wrong.Pounds("scale", page.At(f.Fees, i))})
	}
	t.Discounts = f.discounts(wrong)
	t.Plans = course.Plans{Deposit: wrong.Pounds("deposit", f.Deposit), ByBlock: len(f.ByBlock) > 0, Months: wrong.Count("months", f.Months)}
	if t.Plans.Deposit > 0 && !t.Plans.Any() && wrong["months"] == "" {
		wrong["months"] = "Choose how the rest is paid, or leave the deposit empty"
	}
	return t, wrong.Refusal(nil)
}

// discounts reads the two. One that was left empty is none: nothing is taken off for a team of two, or a day before.
func (f pricesForm) discounts(wrong page.Mistakes) course.Discounts {
	if f.Team+f.TeamPercent+f.Early+f.EarlyPercent == "" {
		return course.Discounts{}
	}
	d := course.Discounts{TeamFrom: 2, EarlyDays: 1}
	if f.Team+f.TeamPercent != "" {
		d.TeamFrom, d.TeamBP = wrong.Count("team", f.Team), wrong.Percent("team", f.TeamPercent)
	}
	if f.Early+f.EarlyPercent != "" {
		d.EarlyDays, d.EarlyBP = wrong.Count("early", f.Early), wrong.Percent("early", f.EarlyPercent)
	}
	return d
}

// stepRow is one line of the scale in the form.
type stepRow struct {
	Number             int
	Days, Percent, Fee string
}

type pricesPage struct {
	page.Base
	Run  *course.Offering
	Form pricesForm
}

// StepRows are the lines of the scale that were filled in, and some more.
func (p *pricesPage) StepRows() []stepRow {
	var rows []stepRow
	for i, days := range p.Form.Days {
		if days+page.At(p.Form.Percents, i)+page.At(p.Form.Fees, i) != "" {
			rows = append(rows, stepRow{len(rows) + 1, days, page.At(p.Form.Percents, i), page.At(p.Form.Fees, i)})
		}
	}
	for range spareSteps {
		rows = append(rows, stepRow{Number: len(rows) + 1})
	}
	return rows
}

func (d desk) prices(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "catalogue/prices", &pricesPage{Base: within(o), Run: o, Form: pricesFormOf(o)})
}

func (d desk) savePrices(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	p := &pricesPage{Base: within(o), Run: o}
	var t course.Terms
	if err = page.Bind(c, &p.Form); err == nil {
		t, err = p.Form.terms()
	}
	if err == nil {
		now := ofRun(o, func(now *course.Offering) string { return pricesFormOf(now).Seen })
		err = d.writeSeen(c, &p.Form.Seen, now, func(ctx context.Context, tx *db.Tx, by audit.Actor) error {
			return course.SetTerms(ctx, tx, by, o.ID, t)
		})
	}
	if err != nil {
		return page.Again(c, err, "catalogue/prices", p)
	}
	return saved(c, href(o)+"/status")
}
