package trainer

import (
	"context"
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"bursar/internal/attendance"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// asked is what waits for a second person as its page shows it.
type asked struct {
	attendance.Asked
	Mine  bool // whoever looks has asked for it
	Title string
	Lines []string // what would change
}

type requestsPage struct {
	page.Base
	Run   *course.Offering
	List  []asked
	Links page.Pagination
}

func (d desk) requestsPage(c *gin.Context) (*requestsPage, error) {
	o, err := d.runOf(c)
	if err != nil {
		return nil, err
	}
	var after id.AttendanceRequest
	if _, err := page.After(c, &after); err != nil {
		return nil, err
	}
	rows, err := attendance.Requests(c.Request.Context(), d.DB, o.ID, after, portion+1)
	if err != nil {
		return nil, err
	}
	p := &requestsPage{Run: o}
	rows, p.Links, err = page.Portion(c, rows, portion, func(last attendance.Asked) id.AttendanceRequest { return last.ID })
	for _, row := range rows {
		p.List = append(p.List, askedOf(row, page.ViewerOf(c).Person))
	}
	p.Crumbs = above(o)
	return p, err
}

func askedOf(row attendance.Asked, me id.Person) asked {
	a := asked{Asked: row, Mine: row.AskedBy == me}
	if row.Day.IsZero() {
		a.Title = row.Name + ", place " + row.Place
		a.Lines = []string{map[bool]string{true: "Counts as having completed the course.", false: "Counts as not having completed the course."}[row.Completes]}
		return a
	}
	a.Title = fmt.Sprintf("Register of %s, %s", row.Day.Long(), row.Half.Word())
	for _, m := range row.Marks {
		was := marked[m.Was]
		if was == "" {
			was = "not marked"
		}
		a.Lines = append(a.Lines, fmt.Sprintf("%s: %s (was: %s)", m.Name, marked[m.Mark], was))
	}
	return a
}

// requests lists what waits for a second person.
func (d desk) requests(c *gin.Context) error {
	p, err := d.requestsPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "trainer/requests", p)
}

type decisionForm struct {
	Which    string `form:"which" binding:"required,number" error:"Choose what you decide about"`
	Decision string `form:"decision" binding:"required,oneof=agreed refused taken_back" error:"Choose what is to happen"`
}

func (d desk) decide(c *gin.Context) error {
	p, err := d.requestsPage(c)
	if err != nil {
		return err
	}
	var form decisionForm
	if err = page.Bind(c, &form); err == nil {
		which, _ := strconv.ParseInt(form.Which, 10, 64) // what is no request is refused by the verb
		err = d.act(c, func(ctx context.Context, tx *db.Tx) error {
			return attendance.Decide(ctx, tx, page.ViewerOf(c).Person, p.Run.ID, id.AttendanceRequest(which), attendance.Decision(form.Decision))
		})
	}
	if err != nil {
		return page.Again(c, err, "trainer/requests", p)
	}
	page.Flash(c, map[string]page.Notice{"agreed": page.ChangeAgreed, "refused": page.ChangeRefused, "taken_back": page.ChangeTakenBack}[form.Decision])
	return page.Redirect(c, at(p.Run, "/requests"))
}

type completeForm struct {
	Seen string   `form:"seen" binding:"required,number" error:"Open this page again"`
	Sure []string `form:"sure" binding:"required,dive,eq=yes" error:"Tick the box if the cohort is to be completed"`
}

type completePage struct {
	page.Base
	Run   *course.Offering
	Ready attendance.Readiness
	Short page.Table // who has not enough
	Form  completeForm
}

func (d desk) completePage(c *gin.Context) (*completePage, error) {
	o, err := d.runOf(c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	p := &completePage{Run: o, Short: page.Table{Caption: "Attended, and not completed", Stacked: true, Columns: []page.Column{{Title: "Name"}, {Title: "Half days there", Numeric: true},
		{Title: "Not marked", Numeric: true},
		{Title: "Of the whole", Numeric: true}, {Title: "Blocks missed"}}}}
	p.Crumbs = above(o)
	if p.Ready, err = attendance.ReadinessOf(ctx, d.DB, o, london.DateOf(d.DB.Now())); err != nil {
		return nil, err
	}
	list, err := attendance.Outcomes(ctx, d.DB, o.ID)
	for _, one := range list {
		if one.Status == enrolment.Confirmed && !one.Completes {
			p.Short.Rows = append(p.Short.Rows, []page.Cell{{Text: named(one), Href: at(o, "/places/"+one.Code)}, {Text: fmt.Sprintf("%d of %d", one.Halves, one.Of)},
				{Text: strconv.Itoa(one.Of - one.Marked)}, {Text: percent(one.BasisPoints())}, {Text: blocks(one.Missed)}})
		}
	}
	return p, err
}

// askComplete shows whom completing the cohort would concern.
func (d desk) askComplete(c *gin.Context) error {
	p, err := d.completePage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "trainer/complete", p)
}

func (d desk) complete(c *gin.Context) error {
	p, err := d.completePage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		seen, _ := strconv.Atoi(p.Form.Seen) // another number is refused by the verb
		err = d.act(c, func(ctx context.Context, tx *db.Tx) error {
			return attendance.CompleteRun(ctx, tx, page.ViewerOf(c).Person, p.Run.ID, seen)
		})
	}
	if err != nil {
		return page.Again(c, err, "trainer/complete", p)
	}
	page.Flash(c, page.CohortCompleted)
	return page.Redirect(c, at(p.Run, ""))
}
