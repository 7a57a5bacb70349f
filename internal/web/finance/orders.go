package finance

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/id"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

// allOrders is the filter that shows closed purchase orders too.
const allOrders = "all"

type ordersQuery struct {
	Status string `form:"status"`
}

type ordersPage struct {
	base
	Query    ordersQuery
	Statuses []page.Choice
	Table    page.Table
	Links    page.Pagination
	Save     page.Saving
}

// orders lists purchase orders of all organisations, the latest first.
func (f finance) orders(c *gin.Context) error {
	p := &ordersPage{base: below(), Statuses: []page.Choice{{Label: "In use"}, {Value: allOrders, Label: "Closed ones too"}}, Save: page.SavingAt(c, listsAt+"/orders")}
	if err := page.Query(c, &p.Query); err != nil {
		return page.Again(c, err, "finance/orders", p)
	}
	var before id.PurchaseOrder
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	rows, err := report.Orders(c.Request.Context(), f.DB, p.Query.Status == allOrders, before, portion+1)
	if err != nil {
		return err
	}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last report.Order) id.PurchaseOrder { return last.ID }); err != nil {
		return err
	}
	p.Table = page.Table{Caption: "The latest first", Stacked: true, Columns: []page.Column{{Title: "Number"}, {Title: "Organisation"}, {Title: "Given"}, {Title: "Ends"},
		{Title: "Worth", Numeric: true}, {Title: "Used", Numeric: true}, {Title: "Left", Numeric: true}}}
	for _, o := range rows {
		ends := "No end"
		if !o.ValidUntil.IsZero() {
			ends = o.ValidUntil.Medium()
		}
		if !o.ClosedAt.IsZero() {
			ends = "Closed"
		}
		p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: o.Number, Href: organisationsAt + "/" + o.OrganisationCode + "/orders/" + o.Code}, {Text: o.Organisation},
			{Text: day(o.CreatedAt)}, {Text: ends}, {Text: o.Amount.String()}, {Text: o.Used.String()}, {Text: o.Left().String()}})
	}
	return page.Render(c, "finance/orders", p)
}
