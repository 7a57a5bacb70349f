package funds

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/fund"
	"bursar/internal/report"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

type listPage struct {
	page.Base
	Cards  []card
	Closed []card
	New    string // where one is added
	Save   page.Saving
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
	p := &listPage{Base: page.Base{Crumbs: []page.Link{d.home}}, New: d.at + "/new", Save: page.SavingAt(c, d.at+"/save/funds")}
	for _, card := range cards {
		if card.Closed() {
			p.Closed = append(p.Closed, card)
		} else {
			p.Cards = append(p.Cards, card)
		}
	}
	return page.Render(c, "funds/list", p)
}

// saveList answers with every fund as a spreadsheet.
func (d desk) saveList(c *gin.Context) error {
	name, format, ok := page.FormatOf(c.Param("file"))
	if !ok || name != "funds" {
		return page.ErrNotFound
	}
	ctx := c.Request.Context()
	all, err := fund.All(ctx, d.DB)
	if err != nil {
		return err
	}
	cards, err := d.cards(ctx, all)
	if err != nil {
		return err
	}
	list := page.List{Columns: []string{"Code", "Fund", "Kind", "Donor", "How it stands", "To be spent by", "Left to promise", "Promised", "Of that pledged", "Spent since it began"},
		Rows: page.Each(cards, func(k card) []sheet.Cell {
			return []sheet.Cell{sheet.Text(k.Code), sheet.Text(k.Name), sheet.Text(k.Kind.Title()), sheet.Text(k.Whose()), sheet.Text(k.Tag().Text), sheet.Text(k.Until()),
				sheet.Money(k.Available), sheet.Money(k.Committed), sheet.Money(k.Pledged), sheet.Money(k.Spent)}
		})}
	return page.Save(c, name, format, list, func(rows int) error {
		return d.DB.Write(ctx, func(tx *db.Tx) error {
			return report.NoteSaved(ctx, tx, page.ViewerOf(c).Person, c.Param("file"), rows, c.Request.URL.Query())
		})
	})
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
