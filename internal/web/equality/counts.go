package equality

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/form"
	"bursar/internal/web/page"
)

type counting struct{ OfficeOptions }

type countsPage struct {
	page.Base
	Round  *bursary.Round
	Tables []page.Table // empty while answers are still taken
}

// counts shows how often each answer was given in a round, as far as it may be shown.
func (o counting) counts(c *gin.Context) error {
	ctx := c.Request.Context()
	r, err := bursary.FindRound(ctx, o.DB, c.Param("code"))
	if err != nil {
		return err
	}
	view := &countsPage{Round: r}
	view.Crumbs = []page.Link{{Text: "Office", Href: "/admin"}, {Text: r.Name, Href: "/admin/rounds/" + r.Code}}
	if r.Public() && !r.AsksEquality() {
		counts, err := bursary.EqualityCounts(ctx, o.DB, r)
		if err != nil {
			return err
		}
		for _, count := range counts {
			view.Tables = append(view.Tables, tableOf(count))
		}
	}
	return page.Render(c, "equality/counts", view)
}

func tableOf(count bursary.EqualityCount) page.Table {
	t := page.Table{
		Caption: count.Question.Label,
		Columns: []page.Column{{Title: "Answer"}, {Title: "People", Numeric: true}},
	}
	for i, o := range count.Question.Options {
		t.Rows = append(t.Rows, []page.Cell{{Text: o.Label}, {Text: said(count.Counts.Cells[i])}})
	}
	t.Rows = append(t.Rows, []page.Cell{{Text: "All who answered this question"}, {Text: said(count.Counts.Total)}})
	return t
}

// said is a count as it may be shown.
func said(cell form.Cell) string {
	if cell.Hidden {
		return "not shown"
	}
	return strconv.Itoa(cell.Count)
}
