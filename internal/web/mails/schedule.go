package mails

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/reminder"
	"bursar/internal/web/page"
)

// kindWords say what each kind is.
var kindWords = map[reminder.Kind]string{
	reminder.Joining: "How to join, before the first block", reminder.Before: "When and where, before each block", reminder.After: "Thanks after each block, and what is next",
	reminder.Register: "Missing registers, to trainers and the office",
}

type scheduleForm struct {
	Send     []string `form:"send"`
	Joining  string   `form:"joining"`
	Before   string   `form:"before"`
	After    string   `form:"after"`
	Register string   `form:"register"`
}

// kept is what was typed; what is no number is 0, which the verb refuses.
func (f scheduleForm) kept() []reminder.Kept {
	typed := map[reminder.Kind]string{reminder.Joining: f.Joining, reminder.Before: f.Before, reminder.After: f.After, reminder.Register: f.Register}
	var said []reminder.Kept
	for _, kind := range reminder.Kinds() {
		days, _ := strconv.Atoi(typed[kind])
		said = append(said, reminder.Kept{Kind: kind, Days: days, Off: !slices.Contains(f.Send, string(kind))})
	}
	return said
}

func scheduleFormOf(kept []reminder.Kept) (f scheduleForm) {
	boxes := map[reminder.Kind]*string{reminder.Joining: &f.Joining, reminder.Before: &f.Before, reminder.After: &f.After, reminder.Register: &f.Register}
	for _, k := range kept {
		*boxes[k.Kind] = strconv.Itoa(k.Days)
		if !k.Off {
			f.Send = append(f.Send, string(k.Kind))
		}
	}
	return f
}

type schedulePage struct {
	page.Base
	Run   *course.Offering
	Form  scheduleForm
	Table page.Table
}

// Kinds are the choices of what goes out.
func (p *schedulePage) Kinds() []page.Choice {
	var list []page.Choice
	for _, kind := range reminder.Kinds() {
		list = append(list, page.Choice{Value: string(kind), Label: kindWords[kind]})
	}
	return list
}

func (d desk) schedulePage(c *gin.Context) (*schedulePage, error) {
	ctx := c.Request.Context()
	o, err := offering(ctx, d.DB, c.Param("run"))
	if err != nil {
		return nil, err
	}
	p := &schedulePage{Base: page.Base{Crumbs: []page.Link{home, {Text: o.Code, Href: "/admin/runs/" + o.Code}}}, Run: o}
	kept, err := reminder.KeptFor(ctx, d.DB, o.ID)
	if err != nil {
		return nil, err
	}
	p.Form = scheduleFormOf(kept)
	plan, err := reminder.Plan(ctx, d.DB, o)
	p.Table = planTable(plan, london.DateOf(d.DB.Now()), o.Status)
	return p, err
}

// offering is a run of any status by its code.
func offering(ctx context.Context, d bun.IDB, code string) (*course.Offering, error) {
	which, err := course.RunByCode(ctx, d, code)
	if err != nil {
		return nil, err
	}
	return course.OfferingOf(ctx, d, which)
}

func planTable(plan []reminder.Coming, today london.Date, status course.Status) page.Table {
	t := page.Table{Caption: "What goes out when", Stacked: true, Columns: []page.Column{{Title: "Day"}, {Title: "What"}, {Title: "Block", Numeric: true}, {Title: "How it stands"}}}
	for _, k := range plan {
		t.Rows = append(t.Rows, []page.Cell{{Text: k.On.Long()}, {Text: kindWords[k.Kind]}, {Text: strconv.Itoa(k.Number)}, {Text: standing(k, today, status)}})
	}
	return t
}

func standing(k reminder.Coming, today london.Date, status course.Status) string {
	switch {
	case k.Written == 1:
		return "Written to one person"
	case k.Written > 1:
		return fmt.Sprintf("Written to %d people", k.Written)
	case status == course.Cancelled || status == course.Draft:
		return "Not while the dates are " + string(status)
	case k.Off:
		return "Switched off"
	case k.On.Before(today):
		return "Nobody had to be written to"
	}
	return "Still to come"
}

// schedule shows what goes out for a run and when.
func (d desk) schedule(c *gin.Context) error {
	p, err := d.schedulePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "mails/run", p)
}

// saveSchedule changes it.
func (d desk) saveSchedule(c *gin.Context) error {
	p, err := d.schedulePage(c)
	if err != nil {
		return err
	}
	var form scheduleForm
	if err = page.Bind(c, &form); err == nil {
		err = d.DB.Write(c.Request.Context(), func(tx *db.Tx) error {
			return reminder.Keep(c.Request.Context(), tx, page.ViewerOf(c).Person, p.Run.ID, form.kept())
		})
	}
	if err != nil {
		p.Form = form
		return page.Again(c, err, "mails/run", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, "/admin/runs/"+p.Run.Code+"/mails")
}
