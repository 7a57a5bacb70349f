package finance

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

const agedAt = "/finance/aged"

var agedLink = page.Link{Text: "Aged debt", Href: agedAt}

type agedPage struct {
	base
	Table page.Table
	Links page.Pagination
	All   invoice.AgedDebt // the sums of all organisations
}

// aged is who owes how much since when.
func (f finance) aged(c *gin.Context) error {
	var after id.Organisation
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	p := &agedPage{base: below()}
	err := f.eachAged(c, func(a invoice.AgedDebt) { p.All = plus(p.All, a) })
	if err != nil {
		return err
	}
	rows, err := invoice.Aged(c.Request.Context(), f.DB, f.today(), after, portion+1)
	if err != nil {
		return err
	}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last invoice.AgedDebt) id.Organisation { return last.Organisation }); err != nil {
		return err
	}
	p.Table = page.Table{Caption: "By how many days invoices are overdue", Stacked: true, Columns: []page.Column{{Title: "Organisation"},
		{Title: "Not due", Numeric: true}, {Title: "1 to 30", Numeric: true}, {Title: "31 to 60", Numeric: true}, {Title: "61 to 90", Numeric: true},
		{Title: "Over 90", Numeric: true}, {Title: "Together", Numeric: true}, {Title: "Its credit", Numeric: true}}}
	for _, a := range rows {
		p.Table.Rows = append(p.Table.Rows, agedCells(page.Cell{Text: a.Name, Href: agedAt + "/" + a.Code}, a))
	}
	if p.Links.Next == "" && len(rows) > 0 {
		p.Table.Rows = append(p.Table.Rows, agedCells(page.Cell{Text: "All together"}, p.All))
	}
	return page.Render(c, "finance/aged", p)
}

func amountsOf(a invoice.AgedDebt) []money.Amount {
	return []money.Amount{a.NotDue, a.To30, a.To60, a.To90, a.Over90, a.Total, a.Credit}
}

func agedCells(name page.Cell, a invoice.AgedDebt) []page.Cell {
	row := []page.Cell{name}
	for _, amount := range amountsOf(a) {
		row = append(row, page.Cell{Text: amount.String()})
	}
	return row
}

func plus(a, b invoice.AgedDebt) invoice.AgedDebt {
	return invoice.AgedDebt{NotDue: a.NotDue + b.NotDue, To30: a.To30 + b.To30, To60: a.To60 + b.To60, To90: a.To90 + b.To90,
		Over90: a.Over90 + b.Over90, Total: a.Total + b.Total, Credit: a.Credit + b.Credit}
}

// eachAged goes through every organisation that owes something or has credit.
func (f finance) eachAged(c *gin.Context, each func(invoice.AgedDebt)) error {
	const some = 500
	for after := id.Organisation(0); ; {
		list, err := invoice.Aged(c.Request.Context(), f.DB, f.today(), after, some)
		if err != nil {
			return err
		}
		for _, a := range list {
			each(a)
			after = a.Organisation
		}
		if len(list) < some {
			return nil
		}
	}
}

// agedCSV is the whole list for a spreadsheet.
func (f finance) agedCSV(c *gin.Context) error {
	rows := [][]page.SheetCell{{"Organisation", "Code", "Not due", "Overdue by 1 to 30 days", "31 to 60 days", "61 to 90 days", "Over 90 days", "Together", "Its credit"}}
	var all invoice.AgedDebt
	add := func(a invoice.AgedDebt) {
		row := []page.SheetCell{page.SheetText(a.Name), page.SheetText(a.Code)}
		for _, amount := range amountsOf(a) {
			row = append(row, page.SheetMoney(amount))
		}
		rows = append(rows, row)
	}
	err := f.eachAged(c, func(a invoice.AgedDebt) {
		add(a)
		all = plus(all, a)
	})
	if err != nil {
		return err
	}
	all.Name = "All together"
	add(all)
	return page.Spreadsheet(c, "aged-debt-"+f.today().String()+".csv", rows)
}
