package certificates

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/certificate"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/report"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

type runForm struct {
	Seen string   `form:"seen" binding:"max=9" error:"Open the page again"`
	Sure []string `form:"sure" binding:"required,dive,eq=yes" error:"Tick the box if the certificates are to be issued"`
}

type runPage struct {
	page.Base
	Run     *course.Offering
	Preview certificate.Preview
	Counts  page.Summary
	Table   page.Table
	Links   page.Pagination
	Form    runForm
	Save    page.Saving
}

func (d desk) runOf(c *gin.Context) (*course.Offering, error) {
	run, err := course.RunByCode(c.Request.Context(), d.DB, c.Param("run"))
	if err != nil {
		return nil, err
	}
	return course.OfferingOf(c.Request.Context(), d.DB, run)
}

func (d desk) runPage(c *gin.Context) (*runPage, error) {
	o, err := d.runOf(c)
	if err != nil {
		return nil, err
	}
	p := &runPage{Run: o, Save: page.SavingAt(c, "/admin/runs/"+o.Code+"/certificates/save/certificates")}
	p.Crumbs = []page.Link{home, {Text: o.Code, Href: "/admin/runs/" + o.Code}}
	if p.Preview, err = certificate.PreviewOf(c.Request.Context(), d.DB, o, london.DateOf(d.DB.Now())); err != nil {
		return nil, err
	}
	p.count()
	return p, p.list(c, d)
}

func (p *runPage) count() {
	row := func(key string, n int) page.Row { return page.Row{Key: key, Value: strconv.Itoa(n)} }
	p.Counts.Rows = []page.Row{row("Would get “completed”", p.Preview.Completed), row("Would get “attended”", p.Preview.Attended),
		row("Have theirs already", p.Preview.Has), row("Get none now", p.Preview.Without)}
	if p.Preview.Replacing > 0 {
		p.Counts.Rows = slices.Insert(p.Counts.Rows, 1, row("Of those, instead of “attended”", p.Preview.Replacing))
	}
}

func (p *runPage) list(c *gin.Context, d desk) error {
	var after id.Enrolment
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	rows, err := certificate.List(c.Request.Context(), d.DB, p.Run.ID, p.Preview.Readiness, after, portion+1)
	if err != nil {
		return err
	}
	rows, p.Links, err = page.Portion(c, rows, portion, func(last certificate.Standing) id.Enrolment { return last.EnrolmentID })
	p.Table = page.Table{Caption: "Who gets what", Stacked: true, Columns: []page.Column{{Title: "Name on it"}, {Title: "Place"}, {Title: "Half days there", Numeric: true},
		{Title: "Gets now"}, {Title: "Has"}}}
	for _, s := range rows {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: named(s), Href: "/admin/places/" + s.Code + "/certificate"}, {Text: s.Code}, {Text: there(s)}, {Text: gets(s)}, {Text: has(s)}})
	}
	return err
}

// named is the name that stands on what they have, or would stand on it.
func named(s certificate.Standing) string {
	switch {
	case s.HasName != "":
		return s.HasName
	case s.Printed != "":
		return s.Printed
	}
	return "Nobody named yet"
}

func there(s certificate.Standing) string { return fmt.Sprintf("%d of %d", s.Halves, s.Of) }

// gets is what somebody gets, or why not.
func gets(s certificate.Standing) string {
	switch {
	case s.Why == certificate.Has:
		return "Nothing more"
	case s.Why != "":
		return "Nothing. " + s.Why.Sentence()
	case s.Replaces():
		return kind(s.Gives) + ", instead of “attended”"
	}
	if n := s.Of - s.Marked; s.Gives == certificate.Attended && n > 0 {
		return fmt.Sprintf("%s. Half days not marked: %d", kind(s.Gives), n)
	}
	return kind(s.Gives)
}

func has(s certificate.Standing) string {
	if s.HasID == 0 {
		return "Nothing yet"
	}
	return s.HasNumber + ", " + string(s.HasKind)
}

func kind(k certificate.Kind) string {
	return map[certificate.Kind]string{certificate.Completed: "Completed", certificate.Attended: "Attended"}[k]
}

// run shows who gets what before anything is issued.
func (d desk) run(c *gin.Context) error {
	p, err := d.runPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "certificates/run", p)
}

func (d desk) issueRun(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	var form runForm
	if err = page.Bind(c, &form); err == nil {
		seen, _ := strconv.Atoi(form.Seen) // what is no number is another one than was shown
		err = d.act(c, func(ctx context.Context, tx *db.Tx, by certificate.Office) error {
			_, err := certificate.IssueRun(ctx, tx, by, o.ID, seen)
			return err
		})
	}
	if err != nil {
		p, unread := d.runPage(c)
		if unread != nil {
			return unread
		}
		p.Form.Sure = form.Sure
		return page.Again(c, err, "certificates/run", p)
	}
	page.Flash(c, page.CertificatesIssued)
	return page.Redirect(c, "/admin/runs/"+o.Code+"/certificates")
}

// saveRun answers with the list of everybody as a spreadsheet, and keeps who saved it.
func (d desk) saveRun(c *gin.Context) error {
	name, format, ok := page.FormatOf(c.Param("file"))
	if !ok || name != "certificates" {
		return page.ErrNotFound
	}
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	p, err := certificate.PreviewOf(ctx, d.DB, o, london.DateOf(d.DB.Now()))
	if err != nil {
		return err
	}
	list := page.List{Columns: []string{"Name on it", "Place", "Half days there", "Of", "Gets now", "Has"}, Rows: page.Walk(
		func(after id.Enrolment, limit int) ([]certificate.Standing, error) {
			return certificate.List(ctx, d.DB, o.ID, p.Readiness, after, limit)
		},
		func(last certificate.Standing) id.Enrolment { return last.EnrolmentID },
		func(s certificate.Standing) []sheet.Cell {
			return []sheet.Cell{sheet.Text(named(s)), sheet.Text(s.Code), sheet.Number(s.Halves), sheet.Number(s.Of), sheet.Text(gets(s)), sheet.Text(has(s))}
		})}
	return page.Save(c, o.Code+"-certificates", format, list, func(rows int) error {
		return d.DB.Write(ctx, func(tx *db.Tx) error {
			return report.NoteSaved(ctx, tx, page.ViewerOf(c).Person, o.Code+"-"+c.Param("file"), rows, c.Request.URL.Query())
		})
	})
}
