package finance

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type orderForm struct {
	Over   string `form:"over"`
	Reason string `form:"over_for"`
}

type orderPage struct {
	base
	Order   *billing.PurchaseOrder
	Whose   *organisation.Organisation
	Details page.Summary
	Form    orderForm
}

func orderHref(o *organisation.Organisation, order *billing.PurchaseOrder) string {
	return organisationHref(o) + "/orders/" + order.Code
}

// order is one purchase order, and asks whether it may be exceeded.
func (f finance) order(c *gin.Context) error {
	p, err := f.orderPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "finance/order", p)
}

func (f finance) orderPage(c *gin.Context) (*orderPage, error) {
	o, err := f.organisationBy(c, c.Param("code"))
	if err != nil {
		return nil, err
	}
	order, err := billing.OrderByCode(c.Request.Context(), f.DB, o.ID, c.Param("order"))
	if err != nil {
		return nil, err
	}
	p := &orderPage{base: within(o), Order: order, Whose: o, Form: orderForm{Over: page.Plain(order.Over)}}
	until := "No end"
	if !order.ValidUntil.IsZero() {
		until = order.ValidUntil.Medium()
	}
	for _, r := range []page.Row{
		{Key: "Number", Value: order.Number}, {Key: "Buyer on it", Value: order.Name}, {Key: "Line", Value: order.Line}, {Key: "Worth", Value: order.Amount.String()},
		{Key: "Allowed beyond that", Value: allowed(order.Over)}, {Key: "Used", Value: order.Used.String()}, {Key: "Left", Value: order.Left().String()},
		{Key: "Ends", Value: until}, {Key: "Given", Value: day(order.CreatedAt)},
	} {
		if r.Value != "" {
			p.Details.Rows = append(p.Details.Rows, r)
		}
	}
	return p, nil
}

func allowed(over money.Amount) string {
	if over == 0 {
		return ""
	}
	return over.String()
}

// allowOver lets a purchase order be exceeded, with a reason.
func (f finance) allowOver(c *gin.Context) error {
	p, err := f.orderPage(c)
	if err != nil {
		return err
	}
	if err = page.Bind(c, &p.Form); err == nil {
		wrong := page.Mistakes{}
		over := wrong.Optional("over", p.Form.Over)
		if err = wrong.Refusal(nil); err == nil {
			err = f.work(c, func(ctx context.Context, tx *db.Tx, by id.Person) error {
				return billing.AllowOver(ctx, tx, by, p.Order.Code, over, p.Form.Reason)
			})
		}
	}
	if err != nil {
		return page.Again(c, err, "finance/order", p)
	}
	page.Flash(c, page.OrderAllowed)
	return page.Redirect(c, orderHref(p.Whose, p.Order))
}
