package rounds

import (
	"context"
	"maps"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type formPage struct {
	page.Base
	Form      roundForm
	Round     *bursary.Round // nil for a new one
	Cohorts   []page.Choice
	Earlier   []page.Link // rounds to begin a new one from
	Questions string      // version of the form
	Rubric    string

	OpensLater bool // the round is published, and its opening day still lies ahead
}

// Fixed reports whether the form is the shorter one of a published round.
func (p *formPage) Fixed() bool { return p.Form.Fixed != "" }

// QuestionsHref is where the questions and the rubric are shown.
func (p *formPage) QuestionsHref() string {
	if p.Round == nil {
		return listHref + "/questions"
	}
	return href(p.Round) + "/questions"
}

// newPage is the form of a round that is not there yet.
func (f office) newPage(ctx context.Context, typed roundForm) (*formPage, error) {
	p := &formPage{
		Base: page.Base{Crumbs: []page.Link{home, all}}, Form: typed,
		Questions: form.Current().Version, Rubric: form.CurrentRubric().Version,
	}
	earlier, err := bursary.Rounds(ctx, f.DB)
	if err != nil {
		return nil, err
	}
	for _, r := range earlier {
		p.Earlier = append(p.Earlier, page.Link{Text: r.Code + ", " + r.Name, Href: listHref + "/new?copy=" + r.Code})
	}
	return p, f.offer(ctx, p)
}

// editPage is the form of a round.
func (f office) editPage(ctx context.Context, r *bursary.Round, typed roundForm) (*formPage, error) {
	p := &formPage{
		Base: within(r), Form: typed, Round: r, Questions: r.FormVersion, Rubric: r.RubricVersion,
		OpensLater: r.Upcoming(f.DB.Now()),
	}
	return p, f.offer(ctx, p)
}

// offer lists the runs that can be booked and have not begun, and those that were chosen before.
func (f office) offer(ctx context.Context, p *formPage) error {
	runs, err := course.All(ctx, f.DB)
	if err != nil {
		return err
	}
	slices.Reverse(runs) // the soonest first
	today := london.DateOf(f.DB.Now())
	for _, o := range runs {
		open := o.Listed && o.Status == course.Open && o.StartsOn().After(today)
		if open || slices.Contains(p.Form.Runs, o.Code) {
			p.Cohorts = append(p.Cohorts, page.Choice{Value: o.Code, Label: o.Course.Title + ", " + o.City, Hint: o.Code + ", from " + o.StartsOn().Medium()})
		}
	}
	return nil
}

type blankQuery struct {
	Copy string `form:"copy"`
}

// blank shows the form of a new round, with what an earlier one said where that is asked for.
func (f office) blank(c *gin.Context) error {
	var q blankQuery
	if err := page.Query(c, &q); err != nil {
		return err
	}
	typed, err := f.begin(c.Request.Context(), q.Copy)
	if err != nil {
		return err
	}
	p, err := f.newPage(c.Request.Context(), typed)
	if err != nil {
		return err
	}
	return page.Render(c, "rounds/form", p)
}

// usualReaders is how many people read an application, unless staff say otherwise.
const usualReaders = 3

// begin is what stands in the form of a new round. A code and dates are never copied.
func (f office) begin(ctx context.Context, earlier string) (roundForm, error) {
	p := bursary.Plan{Readers: usualReaders, Contact: bursary.Contact{Name: f.Site.Short, Email: f.Site.Email, Phone: f.Site.Phone}}
	p.Tariff.Lines = []bursary.TariffLine{{Line: bursary.Fee, Title: lineTitles[bursary.Fee]}}
	if earlier != "" {
		r, err := bursary.FindRound(ctx, f.DB, earlier)
		if err != nil {
			return roundForm{}, err
		}
		if p, err = bursary.PlanOf(ctx, f.DB, r); err != nil {
			return roundForm{}, err
		}
		p.Code, p.Name, p.Beacon, p.Runs = "", "", "", nil
		p.OpensOn, p.ClosesOn, p.PanelOn, p.DecidesOn, p.BeaconOn = london.Date{}, london.Date{}, london.Date{}, london.Date{}, london.Date{}
	}
	typed := formOf(p)
	if earlier == "" {
		typed.Places, typed.Money = "", ""
	}
	return typed, nil
}

// create makes a draft.
func (f office) create(c *gin.Context) error {
	var typed roundForm
	var made *bursary.Round
	err := page.Bind(c, &typed)
	if err == nil {
		made, err = f.createAs(c, &typed)
	}
	if err != nil {
		p, broken := f.newPage(c.Request.Context(), typed)
		if broken != nil {
			return broken
		}
		return page.Again(c, err, "rounds/form", p)
	}
	page.Flash(c, page.RoundMade)
	return page.Redirect(c, href(made))
}

func (f office) createAs(c *gin.Context, typed *roundForm) (made *bursary.Round, err error) {
	plan, wrong := typed.plan(bursary.Plan{})
	if err := refusal(plan, wrong); err != nil {
		return nil, err
	}
	err = f.work(c, func(ctx context.Context, tx *db.Tx) error {
		made, err = bursary.Create(ctx, tx, f.Box, page.ViewerOf(c).Person, plan)
		return err
	})
	return made, err
}

// refusal is what could not be read in a form, with all else that package bursary would refuse: everything is to
// be corrected at once.
func refusal(plan bursary.Plan, wrong map[string]string) error {
	if len(wrong) == 0 {
		return nil
	}
	fields := map[string]string{}
	if f := failure.Of(plan.Check()); f != nil {
		fields = f.Fields
	}
	maps.Copy(fields, wrong)
	return &failure.Error{Kind: failure.Invalid, Code: "round_form", Message: "Some of this round needs another look.", Fields: fields}
}

// edit shows a round's form: a published one's has only what can still change.
func (f office) edit(c *gin.Context) error {
	ctx := c.Request.Context()
	r, err := f.round(c)
	if err != nil {
		return err
	}
	plan, err := bursary.PlanOf(ctx, f.DB, r)
	if err != nil {
		return err
	}
	typed := formOf(plan)
	if r.Public() {
		typed.Fixed = "yes"
	}
	p, err := f.editPage(ctx, r, typed)
	if err != nil {
		return err
	}
	return page.Render(c, "rounds/form", p)
}

// save changes a round.
func (f office) save(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	var typed roundForm
	if err = page.Bind(c, &typed); err == nil {
		err = f.saveAs(c, r, &typed)
	}
	if err != nil {
		p, broken := f.editPage(c.Request.Context(), r, typed)
		if broken != nil {
			return broken
		}
		return page.Again(c, err, "rounds/form", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, href(r))
}

func (f office) saveAs(c *gin.Context, r *bursary.Round, typed *roundForm) error {
	return f.work(c, func(ctx context.Context, tx *db.Tx) error {
		before, err := bursary.PlanOf(ctx, tx, r)
		if err != nil {
			return err
		}
		plan, wrong := typed.plan(before)
		plan.Code = r.Code
		if err := refusal(plan, wrong); err != nil {
			return err
		}
		_, err = bursary.Replan(ctx, tx, page.ViewerOf(c).Person, r.Code, plan)
		return err
	})
}
