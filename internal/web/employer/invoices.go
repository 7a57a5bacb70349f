package employer

import (
	"context"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type invoicesPage struct {
	page.Base
	Of      *organisation.Organisation
	Credit  money.Amount // what we owe the organisation
	Table   page.Table
	Credits page.Table
	Links   page.Pagination
}

// invoices lists the organisation's invoices and its credit notes, latest first.
func (e *employer) invoices(c *gin.Context) error {
	var before id.Invoice
	more, err := page.After(c, &before)
	if err != nil {
		return err
	}
	p := &invoicesPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) error {
		list, err := invoice.List(ctx, tx, invoice.Filter{Organisation: of.ID}, before, portion+1)
		if err != nil {
			return err
		}
		list, p.Links, err = page.Portion(c, list, portion, func(in invoice.Invoice) id.Invoice { return in.ID })
		if err != nil {
			return err
		}
		waits, err := waitingRuns(ctx, tx, of)
		if err != nil {
			return err
		}
		p.Table = invoicesTable(of, list, waits, london.DateOf(tx.Now))
		if more {
			return nil
		}
		notes, err := invoice.ListCreditNotes(ctx, tx, of.ID, 0, portion)
		p.Credits = creditsTable(of, notes)
		return err
	})
	if err != nil {
		return err
	}
	if p.Credit, err = e.credit(c, of); err != nil {
		return err
	}
	p.Of, p.Crumbs = of, within(of)
	return page.Render(c, "employer/invoices", p)
}

// credit is what stands to an organisation's credit, by the books, which none of them reads.
func (e *employer) credit(c *gin.Context, of *organisation.Organisation) (money.Amount, error) {
	return invoice.Credits(c.Request.Context(), e.DB, of.ID)
}

func invoicesTable(of *organisation.Organisation, list []invoice.Invoice, waits map[id.Run]bool, today london.Date) page.Table {
	t := page.Table{Caption: "Invoices", Stacked: true, Columns: []page.Column{{Title: "Number"}, {Title: "Date"}, {Title: "Due"}, {Title: "Status"},
		{Title: "Total", Numeric: true}, {Title: "To pay", Numeric: true}}}
	for _, in := range list {
		t.Rows = append(t.Rows, []page.Cell{{Text: in.Number, Href: path(of, "/invoices/"+in.Number)}, {Text: in.IssuedOn.Medium()}, {Text: in.DueOn.Medium()},
			{Text: invoiceStatus(&in, waits[in.RunID], today)}, {Text: in.Total.String()}, {Text: in.Outstanding().String()}})
	}
	return t
}

func creditsTable(of *organisation.Organisation, notes []invoice.CreditNote) page.Table {
	t := page.Table{Caption: "Credit notes", Stacked: true, Columns: []page.Column{{Title: "Number"}, {Title: "Date"}, {Title: "Total", Numeric: true}}}
	for _, n := range notes {
		t.Rows = append(t.Rows, []page.Cell{{Text: n.Number, Href: path(of, "/credit-notes/"+n.Number)}, {Text: n.IssuedOn.Medium()}, {Text: n.Total.String()}})
	}
	return t
}

// notNow is said of an invoice for dates that we cancelled.
const notNow = "Need not be paid now: we cancelled the dates"

// invoiceStatus is where an invoice stands, in words; waits is that it is for one of waitingRuns.
func invoiceStatus(in *invoice.Invoice, waits bool, today london.Date) string {
	switch {
	case in.Status == invoice.Credited:
		return "Cancelled by credit note"
	case in.Status == invoice.Settled:
		return "Settled"
	case waits:
		return notNow
	case in.Overdue(today) > 0:
		return "Late by " + count(in.Overdue(today), "day")
	case in.Status == invoice.PartPaid:
		return "Settled in part, to pay"
	}
	return "To pay"
}

// documentPage is an invoice or a credit note as it was issued.
type documentPage struct {
	page.Base
	Of       *organisation.Organisation
	Document invoice.Snapshot
	Href     string
	Invoice  *invoice.Invoice // nil on the page of a credit note
	Standing string
	Left     money.Amount // still to pay
	Waits    bool         // it is for dates that we cancelled, and what becomes of the places is not settled
	Met      page.Table   // what has met the invoice
	Notes    page.Table   // its credit notes
}

