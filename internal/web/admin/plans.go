package admin

import (
	"cmp"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

type plansQuery struct {
	Status string `form:"status"`
}

type plansPage struct {
	page.Base
	Status report.PlanKind
	Kinds  []planLink
	Table  page.Table
	Links  page.Pagination
	Save   page.Saving
}

// planLink is one of the lists; the one that is shown is no link.
type planLink struct {
	page.Link
	Here bool
}

var planLists = []struct {
	kind report.PlanKind
	name string
}{{report.StoppedPlans, "Stopped"}, {report.PausedPlans, "Paused by us"}, {report.ActivePlans, "Going on"}, {report.CompletedPlans, "Paid"}}

// plans lists the places that are paid by instalments; at first those about which somebody must talk with the person.
func (f office) plans(c *gin.Context) error {
	var q plansQuery
	if err := page.Query(c, &q); err != nil {
		return err
	}
	var after id.Plan
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	p := &plansPage{Base: page.Base{Crumbs: []page.Link{home}}, Status: report.PlanKind(cmp.Or(q.Status, string(report.StoppedPlans))), Save: page.SavingAt(c, "/admin/export/plans")}
	rows, err := report.Plans(c.Request.Context(), f.DB, p.Status, after, portion+1)
	if err != nil {
		return err
	}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last report.Plan) id.Plan { return last.ID }); err != nil {
		return err
	}
	for _, l := range planLists {
		p.Kinds = append(p.Kinds, planLink{page.Link{Text: l.name, Href: "/admin/plans?status=" + string(l.kind)}, l.kind == p.Status})
	}
	p.Table = plansTable(rows)
	return page.Render(c, "admin/plans", p)
}

func plansTable(rows []report.Plan) page.Table {
	t := page.Table{Caption: "Places that are paid by instalments", Stacked: true, Columns: []page.Column{{Title: "Place"}, {Title: "Learner"}, {Title: "Cohort"}, {Title: "Waits for"},
		{Title: "Still to be paid", Numeric: true}}}
	for _, r := range rows {
		t.Rows = append(t.Rows, []page.Cell{{Text: r.Place, Href: "/admin/places/" + r.Place + "/plan"}, {Text: cmp.Or(r.Name, "No name yet")}, {Text: r.Run},
			{Text: waitsFor(r.DueOn, r.Tries)}, {Text: r.Rest.String()}})
	}
	return t
}

func waitsFor(due london.Date, tries int) string {
	switch {
	case due.IsZero():
		return "Nothing"
	case tries == 0:
		return "The instalment of " + due.Medium()
	case tries == 1:
		return "The instalment of " + due.Medium() + ", refused once"
	}
	return fmt.Sprintf("The instalment of %s, refused %d times", due.Medium(), tries)
}
