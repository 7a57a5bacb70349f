package panel

import (
	"context"
	"errors"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type assignForm struct {
	Seen string `form:"seen" binding:"required" error:"Look at the proposal first."`
}

type assignPage struct {
	page.Base
	*panel.Proposal
	Loads page.Table
}

// Changes reports whether applying would change anything.
func (p *assignPage) Changes() bool { return p.Fresh() > 0 || p.Moved() > 0 }

// proposal shows who would read what.
func (f office) proposal(c *gin.Context) error {
	p, err := f.assignPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "panel/assign", p)
}

func (f office) assignPage(c *gin.Context) (*assignPage, error) {
	p := &assignPage{}
	err := f.as(c, func(ctx context.Context, tx *db.Tx, _ id.Person) (err error) {
		p.Proposal, err = panel.Propose(ctx, tx, c.Param("code"))
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Base, p.Loads = base(p.Round, true), loadTable(p.Proposal.Loads)
	return p, nil
}

func loadTable(loads []panel.Load) page.Table {
	t := page.Table{Caption: "How much each reader has", Columns: []page.Column{
		{Title: "Reader"}, {Title: "Peer"}, {Title: "Now", Numeric: true}, {Title: "Then", Numeric: true}, {Title: "Begun or done", Numeric: true}, {Title: "At most", Numeric: true},
	}}
	for _, l := range loads {
		t.Rows = append(t.Rows, []page.Cell{{Text: l.Member.Name}, {Text: yesNo(l.Member.Peer)}, number(l.Now), number(l.Then), number(l.Opened), number(l.Member.Cap)})
	}
	return t
}

// assign applies what the page showed.
func (f office) assign(c *gin.Context) error {
	var form assignForm
	err := page.Bind(c, &form)
	if err == nil {
		err = f.as(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			_, err := panel.Apply(ctx, tx, by, c.Param("code"), form.Seen)
			return err
		})
	}
	if err == nil {
		page.Flash(c, page.ReadersAssigned)
		return page.Redirect(c, at(c.Param("code")))
	}
	p, broken := f.assignPage(c)
	if broken != nil {
		return broken
	}
	return page.Again(c, err, "panel/assign", p)
}

// Standing says how far a reading has come, in a word.
func (*assignPage) Standing(s panel.AssignmentStatus) string {
	switch s {
	case panel.Opened:
		return "begun"
	case panel.Done:
		return "done"
	case panel.Assigned:
		return "assigned"
	}
	return "new"
}

// unknown puts what is not found beside the field that names it: the page is about several things.
func unknown(err error) error {
	switch {
	case errors.Is(err, bursary.ErrUnknown):
		return failure.Field("application", "There is no application with this code in this round.").Because(err)
	case errors.Is(err, panel.ErrUnknownMember):
		return failure.Field("member", "Choose who knows the applicant.").Because(err)
	}
	return err
}

// Count is a number with its noun.
func (*assignPage) Count(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + several
}
