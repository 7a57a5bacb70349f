package finance

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type invoicePage struct {
	base
	Invoice      *invoice.Invoice
	Document     invoice.Snapshot
	Organisation *organisation.Organisation
	Tag          page.Tag
	Standing     page.Summary
	Settled      page.Table
	Notes        page.Table
	Href         string
	HasXML       bool // it can be said in the standard for that
	HasCredit    bool // the organisation has credit that could be used
}

// billed is an invoice with whose it is, as the address names it.
func (f finance) billed(c *gin.Context) (*invoice.Invoice, *organisation.Organisation, error) {
	i, err := invoice.ByNumber(c.Request.Context(), f.DB, c.Param("number"))
	if err != nil {
		return nil, nil, err
	}
	o, err := organisation.ByID(c.Request.Context(), f.DB, i.OrganisationID)
	return i, o, err
}

func invoiceHref(number string) string { return invoicesAt + "/" + number }

// invoice is one invoice as it was issued, and what has met it since.
func (f finance) invoice(c *gin.Context) error {
	ctx := c.Request.Context()
	i, o, err := f.billed(c)
	if err != nil {
		return err
	}
	p := &invoicePage{base: below(invoicesLink), Invoice: i, Organisation: o, Tag: invoiceTag(i, f.today()), Href: invoiceHref(i.Number)}
	if p.Document, err = invoice.SnapshotOf(i); err != nil {
		return err
	}
	_, unsaid := p.Document.XML()
	p.HasXML = unsaid == nil
	if p.Settled, err = f.settlementTable(ctx, i, actsHere(page.ViewerOf(c))); err != nil {
		return err
	}
	if p.Notes, err = f.creditNoteTable(ctx, i); err != nil {
		return err
	}
	credit, err := invoice.Credits(ctx, f.DB, o.ID)
	if err != nil {
		return err
	}
	p.HasCredit = credit > 0 && i.Outstanding() > 0
	if p.Standing, err = f.standing(ctx, i, o); err != nil {
		return err
	}
	return page.Render(c, "finance/invoice", p)
}

// standing is how much of an invoice is open, and how late it is.
func (f finance) standing(ctx context.Context, i *invoice.Invoice, o *organisation.Organisation) (page.Summary, error) {
	s := page.Summary{Rows: []page.Row{
		{Key: "Organisation", Value: o.Name, Href: organisationHref(o), Action: "See"},
		{Key: "Total", Value: i.Total.String()},
	}}
	for _, r := range []page.Row{
		{Key: "Paid", Value: i.Paid.String()}, {Key: "Credited", Value: i.Credited.String()}, {Key: "Written off", Value: i.WrittenOff.String()},
	} {
		if r.Value != "£0.00" {
			s.Rows = append(s.Rows, r)
		}
	}
	s.Rows = append(s.Rows, page.Row{Key: "Still to pay", Value: i.Outstanding().String()}, page.Row{Key: "Due", Value: i.DueOn.Long()})
	late := i.Overdue(f.today())
	if late == 0 {
		return s, nil
	}
	base, err := invoice.BaseRate(ctx, f.DB, i)
	if err != nil {
		return s, err
	}
	owed := invoice.Interest(i, f.today(), base)
	s.Rows = append(s.Rows, page.Row{Key: "Overdue", Value: count(late, "day", "days")},
		page.Row{Key: "We could ask for", Lines: []string{
			owed.Interest.String() + " interest at " + course.Percent(int64(owed.RateBP)) + " a year",
			owed.Compensation.String() + " compensation",
			"The law on late payment allows this. Nothing is added by itself.",
		}})
	return s, nil
}

// settlementTable is what has met an invoice.
func (f finance) settlementTable(ctx context.Context, i *invoice.Invoice, acts bool) (page.Table, error) {
	t := page.Table{Caption: "What has come", Stacked: true, Columns: []page.Column{{Title: "When"}, {Title: "How"}, {Title: "Amount", Numeric: true}, {Title: "Change"}}}
	met, err := invoice.SettlementsOf(ctx, f.DB, i.ID)
	for n, s := range met {
		how := settledBy[s.Kind]
		if s.Reverses != 0 || s.Amount < 0 {
			how += ", taken back"
		}
		undo := page.Cell{}
		if acts && undoable(met, s) {
			undo = page.Cell{Text: "Undo", Href: fmt.Sprintf("%s/undo/%d", invoiceHref(i.Number), n+1)}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: london.Stamp(s.At)}, {Text: how}, {Text: s.Amount.String()}, undo})
	}
	return t, err
}

func (f finance) creditNoteTable(ctx context.Context, i *invoice.Invoice) (page.Table, error) {
	t := page.Table{Caption: "Credit notes", Stacked: true, Columns: []page.Column{{Title: "Number"}, {Title: "Issued"}, {Title: "Amount", Numeric: true}, {Title: "Why"}}}
	notes, err := invoice.CreditNotesOf(ctx, f.DB, i.ID)
	for _, n := range notes {
		t.Rows = append(t.Rows, []page.Cell{{Text: n.Number, Href: creditNoteHref(n.Number)}, {Text: n.IssuedOn.Medium()}, {Text: n.Total.String()}, {Text: n.Reason}})
	}
	return t, err
}

// Open reports whether something is still to be paid.
func (p *invoicePage) Open() bool { return p.Invoice.Outstanding() > 0 }

// Creditable reports whether something can still be credited.
func (p *invoicePage) Creditable() bool { return p.Invoice.Credited < p.Invoice.Total }

func (f finance) invoicePDF(c *gin.Context) error {
	return f.invoiceFile(c, ".pdf", "application/pdf", invoice.Snapshot.PDF)
}

func (f finance) invoiceXML(c *gin.Context) error {
	return f.invoiceFile(c, ".xml", "application/xml", invoice.Snapshot.XML)
}

// invoiceFile answers with an invoice as a file, made from what was issued.
func (f finance) invoiceFile(c *gin.Context, ending, kind string, body func(invoice.Snapshot) ([]byte, error)) error {
	i, err := invoice.ByNumber(c.Request.Context(), f.DB, c.Param("number"))
	if err != nil {
		return err
	}
	s, err := invoice.SnapshotOf(i)
	if err != nil {
		return err
	}
	return attach(c, s, ending, kind, body)
}

func attach(c *gin.Context, s invoice.Snapshot, ending, kind string, body func(invoice.Snapshot) ([]byte, error)) error {
	file, err := body(s)
	if err != nil {
		return err
	}
	page.Attach(c, s.Number+ending, kind, file)
	return nil
}

// sendAgain mails an invoice once more to where invoices of its organisation go now.
func (f finance) sendAgain(c *gin.Context) error {
	number := c.Param("number")
	err := f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
		return invoice.SendAgain(ctx, tx, by, number)
	})
	if err != nil {
		return err
	}
	page.Flash(c, page.InvoiceSentAgain)
	return page.Redirect(c, invoiceHref(number))
}
