package sponsor

import (
	"context"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// stage is how a gift stands, as its page says it. The names are those of the template.
type stage string

const (
	toPay    stage = "to pay"
	checking stage = "checking"
	atBank   stage = "at the bank"
	received stage = "received"
	returned stage = "returned"
	unpaid   stage = "unpaid"
)

type giftPage struct {
	page.Base
	Gift  *fund.Gift
	Fund  *fund.Fund
	Stage stage
	Until time.Time // when the payment page closes
	Slow  bool      // it takes longer than usual
	Facts page.Summary
	Again string // where the same gift can be given again

	payment billing.Payment
}

// show says how a gift stands.
func (d *desk) show(c *gin.Context) error { return d.tell(c, false) }

// thanks is where the card processor sends people back to. The address proves nothing: it says what the books say,
// and that we are checking until they do.
func (d *desk) thanks(c *gin.Context) error { return d.tell(c, true) }

func (d *desk) tell(c *gin.Context, back bool) error {
	p, err := d.gift(c)
	if err != nil {
		return err
	}
	now := d.DB.Now()
	p.Stage = stageOf(p.Gift, &p.payment, back, now)
	if p.Stage == checking {
		p.Slow = now.After(p.Until)
		page.AskAgain(c, p.Slow)
	}
	return page.Render(c, "sponsor/gift", p)
}

// stageOf is how a gift stands at a time; back says that somebody comes from the payment page.
func stageOf(g *fund.Gift, p *billing.Payment, back bool, now time.Time) stage {
	switch {
	case g.Status == fund.GiftReceived:
		return received
	case p.Captured > 0:
		return returned
	case p.Status == billing.Pending:
		return atBank
	case !p.Open():
		return unpaid
	case back || now.After(p.ExpiresAt):
		return checking
	}
	return toPay
}

// preparingSlow is after how long somebody is told that the payment page takes longer than usual.
const preparingSlow = 20 * time.Second

// pay leads to the card processor's page as soon as there is one. Until then it asks again by itself.
func (d *desk) pay(c *gin.Context) error {
	p, err := d.gift(c)
	if err != nil {
		return err
	}
	now := d.DB.Now()
	if stageOf(p.Gift, &p.payment, false, now) != toPay {
		return page.Redirect(c, "/sponsor/"+p.Gift.Code)
	}
	if p.payment.SessionURL != "" {
		if err := page.Leave(c, p.payment.SessionURL, d.PayAt); err != nil {
			return fmt.Errorf("payment %s: %w", p.payment.Code, err)
		}
		return nil
	}
	p.Slow = now.Sub(p.payment.CreatedAt) > preparingSlow
	page.AskAgain(c, p.Slow)
	return page.Render(c, "sponsor/preparing", p)
}

// gift reads the gift that an address names. Only one by card has a page.
func (d *desk) gift(c *gin.Context) (*giftPage, error) {
	return d.read(c.Request.Context(), id.NormaliseCode(c.Param("code")))
}

func (d *desk) read(ctx context.Context, code string) (*giftPage, error) {
	g, err := fund.FindGift(ctx, d.DB, code)
	if err != nil {
		return nil, err
	}
	payments, err := billing.PaymentsOfGift(ctx, d.DB, g.ID)
	if err != nil {
		return nil, err
	}
	if len(payments) == 0 {
		return nil, page.ErrNotFound
	}
	f, err := fund.ByID(ctx, d.DB, g.FundID)
	if err != nil {
		return nil, err
	}
	p := &giftPage{Gift: g, Fund: f, payment: payments[len(payments)-1]}
	p.Until, p.Again = p.payment.ExpiresAt, fmt.Sprintf("/sponsor?fund=%s&amount=%d.%02d", f.Code, g.Amount/100, g.Amount%100)
	p.Facts = p.facts()
	return p, nil
}

// facts are what a receipt says. Nothing in them is about the donor.
func (p *giftPage) facts() page.Summary {
	rows := []page.Row{{Key: "Gift", Value: p.Gift.Amount.String()}, {Key: "To", Value: p.Fund.Name}}
	if p.Gift.Status == fund.GiftReceived {
		rows = append(rows, page.Row{Key: "Received", Value: "By card on " + day(p.Gift.ReceivedAt)})
	}
	return page.Summary{Rows: append(rows,
		page.Row{Key: "Reference", Value: p.Gift.Code}, page.Row{Key: "Payment reference", Value: p.payment.Code})}
}

func day(t time.Time) string { return london.DateOf(t).Medium() }
