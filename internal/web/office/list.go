package office

import (
	"context"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/report"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

type listQuery struct {
	Status string `form:"status"`
	Wait   string `form:"wait"`
	Search string `form:"search" binding:"max=254" error:"Use 254 characters or fewer."`
}

type listPage struct {
	page.Base
	Round    *bursary.Round
	Query    listQuery
	Statuses []page.Choice
	Waits    []page.Choice
	Lines    []line
	Links    page.Pagination
	Save     page.Saving
}

// line is one application in the list.
type line struct {
	bursary.Listed
	Tag     page.Tag
	Matters []string
	Sent    string
}

// list shows a round's applications, and what waits for the office. Nothing that anybody wrote is in it.
func (f office) list(c *gin.Context) error {
	r, err := f.round(c)
	if err != nil {
		return err
	}
	p := &listPage{Base: within(r), Round: r, Statuses: statusChoices(), Waits: waitChoices(), Save: page.SavingAt(c, roundHref(r)+"/applications/save/applications")}
	if err := page.Query(c, &p.Query); err != nil {
		return page.Again(c, err, "office/list", p)
	}
	rows, err := f.listed(c, r, p.Query)
	if err != nil {
		return err
	}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last bursary.Listed) id.Application { return last.ID }); err != nil {
		return err
	}
	for _, row := range rows {
		l := line{Listed: row, Tag: statusTags[row.Status], Matters: matters(row)}
		if !row.SubmittedAt.IsZero() {
			l.Sent = london.Stamp(row.SubmittedAt)
		}
		p.Lines = append(p.Lines, l)
	}
	return page.Render(c, "office/list", p)
}

func (f office) listed(c *gin.Context, r *bursary.Round, q listQuery) (rows []bursary.Listed, err error) {
	filter := q.filter(portion + 1)
	if _, err := page.After(c, &filter.After); err != nil {
		return nil, err
	}
	return f.read(c, r, filter)
}

func (q listQuery) filter(limit int) bursary.Filter {
	filter := bursary.Filter{Search: q.Search, Limit: limit}
	if slices.Contains(bursary.Statuses(), bursary.Status(q.Status)) {
		filter.Status = bursary.Status(q.Status)
	}
	if slices.Contains(bursary.Waits(), bursary.Wait(q.Wait)) {
		filter.Wait = bursary.Wait(q.Wait)
	}
	return filter
}

func (f office) read(c *gin.Context, r *bursary.Round, filter bursary.Filter) (rows []bursary.Listed, err error) {
	err = f.work(c, func(ctx context.Context, tx *db.Tx) (err error) {
		rows, err = bursary.List(ctx, tx, r, filter)
		return err
	})
	return rows, err
}

// saveList answers with the list as a spreadsheet. Nothing that anybody wrote is in it, and who saved it is kept.
func (f office) saveList(c *gin.Context) error {
	name, format, ok := page.FormatOf(c.Param("file"))
	if !ok || name != "applications" {
		return page.ErrNotFound
	}
	r, err := f.round(c)
	if err != nil {
		return err
	}
	var q listQuery
	if err := page.Query(c, &q); err != nil {
		return err
	}
	list := page.List{Columns: []string{"Application", "Name", "Email address", "How it stands", "Sent", "What waits"}, Rows: page.Walk(
		func(after id.Application, limit int) ([]bursary.Listed, error) {
			filter := q.filter(limit)
			filter.After = after
			return f.read(c, r, filter)
		},
		func(last bursary.Listed) id.Application { return last.ID },
		func(l bursary.Listed) []sheet.Cell {
			return []sheet.Cell{sheet.Text(l.Code), sheet.Text(l.Name), sheet.Text(l.Email), sheet.Text(statusTags[l.Status].Text), sheet.Moment(l.SubmittedAt),
				sheet.Text(strings.Join(matters(l), "; "))}
		})}
	return page.Save(c, name+"-"+r.Code, format, list, func(rows int) error {
		return f.work(c, func(ctx context.Context, tx *db.Tx) error {
			return report.NoteSaved(ctx, tx, page.ViewerOf(c).Person, c.Param("file"), rows, c.Request.URL.Query())
		})
	})
}

func statusChoices() []page.Choice {
	all := []page.Choice{{Label: "Any"}}
	for _, s := range bursary.Statuses() {
		all = append(all, page.Choice{Value: string(s), Label: statusTags[s].Text})
	}
	return all
}

func waitChoices() []page.Choice {
	all := []page.Choice{{Label: "Anything or nothing"}}
	for _, w := range bursary.Waits() {
		all = append(all, page.Choice{Value: string(w), Label: waitWords[w]})
	}
	return all
}
