package panel

import (
	"context"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type conflictForm struct {
	Application string `form:"application" binding:"required,max=20" error:"Enter the code of the application, like K7Q2-9M."`
	Member      string `form:"member" binding:"required" error:"Choose who knows the applicant."`
}

type conflictPage struct {
	page.Base
	Round   *bursary.Round
	Form    conflictForm
	Members []page.Choice
	All     page.Table
	Links   page.Pagination
	Fixed   bool
}

// afterPair is where the list of conflicts goes on.
type afterPair struct {
	Code   string
	Member id.Member
}

func (f office) conflicts(c *gin.Context) error {
	p, err := f.conflictPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "panel/conflicts", p)
}

func (f office) conflictPage(c *gin.Context) (*conflictPage, error) {
	var after afterPair
	if _, err := page.After(c, &after); err != nil {
		return nil, err
	}
	p := &conflictPage{}
	var all []panel.Apart
	err := f.as(c, func(ctx context.Context, tx *db.Tx, _ id.Person) (err error) {
		if p.Round, err = bursary.FindRound(ctx, tx, c.Param("code")); err != nil {
			return err
		}
		members, err := panel.Members(ctx, tx, p.Round.ID)
		if err != nil {
			return err
		}
		p.Members = memberChoices(members)
		all, err = panel.ApartIn(ctx, tx, p.Round.ID, after.Code, after.Member, portion+1)
		return err
	})
	if err != nil {
		return nil, err
	}
	all, p.Links, err = page.Portion(c, all, portion, func(last panel.Apart) afterPair { return afterPair{last.Code, last.MemberID} })
	p.Base, p.All = base(p.Round, true), conflictTable(all)
	p.Fixed = p.Round.Status == bursary.RoundFrozen || p.Round.Status == bursary.RoundDrawn
	return p, err
}

func memberChoices(members []*panel.Member) []page.Choice {
	choices := []page.Choice{{Label: "Choose one"}}
	for _, m := range members {
		choices = append(choices, page.Choice{Value: strconv.FormatInt(int64(m.ID), 10), Label: m.Name})
	}
	return choices
}

var sourceWords = map[panel.Source]string{
	panel.FromApplicant:    "The applicant said so",
	panel.FromOrganisation: "They name the same organisation",
	panel.FromAssessor:     "The reader said so",
	panel.FromOffice:       "The office: it was said here, or the reader has seen the application with its names",
}

func conflictTable(all []panel.Apart) page.Table {
	t := page.Table{Caption: "Who cannot read what", Columns: []page.Column{{Title: "Code"}, {Title: "Closed to"}, {Title: "Why"}, {Title: "Since"}}}
	for _, one := range all {
		t.Rows = append(t.Rows, []page.Cell{{Text: one.Code}, {Text: one.Name}, {Text: sourceWords[one.Source]}, {Text: london.Stamp(one.At)}})
	}
	return t
}

// setApart notes that somebody knows an applicant.
func (f office) setApart(c *gin.Context) error {
	var form conflictForm
	err := page.Bind(c, &form)
	if err == nil {
		which, _ := strconv.ParseInt(form.Member, 10, 64) // what is no number is nobody's
		err = f.as(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return panel.Separate(ctx, tx, by, c.Param("code"), form.Application, id.Member(which))
		})
	}
	if err == nil {
		page.Flash(c, page.KeptApart)
		return page.Redirect(c, at(c.Param("code"))+"/conflicts")
	}
	p, broken := f.conflictPage(c)
	if broken != nil {
		return broken
	}
	p.Form = form
	return page.Again(c, unknown(err), "panel/conflicts", p)
}
