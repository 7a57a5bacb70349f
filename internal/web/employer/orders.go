package employer

import (
	"context"
	"fmt"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// mostAtOnce is how many places one page offers to charge to a purchase order.
const mostAtOnce = 200

type ordersPage struct {
	page.Base
	Of    *organisation.Organisation
	Table page.Table
}

// orders lists what the organisation has promised in writing, and what is left of each.
func (e *employer) orders(c *gin.Context) error {
	p := &ordersPage{Table: page.Table{Caption: "Purchase orders", Stacked: true, Columns: []page.Column{
		{Title: "Number"}, {Title: "Worth", Numeric: true}, {Title: "Used", Numeric: true}, {Title: "Left", Numeric: true}, {Title: "Status"},
	}}}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) error {
		list, err := billing.OrdersOf(ctx, tx, of.ID)
		for _, o := range list {
			p.Table.Rows = append(p.Table.Rows, []page.Cell{{Text: o.Number, Href: path(of, "/orders/"+o.Code)}, {Text: o.Amount.String()},
				{Text: o.Used.String()}, {Text: o.Left().String()}, {Text: orderStatus(o, london.DateOf(tx.Now))}})
		}
		return err
	})
	if err != nil {
		return err
	}
	p.Of, p.Crumbs = of, within(of)
	return page.Render(c, "employer/orders", p)
}

func orderStatus(o billing.PurchaseOrder, today london.Date) string {
	switch {
	case !o.ClosedAt.IsZero():
		return "Closed"
	case !o.Open(today):
		return "Ended on " + o.ValidUntil.Medium()
	case o.Left() == 0:
		return "Used up"
	}
	return "Open"
}

// orderForm is a purchase order as somebody types it.
type orderForm struct {
	Number string   `form:"number" binding:"max=200" error:"The number of a purchase order must be 40 characters or fewer"`
	Amount string   `form:"amount" binding:"max=20" error:"Enter an amount in pounds, like 7,560 or 7,560.50"`
	Line   string   `form:"line" binding:"max=40" error:"The line must be 40 characters or fewer"`
	Name   string   `form:"buyer" binding:"max=200" error:"The name must be 200 characters or fewer"`
	Day    string   `form:"valid_until-day"`
	Month  string   `form:"valid_until-month"`
	Year   string   `form:"valid_until-year"`
	Places []string `form:"places"`
}

// order is what was typed. What cannot be read is a mistake.
func (f orderForm) order(wrong page.Mistakes) billing.NewOrder {
	n := billing.NewOrder{Number: f.Number, Line: f.Line, Name: f.Name}
	n.Amount = wrong.Pounds("amount", f.Amount)
	n.ValidUntil = wrong.Day("valid_until", f.Day, f.Month, f.Year)
	return n
}

type addOrderPage struct {
	page.Base
	Of     *organisation.Organisation
	Form   orderForm
	Places []page.Choice // that have no purchase order yet
	Total  money.Amount  // of these
}

type addOrderQuery struct {
	Run string `form:"run"` // code
}

// addOrder asks for a purchase order, and which places it pays.
func (e *employer) addOrder(c *gin.Context) error {
	p, err := e.addOrderPage(c)
	if err != nil {
		return err
	}
	if c.Query("run") != "" {
		for _, item := range p.Places {
			p.Form.Places = append(p.Form.Places, item.Value)
		}
	}
	return page.Render(c, "employer/order-add", p)
}

func (e *employer) addOrderPage(c *gin.Context) (*addOrderPage, error) {
	var q addOrderQuery
	if err := page.Query(c, &q); err != nil {
		return nil, err
	}
	p := &addOrderPage{}
	of, err := e.see(c, func(ctx context.Context, tx *db.Tx, of *organisation.Organisation) (err error) {
		p.Places, p.Total, err = unordered(ctx, tx, of, q.Run)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Of, p.Base.Back = of, path(of, "/orders")
	return p, nil
}

// unordered are the places that have no purchase order yet, as choices.
func unordered(ctx context.Context, tx *db.Tx, of *organisation.Organisation, run string) ([]page.Choice, money.Amount, error) {
	list, err := enrolment.ListSeats(ctx, tx, of.ID, enrolment.SeatFilter{Run: run, Lacks: enrolment.NoOrder}, enrolment.SeatKey{}, mostAtOnce)
	if err != nil {
		return nil, 0, err
	}
	seats, err := seatsOf(ctx, tx, of, list)
	if err != nil {
		return nil, 0, err
	}
	var total money.Amount
	items := make([]page.Choice, len(seats))
	for i, s := range seats {
		items[i] = page.Choice{Value: s.Code, Label: fmt.Sprintf("%s: %s, %s", s.Who(), s.Code, s.toOrder()), Hint: runName(s.Run)}
		total += s.toOrder()
	}
	return items, total, nil
}

// toOrder is what the organisation pays of the place without a purchase order so far.
func (s seat) toOrder() money.Amount {
	var sum money.Amount
	for _, share := range s.Shares {
		if share.PurchaseOrderID == 0 && share.Invoiced == 0 {
			sum += share.Owed()
		}
	}
	return sum
}

// saveOrder writes a purchase order down and charges the chosen places to it.
func (e *employer) saveOrder(c *gin.Context) error {
	var form orderForm
	var made *billing.PurchaseOrder
	err := page.Bind(c, &form)
	if err == nil {
		wrong := page.Mistakes{}
		n := form.order(wrong)
		err = e.act(c, func(ctx context.Context, tx *db.Tx, me id.Person, of *organisation.Organisation) (err error) {
			made, err = admissions.AddOrder(ctx, tx, me, of, n, form.Places)
			return wrong.Refusal(err) // what was wrong before undoes it
		})
	}
	if err != nil {
		p, unread := e.addOrderPage(c)
		if unread != nil {
			return unread
		}
		p.Form = form
		return page.Again(c, err, "employer/order-add", p)
	}
	page.Flash(c, page.OrderAdded)
	return page.Redirect(c, "/employer/"+c.Param("org")+"/orders/"+made.Code)
}
