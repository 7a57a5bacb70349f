package funds

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/fund"
	"bursar/internal/web/page"
)

type listPage struct {
	page.Base
	Cards  []card
	Closed []card
	New    string // where one is added
}

// list is every fund with what it holds.
func (d desk) list(c *gin.Context) error {
	ctx := c.Request.Context()
	all, err := fund.All(ctx, d.DB)
	if err != nil {
		return err
	}
	cards, err := d.cards(ctx, all)
	if err != nil {
		return err
	}
	p := &listPage{Base: page.Base{Crumbs: []page.Link{d.home}}, New: d.at + "/new"}
	for _, card := range cards {
		if card.Closed() {
			p.Closed = append(p.Closed, card)
		} else {
			p.Cards = append(p.Cards, card)
		}
	}
	return page.Render(c, "funds/list", p)
}

type deskPage struct {
	page.Base
	Matters []matter
	Totals  page.Summary
	Funds   page.Link
}

// desk is the bookkeeper's: what needs somebody today.
func (d desk) desk(c *gin.Context) error {
	ctx := c.Request.Context()
	matters, err := d.matters(ctx)
	if err != nil {
		return err
	}
	open, err := fund.Holdings(ctx, d.DB)
	if err != nil {
		return err
	}
	return page.Render(c, "funds/desk", &deskPage{Matters: matters, Totals: totals(open), Funds: d.all()})
}

// totals are what all open funds hold together.
func totals(open []fund.Holding) page.Summary {
	var sum fund.Holding
	for _, h := range open {
		sum.Available += h.Available
		sum.Committed += h.Committed
		sum.Pledged += h.Pledged
	}
	return page.Summary{Rows: []page.Row{
		{Key: "Left to promise", Value: sum.Available.String()},
		{Key: "Promised to people", Value: sum.Committed.String()},
		{Key: "Pledged, not here yet", Value: sum.Pledged.String()},
	}}
}
