package finance

import (
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

const creditNotesAt = "/finance/credit-notes"

type creditNotesPage struct {
	base
	Table page.Table
	Links page.Pagination
	Save  page.Saving
}

// creditNotes lists credit notes, latest first.
func (f finance) creditNotes(c *gin.Context) error {
	ctx := c.Request.Context()
	var before id.CreditNote
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	rows, err := invoice.ListCreditNotes(ctx, f.DB, 0, before, portion+1)
	if err != nil {
		return err
	}
	p := &creditNotesPage{base: below(), Save: page.SavingAt(c, listsAt+"/credit-notes"), Table: page.Table{Caption: "Latest first", Stacked: true, Columns: []page.Column{
		{Title: "Number"}, {Title: "Issued"}, {Title: "Organisation"}, {Title: "Why"}, {Title: "Amount", Numeric: true},
	}}}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last invoice.CreditNote) id.CreditNote { return last.ID }); err != nil {
		return err
	}
	var whose []id.Organisation
	for _, n := range rows {
		whose = append(whose, n.OrganisationID)
	}
	known, err := organisation.ByIDs(ctx, f.DB, whose)
	if err != nil {
		return err
	}
	for _, n := range rows {
		p.Table.Rows = append(p.Table.Rows, []page.Cell{
			{Text: n.Number, Href: creditNoteHref(n.Number)}, {Text: n.IssuedOn.Medium()}, {Text: known[n.OrganisationID].Name}, {Text: n.Reason}, {Text: n.Total.String()},
		})
	}
	return page.Render(c, "finance/credit-notes", p)
}

type creditNotePage struct {
	base
	Note     *invoice.CreditNote
	Document invoice.Snapshot
	Href     string
	HasXML   bool // it can be said in the standard for that
}

func creditNoteHref(number string) string { return creditNotesAt + "/" + number }

// creditNote is one credit note as it was issued.
func (f finance) creditNote(c *gin.Context) error {
	n, s, err := f.noted(c)
	if err != nil {
		return err
	}
	if s.Credits == nil {
		return failure.New(failure.Internal, "credit_without_invoice", "").Because(fmt.Errorf("%s names no invoice", n.Number))
	}
	_, unsaid := s.XML()
	of := page.Link{Text: s.Credits.Number, Href: invoiceHref(s.Credits.Number)}
	return page.Render(c, "finance/credit-note", &creditNotePage{base: below(invoicesLink, of), Note: n, Document: s, Href: creditNoteHref(n.Number), HasXML: unsaid == nil})
}

// noted is a credit note and what stands on it.
func (f finance) noted(c *gin.Context) (*invoice.CreditNote, invoice.Snapshot, error) {
	n, err := invoice.CreditNoteByNumber(c.Request.Context(), f.DB, c.Param("number"))
	if err != nil {
		return nil, invoice.Snapshot{}, err
	}
	s, err := invoice.SnapshotOfCredit(n)
	return n, s, err
}

func (f finance) creditNotePDF(c *gin.Context) error {
	_, s, err := f.noted(c)
	if err != nil {
		return err
	}
	return attach(c, s, ".pdf", "application/pdf", invoice.Snapshot.PDF)
}

func (f finance) creditNoteXML(c *gin.Context) error {
	_, s, err := f.noted(c)
	if err != nil {
		return err
	}
	return attach(c, s, ".xml", "application/xml", invoice.Snapshot.XML)
}
