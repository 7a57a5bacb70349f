package trainer

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/attendance"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/report"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

type overviewPage struct {
	page.Base
	Run        *course.Offering
	Rule       string
	Ready      attendance.Readiness
	Missing    []page.Link
	More       int         // of them, not shown
	Unfinished []page.Link // registers on which somebody is not marked
	MoreOf     int         // of those
	Table      page.Table
	Links      page.Pagination
	Save       page.Saving
}

// gapsShown is how many missing registers are listed.
const gapsShown = 10

// overview is what the registers of a run say of everybody, and what is still to be done.
func (d desk) overview(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	ctx, today := c.Request.Context(), london.DateOf(d.DB.Now())
	p := &overviewPage{Run: o, Save: page.SavingAt(c, at(o, "/save/attendance"))}
	p.Crumbs = above(o)[:2]
	rule, err := attendance.RuleOf(ctx, d.DB, o.ID)
	if err != nil {
		return err
	}
	p.Rule = ruleWords(rule)
	if p.Ready, err = attendance.ReadinessOf(ctx, d.DB, o, today); err != nil {
		return err
	}
	gaps, err := attendance.Missing(ctx, d.DB, o.ID, today)
	if err != nil {
		return err
	}
	p.Missing, p.More = p.gaps(gaps)
	if gaps, err = attendance.Unfinished(ctx, d.DB, o.ID, today); err != nil {
		return err
	}
	p.Unfinished, p.MoreOf = p.gaps(gaps)
	if err := p.list(ctx, c, d); err != nil {
		return err
	}
	return page.Render(c, "trainer/overview", p)
}

// gaps leads to the first of some registers, and says how many more there are.
func (p *overviewPage) gaps(gaps []attendance.Gap) (links []page.Link, more int) {
	for i, g := range gaps {
		if i == gapsShown {
			return links, len(gaps) - gapsShown
		}
		text := g.Day.Long() + ", " + g.Half.Word()
		if g.Unmarked > 0 {
			text += fmt.Sprintf(": %d not marked", g.Unmarked)
		}
		links = append(links, page.Link{Text: text, Href: at(p.Run, registerAt(g.Day, g.Half))})
	}
	return links, 0
}

// registerAt is the address of a register below a run's attendance.
func registerAt(day london.Date, half attendance.Half) string {
	return "/registers/" + day.String() + "/" + string(half)
}

func (p *overviewPage) list(ctx context.Context, c *gin.Context, d desk) error {
	var after id.Enrolment
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	rows, err := attendance.ListOutcomes(ctx, d.DB, p.Run.ID, after, portion+1)
	if err != nil {
		return err
	}
	rows, p.Links, err = page.Portion(c, rows, portion, func(last attendance.Outcome) id.Enrolment { return last.EnrolmentID })
	p.Table = page.Table{Caption: "By person", Stacked: true, Columns: []page.Column{{Title: "Name"}, {Title: "Place"}, {Title: "Half days there", Numeric: true},
		{Title: "Not there", Numeric: true}, {Title: "Of the whole", Numeric: true}, {Title: "Blocks missed"}, {Title: "How it stands"}}}
	for _, o := range rows {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: named(o), Href: at(p.Run, "/places/"+o.Code)}, {Text: o.Code}, {Text: fmt.Sprintf("%d of %d", o.Halves, o.Of)},
			{Text: strconv.Itoa(o.Marked - o.Halves)}, {Text: percent(o.BasisPoints())}, {Text: blocks(o.Missed)}, {Text: standing(o, p.Ready.Over)}})
	}
	return err
}

func named(o attendance.Outcome) string {
	if o.Name == "" {
		return "Nobody named yet"
	}
	return o.Name
}

// percent says basis points: "77.5%".
func percent(bp int) string {
	return strings.TrimSuffix(fmt.Sprintf("%d.%d", bp/100, bp%100/10), ".0") + "%"
}

