package panel

import (
	"context"
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type deskPage struct {
	page.Base
	Round   *bursary.Round
	Home    string
	MakeUp  panel.MakeUp
	Members page.Table
	Files   page.Table
	Links   page.Pagination
	GivenUp page.Table
	Done    int // readings that are done, of All
	All     int
	Apart   int
	Reading bool // readers can be assigned now
	Fixed   bool // nothing changes any more
}

// afterCode is where the list of applications goes on.
type afterCode struct{ Code string }

// desk is the panel at a glance.
func (f office) desk(c *gin.Context) error {
	var after afterCode
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	p := &deskPage{}
	var files []panel.FileProgress
	err := f.as(c, func(ctx context.Context, tx *db.Tx, _ id.Person) (err error) {
		if p.Round, err = bursary.FindRound(ctx, tx, c.Param("code")); err != nil {
			return err
		}
		if err := p.people(ctx, tx); err != nil {
			return err
		}
		files, err = panel.ProgressOfFiles(ctx, tx, p.Round.ID, after.Code, portion+1)
		return err
	})
	if err != nil {
		return err
	}
	files, p.Links, err = page.Portion(c, files, portion, func(last panel.FileProgress) afterCode { return afterCode{last.Code} })
	if err != nil {
		return err
	}
	p.Base, p.Home, p.Files = base(p.Round, false), at(p.Round.Code), fileTable(p.Round, files)
	p.Reading = p.Round.Status == bursary.RoundClosed
	p.Fixed = p.Round.Status == bursary.RoundFrozen || p.Round.Status == bursary.RoundDrawn
	return page.Render(c, "panel/desk", p)
}

// people reads who is on the panel and how far they are.
func (p *deskPage) people(ctx context.Context, tx *db.Tx) error {
	members, err := panel.Members(ctx, tx, p.Round.ID)
	if err != nil {
		return err
	}
	progress, err := panel.ProgressOfMembers(ctx, tx, p.Round.ID)
	if err != nil {
		return err
	}
	givenUp, err := panel.GivenUpIn(ctx, tx, p.Round.ID)
	if err != nil {
		return err
	}
	p.MakeUp, p.GivenUp, p.Members = panel.MakeUpOf(members), givenUpTable(givenUp), memberTable(p.Round, members, progress, london.DateOf(tx.Now))
	p.Done, p.All, p.Apart = 0, 0, 0
	for _, one := range progress {
		p.Done, p.All, p.Apart = p.Done+one.Done, p.All+one.All(), p.Apart+one.Conflicts
	}
	return nil
}

func memberTable(r *bursary.Round, members []*panel.Member, progress map[id.Member]panel.MemberProgress, today london.Date) page.Table {
	t := page.Table{Caption: "The panel", Columns: []page.Column{
		{Title: "Name"}, {Title: "Peer"}, {Title: "Standing"}, {Title: "Reads at most", Numeric: true}, {Title: "Not opened", Numeric: true},
		{Title: "Begun", Numeric: true}, {Title: "Done", Numeric: true}, {Title: "Given up", Numeric: true}, {Title: "Conflicts", Numeric: true},
	}}
	for _, m := range members {
		one := progress[m.ID]
		t.Rows = append(t.Rows, []page.Cell{
			{Text: m.Name, Href: fmt.Sprintf("%s/members/%d", at(r.Code), m.ID)}, {Text: yesNo(m.Peer)}, {Text: standing(m, today)}, number(m.Cap),
			number(one.Assigned), number(one.Opened), number(one.Done), number(one.HandedBack + one.Recused), number(one.Conflicts),
		})
	}
	return t
}

// standing says whether somebody reads.
func standing(m *panel.Member, today london.Date) string {
	switch {
	case m.Status == panel.MemberLeft:
		return "Left"
	case m.Paused(today):
		return "Pausing until " + m.PausedUntil.Medium()
	case m.AvailableFrom.After(today):
		return "From " + m.AvailableFrom.Medium()
	case !m.AvailableUntil.IsZero():
		return "Until " + m.AvailableUntil.Medium()
	}
	return "Reads"
}

func fileTable(r *bursary.Round, files []panel.FileProgress) page.Table {
	t := page.Table{Caption: "Applications", Columns: []page.Column{
		{Title: "Code"}, {Title: "Checked"}, {Title: "Readers", Numeric: true}, {Title: "Peers among them", Numeric: true}, {Title: "Done", Numeric: true},
		{Title: "Given up or moved", Numeric: true}, {Title: "Cannot read it", Numeric: true},
	}}
	for _, one := range files {
		t.Rows = append(t.Rows, []page.Cell{
			{Text: one.Code}, {Text: checked(one)}, {Text: fmt.Sprintf("%d of %d", one.Live, r.Readers)}, number(one.Peers), number(one.Done),
			number(one.Gone), number(one.Apart),
		})
	}
	return t
}

func checked(one panel.FileProgress) string {
	switch {
	case one.Eligible == nil:
		return "Not yet"
	case *one.Eligible:
		return "Eligible"
	}
	return "Not eligible"
}

var givenUpWords = map[panel.AssignmentStatus]string{
	panel.HandedBack: "Handed back",
	panel.Recused:    "Knows the person",
}

func givenUpTable(all []panel.GivenUp) page.Table {
	t := page.Table{Caption: "Handed back", Columns: []page.Column{{Title: "Code"}, {Title: "By"}, {Title: "How"}, {Title: "Readers now", Numeric: true}}}
	for _, one := range all {
		t.Rows = append(t.Rows, []page.Cell{{Text: one.Code}, {Text: one.Name}, {Text: givenUpWords[one.Status]}, number(one.Live)})
	}
	return t
}

func number(n int) page.Cell { return page.Cell{Text: strconv.Itoa(n)} }

func yesNo(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}
