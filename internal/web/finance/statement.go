package finance

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
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
		q.ToDay, q.ToMonth, q.ToYear = number(to.Day), number(int(to.Month)), number(to.Year)
	}
	if from.IsZero() && wrong["from"] == "" {
		from = to.AddDays(-364)
		q.FromDay, q.FromMonth, q.FromYear = number(from.Day), number(int(from.Month)), number(from.Year)
	}
	if len(wrong) == 0 && to.Before(from) {
		wrong["to"] = "The last day must be the first day or after it"
	}
	return from, to, wrong.Refusal(nil)
}

type statementPage struct {
	base
	Organisation *organisation.Organisation
	Form         statementQuery
	Statement    invoice.Statement
	Table        page.Table
	Interest     page.Table
	Href         string
	Query        string // which days, for the files
}

// statement shows what an organisation was asked for and what came, and what the law lets us add.
func (f finance) statement(c *gin.Context) error {
	p, err := f.statementPage(c)
	if p == nil {
		return err
	}
	if err == nil {
		p.Interest, err = f.interestTable(c.Request.Context(), p.Organisation)
	}
	if err != nil {
		return page.Again(c, err, "finance/statement", p)
	}
	return page.Render(c, "finance/statement", p)
}

// statementPage reads the statement that the address asks for. What is wrong with the days comes with the page on which they
// are chosen.
func (f finance) statementPage(c *gin.Context) (*statementPage, error) {
	o, err := f.organisationBy(c, c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &statementPage{base: below(agedLink), Organisation: o, Href: agedAt + "/" + o.Code}
	if err := page.Query(c, &p.Form); err != nil {
		return nil, err
	}
	if c.Request.URL.RawQuery != "" {
		p.Query = "?" + c.Request.URL.RawQuery
	}
	from, to, err := p.Form.days(f.today())
	if err == nil {
		p.Statement, err = invoice.StatementOf(c.Request.Context(), f.DB, o.ID, from, to)
	}
	p.Table = statementTable(p.Statement)
	return p, err
}

func statementTable(s invoice.Statement) page.Table {
	t := page.Table{Caption: "Statement, " + london.Days(s.From, s.To), Stacked: true, Columns: []page.Column{{Title: "Date"}, {Title: "What"},
		{Title: "Asked for", Numeric: true}, {Title: "Met", Numeric: true}, {Title: "Balance", Numeric: true}}}
	add := func(on london.Date, what string, debit, credit, balance money.Amount) {
		t.Rows = append(t.Rows, []page.Cell{{Text: on.Medium()}, {Text: what}, {Text: dash(debit)}, {Text: dash(credit)}, {Text: balance.String()}})
	}
	add(s.From, "At the start", 0, 0, s.Opening)
	for _, l := range s.Lines {
		add(l.On, l.What+" "+l.Number, l.Debit, l.Credit, l.Balance)
	}
	add(s.To, "At the end", 0, 0, s.Closing)
	return t
}

// dash is an amount in a table, where nothing is a dash.
func dash(a money.Amount) string {
	if a == 0 {
		return "–"
	}
	return a.String()
}

// shownLate is how many overdue invoices of one organisation are shown with their interest.
const shownLate = 200

// interestTable is what the law lets us add to overdue invoices, with its working.
func (f finance) interestTable(ctx context.Context, o *organisation.Organisation) (page.Table, error) {
	t := page.Table{Caption: "What we could ask for because they are late", Stacked: true, Columns: []page.Column{{Title: "Invoice"}, {Title: "Working"},
		{Title: "Interest", Numeric: true}, {Title: "Compensation", Numeric: true}}}
	late, err := invoice.List(ctx, f.DB, invoice.Filter{Organisation: o.ID, DueBefore: f.today()}, 0, shownLate)
	if err != nil {
		return t, err
	}
	for _, i := range late {
		base, err := invoice.BaseRate(ctx, f.DB, &i)
		if err != nil {
			return t, err
		}
		l := invoice.Interest(&i, f.today(), base)
		working := i.Outstanding().String() + " × " + course.Percent(int64(l.RateBP)) + " a year × " + count(l.Days, "day", "days") + " ÷ 365 days"
		t.Rows = append(t.Rows, []page.Cell{{Text: i.Number, Href: invoiceHref(i.Number)}, {Text: working}, {Text: l.Interest.String()}, {Text: l.Compensation.String()}})
	}
	return t, nil
}

// statementCSV is the same for a spreadsheet.
func (f finance) statementCSV(c *gin.Context) error {
	p, err := f.statementPage(c)
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
func (f finance) statementPDF(c *gin.Context) error {
	p, err := f.statementPage(c)
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

// file names a statement as a file.
func (p *statementPage) file(kind string) string {
	return "statement-" + p.Organisation.Code + "-" + p.Statement.From.String() + "-" + p.Statement.To.String() + "." + kind
}
