package finance

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/bank"
	"bursar/internal/bankfile"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/web/page"
)

type bankFilePage struct {
	base
	File fileRow
}

// bankFile is how far a statement is read, or what is wrong with it. It asks again by itself.
func (f finance) bankFile(c *gin.Context) error {
	file, err := bank.FileByCode(c.Request.Context(), f.DB, c.Param("code"))
	if err != nil {
		return err
	}
	accounts, err := bank.Accounts(c.Request.Context(), f.DB)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(accounts, func(a bank.Account) bool { return a.ID == file.AccountID })
	if file.Status == bank.Reading {
		page.AskAgain(c, f.DB.Now().Sub(file.UploadedAt) > slow)
	}
	return page.Render(c, "finance/bank-file", &bankFilePage{base: below(bankLink), File: rowOf(*file, accounts[i].Name)})
}

// columnsForm says which columns of a statement are which.
type columnsForm struct {
	Do         string   `form:"do"` // show, read or drop
	Date       string   `form:"date"`
	DateFormat string   `form:"date_format"`
	Amount     string   `form:"amount"`
	In         string   `form:"paid_in"`
	Out        string   `form:"paid_out"`
	Reversed   []string `form:"reversed"` // ticked or not
	Payer      []string `form:"payer"`
	Text       []string `form:"text"`
	Reference  string   `form:"reference"`
	BankID     string   `form:"bank_id"`
	Balance    string   `form:"balance"`
	Currency   string   `form:"currency"`
}

func formOf(m bankfile.Mapping) columnsForm {
	f := columnsForm{Date: string(m.Date), DateFormat: string(m.DateFormat), Amount: string(m.Amount), In: string(m.In), Out: string(m.Out),
		Reference: string(m.Reference), BankID: string(m.BankID), Balance: string(m.Balance), Currency: string(m.Currency), Payer: namesOf(m.Payer), Text: namesOf(m.Text)}
	if m.Reversed {
		f.Reversed = []string{"yes"}
	}
	return f
}

func namesOf(columns []bankfile.Column) (list []string) {
	for _, c := range columns {
		list = append(list, string(c))
	}
	return list
}

// mapping is what the form says of a file with such a table in it.
func (f columnsForm) mapping(s bankfile.Sheet) bankfile.Mapping {
	columns := func(list []string) (all []bankfile.Column) {
		for _, c := range list {
			all = append(all, bankfile.Column(c))
		}
		return all
	}
	return bankfile.Mapping{Above: s.Above, Header: s.Header != nil, Date: bankfile.Column(f.Date), DateFormat: bankfile.DateFormat(f.DateFormat),
		Amount: bankfile.Column(f.Amount), In: bankfile.Column(f.In), Out: bankfile.Column(f.Out), Reversed: len(f.Reversed) > 0, Payer: columns(f.Payer), Text: columns(f.Text),
		Reference: bankfile.Column(f.Reference), BankID: bankfile.Column(f.BankID), Balance: bankfile.Column(f.Balance), Currency: bankfile.Column(f.Currency)}
}

type columnsPage struct {
	base
	File    *bank.File
	Form    columnsForm
	Columns []page.Choice // of the file
	Some    []page.Choice // the same, and none
	Formats []page.Choice
	Top     page.Table // of the file as it is
	Shown   page.Table // its first lines as they would be read
	Wrong   []string   // why it cannot be read like this

	body  []byte
	sheet bankfile.Sheet
}

// choosingColumns asks which columns of a new kind of file are which, with what can be told filled in.
func (f finance) choosingColumns(c *gin.Context) error {
	p, err := f.columnsPage(c)
	if err != nil {
		return err
	}
	p.Form = formOf(p.File.Mapping)
	if p.File.Mapping.Check() == nil {
		p.show()
	}
	return page.Render(c, "finance/bank-columns", p)
}

