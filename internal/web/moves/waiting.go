package moves

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

type waitingPage struct {
	page.Base
	Run   *course.Offering
	Queue page.Table
	Links page.Pagination
	Save  page.Saving
}

// waiting shows who waits for a place on a run, in order, and why what is free is not theirs.
func (d desk) waiting(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	after := int64(-1 << 62)
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	rows, err := enrolment.QueueOf(c.Request.Context(), d.DB, o.ID, after, portion+1)
	if err != nil {
		return err
	}
	first, err := enrolment.Ahead(c.Request.Context(), d.DB, o.ID, after)
	if err != nil {
		return err
	}
	rows, links, err := page.Portion(c, rows, portion, func(last enrolment.Waiter) int64 { return last.Queue })
	if err != nil {
		return err
	}
	p := &waitingPage{Run: o, Links: links, Save: page.Saving{CSV: "/admin/export/waiting.csv?run=" + o.Code, XLSX: "/admin/export/waiting.xlsx?run=" + o.Code}, Queue: page.Table{Caption: "In order", Stacked: true, Columns: []page.Column{
		{Title: "Turn"}, {Title: "Reference"}, {Title: "Who"}, {Title: "Places", Numeric: true}, {Title: "Since"}, {Title: "Why not now"}}}}
	p.Crumbs = []page.Link{home, {Text: o.Code, Href: "/admin/runs/" + o.Code}}
	left := o.Places
	for i, w := range rows {
		code := page.Cell{Text: w.Code}
		if w.Enrolment != 0 {
			code.Href = "/admin/places/" + w.Code
		}
		why := w.Why(left)
		switch {
		case why == "":
			why, left = "They are next: an offer goes out within a minute.", w.After(left)
		case w.Why(o.Places) == "":
			why = "What is free goes to those in front."
		}
		p.Queue.Rows = append(p.Queue.Rows, []page.Cell{{Text: strconv.Itoa(first + i + 1)}, code, {Text: w.Name}, {Text: strconv.Itoa(w.Places)},
			{Text: london.DateOf(w.Since).Medium()}, {Text: why}})
	}
	return page.Render(c, "moves/waiting", p)
}
