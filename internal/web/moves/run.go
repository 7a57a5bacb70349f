package moves

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/admissions"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type cancelForm struct {
	Reason string   `form:"reason" binding:"required,max=1000" error:"Say why: everybody who has a place reads it" error-max:"Use 1,000 characters or fewer"`
	Sure   []string `form:"sure" binding:"required,dive,eq=yes" error:"Tick the box if these dates are to be cancelled"`
}

// concerned counts whom the cancelling of a run concerns, and what they have paid.
type concerned struct {
	Confirmed int // places
	Held      int
	Waiting   int
	Learners  money.Amount // paid by learners, in pence
	Employers money.Amount // invoiced to organisations
}

type cancelPage struct {
	page.Base
	Run  *course.Offering
	Whom concerned
	Days int // to choose
	Form cancelForm
}

func concernedBy(ctx context.Context, d bun.IDB, o *course.Offering) (c concerned, err error) {
	err = d.NewRaw(`
		SELECT count(*) FILTER (WHERE e.status = 'confirmed') AS confirmed, count(*) FILTER (WHERE e.status = 'held') AS held,
		       count(*) FILTER (WHERE e.status = 'waiting') AS waiting, coalesce(sum(m.learners), 0) AS learners, coalesce(sum(m.employers), 0) AS employers
		FROM   enrolments e
		CROSS  JOIN LATERAL (
		       SELECT sum((SELECT coalesce(sum(p.captured - p.refunded), 0) FROM payments p WHERE p.share_id = s.id)) AS learners, sum(s.invoiced) AS employers
		       FROM   shares s WHERE s.enrolment_id = e.id) m
		WHERE  e.run_id = ? AND e.status IN ('confirmed', 'held', 'waiting')`, o.ID).Scan(ctx, &c)
	if err != nil {
		return c, fmt.Errorf("counting whom a cancelled run concerns: %w", err)
	}
	return c, nil
}

func (d desk) cancelPage(c *gin.Context) (*cancelPage, error) {
	o, err := d.runOf(c)
	if err != nil {
		return nil, err
	}
	whom, err := concernedBy(c.Request.Context(), d.DB, o)
	p := &cancelPage{Run: o, Whom: whom, Days: enrolment.AnswerDays}
	p.Crumbs = []page.Link{home, {Text: o.Code, Href: "/admin/runs/" + o.Code}}
	return p, err
}

func (d desk) runOf(c *gin.Context) (*course.Offering, error) {
	run, err := course.RunByCode(c.Request.Context(), d.DB, c.Param("run"))
	if err != nil {
		return nil, err
	}
	return course.OfferingOf(c.Request.Context(), d.DB, run)
}

// askCancel shows whom it concerns, and asks why.
func (d desk) askCancel(c *gin.Context) error {
	p, err := d.cancelPage(c)
	if err != nil {
		return err
	}
	switch p.Run.Status {
	case course.Cancelled:
		return page.Redirect(c, "/admin/runs/"+p.Run.Code+"/cancelled")
	case course.Finished:
		return page.ErrNotFound
	}
	return page.Render(c, "moves/cancel", p)
}

func (d desk) cancel(c *gin.Context) error {
	p, err := d.cancelPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = d.act(c.Request.Context(), func(tx *db.Tx) error {
			return admissions.CancelRun(c.Request.Context(), tx, page.ViewerOf(c).Person, p.Run.Code, p.Form.Reason)
		})
	}
	if err != nil {
		return page.Again(c, err, "moves/cancel", p)
	}
	page.Flash(c, page.RunCancelled)
	return page.Redirect(c, "/admin/runs/"+p.Run.Code+"/cancelled")
}

type cancelledPage struct {
	page.Base
	Run    *course.Offering
	Why    *enrolment.Cancellation
	Places page.Table
	Links  page.Pagination
}

// portion is how many rows of a long list are shown at a time.
const portion = 50

// place is one of a cancelled run, with what was chosen.
type cancelledPlace struct {
	ID     int64
	Code   string
	Name   string
	Status enrolment.Status
	Answer enrolment.Answer
	Moved  string // code of the run where it went
	Team   bool
}

// cancelled shows what was chosen for each place.
func (d desk) cancelled(c *gin.Context) error {
	o, err := d.runOf(c)
	if err != nil {
		return err
	}
	why, err := enrolment.CancellationOf(c.Request.Context(), d.DB, o.ID)
	if err != nil {
		return err
	}
	var after int64
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	var rows []cancelledPlace
	err = d.DB.NewRaw(`
		SELECT e.id, e.code, coalesce(p.name, '') AS name, e.status, coalesce(k.answer, '') AS answer, e.team_booking_id IS NOT NULL AS team,
		       CASE WHEN e.run_id <> k.run_id THEN r.code ELSE '' END AS moved
		FROM   cancelled_places k JOIN enrolments e ON e.id = k.enrolment_id JOIN runs r ON r.id = e.run_id LEFT JOIN people p ON p.id = e.person_id
		WHERE  k.run_id = ? AND e.id > ? ORDER BY e.id LIMIT ?`, o.ID, after, portion+1).Scan(c.Request.Context(), &rows)
	if err != nil {
		return fmt.Errorf("listing the places of a cancelled run: %w", err)
	}
	rows, links, err := page.Portion(c, rows, portion, func(last cancelledPlace) int64 { return last.ID })
	if err != nil {
		return err
	}
	p := &cancelledPage{Run: o, Why: why, Links: links}
	p.Crumbs = []page.Link{home, {Text: o.Code, Href: "/admin/runs/" + o.Code}}
	p.Places = page.Table{Caption: "Places that were confirmed", Stacked: true, Columns: []page.Column{{Title: "Place"}, {Title: "Who"}, {Title: "What becomes of it"}, {Title: ""}}}
	for _, r := range rows {
		move := page.Cell{}
		if r.Answer == "" && r.Status == enrolment.Confirmed {
			move = page.Cell{Text: "Move", Href: "/admin/places/" + r.Code + "/move"}
		}
		p.Places.Rows = append(p.Places.Rows, []page.Cell{{Text: r.Code, Href: "/admin/places/" + r.Code}, {Text: r.Name}, {Text: r.words()}, move})
	}
	return page.Render(c, "moves/cancelled", p)
}

// words say what becomes of a place.
func (r cancelledPlace) words() string {
	switch {
	case r.Answer == enrolment.ChoseDates:
		return "Moved to " + r.Moved
	case r.Answer == enrolment.ChoseMoney:
		return "Cancelled, everything given back or credited"
	case r.Status != enrolment.Confirmed && r.Status != enrolment.Held:
		return "Ended before an answer came"
	case r.Status == enrolment.Held:
		return "Offered: it waits for its holder's answer"
	case r.Team:
		return "Not answered yet: its employer decides with us"
	}
	return "Not answered yet"
}
