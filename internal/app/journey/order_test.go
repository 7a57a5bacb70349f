package journey_test

import (
	"fmt"
	"slices"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/people"
	"bursar/internal/sandbox"
)

// fate is what becomes of a payment. Its events reach us in every order: those that are early before its end,
// all others after it.
type fate struct {
	name   string
	method string
	early  []int                // of the events that paying made, those that arrive before the end
	late   int                  // how many arrive after it
	end    func(*world, *claim) // what happens last, away from us
	want   string               // place, payment, captured, refunded, refunds, mails
}

var fates = []fate{
	{"paid", sandbox.CardPays, nil, 3, nothing, "confirmed succeeded 325000 0 [] [place-confirmed]"},
	{"declined, then expired", sandbox.CardDeclined, nil, 2, expires, "lapsed cancelled 0 0 [] [place-lapsed]"},
	{"declined, known of, then expired", sandbox.CardDeclined, []int{0}, 1, expires, "lapsed cancelled 0 0 [] [place-lapsed]"},
	{"bank pays", sandbox.BankPays, nil, 4, bankSays(true), "confirmed succeeded 325000 0 [] [place-confirmed]"},
	{"bank pays, waited for", sandbox.BankPays, []int{0}, 3, bankSays(true), "confirmed succeeded 325000 0 [] [bank-confirming place-confirmed]"},
	{"bank refuses", sandbox.BankRefuses, nil, 3, bankSays(false), "lapsed failed 0 0 [] [place-lapsed]"},
	{"bank refuses, waited for", sandbox.BankRefuses, []int{0}, 2, bankSays(false), "lapsed failed 0 0 [] [bank-confirming place-lapsed]"},
	{"refunded, charge first", sandbox.CardPays, []int{0}, 4, withdraws, "withdrawn succeeded 325000 325000 [succeeded] [place-confirmed place-withdrawn]"},
	{"refunded, intent first", sandbox.CardPays, []int{1}, 4, withdraws, "withdrawn succeeded 325000 325000 [succeeded] [place-confirmed place-withdrawn]"},
	{"refunded, page first", sandbox.CardPays, []int{2}, 4, withdraws, "withdrawn succeeded 325000 325000 [succeeded] [place-confirmed place-withdrawn]"},
	{"refund takes days", sandbox.CardRefundLater, []int{0, 1, 2}, 4, refundEnds(true), "withdrawn succeeded 325000 325000 [succeeded] [place-confirmed place-withdrawn]"},
	{"refund comes back", sandbox.CardRefundFails, []int{0, 1, 2}, 4, refundEnds(false), "withdrawn succeeded 325000 0 [failed] [place-confirmed place-withdrawn refund-returned]"},
}

func nothing(*world, *claim) {}

func expires(w *world, c *claim) {
	if err := w.Gateway.Expire(w.t.Context(), w.payment(c.place).Session); err != nil {
		w.t.Fatal(err)
	}
}

func bankSays(yes bool) func(*world, *claim) {
	return func(w *world, c *claim) {
		if err := w.processor.Settle(w.payment(c.place).Session, yes); err != nil {
			w.t.Fatal(err)
		}
	}
}

