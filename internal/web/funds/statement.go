package funds

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/document"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

type statementPage struct {
	page.Base
	Fund  *fund.Fund
	Books fund.Statement
	Years []page.Link // the other years
	Href  string
	Query string // which year, for the files
}

// figure is one line of a statement.
type figure struct {
	Name   string
	Amount money.Amount
	Total  bool
}

// Whole is the fund as a whole, promised or not.
func (p *statementPage) Whole() []figure {
	s := p.Books
	return []figure{
		{"In the fund at the start", s.Opening(), true},
		{"Given", s.Income, false},
		{"From other funds, less to other funds", s.Transfers, false},
		{"Paid before and come back", s.Recovered, false},
		{"Spent", -s.Spent, false},
		{"Back to the donor", -s.Returned, false},
		{"In the fund at the end", s.Closing(), true},
	}
}

// Left is the part that is promised to nobody.
func (p *statementPage) Left() []figure {
	s := p.Books
	return []figure{
		{"Left to promise at the start", s.OpeningAvailable, true},
		{"Given", s.Income, false},
		{"From other funds, less to other funds", s.Transfers, false},
		{"Paid before and come back", s.Recovered, false},
		{"Promises released", s.Released, false},
		{"Promised to people", -s.Committed, false},
		{"Back to the donor", -s.Returned, false},
		{"Left to promise at the end", s.ClosingAvailable, true},
	}
}

// Promised is the part that is promised to people.
func (p *statementPage) Promised() []figure {
	s := p.Books
	return []figure{
		{"Promised at the start", s.OpeningCommitted, true},
		{"Promised to people", s.Committed, false},
		{"Promises released", -s.Released, false},
		{"Spent", -s.Spent, false},
		{"Promised at the end", s.ClosingCommitted, true},
	}
}

// part is a table of a statement with its heading.
type part struct {
	Title   string
	Figures []figure
}

// Parts are the tables in the order of the page.
func (p *statementPage) Parts() []part {
	return []part{{"The whole fund", p.Whole()}, {"Of that, left to promise", p.Left()}, {"Of that, promised to people", p.Promised()}}
}

// Equation says the whole statement as one sum.
func (p *statementPage) Equation() string {
	whole := p.Whole()
	sum := whole[0].Amount.String()
	for _, f := range whole[1 : len(whole)-1] {
		if f.Amount < 0 {
			sum += " − " + (-f.Amount).String()
		} else {
			sum += " + " + f.Amount.String()
		}
	}
	return sum + " = " + p.Books.Closing().String()
}

// Days are those of the year.
func (p *statementPage) Days() string { return london.Days(p.Books.From, p.Books.Until) }

// Running reports whether the year is not over on a day.
func (p *statementPage) Running() bool { return !p.Books.Until.Before(london.DateOf(p.Now)) }

// Rows are the figures of a part, for the part "table" of a page.
func (t part) Rows() page.Table {
	table := page.Table{Caption: t.Title, Columns: []page.Column{{Title: "What"}, {Title: "Amount", Numeric: true}}}
	for _, f := range t.Figures {
		table.Rows = append(table.Rows, []page.Cell{{Text: f.Name}, {Text: f.Amount.String()}})
	}
	return table
}

type yearQuery struct {
	Year string `form:"year"` // the first day, "2026-04-01"
}

// statementOf reads the statement that the address asks for: of the year that runs, unless it names another.
func (d desk) statementOf(c *gin.Context) (*statementPage, error) {
	f, year, err := d.yearOf(c)
	if err != nil {
		return nil, err
	}
	p := &statementPage{Base: d.within(f), Fund: f, Href: d.href(f) + "/statement", Query: "?year=" + year.String()}
	p.Years = otherYears(f, year, d.today(), p.Href)
	p.Books, err = fund.StatementOf(c.Request.Context(), d.DB, f.ID, year)
	return p, err
}

// yearOf is the fund and the first day of the year that the address names.
func (d desk) yearOf(c *gin.Context) (*fund.Fund, london.Date, error) {
	f, err := d.fund(c)
	if err != nil {
		return nil, london.Date{}, err
	}
	var q yearQuery
	if err := page.Query(c, &q); err != nil {
		return nil, london.Date{}, err
	}
	if q.Year == "" {
		return f, f.YearOf(d.today()), nil
	}
	asked, err := london.Parse(q.Year)
	if err != nil {
		return nil, london.Date{}, page.ErrNotFound
	}
	return f, f.YearOf(asked), nil
}

// statement shows a year of a fund.
func (d desk) statement(c *gin.Context) error {
	p, err := d.statementOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "funds/statement", p)
}

// statementCSV is the same for a spreadsheet.
func (d desk) statementCSV(c *gin.Context) error {
	p, err := d.statementOf(c)
	if err != nil {
		return err
	}
	rows := [][]page.SheetCell{
		{page.SheetText("Fund"), page.SheetText(p.Fund.Code)}, {page.SheetText("Name"), page.SheetText(p.Fund.Name)}, {page.SheetText("Donor"), page.SheetText(p.Fund.Donor)},
		{page.SheetText("From"), page.SheetText(p.Books.From.String())}, {page.SheetText("Until"), page.SheetText(p.Books.Until.String())},
		{page.SheetText("Part"), page.SheetText("What"), page.SheetText("Amount in pounds")},
	}
	for _, t := range p.Parts() {
		for _, f := range t.Figures {
			rows = append(rows, []page.SheetCell{page.SheetText(t.Title), page.SheetText(f.Name), page.SheetMoney(f.Amount)})
		}
	}
	return page.Spreadsheet(c, p.file("csv"), rows)
}

// statementPDF is the same to print and send.
func (d desk) statementPDF(c *gin.Context) error {
	p, err := d.statementOf(c)
	if err != nil {
		return err
	}
	doc := document.New("Statement of " + p.Fund.Name)
	doc.Paragraph(d.Site.Name)
	doc.Paragraph(p.Fund.Code + ", " + p.Days())
	if p.Fund.Donor != "" {
		doc.Line("Donor", p.Fund.Donor)
	}
	for _, t := range p.Parts() {
		doc.Heading(t.Title)
		for _, f := range t.Figures {
			doc.Line(f.Name, f.Amount.String())
		}
	}
	doc.Note(p.Equation())
	return d.pdf(c, p.file("pdf"), doc)
}

// file names a statement as a file.
func (p *statementPage) file(kind string) string {
	return "statement-" + p.Fund.Code + "-" + p.Books.From.String() + "." + kind
}

// pdf answers with a document to keep.
func (d desk) pdf(c *gin.Context, name string, doc *document.Document) error {
	file, err := doc.PDF(d.DB.Now())
	if err != nil {
		return err
	}
	page.Attach(c, name, "application/pdf", file)
	return nil
}
