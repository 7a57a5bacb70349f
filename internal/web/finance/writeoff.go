package finance

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type writeOffForm struct {
	Amount string `form:"amount"`
	Reason string `form:"reason"`
}

type writeOffPage struct {
	base
	Invoice *invoice.Invoice
	Whose   string
	Form    writeOffForm
}

// writingOff asks how much of an invoice nobody will pay, and why.
func (f finance) writingOff(c *gin.Context) error {
	p, err := f.writeOffPage(c)
	if err != nil {
		return err
	}
	p.Form.Amount = page.Plain(p.Invoice.Outstanding())
	return page.Render(c, "finance/write-off", p)
}

func (f finance) writeOffPage(c *gin.Context) (*writeOffPage, error) {
	i, o, err := f.billed(c)
	if err != nil {
		return nil, err
	}
	return &writeOffPage{base: below(invoicesLink, page.Link{Text: i.Number, Href: invoiceHref(i.Number)}), Invoice: i, Whose: o.Name}, nil
}

// writeOff writes off a little at once, and asks a second person about more.
func (f finance) writeOff(c *gin.Context) error {
	p, err := f.writeOffPage(c)
	if err != nil {
		return err
	}
	waits := false
	if err = page.Bind(c, &p.Form); err == nil {
		wrong := page.Mistakes{}
		amount := wrong.Amount("amount", p.Form.Amount)
		wrong.Needed("reason", p.Form.Reason, "Say why nobody will pay this")
		if err = wrong.Refusal(nil); err == nil {
			err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) (err error) {
				waits, err = invoice.WriteOff(ctx, tx, by, p.Invoice.Number, amount, p.Form.Reason)
				return err
			})
		}
	}
	switch {
	case err != nil:
		return page.Again(c, err, "finance/write-off", p)
	case waits:
		page.Flash(c, page.WriteOffAsked)
	default:
		page.Flash(c, page.WrittenOff)
	}
	return page.Redirect(c, invoiceHref(p.Invoice.Number))
}

type useCreditForm struct {
	Amount string `form:"amount"`
	Seen   string `form:"seen"` // what was open when the page was opened
}

type useCreditPage struct {
	base
	Invoice *invoice.Invoice
	Whose   string
	Credit  money.Amount // of the organisation
	Form    useCreditForm
}

// usingCredit asks how much of an organisation's credit pays an invoice.
func (f finance) usingCredit(c *gin.Context) error {
	p, err := f.useCreditPage(c)
	if err != nil {
		return err
	}
	p.Form.Amount = page.Plain(min(p.Credit, p.Invoice.Outstanding()))
	return page.Render(c, "finance/use-credit", p)
}

func (f finance) useCreditPage(c *gin.Context) (*useCreditPage, error) {
	i, o, err := f.billed(c)
	if err != nil {
		return nil, err
	}
	p := &useCreditPage{base: below(invoicesLink, page.Link{Text: i.Number, Href: invoiceHref(i.Number)}), Invoice: i, Whose: o.Name}
	p.Credit, err = invoice.Credits(c.Request.Context(), f.DB, o.ID)
	return p, err
}

// Seen is what is open of the invoice now.
func (p *useCreditPage) Seen() string { return pence(p.Invoice.Outstanding()) }

// useCredit pays an invoice from its organisation's credit.
func (f finance) useCredit(c *gin.Context) error {
	p, err := f.useCreditPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		wrong := page.Mistakes{}
		amount := wrong.Amount("amount", p.Form.Amount)
		if err = wrong.Refusal(nil); err == nil {
			err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
				if _, err := organisation.Lock(ctx, tx, p.Invoice.OrganisationID); err != nil {
					return err
				}
				now, err := invoice.ByID(ctx, tx, p.Invoice.ID)
				if err != nil {
					return err
				}
				if p.Form.Seen != pence(now.Outstanding()) {
					return errChanged
				}
				return invoice.UseCredit(ctx, tx, by, p.Invoice.Number, amount)
			})
		}
	}
	if err != nil {
		return page.Again(c, err, "finance/use-credit", p)
	}
	page.Flash(c, page.CreditUsed)
	return page.Redirect(c, invoiceHref(p.Invoice.Number))
}