func withdraws(w *world, c *claim) {
	err := w.Machine.Write(w.t.Context(), func(tx *db.Tx) error {
		return admissions.Withdraw(w.t.Context(), tx, nil, c.person.ID, c.place.Code, fixture.Fee)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.drain()
}

func refundEnds(well bool) func(*world, *claim) {
	return func(w *world, c *claim) {
		withdraws(w, c)
		refunds, err := billing.RefundsOf(w.t.Context(), w.DB, w.payment(c.place))
		if err != nil || len(refunds) != 1 {
			w.t.Fatal(refunds, err)
		}
		if err := w.processor.Settle(refunds[0].ProcessorID, well); err != nil {
			w.t.Fatal(err)
		}
	}
}

// claim is a place that somebody booked, and the events about it.
type claim struct {
	fate   fate
	person people.Person
	place  *enrolment.Enrolment
	events []string // in the order in which they were made
	order  []string // those that are not early, in the order in which they arrive
}

func (w *world) claim(f fate, n int) *claim {
	w.t.Helper()
	c := &claim{fate: f, person: fixture.Person(w.t, w.DB, fmt.Sprintf("%d@people.example", n))}
	c.place = fixture.Held(w.t, w.DB, w.run, c.person)
	return c
}

// payment is that of a place.
func (w *world) payment(e *enrolment.Enrolment) billing.Payment {
	w.t.Helper()
	shares, err := billing.SharesOf(w.t.Context(), w.DB, e.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	payments, err := billing.PaymentsOf(w.t.Context(), w.DB, shares...)
	if err != nil || len(payments) != 1 {
		w.t.Fatalf("%d payments, %v", len(payments), err)
	}
	return payments[0]
}

// happens notes the events that something makes.
func (c *claim) happens(w *world, something func()) {
	w.t.Helper()
	from := len(w.processor.Events())
	something()
	c.events = append(c.events, w.processor.events(from)...)
}

func (w *world) deliver(events ...string) {
	w.t.Helper()
	if err := w.processor.Deliver(w.t.Context(), events...); err != nil {
		w.t.Fatal(err)
	}
}

// stands says what became of a claim in the books.
func (w *world) stands(c *claim) (s string) {
	w.t.Helper()
	err := w.DB.NewRaw(`
		SELECT format('%s %s %s %s [%s] [%s]', e.status, p.status, p.captured, p.refunded,
			(SELECT string_agg(r.status, ' ' ORDER BY r.id) FROM refunds r WHERE r.payment_id = p.id),
			(SELECT string_agg(m.template, ' ' ORDER BY m.id) FROM mails m WHERE m.person_id = e.person_id))
		FROM enrolments e JOIN shares s ON s.enrolment_id = e.id JOIN payments p ON p.share_id = s.id
		WHERE e.id = ?`, c.place.ID).Scan(w.t.Context(), &s)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// permutations are all orders of 0 to n-1.
func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var orders [][]int
	for _, shorter := range permutations(n - 1) {
		for at := range n {
			orders = append(orders, slices.Insert(slices.Clone(shorter), at, n-1))
		}
	}
	return orders
}

func TestAllOrdersOfAllEventsEndAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 400)
	defer w.sound()
	var claims []*claim
	orders := map[*claim][]int{}
	for _, f := range fates {
		for _, order := range permutations(f.late) {
			c := w.claim(f, len(claims))
			claims, orders[c] = append(claims, c), order
		}
	}
	w.drain()
	w.processor.SetFaults(sandbox.Faults{Hold: true})
	for _, c := range claims {
		w.untilTheEnd(c)
	}
	for _, c := range claims {
		w.end(c, orders[c])
	}
	for at := range 4 {
		for _, c := range claims {
			if at < len(c.order) {
				w.deliver(c.order[at])
			}
		}
		w.drain()
	}
	for _, c := range claims { // and all of them twice more, backwards
		slices.Reverse(c.events)
		w.deliver(slices.Concat(c.events, c.events)...)
	}
	w.drain()
	for _, c := range claims {
		if got := w.stands(c); got != c.fate.want {
			t.Errorf("%s, order %v: %s, want %s", c.fate.name, orders[c], got, c.fate.want)
		}
		if c.fate.name == "refund comes back" {
			w.doubts = append(w.doubts, billing.RefundCameBack)
		}
	}
	w.processor.SetFaults(sandbox.Faults{})
}

// untilTheEnd has somebody pay, and the early events arrive.
func (w *world) untilTheEnd(c *claim) {
	w.t.Helper()
	c.happens(w, func() { w.payOn(w.payment(c.place).SessionURL, c.fate.method) })
	for _, i := range c.fate.early {
		w.deliver(c.events[i])
		c.order = append(c.order, c.events[i])
	}
}

// end brings about the end, and puts the events that are still to arrive into an order.
func (w *world) end(c *claim, order []int) {
	w.t.Helper()
	if len(c.fate.early) > 0 {
		w.drain()
	}
	c.happens(w, func() { c.fate.end(w, c) })
	rest := slices.DeleteFunc(slices.Clone(c.events), func(e string) bool { return slices.Contains(c.order, e) })
	if len(rest) != len(order) {
		w.t.Fatalf("%s: %d events are to arrive, want %d", c.fate.name, len(rest), len(order))
	}
	c.order = nil
	for _, i := range order {
		c.order = append(c.order, rest[i])
	}
}

// payOn pays, or tries to, on a page.
func (w *world) payOn(page, method string) {
	w.t.Helper()
	v := w.visitor("somebody")
	if _, err := v.try(page, method); err != nil && method != sandbox.CardDeclined {
		w.t.Fatal(err)
	}
}
