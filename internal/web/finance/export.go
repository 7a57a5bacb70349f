package finance

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/money"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

const exportAt = "/finance/export"

type exportPage struct {
	base
	Months page.Table
}

// shownMonths is how many months can be exported from the page; an older one can by its address.
const shownMonths = 24

// export lists the months with what there is in each.
func (f finance) export(c *gin.Context) error {
	ctx := c.Request.Context()
	months, err := report.Months(ctx, f.DB, f.DB.Now())
	if err != nil {
		return err
	}
	p := &exportPage{base: below(), Months: page.Table{Caption: "Months", Stacked: true, Columns: []page.Column{{Title: "Month"}, {Title: "Entries", Numeric: true},
		{Title: "Lines", Numeric: true}, {Title: "Debit", Numeric: true}, {Title: "Credit", Numeric: true}}}}
	for _, m := range months[:min(len(months), shownMonths)] {
		x, err := report.ExportedOf(ctx, f.DB, m)
		if err != nil {
			return err
		}
		p.Months.Rows = append(p.Months.Rows, []page.Cell{{Text: m.Title() + " (CSV)", Href: exportAt + "/" + m.String()}, {Text: number(x.Entries)},
			{Text: number(x.Lines)}, {Text: x.Debit.String()}, {Text: x.Credit.String()}})
	}
	return page.Render(c, "finance/export", p)
}

// exportCSV is a month for the bookkeeping program. It is sent when all of it was read: half a file would look whole.
func (f finance) exportCSV(c *gin.Context) error {
	m, err := f.monthOf(c)
	if err != nil {
		return err
	}
	rows := [][]page.SheetCell{{"Date", "Reference", "Nominal code", "Account", "Debit", "Credit", "Text"}}
	err = report.Export(c.Request.Context(), f.Machine, m, func(r report.Row) error {
		rows = append(rows, []page.SheetCell{page.SheetText(r.On.String()), page.SheetText(r.Reference), page.SheetText(r.Nominal),
			page.SheetText(r.Account), filledIn(r.Debit), filledIn(r.Credit), page.SheetText(r.Text)})
		return nil
	})
	if err != nil {
		return err
	}
	return page.Spreadsheet(c, "entries-"+m.String()+".csv", rows)
}

// filledIn is an amount in a spreadsheet, where nothing is an empty cell.
func filledIn(a money.Amount) page.SheetCell {
	if a == 0 {
		return ""
	}
	return page.SheetMoney(a)
}
