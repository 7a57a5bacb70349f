package finance

import (
	"context"
	"errors"
	"fmt"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// creditForm is what is credited of an invoice. Amounts come in the order of its lines.
type creditForm struct {
	Do      string   `form:"do"`   // show or issue
	What    string   `form:"what"` // whole or lines
	Amounts []string `form:"amount"`
	Reason  string   `form:"reason"`
	Again   string   `form:"again"` // it is to be invoiced again; otherwise nobody is asked for it any more
	Seen    string   `form:"seen"`  // what was credited when the page was opened
}

const (
	wholeInvoice = "whole"
	someLines    = "lines"
	issueIt      = "issue"
)

type creditPage struct {
	base
	Invoice      *invoice.Invoice
	Organisation *organisation.Organisation
	Lines        []creditableLine
	Form         creditForm
	Preview      *creditPreview
	chosen       []invoice.CreditLine // none: all that is left
}

// creditableLine is a line of an invoice with what can still be credited of it.
type creditableLine struct {
	invoice.Line
	Left      money.Amount
	ID, Typed string // of the box for an amount
}

// creditPreview is what a credit note would say and do.
type creditPreview struct {
	Document invoice.Snapshot
	Rest     money.Amount // still to be paid afterwards
	Freed    money.Amount // paid already, and credit of the organisation afterwards
	Again    bool         // it is to be invoiced again
}

// crediting asks what is to be credited.
func (f finance) crediting(c *gin.Context) error {
	p, err := f.creditPage(c)
	if err != nil {
		return err
	}
	p.Form.What = wholeInvoice
	return page.Render(c, "finance/credit", p)
}

func (f finance) creditPage(c *gin.Context) (*creditPage, error) {
	i, o, err := f.billed(c)
	if err != nil {
		return nil, err
	}
	p := &creditPage{base: below(invoicesLink, page.Link{Text: i.Number, Href: invoiceHref(i.Number)}), Invoice: i, Organisation: o}
	s, err := invoice.SnapshotOf(i)
	if err != nil {
		return nil, err
	}
	credited, err := creditedLines(c.Request.Context(), f.DB, i.ID)
	if err != nil {
		return nil, err
	}
	for n, line := range s.Lines {
		p.Lines = append(p.Lines, creditableLine{Line: line, Left: line.Gross - credited[line.Number], ID: itemID("amount", n)})
	}
	return p, nil
}

// credit shows what a credit note would say and, once that was seen, issues it.
func (f finance) credit(c *gin.Context) error {
	p, err := f.creditPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		err = p.read()
	}
	if err == nil {
		err = f.creditAs(c, p)
	}
	switch {
	case err != nil:
		p.Preview = nil
		return page.Again(c, err, "finance/credit", p)
	case p.Preview != nil:
		return page.Render(c, "finance/credit", p)
	}
	return f.creditedTo(c, p)
}

// read reads which lines are credited.
func (p *creditPage) read() error {
	wrong := page.Mistakes{}
	wrong.Needed("reason", p.Form.Reason, "Say why. It stands on the credit note")
	switch p.Form.What {
	case wholeInvoice:
		return wrong.Refusal(nil)
	case someLines:
	default:
		wrong["what"] = "Choose what you credit"
	}
	for n := range p.Lines {
		line := &p.Lines[n]
		if n < len(p.Form.Amounts) {
			line.Typed = p.Form.Amounts[n]
		}
		amount := wrong.Optional(line.ID, line.Typed)
		if amount > line.Left {
			wrong[line.ID] = "No more than " + line.Left.String() + " of this line is left to credit"
		}
		if amount > 0 {
			p.chosen = append(p.chosen, invoice.CreditLine{Line: line.Number, Amount: amount})
		}
	}
	if len(p.chosen) == 0 && len(wrong) == 0 {
		wrong["what"] = "Enter an amount for at least one line"
	}
	return wrong.Refusal(nil)
}

// errSeen ends a unit of work of which nothing shall stand.
var errSeen = errors.New("only looked at")

