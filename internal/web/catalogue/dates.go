package catalogue

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type datesPage struct {
	page.Base
	Run  *course.Offering
	Form datesForm
}

// retimePage asks once more, when people are to be told.
type retimePage struct {
	page.Base
	Run     *course.Offering
	Next    *course.Offering // as it would be
	Whom    admissions.Concerned
	Hiddens []hidden
	Form    datesForm
}

// Changes are what changes, beside what there is.
func (p *retimePage) Changes() page.Table {
	t := page.Table{Caption: "What changes", Stacked: true, Columns: []page.Column{{Title: "What"}, {Title: "Now"}, {Title: "Then"}}}
	t.Rows = append(t.Rows, []page.Cell{{Text: "Each day"}, {Text: p.Run.Hours()}, {Text: p.Next.Hours()}})
	for i := range max(len(p.Run.Blocks), len(p.Next.Blocks)) {
		t.Rows = append(t.Rows, []page.Cell{{Text: fmt.Sprintf("Block %d", i+1)}, {Text: blockWords(p.Run, i)}, {Text: blockWords(p.Next, i)}})
	}
	return t
}

// Holidays are the bank holidays on the new days.
func (p *retimePage) Holidays() []string {
	var list []string
	for _, b := range p.Next.Blocks {
		if h := course.Holiday(b.StartsOn, b.EndsOn); h != "" {
			list = append(list, h)
		}
	}
	return list
}

func blockWords(o *course.Offering, i int) string {
	if i >= len(o.Blocks) {
		return "none"
	}
	b := o.Blocks[i]
	return london.Days(b.StartsOn, b.EndsOn) + ", " + o.WhereOf(b)
}

func (d desk) dates(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	t, err := course.TimetableOf(c.Request.Context(), d.DB, o)
	if err != nil {
		return err
	}
	return page.Render(c, "catalogue/dates", &datesPage{Base: within(o), Run: o, Form: datesFormOf(t)})
}

// saveDates changes the dates at once when nobody has to be told, and else asks first.
func (d desk) saveDates(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	sent, err := page.Posted(c, fieldOrder())
	if err != nil {
		return err
	}
	p := &datesPage{Base: within(o), Run: o, Form: readDates(sent)}
	t, err := p.Form.timetable()
	if err == nil {
		err = o.Allows(t, london.DateOf(d.DB.Now()))
	}
	if err != nil {
		return page.Again(c, err, "catalogue/dates", p)
	}
	if p.Form.Again != "" {
		return page.Render(c, "catalogue/dates", p)
	}
	whom, err := admissions.ConcernedBy(c.Request.Context(), d.Machine, o.ID)
	if err != nil {
		return err
	}
	ask := &retimePage{Base: within(o), Run: o, Next: o.Retimed(t), Whom: whom, Form: p.Form, Hiddens: p.Form.hiddens()}
	told := o.Moves(t) && whom.Anybody()
	if told && p.Form.Seen == "" {
		return page.Render(c, "catalogue/retime", ask)
	}
	seen, _ := strconv.Atoi(p.Form.Seen) // what is no number was not seen
	err = d.Machine.Write(c.Request.Context(), func(tx *db.Tx) error {
		return admissions.Retime(c.Request.Context(), tx, page.ViewerOf(c).Person, o.ID, admissions.Retiming{Timetable: t, Seen: seen, Why: p.Form.Why})
	})
	switch {
	case errors.Is(err, course.ErrElsewhere):
		return page.Again(c, err, "catalogue/dates", p)
	case err != nil:
		return page.Again(c, err, "catalogue/retime", ask)
	case told:
		page.Flash(c, page.DatesTold)
	default:
		page.Flash(c, page.Saved)
	}
	return page.Redirect(c, href(o)+"/status")
}
