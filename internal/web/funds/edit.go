package funds

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/web/page"
)

type formPage struct {
	page.Base
	Form  fundForm
	Who   builder
	Fund  *fund.Fund // nil for a new one
	InUse bool       // money of it was promised before
	Words []string   // the rules as they are typed
	Known map[fund.Criterion][]page.Choice

	Rounds []page.Choice // on whose applicants the rules can be tried
	Tried  *trial        // whom they would let the fund pay for
}

// CountsPledges and Sponsored are what is ticked.
func (p *formPage) CountsPledges() []string { return []string{p.Form.CountsPledges} }

// Sponsored is what is ticked.
func (p *formPage) Sponsored() []string { return []string{p.Form.Sponsored} }

// SaveWords is what the last button says.
func (p *formPage) SaveWords() string {
	switch {
	case p.Fund == nil:
		return "Add the fund"
	case p.InUse:
		return "Ask a second person to agree"
	}
	return "Save the rules"
}

// form is the page of a fund's rules and, where it is a new one, all else about it.
func (d desk) form(c *gin.Context, f *fund.Fund, typed fundForm, who builder) (*formPage, error) {
	ctx := c.Request.Context()
	p := &formPage{Base: page.Base{Crumbs: []page.Link{d.home, d.all()}}, Form: typed, Who: who, Fund: f}
	if f != nil {
		p.Base = d.within(f)
		var err error
		if p.InUse, err = fund.InUse(ctx, d.DB, f.ID); err != nil {
			return nil, err
		}
	}
	runs, err := course.All(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	p.Known = known(runs)
	if t := typed.terms(who.finished(), page.Mistakes{}); len(t.Pays) > 0 {
		p.Words = t.Words()
	}
	if d.applicants {
		p.Rounds, err = d.rounds(ctx)
	}
	return p, err
}

// blank is the form of a new fund.
func (d desk) blank(c *gin.Context) error {
	typed := fundForm{Kind: string(fund.Restricted), YearStarts: "4", WhoJoin: allOf}
	p, err := d.form(c, nil, typed, builderOf(fund.Rule{}))
	if err != nil {
		return err
	}
	return page.Render(c, "funds/form", p)
}

// rules is the form of a fund's rules. It begins with those that hold.
func (d desk) rules(c *gin.Context) error {
	f, err := d.fund(c)
	if err != nil {
		return err
	}
	h, err := fund.HoldingOf(c.Request.Context(), d.DB, f)
	if err != nil {
		return err
	}
	p, err := d.form(c, f, formOf(f, h.Terms), builderOf(h.Terms.Who))
	if err != nil {
		return err
	}
	return page.Render(c, "funds/form", p)
}

// create makes a fund.
func (d desk) create(c *gin.Context) error {
	return d.press(c, nil, func(typed fundForm, who *builder) (string, error) {
		wrong := page.Mistakes{}
		f, t := typed.details(wrong), typed.terms(who, wrong)
		var made fund.Fund
		err := d.work(c, func(ctx context.Context, tx *db.Tx) error {
			made = f // the work may be tried again
			err := fund.Create(ctx, tx, page.ViewerOf(c).Person, &made, t)
			if err == nil || failure.KindOf(err) == failure.Invalid {
				return wrong.Refusal(bothOf(err, t.Check())) // everything is to be corrected at once
			}
			return err
		})
		if err != nil {
			return "", err
		}
		page.Flash(c, page.FundAdded)
		return d.href(&made), nil
	})
}

// propose gives a fund other rules, or asks a second person to.
func (d desk) propose(c *gin.Context) error {
	f, err := d.fund(c)
	if err != nil {
		return err
	}
	return d.press(c, f, func(typed fundForm, who *builder) (string, error) {
		wrong := page.Mistakes{}
		t := typed.terms(who, wrong)
		if typed.Reason == "" {
			wrong["reason"] = "Say why the rules change."
		}
		if err := wrong.Refusal(t.Check()); err != nil {
			return "", err
		}
		var v *fund.Version
		err := d.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
			v, err = fund.ProposeTerms(ctx, tx, page.ViewerOf(c).Person, f.ID, t, typed.Reason)
			return err
		})
		if err != nil {
			return "", err
		}
		if v.Status == fund.TermsProposed {
			page.Flash(c, page.RulesProposed)
			return d.versionHref(f, v.Number), nil
		}
		page.Flash(c, page.Saved)
		return d.href(f), nil
	})
}

// bothOf is one refusal of two checks.
func bothOf(one, other error) error {
	both := page.Mistakes{}
	if err := both.Refusal(one); err == nil {
		return other
	}
	return both.Refusal(other)
}

// press does what the pressed button of the form says. save does the work and says where it leads.
func (d desk) press(c *gin.Context, f *fund.Fund, save func(fundForm, *builder) (string, error)) error {
	var typed fundForm
	err := page.Bind(c, &typed)
	who := typed.builder()
	var tried *trial
	to := "" // the form again
	if err == nil {
		switch typed.Do {
		case "words":
			err = d.say(typed, &who)
		case "people":
			tried, err = d.try(c, f, typed, &who)
		case "save":
			if err = who.add(everyGroup); err == nil {
				who.close()
				to, err = save(typed, &who)
			}
		default:
			err = who.change(typed.Do)
		}
	}
	if err == nil && to != "" {
		return page.Redirect(c, to)
	}
	p, broken := d.form(c, f, typed, who)
	if broken != nil {
		return broken
	}
	if p.Tried = tried; err != nil {
		return page.Again(c, err, "funds/form", p)
	}
	return page.Render(c, "funds/form", p)
}

// say adds the conditions that were chosen, and says what cannot be put in words yet.
func (d desk) say(typed fundForm, who *builder) error {
	if err := who.add(everyGroup); err != nil {
		return err
	}
	who.close()
	wrong := page.Mistakes{}
	t := typed.terms(who, wrong)
	return wrong.Refusal(t.Check())
}
