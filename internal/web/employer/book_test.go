package employer_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"bursar/internal/db/dbtest"
)

// discounts are a tenth for a team of four and a twentieth for booking early, as the pair's course is early.
func (p *pair) discounts() {
	p.Helper()
	dbtest.Force(p, p.app, "INSERT INTO run_discounts (run_id, team_from, team_bp, early_days, early_bp) VALUES (?, 4, 1000, 90, 500)", p.run.ID)
}

// bookAt is an address of a booking on the pair's course.
func (p *pair) bookAt(s side, step string) string { return s.at("/book/" + p.run.Code + "/" + step) }

// fill answers a question and expects the next one.
func (p *pair) fill(s side, step, next string, fields ...string) {
	p.Helper()
	p.led(p.post(s, p.bookAt(s, step), fields...), p.bookAt(s, next))
}

// wrong answers a question in a way that is refused, and returns the page that says why.
func (p *pair) wrong(s side, step string, fields ...string) *goquery.Document {
	p.Helper()
	at := p.bookAt(s, step)
	return p.page(http.StatusUnprocessableEntity, p.post(s, at, fields...), at)
}

// press presses the button of the check page as it is shown, and returns the address of what was booked.
func (p *pair) press(s side) string {
	p.Helper()
	doc := p.open(s, p.bookAt(s, "check"))
	w := p.post(s, p.bookAt(s, "check"), "booking", value(doc, "booking"), "agreed", value(doc, "agreed"))
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, s.at("/bookings/")) {
		p.Fatalf("status %d to %q\n%s", w.Code, to, w.Body)
	}
	return to
}

func value(doc *goquery.Document, name string) string {
	return doc.Find(`[name="`+name+`"]`).AttrOr("value", "")
}

// ready answers every question for some places that the organisation pays by itself, so that only the check is left.
func (p *pair) ready(s side, places string, orders ...string) {
	p.Helper()
	p.fill(s, "places", "payer", "places", places)
	p.fill(s, "payer", "names", "payer", "us")
	p.fill(s, "names", "orders")
	p.fill(s, "orders", "approval", orders...)
	p.fill(s, "approval", "check")
}

func TestFivePlacesAreBookedWithTwoPurchaseOrders(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.discounts()
	s := p.mine
	p.led(p.get(s, "/employer/book/FND-T27"), s.at("/book/FND-T27"))
	p.led(p.get(s, s.at("/book/FND-T27")), p.bookAt(s, "places"))
	says(t, p.open(s, p.bookAt(s, "places")), "1 to 3 5% for booking 90 days or more before £3,087.50", "4 or more 10% for a team of 4 or more £2,925.00", "20 places left")
	p.fill(s, "places", "payer", "places", "5")
	says(t, p.open(s, p.bookAt(s, "payer")), "5 places at £3,250.00 each, less 10% for a team of 4 or more, is £2,925.00 each: £14,625.00.")
	p.fill(s, "payer", "names", "payer", "us")
	p.open(s, p.bookAt(s, "names"))
	p.fill(s, "names", "orders", "name_1", "Ana Ruiz", "email_1", "ana@westermoor.example", "name_2", "Bo Lane", "email_2", "bo@westermoor.example",
		"name_3", "", "email_3", "", "name_4", "", "email_4", "", "name_5", "", "email_5", "")
	doc := p.open(s, p.bookAt(s, "orders"))
	says(t, doc, "Your organisation pays £14,625.00")
	if day := value(doc, "hold_until-day") + " " + value(doc, "hold_until-month") + " " + value(doc, "hold_until-year"); day != "7 12 2026" {
		t.Errorf("the page proposes %q", day)
	}
	p.led(p.post(s, p.bookAt(s, "orders"), "order_number_1", "WM-1001", "order_amount_1", "8,775", "then", "another"), p.bookAt(s, "orders")+"#order_number_2")
	if doc = p.open(s, p.bookAt(s, "orders")); value(doc, "order_number_1") != "WM-1001" || doc.Find("#order_number_2").Length() != 1 {
		t.Error("the first purchase order is lost, or there is no room for a second")
	}
	p.fill(s, "orders", "approval", "order_number_1", "WM-1001", "order_amount_1", "8,775", "order_number_2", "WM-1002", "order_amount_2", "5850.00", "order_line_2", "3",
		"hold_until-day", "7", "hold_until-month", "12", "hold_until-year", "2026")
	p.open(s, p.bookAt(s, "approval"))
	p.fill(s, "approval", "check", "approver_name", "", "approver_email", "", "reference", "CPD-7", "cost_code", "E41", "code_2", "E42")
	says(t, p.open(s, p.bookAt(s, "check")), "5 places at £3,250.00 £16,250.00", "Less 10% for a team of 4 or more -£1,625.00", "5 places at £2,925.00 £14,625.00",
		"Your organisation pays £14,625.00", "WM-1001, worth £8,775.00", "WM-1002, worth £5,850.00, line 3", "Ana Ruiz, ana@westermoor.example", "3 places to be named later",
		"Your reference: CPD-7", "Cost code of place 2: E42", "The places are confirmed at once.")
	booked := p.press(s)
	says(t, p.open(s, booked), "5 places are confirmed.", "Say who takes 3 places", "Ana Ruiz", "WM-1001", "WM-1002")
	says(t, p.open(s, s.at("/orders")), "WM-1001 £8,775.00 £8,775.00 £0.00 Used up", "WM-1002 £5,850.00 £5,850.00 £0.00 Used up")
}

func TestPlacesThatNoPurchaseOrderReachesAreHeld(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.discounts()
	p.ready(p.mine, "5", "order_number_1", "WM-1", "order_amount_1", "9000")
	says(t, p.open(p.mine, p.bookAt(p.mine, "check")), "2 places wait for a purchase order. We charge the places to those you gave in turn", "held for you until the end of Monday 7 December 2026")
	p.fill(p.mine, "orders", "check", "order_number_1", "WM-1", "order_amount_1", "9000", "order_number_2", "WM-2", "order_amount_2", "5625")
	says(t, p.open(p.mine, p.bookAt(p.mine, "check")), "1 place waits for a purchase order.") // together they would be enough
	p.fill(p.mine, "orders", "check", "order_number_1", "WM-1", "order_amount_1", "9000")
	booked := p.press(p.mine)
	says(t, p.open(p.mine, booked), "3 places are confirmed.", "2 places are held until 7 December 2026 while you raise the purchase order.",
		"Give us purchase orders for 2 places")
}
