package employer

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/web/page"
)

// mostOrders is how many purchase orders one booking can bring.
const mostOrders = 20

// orderWords are a purchase order as typed; none when they are empty.
type orderWords struct {
	Number, Amount, Line, Name string
	Valid                      dateWords
}

func (w orderWords) empty() bool { return w == orderWords{} }

// order is what was typed, its mistakes named as those of the n-th order.
func (w orderWords) order(n int, today london.Date, wrong page.Mistakes) billing.NewOrder {
	own := page.Mistakes{}
	o := billing.NewOrder{Number: strings.Join(strings.Fields(w.Number), " "), Line: w.Line, Name: w.Name}
	o.Amount = own.Pounds("amount", w.Amount)
	o.ValidUntil = own.Day("valid_until", w.Valid.Day, w.Valid.Month, w.Valid.Year)
	if len(w.Line) > 40 {
		own["line"] = "The line must be 40 characters or fewer"
	}
	if len(w.Name) > 200 {
		own["name"] = "The name must be 200 characters or fewer"
	}
	if f := failure.Of(own.Refusal(o.Check(today))); f != nil {
		for field, sentence := range f.Fields {
			wrong[orderField(field, n)] = sentence
		}
	}
	return o
}

// orderField is the name of a field of the n-th order, from 1, as admissions.BookTeam names it.
func orderField(name string, n int) string { return fmt.Sprintf("order_%s_%d", name, n) }

type ordersAskedPage struct {
	bookPage
	Orders []orderFields
	Until  dateWords
	Last   london.Date // of a hold
	Own    money.Amount
}

// orderFields are the fields of one purchase order, from 1.
type orderFields struct {
	Number int
	Words  orderWords
	Legend string
}

// Field is the name of one of the order's fields.
func (o orderFields) Field(name string) string { return orderField(name, o.Number) }

// Opened reports whether what is seldom needed was filled in, or is wrong.
func (o orderFields) Opened(wrong page.Errors) bool {
	w := o.Words
	return w.Line+w.Name != "" || w.Valid != dateWords{} || wrong.For(o.Field("valid_until"))+wrong.For(o.Field("line"))+wrong.For(o.Field("name")) != ""
}

// Required reports whether places wait for a purchase order.
func (p *ordersAskedPage) Required() bool { return p.Of.PORule == organisation.PORequired }

// Room reports whether another purchase order can be added.
func (p *ordersAskedPage) Room() bool { return len(p.Orders) < mostOrders }

func (v *visit) ordersPage() page.Page {
	p := &ordersAskedPage{bookPage: v.bookPage(stepOrders), Until: v.Draft.Until, Last: admissions.LastHold(v.Run, v.today()), Own: v.own()}
	if v.Draft.Until == (dateWords{}) {
		p.Until = wordsOf(v.usualHold())
	}
	shown := v.Draft.Orders
	for len(shown) == 0 || v.twoOrders() && len(shown) < 2 {
		shown = append(shown, orderWords{})
	}
	for i, w := range shown {
		p.Orders = append(p.Orders, orderFields{Number: i + 1, Words: w, Legend: v.legend(i, len(shown))})
	}
	return p
}

// legend is what one of several purchase orders is called.
func (v *visit) legend(i, of int) string {
	switch {
	case v.twoOrders() && i == 0:
		return "Purchase order for " + v.Draft.Share.First + " of each place"
	case v.twoOrders() && i == 1:
		return "Purchase order for the rest"
	case of == 1:
		return "Your purchase order"
	}
	return fmt.Sprintf("Purchase order %d", i+1)
}

func (v *visit) today() london.Date { return london.DateOf(v.now) }

// usualHold is the day until which places are held unless another is chosen.
func (v *visit) usualHold() london.Date {
	day := v.today().AddDays(admissions.UsuallyHeldDays)
	if last := admissions.LastHold(v.Run, v.today()); day.After(last) {
		return last
	}
	return day
}

func wordsOf(d london.Date) dateWords {
	return dateWords{strconv.Itoa(d.Day), strconv.Itoa(int(d.Month)), strconv.Itoa(d.Year)}
}

// readOrders takes as many purchase orders as were sent. The button for another one adds an empty one.
func (v *visit) readOrders(c *gin.Context) error {
	var order []string
	for n := range mostOrders {
		for _, name := range []string{"number", "amount", "line", "name", "valid_until"} {
			order = append(order, orderField(name, n+1))
		}
	}
	field, err := posted(c, append(order, "hold_until"))
	if err != nil {
		return err
	}
	v.Draft.Orders = nil
	for n := range mostOrders {
		if _, sent := c.GetPostForm(orderField("number", n+1)); !sent {
			break
		}
		of := func(name string) string { return field(orderField(name, n+1)) }
		v.Draft.Orders = append(v.Draft.Orders, orderWords{of("number"), of("amount"), of("line"), of("name"), dateIn(field, orderField("valid_until", n+1))})
	}
	v.Draft.Until = dateIn(field, "hold_until")
	if field("then") == another && len(v.Draft.Orders) < mostOrders {
		v.Draft.Orders = append(v.Draft.Orders, orderWords{})
		return nil
	}
	wrong := page.Mistakes{}
	v.given(wrong)
	v.held(wrong)
	return wrong.Refusal(nil)
}

// dateIn are the three boxes of a date.
func dateIn(field func(string) string, name string) dateWords {
	return dateWords{field(name + "-day"), field(name + "-month"), field(name + "-year")}
}

// given are the purchase orders that were typed, those left empty not among them.
func (v *visit) given(wrong page.Mistakes) []billing.NewOrder {
	var list []billing.NewOrder
	if !v.Ordered() {
		return nil
	}
	seen := map[string]bool{}
	for i, w := range v.Draft.Orders {
		if w.empty() {
			continue
		}
		o := w.order(i+1, v.today(), wrong)
		if key := strings.ToUpper(o.Number); o.Number != "" && seen[key] {
			wrong[orderField("number", i+1)] = "You have entered this purchase order twice"
		} else {
			seen[key] = true
		}
		list = append(list, o)
	}
	return list
}

// held is the day until which the places are held for what is missing.
func (v *visit) held(wrong page.Mistakes) london.Date {
	if !v.Ordered() || v.Draft.Until == (dateWords{}) {
		return v.usualHold()
	}
	day := wrong.Day("hold_until", v.Draft.Until.Day, v.Draft.Until.Month, v.Draft.Until.Year)
	last := admissions.LastHold(v.Run, v.today())
	if wrong["hold_until"] == "" && (day.Before(v.today()) || day.After(last)) {
		wrong["hold_until"] = "Choose a day from today to " + last.Long()
	}
	return day
}
