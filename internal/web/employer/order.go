package employer

import (
	"context"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

type orderPage struct {
	page.Base
	Of       *organisation.Organisation
	Order    *billing.PurchaseOrder
	Facts    page.Summary
	Bound    []page.Choice // the places that it pays
	Free     []page.Choice // those without a purchase order
	Open     bool
	Chosen   []string // of either list, given back after a refusal
	Together string   // what the free ones come to
}

// order shows a purchase order: what it is worth, which places it pays, and which it could.
func (e *employer) order(c *gin.Context) error {
	p, err := e.orderPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "employer/order", p)
}

func (e *employer) orderPage(c *gin.Context) (*orderPage, error) {
	p := &orderPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (err error) {
		if p.Order, err = billing.OrderByCode(ctx, tx, of.ID, c.Param("order")); err != nil {
			return err
		}
		today := london.DateOf(tx.Now)
		p.Open, p.Facts = p.Order.Open(today), orderFacts(p.Order, today)
		if p.Bound, err = bound(ctx, tx, of, p.Order); err != nil || !p.Open {
			return err
		}
		free, total, err := unordered(ctx, tx, of, "")
		p.Free, p.Together = free, total.String()
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Of, p.Crumbs = of, within(of, page.Link{Text: "Purchase orders", Href: path(of, "/orders")})
	return p, nil
}

func orderFacts(o *billing.PurchaseOrder, today london.Date) page.Summary {
	rows := []page.Row{
		{Key: "Status", Value: orderStatus(*o, today)},
		{Key: "Worth", Value: o.Amount.String()},
		{Key: "Used", Value: o.Used.String()},
		{Key: "Left", Value: o.Left().String()},
	}
	if o.Over > 0 {
		rows = append(rows, page.Row{Key: "We may charge beyond it", Value: o.Over.String()})
	}
	if o.Line != "" {
		rows = append(rows, page.Row{Key: "Line", Value: o.Line})
	}
	if o.Name != "" {
		rows = append(rows, page.Row{Key: "Your name on it", Value: o.Name})
	}
	if !o.ValidUntil.IsZero() {
		rows = append(rows, page.Row{Key: "Valid until", Value: o.ValidUntil.Medium()})
	}
	return page.Summary{Rows: append(rows, page.Row{Key: "Given to us", Value: london.DateOf(o.CreatedAt).Medium()})}
}

// bound are the places that a purchase order pays, as choices.
func bound(ctx context.Context, tx *db.Tx, of *organisation.Organisation, o *billing.PurchaseOrder) ([]page.Choice, error) {
	list, err := enrolment.ListSeats(ctx, tx, of.ID, enrolment.SeatFilter{Order: o.ID}, enrolment.SeatKey{}, mostAtOnce)
	if err != nil {
		return nil, err
	}
	seats, err := seatsOf(ctx, tx, of, list)
	if err != nil {
		return nil, err
	}
	items := make([]page.Choice, len(seats))
	for i, s := range seats {
		items[i] = page.Choice{Value: s.Code, Label: s.Who() + ": " + s.Code + ", " + s.by(o.ID).String(), Hint: runName(s.Run)}
	}
	return items, nil
}

type bindForm struct {
	Places []string `form:"places" binding:"required" error:"Choose the places"`
}

type unbindForm struct {
	Places []string `form:"bound" binding:"required" error:"Choose the places"`
}

// bind charges more places to a purchase order.
func (e *employer) bind(c *gin.Context) error {
	var form bindForm
	err := page.Bind(c, &form)
	if err == nil {
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			return admissions.BindOrder(ctx, tx, me, of, c.Param("order"), form.Places)
		})
	}
	return e.changed(c, err, form.Places)
}

// unbind takes places off it.
func (e *employer) unbind(c *gin.Context) error {
	var form unbindForm
	err := page.Bind(c, &form)
	if err == nil {
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
			return admissions.UnbindOrder(ctx, tx, me, of, c.Param("order"), form.Places)
		})
	}
	return e.changed(c, err, form.Places)
}

// closeOrder ends a purchase order: nothing more is charged to it.
func (e *employer) closeOrder(c *gin.Context) error {
	err := e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) error {
		return billing.CloseOrder(ctx, tx, me, of.ID, c.Param("order"))
	})
	return e.changed(c, err, nil)
}

// changed leads back to the purchase order, or shows it with what stood in the way.
func (e *employer) changed(c *gin.Context, err error, chosen []string) error {
	p, unread := e.orderPage(c)
	if unread != nil {
		return unread
	}
	if err != nil {
		p.Chosen = chosen
		return page.Again(c, err, "employer/order", p)
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, path(p.Of, "/orders/"+p.Order.Code))
}
