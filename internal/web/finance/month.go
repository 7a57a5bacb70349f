package finance

import (
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/report"
	"bursar/internal/web/page"
)

const monthAt = "/finance/month"

type monthPage struct {
	base
	Month    report.Month
	Close    *report.Close
	Checks   []checkRow
	Chapters []figures
	Earlier  string // address of the month before; empty: nothing was posted then
	Later    string
	Running  bool // the month is not over
}

// checkRow is something that must be true.
type checkRow struct {
	report.Check
	Tag page.Tag
}

// Says are the two sides.
func (r checkRow) Says() string {
	says := r.Got.String() + ", as it must be"
	if !r.True() {
		says = r.Got.String() + ", and it must be " + r.Want.String()
	}
	if r.Now {
		says += ". This is how things stand today"
	}
	return says + "."
}

// thisMonth leads to the month that runs.
func (f finance) thisMonth(c *gin.Context) error {
	return page.Redirect(c, monthAt+"/"+report.MonthOf(f.today()).String())
}

// month is a month, closed, in words and figures.
func (f finance) month(c *gin.Context) error {
	p, err := f.monthPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/month", p)
}

func (f finance) monthPage(c *gin.Context) (*monthPage, error) {
	ctx := c.Request.Context()
	m, err := f.monthOf(c)
	if err != nil {
		return nil, err
	}
	p := &monthPage{base: below(), Month: m}
	if p.Close, err = report.CloseOf(ctx, f.Machine, m, f.DB.Now()); err != nil {
		return nil, err
	}
	known, err := report.Months(ctx, f.DB, f.DB.Now())
	if err != nil {
		return nil, err
	}
	p.Running = m == known[0]
	if slices.Contains(known, m.Before()) {
		p.Earlier = monthAt + "/" + m.Before().String()
	}
	if !p.Running {
		p.Later = monthAt + "/" + m.Next().String()
	}
	for _, k := range p.Close.Checks {
		tag := page.Tag{Text: "True", Colour: "green"}
		if !k.True() {
			tag = page.Tag{Text: "Not true", Colour: "red"}
		}
		p.Checks = append(p.Checks, checkRow{k, tag})
	}
	p.Chapters = chapters(p.Close)
	return p, nil
}

// monthOf is the month that the address names: none that is still to come.
func (f finance) monthOf(c *gin.Context) (report.Month, error) {
	m, err := report.ParseMonth(c.Param("month"))
	if err == nil && m.First().After(f.today()) {
		err = report.ErrMonth
	}
	return m, err
}

// figures is a table of the report, with what it says in words.
type figures struct {
	Title, Words string
	Columns      []string // of the amounts
	Lines        []figure
}

// figure is a line of amounts.
type figure struct {
	Name    string
	Amounts []money.Amount
}

// Table is the table of a page.
func (t figures) Table() page.Table {
	table := page.Table{Caption: t.Title, Stacked: len(t.Columns) > 1, Columns: []page.Column{{Title: "What"}}}
	for _, title := range t.Columns {
		table.Columns = append(table.Columns, page.Column{Title: title, Numeric: true})
	}
	for _, l := range t.Lines {
		row := []page.Cell{{Text: l.Name}}
		for _, a := range l.Amounts {
			row = append(row, page.Cell{Text: a.String()})
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// monthCSV is the same for a spreadsheet.
func (f finance) monthCSV(c *gin.Context) error {
	p, err := f.monthPage(c)
	if err != nil {
		return err
	}
	rows := [][]page.SheetCell{{"Month", page.SheetText(p.Month.String())}, {"Read on", page.SheetText(london.Stamp(f.DB.Now()))}, {},
		{"What must be true", "Is it?", "It is", "It must be"}}
	for _, k := range p.Checks {
		rows = append(rows, []page.SheetCell{page.SheetText(k.Title), page.SheetText(k.Tag.Text), page.SheetMoney(k.Got), page.SheetMoney(k.Want)})
	}
	for _, t := range p.Chapters {
		head := []page.SheetCell{page.SheetText(t.Title)}
		for _, title := range t.Columns {
			head = append(head, page.SheetText(title+", in pounds"))
		}
		rows = append(rows, []page.SheetCell{}, head)
		for _, l := range t.Lines {
			row := []page.SheetCell{page.SheetText(l.Name)}
			for _, a := range l.Amounts {
				row = append(row, page.SheetMoney(a))
			}
			rows = append(rows, row)
		}
	}
	return page.Spreadsheet(c, "month-"+p.Month.String()+".csv", rows)
}
