package admissions

import (
	"context"
	"fmt"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/organisation"
)

// takeOrders writes down the purchase orders that came with a booking and charges the organisation's own shares to them,
// in order, as far as each reaches. What no order reaches stays without.
func takeOrders(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, order TeamOrder, shares []*billing.Share) error {
	reached := order.reached(shares)
	for i, n := range order.Orders {
		po, err := billing.RecordOrder(ctx, tx, by, of.ID, n)
		if err != nil {
			return orderField(err, i+1)
		}
		var bind []*billing.Share
		for _, s := range shares {
			if which, ok := reached[s]; ok && which == i {
				bind = append(bind, s)
			}
		}
		if err := billing.Bind(ctx, tx, by, po.ID, bind...); err != nil {
			return err
		}
	}
	return nil
}

// reached says which of the purchase orders given is charged with each of the organisation's own shares.
func (t TeamOrder) reached(shares []*billing.Share) map[*billing.Share]int {
	parts, by := t.parts(), map[*billing.Share]int{}
	for i, n := range t.Orders {
		left := n.Amount
		for _, s := range shares {
			p := parts[s.Number-1]
			if _, taken := by[s]; taken || !p.own() || s.Amount > left || p.Order != "" && p.Order != n.Number {
				continue
			}
			by[s], left = i, left-s.Amount
		}
	}
	return by
}

// Covered is for how many of the places the purchase orders given pay all that the organisation itself pays of them, at the
// price quoted.
func (t TeamOrder) Covered(q TeamQuote) int {
	parts := t.parts()
	var shares []*billing.Share
	for i := range t.Places {
		for n := range parts {
			shares = append(shares, &billing.Share{EnrolmentID: id.Enrolment(i + 1), Number: n + 1, Amount: q.Parts[n]})
		}
	}
	by, open := t.reached(shares), map[id.Enrolment]bool{}
	for _, s := range shares {
		if _, ok := by[s]; !ok && parts[s.Number-1].own() {
			open[s.EnrolmentID] = true
		}
	}
	return t.Places - len(open)
}

// orderField names the fields of the n-th purchase order of a form.
func orderField(err error, n int) error {
	f := failure.Of(err)
	if f == nil || len(f.Fields) == 0 {
		return err
	}
	fields := map[string]string{}
	for field, message := range f.Fields {
		fields[fmt.Sprintf("order_%s_%d", field, n)] = message
	}
	return &failure.Error{Kind: f.Kind, Code: f.Code, Message: f.Message, Fields: fields}
}
