package finance

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/bank"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/organisation"
	"bursar/internal/report"
	"bursar/internal/sheet"
	"bursar/internal/web/page"
)

// listsAt is where lists are saved as spreadsheets.
const listsAt = "/finance/lists"

// savedLists are the lists by the names of their files.
var savedLists = map[string]func(finance, *gin.Context) (page.List, error){
	"organisations": finance.saveOrganisations,
	"orders":        finance.saveOrders,
	"invoices":      finance.saveInvoices,
	"credit-notes":  finance.saveCreditNotes,
	"bank-lines":    finance.saveBankLines,
	"aged-debt":     finance.saveAged,
}

// saveList answers with a list as a spreadsheet, filtered as its page is, and keeps who saved which.
func (f finance) saveList(c *gin.Context) error {
	name, format, ok := page.FormatOf(c.Param("file"))
	which, known := savedLists[name]
	if !ok || !known {
		return page.ErrNotFound
	}
	list, err := which(f, c)
	if err != nil {
		return err
	}
	return page.Save(c, name+"-"+f.today().String(), format, list, func(rows int) error {
		return f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
			return report.NoteSaved(ctx, tx, by, c.Param("file"), rows, c.Request.URL.Query())
		})
	})
}

func (f finance) saveOrganisations(c *gin.Context) (page.List, error) {
	var q organisationsQuery
	if err := page.Query(c, &q); err != nil {
		return page.List{}, err
	}
	return page.List{Columns: []string{"Code", "Name", "Kind", "How it stands", "Address", "City", "Postcode", "Email for invoices", "Days to pay"}, Rows: page.Walk(
		func(after string, limit int) ([]organisation.Organisation, error) {
			return organisation.List(c.Request.Context(), f.DB, q.filter(), after, limit)
		},
		func(last organisation.Organisation) string { return last.Code },
		func(o organisation.Organisation) []sheet.Cell {
			return []sheet.Cell{sheet.Text(o.Code), sheet.Text(o.Name), sheet.Text(kindWords[o.Kind]), sheet.Text(organisationTags[o.Status].Text), sheet.Text(o.Address),
				sheet.Text(o.City), sheet.Text(o.Postcode), sheet.Text(o.InvoiceEmail), sheet.Number(o.TermsDays)}
		})}, nil
}

func (f finance) saveOrders(c *gin.Context) (page.List, error) {
	var q ordersQuery
	if err := page.Query(c, &q); err != nil {
		return page.List{}, err
	}
	return page.List{Columns: []string{"Number", "Organisation", "Given", "Ends", "Closed", "Worth", "Allowed beyond that", "Used", "Left"}, Rows: page.Walk(
		func(before id.PurchaseOrder, limit int) ([]report.Order, error) {
			return report.Orders(c.Request.Context(), f.DB, q.Status == allOrders, before, limit)
		},
		func(last report.Order) id.PurchaseOrder { return last.ID },
		func(o report.Order) []sheet.Cell {
			return []sheet.Cell{sheet.Text(o.Number), sheet.Text(o.Organisation), sheet.Moment(o.CreatedAt), sheet.Day(o.ValidUntil), sheet.Moment(o.ClosedAt),
				sheet.Money(o.Amount), sheet.Money(o.Over), sheet.Money(o.Used), sheet.Money(o.Left())}
		})}, nil
}

func (f finance) saveInvoices(c *gin.Context) (page.List, error) {
	var q invoicesQuery
	if err := page.Query(c, &q); err != nil {
		return page.List{}, err
	}
	filter := q.filter(f)
	if q.Organisation != "" {
		o, err := f.organisationBy(c, q.Organisation)
		if err != nil {
			return page.List{}, err
		}
		filter.Organisation = o.ID
	}
	return page.List{Columns: []string{"Number", "Organisation", "Issued", "Due", "How it stands", "Total", "VAT in it", "Paid", "Credited", "Written off", "Still to pay"}, Rows: page.Walk(
		func(before id.Invoice, limit int) ([]invoiceLine, error) {
			rows, err := invoice.List(c.Request.Context(), f.DB, filter, before, limit)
			if err != nil {
				return nil, err
			}
			return f.invoiceLines(c.Request.Context(), rows)
		},
		func(last invoiceLine) id.Invoice { return last.ID },
		func(l invoiceLine) []sheet.Cell {
			return []sheet.Cell{sheet.Text(l.Number), sheet.Text(l.Organisation), sheet.Day(l.IssuedOn), sheet.Day(l.DueOn), sheet.Text(l.Tag.Text), sheet.Money(l.Total),
				sheet.Money(l.VAT), sheet.Money(l.Paid), sheet.Money(l.Credited), sheet.Money(l.WrittenOff), sheet.Money(l.Outstanding())}
		})}, nil
}

// creditLine is a credit note with whose it is.
type creditLine struct {
	invoice.CreditNote
	Organisation string
}

func (f finance) saveCreditNotes(c *gin.Context) (page.List, error) {
	ctx := c.Request.Context()
	return page.List{Columns: []string{"Number", "Organisation", "Issued", "Why", "Amount", "VAT in it"}, Rows: page.Walk(
		func(before id.CreditNote, limit int) ([]creditLine, error) {
			rows, err := invoice.ListCreditNotes(ctx, f.DB, 0, before, limit)
			if err != nil {
				return nil, err
			}
			whose := make([]id.Organisation, len(rows))
			for i, r := range rows {
				whose[i] = r.OrganisationID
			}
			known, err := organisation.ByIDs(ctx, f.DB, whose)
			if err != nil {
				return nil, err
			}
			lines := make([]creditLine, len(rows))
			for i, r := range rows {
				lines[i] = creditLine{r, known[r.OrganisationID].Name}
			}
			return lines, nil
		},
		func(last creditLine) id.CreditNote { return last.ID },
		func(l creditLine) []sheet.Cell {
			return []sheet.Cell{sheet.Text(l.Number), sheet.Text(l.Organisation), sheet.Day(l.IssuedOn), sheet.Text(l.Reason), sheet.Money(l.Total), sheet.Money(l.VAT)}
		})}, nil
}

func (f finance) saveBankLines(c *gin.Context) (page.List, error) {
	var q linesQuery
	if err := page.Query(c, &q); err != nil {
		return page.List{}, err
	}
	filter := bank.Filter{Status: statusOf(q.Status), Query: q.Search}
	return page.List{Columns: []string{"Date", "Amount", "Payer", "Reference", "Text", "How it stands", "Note"}, Rows: page.Walk(
		func(after *bank.Line, limit int) ([]bank.Line, error) {
			return bank.Lines(c.Request.Context(), f.DB, filter, after, limit)
		},
		func(last bank.Line) *bank.Line { return &last },
		func(l bank.Line) []sheet.Cell {
			return []sheet.Cell{sheet.Day(l.On), sheet.Money(l.Amount), sheet.Text(l.Payer), sheet.Text(l.Reference), sheet.Text(l.Text), sheet.Text(lineTags[l.Status].Text), sheet.Text(l.Note)}
		})}, nil
}
