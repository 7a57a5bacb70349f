package finance

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type refundForm struct {
	Amount    string `form:"amount"`
	Card      string `form:"card"` // code of a payment; empty: by bank
	Reference string `form:"reference"`
	Reason    string `form:"reason"`
	Seen      string `form:"seen"` // what was left to pay back when the page was opened
}

type refundPage struct {
	base
	Whose  *organisation.Organisation
	Credit money.Amount
	Seen   string
	Cards  []page.Choice
	Form   refundForm
}

// refunding asks how credit goes back to an organisation.
func (f finance) refunding(c *gin.Context) error {
	p, err := f.refundPage(c)
	if err != nil {
		return err
	}
	p.Form.Amount = page.Plain(p.Credit)
	return page.Render(c, "finance/refund", p)
}

func (f finance) refundPage(c *gin.Context) (*refundPage, error) {
	ctx := c.Request.Context()
	o, err := f.organisationBy(c, c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &refundPage{base: within(o), Whose: o}
	if p.Credit, err = invoice.Credits(ctx, f.DB, o.ID); err != nil {
		return nil, err
	}
	left, err := leftToPayBack(ctx, f.DB, o.ID)
	if err != nil {
		return nil, err
	}
	p.Seen = pence(left)
	p.Cards, err = f.cards(ctx, o.ID)
	return p, err
}

// leftToPayBack is the credit of an organisation for which nobody has asked yet, in pence.
func leftToPayBack(ctx context.Context, d bun.IDB, of id.Organisation) (money.Amount, error) {
	left, err := invoice.Credits(ctx, d, of)
	if err != nil {
		return 0, err
	}
	waiting, err := invoice.RefundsOf(ctx, d, of)
	for _, r := range waiting {
		if r.Outcome == "" {
			left -= r.Amount
		}
	}
	return left, err
}

// cards are the payments by card to which an organisation's credit can go back, and the bank.
func (f finance) cards(ctx context.Context, of id.Organisation) ([]page.Choice, error) {
	var rows []struct {
		Code, Number string
		Amount       money.Amount
	}
	err := f.DB.NewRaw(`
		SELECT p.code, i.number, p.captured AS amount
		FROM   payments p JOIN invoices i ON i.id = p.invoice_id
		WHERE  i.organisation_id = ? AND p.status = 'succeeded'
		ORDER  BY p.id DESC LIMIT 100`, of).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading payments by card: %w", err)
	}
	choices := []page.Choice{{Label: "By bank transfer"}}
	for _, r := range rows {
		choices = append(choices, page.Choice{Value: r.Code, Label: "To the card that paid " + r.Amount.String() + " for " + r.Number})
	}
	return choices, nil
}

// askRefund pays a little back at once, and asks a second person about more.
func (f finance) askRefund(c *gin.Context) error {
	p, err := f.refundPage(c)
	if err != nil {
		return err
	}
	var asked *invoice.CreditRefund
	if err = page.Bind(c, &p.Form); err == nil {
		wrong := page.Mistakes{}
		wish := invoice.RefundWish{Amount: wrong.Amount("amount", p.Form.Amount), Card: p.Form.Card, Reference: p.Form.Reference,
			Reason: wrong.Needed("reason", p.Form.Reason, "Say why it goes back")}
		if err = wrong.Refusal(nil); err == nil {
			err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) (err error) {
				if _, err = organisation.Lock(ctx, tx, p.Whose.ID); err != nil {
					return err
				}
				left, err := leftToPayBack(ctx, tx, p.Whose.ID)
				if err != nil {
					return err
				}
				if p.Form.Seen != pence(left) {
					return errChanged
				}
				asked, err = invoice.AskRefund(ctx, tx, by, p.Whose.ID, wish)
				return err
			})
		}
	}
	switch {
	case err != nil:
		return page.Again(c, err, "finance/refund", p)
	case asked.Outcome == "":
		page.Flash(c, page.RefundAsked)
	default:
		page.Flash(c, page.CreditPaidOut)
	}
	return page.Redirect(c, organisationHref(p.Whose))
}

// Alone is what one person may pay back.
func (p *refundPage) Alone() money.Amount { return invoice.AloneUpTo }