func (f finance) columnsPage(c *gin.Context) (*columnsPage, error) {
	file, err := bank.FileByCode(c.Request.Context(), f.DB, c.Param("code"))
	if err != nil {
		return nil, err
	}
	if file.Status != bank.ToLayOut {
		return nil, bank.ErrFileMoved
	}
	p := &columnsPage{base: below(bankLink), File: file, Some: []page.Choice{{Label: "None"}}}
	if p.body, err = bank.Body(c.Request.Context(), f.DB, file.ID); err != nil {
		return nil, err
	}
	if p.sheet, err = bankfile.Look(p.body); err != nil {
		return nil, err
	}
	p.layOut()
	for _, format := range bankfile.DateFormats {
		p.Formats = append(p.Formats, page.Choice{Value: string(format), Label: format.Example()})
	}
	return p, nil
}

// layOut lists the columns of the file and the first of its rows.
func (p *columnsPage) layOut() {
	wide := len(p.sheet.Header)
	for _, row := range p.sheet.Rows {
		wide = max(wide, len(row))
	}
	p.Top = page.Table{Caption: "The first rows of the file"}
	for i := range wide {
		name := "Column " + number(i+1)
		if i < len(p.sheet.Header) && strings.TrimSpace(p.sheet.Header[i]) != "" {
			name = strings.TrimSpace(p.sheet.Header[i])
		}
		p.Columns = append(p.Columns, page.Choice{Value: string(p.sheet.Column(i)), Label: name})
		p.Top.Columns = append(p.Top.Columns, page.Column{Title: name})
	}
	p.Some = append(p.Some, p.Columns...)
	for _, row := range p.sheet.Rows[:min(len(p.sheet.Rows), shownRows)] {
		cells := make([]page.Cell, wide)
		for i, cell := range row {
			cells[i].Text = cell
		}
		p.Top.Rows = append(p.Top.Rows, cells)
	}
}

// shownRows is how many rows of a file are shown.
const shownRows = 8

// show reads the file as the form says, and keeps its first lines and what is wrong with it.
func (p *columnsPage) show() {
	p.Shown = page.Table{Caption: "How we read it", Stacked: true, Columns: []page.Column{{Title: "Day"}, {Title: "Paid in", Numeric: true}, {Title: "Paid out", Numeric: true},
		{Title: "Payer"}, {Title: "Reference"}, {Title: "Text"}}}
	for line, err := range bankfile.Read(bytes.NewReader(p.body), p.Form.mapping(p.sheet)) {
		if refused, ok := errors.AsType[*bankfile.Refused](err); ok {
			for _, problem := range refused.Problems {
				p.Wrong = append(p.Wrong, problem.Message)
			}
		}
		if err != nil || len(p.Shown.Rows) == shownRows {
			continue
		}
		in, out := line.Amount.String(), ""
		if line.Amount < 0 {
			in, out = "", (-line.Amount).String()
		}
		p.Shown.Rows = append(p.Shown.Rows, []page.Cell{{Text: line.On.Medium()}, {Text: in}, {Text: out}, {Text: line.Payer}, {Text: line.Reference}, {Text: line.Text}})
	}
}

// errNotLike means that a file cannot be read by the columns that were chosen.
var errNotLike = failure.New(failure.Invalid, "bank_not_like", "The file cannot be read like this. What is wrong is said below.")

// chooseColumns shows what the columns that were chosen make of the file, has it read, or forgets it.
func (f finance) chooseColumns(c *gin.Context) error {
	p, err := f.columnsPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil && p.Form.Do == "drop" {
		return f.dropFile(c, p.File.Code)
	}
	m := p.Form.mapping(p.sheet)
	if err == nil {
		err = m.Check()
	}
	if err == nil {
		if p.show(); p.Form.Do != "read" {
			return page.Render(c, "finance/bank-columns", p)
		}
		if len(p.Wrong) > 0 {
			err = errNotLike
		}
	}
	if err == nil {
		err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return bank.Start(ctx, tx, by, p.File.Code, m)
		})
	}
	if err != nil {
		return page.Again(c, err, "finance/bank-columns", p)
	}
	return page.Redirect(c, bankFileHref(p.File.Code))
}

func (f finance) dropFile(c *gin.Context, code string) error {
	err := f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error { return bank.Drop(ctx, tx, by, code) })
	if err != nil {
		return err
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, bankAt)
}
