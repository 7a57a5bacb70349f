package funds

import (
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/document"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// reportPage is what a fund's donor is told of a year. Nobody is named in it.
type reportPage struct {
	page.Base
	Fund   *fund.Fund
	Books  fund.Statement
	Counts award.Report
	Words  []string    // the rules
	Years  []page.Link // the other years
	Href   string
	Query  string // which year, for the files
}

// report shows what the donor is told of a year.
func (d desk) report(c *gin.Context) error {
	p, err := d.reportOf(c)
	if err != nil {
		return err
	}
	return page.Render(c, "funds/report", p)
}

func (d desk) reportOf(c *gin.Context) (*reportPage, error) {
	ctx, me := c.Request.Context(), page.ViewerOf(c).Person
	f, year, err := d.yearOf(c)
	if err != nil {
		return nil, err
	}
	h, err := fund.HoldingOf(ctx, d.DB, f)
	if err != nil {
		return nil, err
	}
	p := &reportPage{Base: d.within(f), Fund: f, Words: h.Terms.Words(), Href: d.href(f) + "/report", Query: "?year=" + year.String()}
	p.Years = otherYears(f, year, d.today(), p.Href)
	if p.Books, err = fund.StatementOf(ctx, d.DB, f.ID, year); err != nil {
		return nil, err
	}
	err = d.Office.WriteAs(ctx, db.Who{Person: me}, func(tx *db.Tx) (err error) {
		p.Counts, err = award.FunderCounts(ctx, tx, d.Box, me, f.ID, p.Books.From, p.Books.Until)
		return err
	})
	return p, err
}

// otherYears lead to the same page for the fund's other years.
func otherYears(f *fund.Fund, year, today london.Date, href string) []page.Link {
	var links []page.Link
	for _, y := range f.Years(today) {
		if y != year {
			links = append(links, page.Link{Text: london.Days(y, yearEnd(y)), Href: href + "?year=" + y.String()})
		}
	}
	return links
}

// Days are those of the year.
func (p *reportPage) Days() string { return london.Days(p.Books.From, p.Books.Until) }

// fact is one line of a report; the amounts of a spreadsheet are cells.
type fact struct {
	Name, Text string
	Cell       page.SheetCell
}

// chapter is a part of a report with its heading.
type chapter struct {
	Title string
	Facts []fact
}

// Chapters are the parts in the order of the page, the same in every form of the report.
func (p *reportPage) Chapters() []chapter {
	given := chapter{Title: "The money"}
	for _, f := range (&statementPage{Books: p.Books}).Whole() {
		given.Facts = append(given.Facts, fact{f.Name, f.Amount.String(), page.SheetMoney(f.Amount)})
	}
	given.Facts = append(given.Facts, fact{"Promised to people in the year", p.Books.Committed.String(), page.SheetMoney(p.Books.Committed)},
		fact{"Of the money at the end, promised", p.Books.ClosingCommitted.String(), page.SheetMoney(p.Books.ClosingCommitted)})
	paid := chapter{Title: "What it was spent on"}
	for _, t := range p.Counts.ByPurpose {
		paid.Facts = append(paid.Facts, fact{upper(t.Purpose.Title()), t.Spent.String(), page.SheetMoney(t.Spent)})
	}
	people := chapter{Title: "Whom it helped", Facts: []fact{counted("People", p.Counts.People)}}
	for _, t := range p.Counts.ByPurpose {
		people.Facts = append(people.Facts, counted("With "+t.Purpose.Title(), t.People))
	}
	return []chapter{given, paid, people, answered("Where they live", p.Counts.Regions), answered("What they do", p.Counts.Roles)}
}

// answered are the counts of answers that can be shown; the others are one line.
func answered(title string, answers []award.Answer) chapter {
	ch := chapter{Title: title}
	for _, a := range answers {
		if !a.Count.Hidden {
			ch.Facts = append(ch.Facts, counted(a.Label, a.Count))
		}
	}
	if len(ch.Facts) < len(answers) {
		ch.Facts = append(ch.Facts, fact{"All other answers", few, few})
	}
	return ch
}

// few stands for a count from which one person could be told.
const few = "Not shown"

func counted(name string, n form.Cell) fact {
	if n.Hidden {
		return fact{name, few, few}
	}
	text := fmt.Sprint(n.Count)
	return fact{name, text, page.SheetCell(text)}
}

// Table is a part as a table of a page.
func (ch chapter) Table() page.Table {
	t := page.Table{Caption: ch.Title, Columns: []page.Column{{Title: "What"}, {Title: "How much or how many", Numeric: true}}}
	for _, f := range ch.Facts {
		t.Rows = append(t.Rows, []page.Cell{{Text: f.Name}, {Text: f.Text}})
	}
	return t
}

// reportCSV is the same for a spreadsheet.
func (d desk) reportCSV(c *gin.Context) error {
	p, err := d.reportOf(c)
	if err != nil {
		return err
	}
	rows := [][]page.SheetCell{
		{page.SheetText("Fund"), page.SheetText(p.Fund.Code)}, {page.SheetText("Name"), page.SheetText(p.Fund.Name)}, {page.SheetText("Donor"), page.SheetText(p.Fund.Donor)},
		{page.SheetText("From"), page.SheetText(p.Books.From.String())}, {page.SheetText("Until"), page.SheetText(p.Books.Until.String())}, {page.SheetText("Part"), page.SheetText("What"), page.SheetText("How much or how many")},
	}
	for _, ch := range p.Chapters() {
		for _, f := range ch.Facts {
			rows = append(rows, []page.SheetCell{page.SheetText(ch.Title), page.SheetText(f.Name), f.Cell})
		}
	}
	return page.Spreadsheet(c, p.file("csv"), rows)
}

// reportPDF is the same to send.
func (d desk) reportPDF(c *gin.Context) error {
	p, err := d.reportOf(c)
	if err != nil {
		return err
	}
	doc := document.New("Report on " + p.Fund.Name)
	doc.Paragraph(d.Site.Name)
	doc.Paragraph(p.Fund.Code + ", " + p.Days())
	doc.Line("Purpose", p.Fund.Purpose)
	for _, sentence := range p.Words {
		doc.Paragraph(sentence)
	}
	for _, ch := range p.Chapters() {
		doc.Heading(ch.Title)
		for _, f := range ch.Facts {
			doc.Line(f.Name, f.Text)
		}
	}
	doc.Paragraph(hiding)
	return d.pdf(c, p.file("pdf"), doc)
}

// hiding says why some counts are not shown.
const hiding = "A count is not shown where it is under 5, or where it would tell another that is. Nobody is named."

// Hiding is that sentence.
func (p *reportPage) Hiding() string { return hiding }

// file names a report as a file.
func (p *reportPage) file(kind string) string {
	return "report-" + p.Fund.Code + "-" + p.Books.From.String() + "." + kind
}
