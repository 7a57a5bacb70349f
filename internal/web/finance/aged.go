package finance

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

const agedAt = "/finance/aged"

var agedLink = page.Link{Text: "Aged debt", Href: agedAt}

type agedPage struct {
	base
	Table page.Table
	Links page.Pagination
	All   invoice.AgedDebt // the sums of all organisations
	Save  page.Saving
}

// aged is who owes how much since when.
func (f finance) aged(c *gin.Context) error {
	var after id.Organisation
	if _, err := page.After(c, &after); err != nil {
		return err
	}
	p := &agedPage{base: below(), Save: page.SavingAt(c, listsAt+"/aged-debt")}
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

// saveAged is the whole list, with the sums of all organisations at its end.
func (f finance) saveAged(c *gin.Context) (page.List, error) {
	row := func(a invoice.AgedDebt) []sheet.Cell {
		cells := []sheet.Cell{sheet.Text(a.Name), sheet.Text(a.Code)}
		for _, amount := range amountsOf(a) {
			cells = append(cells, sheet.Money(amount))
		}
		return cells
	}
	var all invoice.AgedDebt
	rows := page.Walk(func(after id.Organisation, limit int) ([]invoice.AgedDebt, error) {
		return invoice.Aged(c.Request.Context(), f.DB, f.today(), after, limit)
	}, func(last invoice.AgedDebt) id.Organisation { return last.Organisation }, func(a invoice.AgedDebt) []sheet.Cell {
		all = plus(all, a)
		return row(a)
	})
	return page.List{Columns: []string{"Organisation", "Code", "Not due", "Overdue by 1 to 30 days", "31 to 60 days", "61 to 90 days", "Over 90 days", "Together", "Its credit"},
		Rows: func(yield func([]sheet.Cell, error) bool) {
			for cells, err := range rows {
				if !yield(cells, err) || err != nil {
					return
				}
			}
			all.Name = "All together"
			yield(row(all), nil)
		}}, nil
}