// invoice shows an invoice, or is it as a file: INV-00001, INV-00001.pdf, INV-00001.xml.
func (e *employer) invoice(c *gin.Context) error {
	number, kind := parted(c.Param("number"))
	p, err := e.invoicePage(c, number)
	if err != nil {
		return err
	}
	if kind != "" {
		return file(c, p.Document, kind)
	}
	return page.Render(c, "employer/invoice", p)
}

// parted is a number and what form of the document is asked for: "" is the page.
func parted(name string) (number, kind string) {
	for _, kind := range []string{"pdf", "xml"} {
		if number, ok := strings.CutSuffix(name, "."+kind); ok {
			return number, kind
		}
	}
	return name, ""
}

// file answers with a document to keep. All forms are made of what was issued and of nothing else.
func file(c *gin.Context, s invoice.Snapshot, kind string) error {
	make, contentType := s.PDF, "application/pdf"
	if kind == "xml" {
		make, contentType = s.XML, "application/xml"
	}
	body, err := make()
	if err != nil {
		return err
	}
	page.Attach(c, s.Number+"."+kind, contentType, body)
	return nil
}

// HasXML reports whether the standard for electronic invoices can express the document.
func (p *documentPage) HasXML() bool {
	_, err := p.Document.XML()
	return err == nil
}

func (e *employer) invoicePage(c *gin.Context, number string) (*documentPage, error) {
	p := &documentPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (err error) {
		if p.Invoice, err = invoice.OfOrganisation(ctx, tx, of.ID, number); err != nil {
			return err
		}
		if p.Document, err = invoice.SnapshotOf(p.Invoice); err != nil {
			return err
		}
		waits, err := waitingRuns(ctx, tx, of)
		if err != nil {
			return err
		}
		p.Left = p.Invoice.Outstanding()
		p.Waits = waits[p.Invoice.RunID] && p.Left > 0
		p.Standing = invoiceStatus(p.Invoice, p.Waits, london.DateOf(tx.Now))
		met, err := invoice.SettlementsOf(ctx, tx, p.Invoice.ID)
		if err != nil {
			return err
		}
		notes, err := invoice.CreditNotesOf(ctx, tx, p.Invoice.ID)
		p.Met, p.Notes = metTable(met), creditsTable(of, notes)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Of, p.Href, p.Crumbs = of, path(of, "/invoices/"+p.Invoice.Number), within(of, page.Link{Text: "Invoices", Href: path(of, "/invoices")})
	return p, nil
}

var metWords = map[invoice.SettlementKind]string{
	invoice.ByBank: "Paid by bank transfer", invoice.ByCard: "Paid by card", invoice.ByCredit: "From your credit", invoice.ByWriteOff: "Let go by us",
}

// metTable is what has met an invoice, oldest first.
func metTable(list []invoice.Settlement) page.Table {
	t := page.Table{Caption: "Payments", Columns: []page.Column{{Title: "What"}, {Title: "When"}, {Title: "Amount", Numeric: true}}}
	for _, s := range list {
		words := metWords[s.Kind]
		if s.Amount < 0 {
			words += ", put right"
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: words}, {Text: london.DateOf(s.At).Medium()}, {Text: s.Amount.String()}})
	}
	return t
}

// creditNote shows a credit note, or is it as a file.
func (e *employer) creditNote(c *gin.Context) error {
	number, kind := parted(c.Param("number"))
	p := &documentPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) error {
		n, err := invoice.CreditNoteOf(ctx, tx, of.ID, number)
		if err != nil {
			return err
		}
		p.Document, err = invoice.SnapshotOfCredit(n)
		return err
	})
	if err != nil {
		return err
	}
	if kind != "" {
		return file(c, p.Document, kind)
	}
	p.Of, p.Href, p.Crumbs = of, path(of, "/credit-notes/"+p.Document.Number), within(of, page.Link{Text: "Invoices", Href: path(of, "/invoices")})
	return page.Render(c, "employer/credit-note", p)
}
