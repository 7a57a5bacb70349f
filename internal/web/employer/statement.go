package employer

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// statementQuery are the days that a statement is of; without any, the last twelve months.
type statementQuery struct {
	FromDay   string `form:"from-day"`
	FromMonth string `form:"from-month"`
	FromYear  string `form:"from-year"`
	ToDay     string `form:"to-day"`
	ToMonth   string `form:"to-month"`
	ToYear    string `form:"to-year"`
}

// days are the first and the last day.
func (q *statementQuery) days(today london.Date) (from, to london.Date, err error) {
	wrong := page.Mistakes{}
	from, to = wrong.Day("from", q.FromDay, q.FromMonth, q.FromYear), wrong.Day("to", q.ToDay, q.ToMonth, q.ToYear)
	if to.IsZero() && wrong["to"] == "" {
		to = today
		q.ToDay, q.ToMonth, q.ToYear = page.Boxes(to)
	}
	if from.IsZero() && wrong["from"] == "" {
		from = to.AddDays(-364)
		q.FromDay, q.FromMonth, q.FromYear = page.Boxes(from)
	}
	if len(wrong) == 0 && to.Before(from) {
		wrong["to"] = "The last day must be the first day or after it"
	}
	return from, to, wrong.Refusal(nil)
}

type statementPage struct {
	page.Base
	Of        *organisation.Organisation
	Form      statementQuery
	Statement invoice.Statement
	Credit    money.Amount // what we owe the organisation today
	Table     page.Table
	Href      string
	query     string // which days
}

// statement shows what was asked for and what came, day by day, with the balance.
func (e *employer) statement(c *gin.Context) error {
	p, err := e.statementPage(c)
	if p == nil {
		return err
	}
	if err != nil {
		return page.Again(c, err, "employer/statement", p)
	}
	return page.Render(c, "employer/statement", p)
}

// statementPage reads the statement that the address asks for. What is wrong with the days comes with the page on which
// they are chosen.
func (e *employer) statementPage(c *gin.Context) (*statementPage, error) {
	p := &statementPage{}
	if err := page.Query(c, &p.Form); err != nil {
		return nil, err
	}
	from, to, wrong := p.Form.days(london.DateOf(e.Own.Now()))
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (err error) {
		if wrong == nil {
			p.Statement, err = invoice.StatementOf(ctx, tx, of.ID, from, to)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.Credit, err = e.credit(c, of); err != nil {
		return nil, err
	}
	p.Of, p.Href, p.Crumbs = of, path(of, "/statement"), within(of)
	p.query, p.Table = c.Request.URL.RawQuery, p.table()
	return p, wrong
}

func (p *statementPage) table() page.Table {
	s, nothing := p.Statement, page.Cell{Text: "–"}
	t := page.Table{Caption: "Statement, " + london.Days(s.From, s.To), Stacked: true, Columns: []page.Column{{Title: "Date"}, {Title: "What"},
		{Title: "Asked for", Numeric: true}, {Title: "Met", Numeric: true}, {Title: "Balance", Numeric: true}}}
	t.Rows = append(t.Rows, []page.Cell{{Text: s.From.Medium()}, {Text: "At the start"}, nothing, nothing, {Text: s.Opening.String()}})
	for _, l := range s.Lines {
		row := []page.Cell{{Text: l.On.Medium()}, {Text: l.What + " " + l.Number}, nothing, nothing, {Text: l.Balance.String()}}
		if l.Debit != 0 {
			row[2].Text = l.Debit.String()
		}
		if l.Credit != 0 {
			row[3].Text = l.Credit.String()
		}
		t.Rows = append(t.Rows, row)
	}
	t.Rows = append(t.Rows, []page.Cell{{Text: s.To.Medium()}, {Text: "At the end"}, nothing, nothing, {Text: s.Closing.String()}})
	return t
}

// statementCSV is the same for a spreadsheet.
func (e *employer) statementCSV(c *gin.Context) error {
	p, err := e.statementPage(c)
	if err != nil {
		return err
	}
	s := p.Statement
	rows := [][]page.SheetCell{{"Date", "What", "Number", "Asked for in pounds", "Met in pounds", "Balance in pounds"},
		{page.SheetText(s.From.String()), "At the start", "", "", "", page.SheetMoney(s.Opening)}}
	for _, l := range s.Lines {
		rows = append(rows, []page.SheetCell{page.SheetText(l.On.String()), page.SheetText(l.What), page.SheetText(l.Number),
			page.SheetMoney(l.Debit), page.SheetMoney(l.Credit), page.SheetMoney(l.Balance)})
	}
	rows = append(rows, []page.SheetCell{page.SheetText(s.To.String()), "At the end", "", "", "", page.SheetMoney(s.Closing)})
	return page.Spreadsheet(c, p.file("csv"), rows)
}

// statementPDF is the same to print and send.
func (e *employer) statementPDF(c *gin.Context) error {
	p, err := e.statementPage(c)
	if err != nil {
		return err
	}
	body, err := p.Statement.PDF()
	if err != nil {
		return err
	}
	page.Attach(c, p.file("pdf"), "application/pdf", body)
	return nil
}

// File is the address of the same statement as a file.
func (p *statementPage) File(kind string) string {
	if p.query == "" {
		return p.Href + "." + kind
	}
	return p.Href + "." + kind + "?" + p.query
}

// file names a statement as a file.
func (p *statementPage) file(kind string) string {
	return "statement-" + p.Statement.From.String() + "-" + p.Statement.To.String() + "." + kind
}