// creditAs issues the credit note, or shows what it would be: the same work, of which nothing stands.
func (f finance) creditAs(c *gin.Context, p *creditPage) error {
	err := f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
		before, err := invoice.Credits(ctx, tx, p.Organisation.ID)
		if err != nil {
			return err
		}
		credit := invoice.LetOff
		if p.Form.Again == yes {
			credit = invoice.Credit
		}
		n, err := credit(ctx, tx, audit.Person(by), p.Invoice.Number, p.chosen, p.Form.Reason)
		if err != nil {
			return err
		}
		if p.Form.Do == issueIt {
			return p.unchanged(ctx, tx, n)
		}
		if p.Preview, err = previewOf(ctx, tx, p, n); err != nil {
			return err
		}
		p.Preview.Freed -= before
		return errSeen
	})
	if errors.Is(err, errSeen) {
		return nil
	}
	return err
}

// unchanged returns errChanged when more was credited before a credit note than its page had shown. It is asked once the
// invoice is locked, so that of two presses one finds that out.
func (p *creditPage) unchanged(ctx context.Context, tx *db.Tx, n *invoice.CreditNote) error {
	i, err := invoice.ByID(ctx, tx, p.Invoice.ID)
	if err != nil {
		return err
	}
	if p.Form.Seen != pence(i.Credited-n.Total) {
		return errChanged
	}
	return nil
}

// Seen is what is credited of the invoice now.
func (p *creditPage) Seen() string { return pence(p.Invoice.Credited) }

// previewOf reads what a credit note has made of its invoice.
func previewOf(ctx context.Context, tx *db.Tx, p *creditPage, n *invoice.CreditNote) (*creditPreview, error) {
	s, err := invoice.SnapshotOfCredit(n)
	if err != nil {
		return nil, err
	}
	i, err := invoice.ByID(ctx, tx, p.Invoice.ID)
	if err != nil {
		return nil, err
	}
	s.Number = "not issued yet"
	seen := &creditPreview{Document: s, Rest: i.Outstanding(), Again: p.Form.Again == yes}
	seen.Freed, err = invoice.Credits(ctx, tx, p.Organisation.ID)
	return seen, err
}

// creditedTo leads on: back to the invoice, or to where it is invoiced anew.
func (f finance) creditedTo(c *gin.Context, p *creditPage) error {
	if p.Form.Again == yes {
		page.Flash(c, page.CreditedToRepeat)
		return page.Redirect(c, readyAt+"?organisation="+p.Organisation.Code)
	}
	page.Flash(c, page.Credited)
	return page.Redirect(c, invoiceHref(p.Invoice.Number))
}

// yes is what a ticked box sends.
const yes = "yes"

// LineError is what is wrong with the amount of a line.
func (p *creditPage) LineError(line creditableLine) string { return p.Errors.For(line.ID) }

// Again is what is ticked.
func (p *creditPage) Again() []string { return []string{p.Form.Again} }

// creditedLines is how much of each line of an invoice was credited.
func creditedLines(ctx context.Context, d bun.IDB, of id.Invoice) (map[int]money.Amount, error) {
	var rows []struct {
		Number   int
		Credited money.Amount
	}
	err := d.NewRaw(`
		SELECT l.number, sum(p.credited) AS credited
		FROM   invoice_lines l JOIN invoice_parts p ON p.line_id = l.id
		WHERE  l.invoice_id = ?
		GROUP  BY l.number ORDER BY l.number LIMIT 1000`, of).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading what was credited: %w", err)
	}
	credited := map[int]money.Amount{}
	for _, r := range rows {
		credited[r.Number] = r.Credited
	}
	return credited, nil
}

// After is what a credit note would leave.
func (p *creditPreview) After() string {
	said := "Of the invoice, " + p.Rest.String() + " is still to be paid afterwards."
	if p.Freed > 0 {
		said += " " + p.Freed.String() + " was paid already. It becomes credit of the organisation."
	}
	if p.Again {
		return said + " What is credited waits under “Ready to invoice” again."
	}
	return said + " What is credited is let go: nobody is asked for it again."
}
