package employer

import (
	"context"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// slow is after how long somebody is told that the payment page takes longer than usual.
const slow = 20 * time.Second

type payPage struct {
	*documentPage
	Payment *billing.Payment // the latest by card, or nil
	Credit  money.Amount     // what of it was more than was open, and stands to the organisation's credit
	Slow    bool
}

// Stage is how the payment stands: "checking", "bank", "paid", "refused" or "none".
func (p *payPage) Stage() string {
	if p.Payment == nil {
		return "none"
	}
	switch p.Payment.Status {
	case billing.Succeeded:
		return "paid"
	case billing.Created:
		return "checking"
	case billing.Pending:
		return "bank"
	case billing.Failed:
		return "refused"
	}
	return "none"
}

// startPaying begins to pay what is open of an invoice by card. Pressed twice it leads to the one page.
func (e *employer) startPaying(c *gin.Context) error {
	err := e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
		_, err := admissions.PayInvoice(ctx, tx, me, of, c.Param("number"))
		return err
	})
	p, unread := e.invoicePage(c, c.Param("number"))
	if unread != nil {
		return unread
	}
	if err != nil {
		return page.Again(c, err, "employer/invoice", p)
	}
	return page.Redirect(c, p.Href+"/pay")
}

// pay leads to the card processor's page as soon as there is one. Until then it asks again by itself.
func (e *employer) pay(c *gin.Context) error {
	p, err := e.payPage(c)
	if err != nil {
		return err
	}
	if p.Stage() != "checking" {
		return page.Redirect(c, p.Href)
	}
	if p.Payment.SessionURL != "" {
		if err := page.Leave(c, p.Payment.SessionURL, e.PayAt); err != nil {
			return fmt.Errorf("payment %s: %w", p.Payment.Code, err)
		}
		return nil
	}
	page.AskAgain(c, p.Slow)
	return page.Render(c, "employer/preparing", p)
}

// paid is where the card processor's page leads back to. What it says is what the books say.
func (e *employer) paid(c *gin.Context) error {
	p, err := e.payPage(c)
	if err != nil {
		return err
	}
	if p.Stage() == "none" {
		return page.Redirect(c, p.Href)
	}
	if p.Stage() == "checking" {
		page.AskAgain(c, p.Slow)
	}
	return page.Render(c, "employer/paid", p)
}

// payPage reads the invoice in the address, which is the organisation's own, and then how its latest payment by card
// stands, which an organisation's people do not see in the database.
func (e *employer) payPage(c *gin.Context) (*payPage, error) {
	in, err := e.invoicePage(c, c.Param("number"))
	if err != nil {
		return nil, err
	}
	payments, err := billing.PaymentsOfInvoice(c.Request.Context(), e.DB, in.Invoice.ID)
	if err != nil {
		return nil, err
	}
	p := &payPage{documentPage: in}
	if len(payments) > 0 {
		p.Payment = &payments[len(payments)-1]
		p.Slow = e.DB.Now().Sub(p.Payment.CreatedAt) > slow
		p.Credit, err = invoice.CreditedFrom(c.Request.Context(), e.DB, p.Payment.ID)
	}
	return p, err
}
