package finance

import (
	"context"
	"slices"

	"github.com/gin-gonic/gin"

	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

const invoicesAt = "/finance/invoices"

var invoicesLink = page.Link{Text: "Invoices", Href: invoicesAt}

func (f finance) mountInvoices(g routes) {
	g.get("/invoices", f.invoices)
	g.get("/invoices/:number", f.invoice)
	g.get("/invoices/:number/pdf", f.invoicePDF)
	g.get("/invoices/:number/xml", f.invoiceXML)
	g.post("/invoices/:number/send", f.sendAgain)
	g.fill("/invoices/:number/credit", f.crediting, f.credit)
	g.fill("/invoices/:number/write-off", f.writingOff, f.writeOff)
	g.fill("/invoices/:number/use-credit", f.usingCredit, f.useCredit)
	g.fill("/invoices/:number/undo/:n", f.undoing, f.undo)
	g.get("/credit-notes", f.creditNotes)
	g.get("/credit-notes/:number", f.creditNote)
	g.get("/credit-notes/:number/pdf", f.creditNotePDF)
	g.get("/credit-notes/:number/xml", f.creditNoteXML)
	g.get("/agreements", f.agreements)
	g.post("/agreements/write-offs/:number/agree", f.agreeWriteOff)
	g.post("/agreements/write-offs/:number/refuse", f.refuseWriteOff)
	g.post("/agreements/refunds/:code/agree", f.agreeRefund)
	g.post("/agreements/refunds/:code/refuse", f.refuseRefund)
}

// The filters of the list that are no status of an invoice.
const (
	onlyOpen    = "open"
	onlyOverdue = "overdue"
)

type invoicesQuery struct {
	Status       string `form:"status"`
	Search       string `form:"search" binding:"max=200" error:"Use 200 characters or fewer."`
	Organisation string `form:"organisation"` // its code
}

type invoicesPage struct {
	base
	Query    invoicesQuery
	Statuses []page.Choice
	Only     string // the name of the organisation that is shown alone
	Lines    []invoiceLine
	Links    page.Pagination
	Save     page.Saving
}

// invoiceLine is one invoice in the list.
type invoiceLine struct {
	invoice.Invoice
	Organisation string
	Tag          page.Tag
}

// invoices lists invoices, latest first.
func (f finance) invoices(c *gin.Context) error {
	p := &invoicesPage{base: below(), Statuses: invoiceStatuses(), Save: page.SavingAt(c, listsAt+"/invoices")}
	if err := page.Query(c, &p.Query); err != nil {
		return page.Again(c, err, "finance/invoices", p)
	}
	filter := p.Query.filter(f)
	if p.Query.Organisation != "" {
		o, err := f.organisationBy(c, p.Query.Organisation)
		if err != nil {
			return err
		}
		filter.Organisation, p.Only = o.ID, o.Name
	}
	var before id.Invoice
	if _, err := page.After(c, &before); err != nil {
		return err
	}
	ctx := c.Request.Context()
	rows, err := invoice.List(ctx, f.DB, filter, before, portion+1)
	if err != nil {
		return err
	}
	if rows, p.Links, err = page.Portion(c, rows, portion, func(last invoice.Invoice) id.Invoice { return last.ID }); err != nil {
		return err
	}
	if p.Lines, err = f.invoiceLines(ctx, rows); err != nil {
		return err
	}
	return page.Render(c, "finance/invoices", p)
}

func (q invoicesQuery) filter(f finance) invoice.Filter {
	filter := invoice.Filter{Query: q.Search}
	switch {
	case q.Status == onlyOpen:
		filter.Open = true
	case q.Status == onlyOverdue:
		filter.DueBefore = f.today()
	case slices.ContainsFunc(invoiceStatuses(), func(known page.Choice) bool { return known.Value == q.Status }):
		filter.Status = invoice.Status(q.Status)
	}
	return filter
}

// invoiceLines adds to invoices whose they are.
func (f finance) invoiceLines(ctx context.Context, rows []invoice.Invoice) ([]invoiceLine, error) {
	var whose []id.Organisation
	for _, i := range rows {
		whose = append(whose, i.OrganisationID)
	}
	known, err := organisation.ByIDs(ctx, f.DB, whose)
	if err != nil {
		return nil, err
	}
	lines := make([]invoiceLine, len(rows))
	for i, row := range rows {
		lines[i] = invoiceLine{row, known[row.OrganisationID].Name, invoiceTag(&row, f.today())}
	}
	return lines, nil
}

func invoiceStatuses() []page.Choice {
	return []page.Choice{
		{Label: "Any"}, {Value: onlyOpen, Label: "Something to pay"}, {Value: onlyOverdue, Label: "Overdue"},
		{Value: string(invoice.Issued), Label: "Nothing paid"}, {Value: string(invoice.PartPaid), Label: "Part paid"},
		{Value: string(invoice.Settled), Label: "Settled"}, {Value: string(invoice.Credited), Label: "Credited in full"},
	}
}
