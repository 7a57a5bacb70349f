package questions

import (
	"context"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/question"
	"bursar/internal/web/page"
)

type listQuery struct {
	Run  string `form:"run"`  // code; of one that nobody asked about there is nothing to show
	Show string `form:"show"` // waiting; empty: everything
}

type listPage struct {
	page.Base
	Form  listQuery
	Runs  []page.Choice
	Open  int // of all cohorts
	Table page.Table
	Links page.Pagination
}

// list is what waits for an answer, and then what does not.
func (f office) list(c *gin.Context) error {
	p := &listPage{Base: page.Base{Crumbs: []page.Link{{Text: "Office", Href: "/admin"}}}, Runs: []page.Choice{{Label: "All cohorts"}}}
	if err := page.Query(c, &p.Form); err != nil {
		return err
	}
	var after question.Key
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	err := f.as(c, func(ctx context.Context, tx *db.Tx, _ id.Person) error {
		runs, err := question.Runs(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range runs {
			p.Runs = append(p.Runs, page.Choice{Value: r, Label: r})
		}
		if p.Open, err = question.Open(ctx, tx); err != nil {
			return err
		}
		rows, err := question.List(ctx, tx, p.Form.Run, after, portion+1)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(rows, func(l question.Listed) bool { return l.Status != question.Waiting }); i >= 0 && p.Form.Show == "waiting" {
			rows = rows[:i] // what waits comes first
		}
		rows, p.Links, err = page.Portion(c, rows, portion, question.Listed.Key)
		p.Table = listed(rows)
		return err
	})
	if err != nil {
		return err
	}
	return page.Render(c, "questions/list", p)
}

var statusWords = map[question.Status]string{question.Waiting: "Waits for an answer", question.Answered: "Answered", question.Closed: "Closed"}

func listed(rows []question.Listed) page.Table {
	t := page.Table{Caption: "Questions about places", Columns: []page.Column{{Title: "From"}, {Title: "Place"}, {Title: "Cohort"}, {Title: "How it stands"}, {Title: "Since"}}}
	for _, r := range rows {
		name := r.Name
		if name == "" {
			name = "No name yet"
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: name, Href: home + "/" + r.Code}, {Text: r.Place}, {Text: r.Run}, {Text: statusWords[r.Status]}, {Text: london.Stamp(r.At)}})
	}
	return t
}
