package catalogue

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// weeksOfYear is how much later a copy is, unless staff say otherwise.
const weeksOfYear = 52

type copyForm struct {
	Code  string `form:"code" binding:"required" error:"Enter a code, like FND-L28"`
	Day   string `form:"first_day-day"`
	Month string `form:"first_day-month"`
	Year  string `form:"first_day-year"`
	Seen  string `form:"seen"` // by how many weeks the dates that were shown are later
	Do    string `form:"do"`   // "copy", or only "show"
}

type copyPage struct {
	page.Base
	Run    *course.Offering
	Form   copyForm
	Weeks  int
	Blocks []course.Shifted
}

// Table lays the blocks of the copy beside those of the original.
func (p *copyPage) Table() page.Table {
	t := page.Table{Caption: "The dates of the copy", Stacked: true, Columns: []page.Column{{Title: "Block"}, {Title: p.Run.Code}, {Title: "The copy"}, {Title: "Moved"}}}
	for _, s := range p.Blocks {
		t.Rows = append(t.Rows, []page.Cell{
			{Text: fmt.Sprintf("Block %d", s.Number)}, {Text: london.Days(s.From.StartsOn, s.From.EndsOn)}, {Text: london.Days(s.StartsOn, s.EndsOn)}, {Text: movedWords(s)}})
	}
	return t
}

// movedWords say whether a block went as far as the others, and why not.
func movedWords(s course.Shifted) string {
	switch {
	case s.Why == "":
		return "No"
	case s.Extra == 0:
		return "No, though " + s.Why + ". No week nearby is free"
	case s.Extra > 0:
		return fmt.Sprintf("%s later: %s", weeks(s.Extra), s.Why)
	}
	return fmt.Sprintf("%s earlier: %s", weeks(-s.Extra), s.Why)
}

func weeks(n int) string {
	if n == 1 {
		return "1 week"
	}
	return strconv.Itoa(n) + " weeks"
}

// nextCode is a code with its year counted on: "FND-L27" becomes "FND-L28".
func nextCode(code string) string {
	if len(code) < 2 {
		return ""
	}
	year, err := strconv.Atoi(code[len(code)-2:])
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s%02d", code[:len(code)-2], (year+1)%100)
}

// shift works out where the blocks of the copy lie.
func (p *copyPage) shift() error {
	wrong := page.Mistakes{}
	day := wrong.Day("first_day", p.Form.Day, p.Form.Month, p.Form.Year)
	if day.IsZero() && len(wrong) == 0 {
		wrong["first_day"] = "Enter about when it begins"
	}
	if err := wrong.Refusal(nil); err != nil {
		return err
	}
	p.Weeks = p.Run.WeeksTo(day)
	p.Blocks = p.Run.Shift(p.Weeks)
	return nil
}

// copying proposes the same dates a year later.
func (d desk) copying(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	p := &copyPage{Base: within(o), Run: o, Form: copyForm{Code: nextCode(o.Code)}}
	p.Form.Day, p.Form.Month, p.Form.Year = page.Boxes(o.StartsOn().AddDays(7 * weeksOfYear))
	if err := p.shift(); err != nil {
		return err
	}
	return page.Render(c, "catalogue/copy", p)
}

// copy makes the copy once its dates were seen, and else shows them.
func (d desk) copy(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	p := &copyPage{Base: within(o), Run: o}
	if err = page.Bind(c, &p.Form); err == nil {
		err = p.shift()
	}
	if err == nil && (p.Form.Do != "copy" || p.Form.Seen != strconv.Itoa(p.Weeks)) {
		return page.Render(c, "catalogue/copy", p)
	}
	var made *course.Offering
	if err == nil {
		err = d.write(c, func(ctx context.Context, tx *db.Tx, by audit.Actor) (err error) {
			made, err = course.Copy(ctx, tx, by, o, strings.ToUpper(p.Form.Code), p.Weeks)
			return err
		})
	}
	if err != nil {
		return page.Again(c, err, "catalogue/copy", p)
	}
	page.Flash(c, page.RunCopied)
	return page.Redirect(c, href(made)+"/status")
}
