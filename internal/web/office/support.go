package office

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/people"
	"bursar/internal/web/page"
)

// asAccess is one unit of work of the access officer.
func (f office) asAccess(c *gin.Context, do func(ctx context.Context, tx *db.Tx) error) error {
	ctx := c.Request.Context()
	return f.Needs.WriteAs(ctx, db.Who{Person: me(c)}, func(tx *db.Tx) error { return do(ctx, tx) })
}

type needingsPage struct {
	page.Base
	Table page.Table
	Links page.Pagination
}

// needings lists whose support needs there are to read, and none of them.
func (f office) needings(c *gin.Context) error {
	var before id.Application
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	var rows []bursary.Needing
	err := f.asAccess(c, func(ctx context.Context, tx *db.Tx) (err error) {
		rows, err = bursary.Needings(ctx, tx, f.Box, before, portion+1)
		return err
	})
	if err != nil {
		return err
	}
	rows, links, err := page.Portion(c, rows, portion, func(last bursary.Needing) id.Application { return last.ID })
	if err != nil {
		return err
	}
	t := page.Table{Caption: "Newest first", Columns: []page.Column{{Title: "Application"}, {Title: "Name"}, {Title: "Round"}, {Title: "How it stands"}}}
	for _, row := range rows {
		t.Rows = append(t.Rows, []page.Cell{
			{Text: row.Code, Href: "/admin/support/" + row.Code}, {Text: row.Name}, {Text: row.Round}, {Text: statusTags[row.Status].Text},
		})
	}
	return page.Render(c, "office/support", &needingsPage{Table: t, Links: links})
}

type needsPage struct {
	page.Base
	Code    string
	Name    string
	Email   string
	Summary page.Summary
}

// needs shows what one applicant needs, and notes the reading.
func (f office) needs(c *gin.Context) error {
	p := new(needsPage)
	err := f.asAccess(c, func(ctx context.Context, tx *db.Tx) error {
		which, person, form, err := bursary.NeedsQuestions(ctx, tx, c.Param("code"))
		if err != nil {
			return err
		}
		said, err := bursary.ReadNeeds(ctx, tx, f.Box, me(c), which)
		if err != nil {
			return err
		}
		who, err := people.ByID(ctx, tx, person)
		if err != nil {
			return err
		}
		*p = needsPage{Code: id.NormaliseCode(c.Param("code")), Name: who.Name, Email: who.Email, Summary: needsSummary(form, said)}
		return nil
	})
	if err != nil {
		return err
	}
	p.Crumbs = []page.Link{{Text: "Support", Href: "/admin/support"}}
	return page.Render(c, "office/needs", p)
}

func needsSummary(questions []form.Question, said form.Answers) page.Summary {
	var s page.Summary
	for _, q := range questions {
		row := page.Row{Key: q.Label, Value: "Nothing written"}
		if said[q.Key] != "" {
			row.Lines = strings.Split(said[q.Key], "\n")
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}
