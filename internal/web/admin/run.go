package admin

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type runPage struct {
	page.Base
	Run   *course.Offering
	Acts  bool // whoever looks may change things
	Table page.Table
	Links page.Pagination
}

// run lists the enrolments of a run, the latest booked first.
func (f office) run(c *gin.Context) error {
	o, err := offering(c.Request.Context(), f.DB, c.Param("run"))
	if err != nil {
		return err
	}
	var before id.Enrolment
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	rows, err := claimsOf(c.Request.Context(), f.DB, o.ID, before, portion+1)
	if err != nil {
		return err
	}
	rows, links, err := page.Portion(c, rows, portion, func(last claim) id.Enrolment { return last.ID })
	if err != nil {
		return err
	}
	return page.Render(c, "admin/run", &runPage{
		Base: page.Base{Crumbs: []page.Link{home}}, Run: o, Acts: acts(c), Table: tableOf(rows), Links: links,
	})
}

// offering is a run of any status by its code, listed or not.
func offering(ctx context.Context, d bun.IDB, code string) (*course.Offering, error) {
	which, err := course.RunByCode(ctx, d, code)
	if err != nil {
		return nil, err
	}
	return course.OfferingOf(ctx, d, which)
}

// claim is an enrolment as a list shows it.
type claim struct {
	ID        id.Enrolment
	Code      string
	Name      string
	Status    enrolment.Status
	Band      course.Band
	Price     money.Amount
	Paid      money.Amount // captured and not given back
	Pending   bool         // a bank is confirming a payment
	HeldUntil time.Time
}

// claimsOf lists enrolments of a run that are older than before, newest first; a zero before begins with the
// newest.
func claimsOf(ctx context.Context, d bun.IDB, run id.Run, before id.Enrolment, limit int) ([]claim, error) {
	var claims []claim
	err := d.NewRaw(`
		SELECT e.id, e.code, coalesce(person.name, '') AS name, e.status, e.band, e.price,
		       coalesce(e.held_until, 'epoch') AS held_until, money.paid, money.pending
		FROM   enrolments e
		LEFT   JOIN people person ON person.id = e.person_id
		CROSS  JOIN LATERAL (
		       SELECT coalesce(sum(p.captured - p.refunded), 0) AS paid, coalesce(bool_or(p.status = 'pending'), false) AS pending
		       FROM   shares s JOIN payments p ON p.share_id = s.id
		       WHERE  s.enrolment_id = e.id) money
		WHERE  e.run_id = ?0 AND (?1 = 0 OR e.id < ?1)
		ORDER  BY e.id DESC LIMIT ?2`, run, before, limit).Scan(ctx, &claims)
	if err != nil {
		return nil, fmt.Errorf("listing the enrolments of run %d: %w", run, err)
	}
	return claims, nil
}

func tableOf(claims []claim) page.Table {
	t := page.Table{Caption: "Places, the latest booked first", Stacked: true, Columns: []page.Column{
		{Title: "Code"}, {Title: "Name"}, {Title: "How it stands"}, {Title: "Price for"}, {Title: "Price", Numeric: true}, {Title: "Paid by card", Numeric: true},
	}}
	for _, k := range claims {
		t.Rows = append(t.Rows, []page.Cell{
			{Text: k.Code, Href: "/admin/places/" + k.Code}, {Text: cmp.Or(k.Name, "No name yet")}, {Text: standing(k.Status, k.HeldUntil, k.Pending)},
			{Text: bandWords[k.Band]}, {Text: k.Price.String()}, {Text: k.Paid.String()},
		})
	}
	return t
}