func blocks(missed []int) string {
	if len(missed) == 0 {
		return "None"
	}
	words := make([]string, len(missed))
	for i, n := range missed {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

// standing is how far somebody has come, in a few words.
func standing(o attendance.Outcome, over bool) string {
	text := "Under way"
	switch {
	case o.Status == enrolment.Completed:
		return "Completed"
	case o.Completes:
		text = "Enough to complete"
	case over:
		text = "Attended, not enough to complete"
	}
	if o.Adjusted {
		text += ", as two people have said"
	}
	return text
}

// ruleWords is what completing takes, in a sentence.
func ruleWords(r attendance.Rule) string {
	text := "Completing takes " + percent(r.AttendanceBP) + " of all half days"
	if r.MayMissBlock {
		return text + "."
	}
	return text + ", and no block that is wholly missed and not made up."
}

// saveOverview answers with the same of everybody as a spreadsheet, and keeps who saved it.
func (d desk) saveOverview(c *gin.Context) error {
	name, format, ok := page.FormatOf(c.Param("file"))
	if !ok || name != "attendance" {
		return page.ErrNotFound
	}
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	all, err := attendance.Outcomes(c.Request.Context(), d.DB, o.ID)
	if err != nil {
		return err
	}
	over := london.DateOf(d.DB.Now()).After(o.EndsOn())
	list := page.List{Columns: []string{"Place", "Name", "Half days there", "Half days not there", "Half days in all", "Percent", "Blocks missed", "How it stands"},
		Rows: page.Each(all, func(one attendance.Outcome) []sheet.Cell {
			return []sheet.Cell{sheet.Text(one.Code), sheet.Text(one.Name), sheet.Number(one.Halves), sheet.Number(one.Marked - one.Halves), sheet.Number(one.Of),
				sheet.Text(percent(one.BasisPoints())), sheet.Text(blocks(one.Missed)), sheet.Text(standing(one, over))}
		})}
	return page.Save(c, name+"-"+o.Code, format, list, func(rows int) error {
		return d.act(c, func(ctx context.Context, tx *db.Tx) error {
			return report.NoteSaved(ctx, tx, page.ViewerOf(c).Person, o.Code+"-"+c.Param("file"), rows, c.Request.URL.Query())
		})
	})
}

type registersPage struct {
	page.Base
	Run   *course.Offering
	Table page.Table
	Links page.Pagination
}

// registers lists the registers of a run, the latest first.
func (d desk) registers(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	var before attendance.TakenKey
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	rows, err := attendance.Registers(c.Request.Context(), d.DB, o.ID, before, portion+1)
	if err != nil {
		return err
	}
	rows, links, err := page.Portion(c, rows, portion, func(last attendance.Taken) attendance.TakenKey {
		return attendance.TakenKey{Day: last.Day, Half: last.Half}
	})
	if err != nil {
		return err
	}
	p := &registersPage{Run: o, Links: links, Table: page.Table{Caption: "Latest first", Stacked: true, Columns: []page.Column{{Title: "Half day"}, {Title: "Block", Numeric: true},
		{Title: "There", Numeric: true}, {Title: "Not there", Numeric: true}}}}
	p.Crumbs = above(o)
	for _, r := range rows {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: r.Day.Long() + ", " + r.Half.Word(), Href: at(o, registerAt(r.Day, r.Half))},
			{Text: strconv.Itoa(r.Number)}, {Text: strconv.Itoa(r.Present)}, {Text: strconv.Itoa(r.Absent)}})
	}
	return page.Render(c, "trainer/registers", p)
}

// officeRegister is a register as the office sees it.
func (d desk) officeRegister(c *gin.Context) error {
	p, err := d.officePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "trainer/register", p)
}

func (d desk) officeMark(c *gin.Context) error {
	p, err := d.officePage(c)
	if err != nil {
		return err
	}
	return d.take(c, p, d.officePage)
}

func (d desk) officePage(c *gin.Context) (*registerPage, error) {
	o, err := d.runOf(c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	h, err := attendance.Find(ctx, d.DB, o.Code, c.Param("day"), c.Param("half"))
	if err != nil {
		return nil, err
	}
	p, err := d.registerPage(c, h, at(o, registerAt(h.Day, h.Half)))
	if err != nil {
		return nil, err
	}
	p.Office, p.Crumbs = true, above(o, page.Link{Text: "Registers", Href: at(o, "/registers")})
	p.Other = other(h, at(o, "/registers/"+h.Day.String()+"/"))
	if p.Keeper, err = d.keeper(c); err != nil {
		return nil, err
	}
	p.sheet, err = attendance.Sheet(ctx, d.DB, h)
	p.fill(london.DateOf(d.DB.Now()))
	return p, err
}
