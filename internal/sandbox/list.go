package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
)

// page answers a list as Stripe does: newest first, at most limit, beginning after starting_after
// (https://docs.stripe.com/api/pagination).
func page[T any](
	f form, address string, all *table[T], keep func(T) bool, wire func(T) map[string]any,
) (map[string]any, *refusal) {
	limit, bad := f.number("limit", 10)
	if bad != nil {
		return nil, bad
	}
	if limit < 1 || limit > 100 {
		return nil, invalid("limit", "This value must be between 1 and 100.")
	}
	after := f.text("starting_after")
	if _, known := all.byID[after]; after != "" && !known {
		return nil, missing(http.StatusBadRequest, "object", "starting_after", after)
	}
	data, more := []map[string]any{}, false
	for _, id := range slices.Backward(all.order) {
		if after != "" {
			if id == after {
				after = ""
			}
			continue
		}
		if !keep(all.byID[id]) {
			continue
		}
		if len(data) == int(limit) {
			more = true
			break
		}
		data = append(data, wire(all.byID[id]))
	}
	return map[string]any{"object": "list", "url": address, "has_more": more, "data": data}, nil
}

// created reads the filter by time of making.
func (f form) created() (func(int64) bool, *refusal) {
	var tests []func(int64) bool
	for name, test := range map[string]func(at, bound int64) bool{
		"created[gte]": func(at, bound int64) bool { return at >= bound },
		"created[gt]":  func(at, bound int64) bool { return at > bound },
		"created[lte]": func(at, bound int64) bool { return at <= bound },
		"created[lt]":  func(at, bound int64) bool { return at < bound },
		"created":      func(at, bound int64) bool { return at == bound },
	} {
		bound, bad := f.number(name, 0)
		if bad != nil {
			return nil, bad
		}
		if f.text(name) != "" {
			tests = append(tests, func(at int64) bool { return test(at, bound) })
		}
	}
	return func(at int64) bool {
		return !slices.ContainsFunc(tests, func(test func(int64) bool) bool { return !test(at) })
	}, nil
}

// list answers a list with the filters that all lists here have, and further ones of its own.
func list[T any](
	c call, address string, all *table[T], created func(T) int64, wire func(T) map[string]any, keep func(T) bool,
	filters ...string,
) (change, map[string]any, *refusal) {
	if bad := c.form.only(append(filters, "limit", "starting_after", "created", "created[")...); bad != nil {
		return change{}, nil, bad
	}
	inTime, bad := c.form.created()
	if bad != nil {
		return change{}, nil, bad
	}
	out, bad := page(c.form, address, all, func(v T) bool { return inTime(created(v)) && keep(v) }, wire)
	return change{}, out, bad
}

func (s *Sandbox) listSessions(c call) (change, map[string]any, *refusal) {
	of := c.form.text("payment_intent")
	return list(c, "/v1/checkout/sessions", &s.world.sessions, func(v session) int64 { return v.Created },
		s.wireSession, func(v session) bool { return of == "" || v.Intent == of }, "payment_intent")
}

func (s *Sandbox) listIntents(c call) (change, map[string]any, *refusal) {
	of := c.form.text("customer")
	return list(c, "/v1/payment_intents", &s.world.intents, func(v intent) int64 { return v.Created },
		wireIntent, func(v intent) bool { return of == "" || v.Customer == of }, "customer")
}

func (s *Sandbox) listRefunds(c call) (change, map[string]any, *refusal) {
	of, from := c.form.text("payment_intent"), c.form.text("charge")
	return list(c, "/v1/refunds", &s.world.refunds, func(v refund) int64 { return v.Created }, wireRefund,
		func(v refund) bool { return (of == "" || v.Intent == of) && (from == "" || v.Charge == from) },
		"payment_intent", "charge")
}

func (s *Sandbox) listEvents(c call) (change, map[string]any, *refusal) {
	types, delivered := c.form.all("types"), c.form.text("delivery_success")
	if kind := c.form.text("type"); kind != "" {
		types = append(types, kind)
	}
	keep := func(v event) bool {
		return (len(types) == 0 || slices.Contains(types, v.Type)) &&
			(delivered == "" || (delivered == "true") == v.Delivered)
	}
	return list(c, "/v1/events", &s.world.events, func(v event) int64 { return v.Created }, wireEvent, keep,
		"types[", "type", "delivery_success")
}

// wireEvent keeps the parts of the body as they were sent.
func wireEvent(v event) map[string]any {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(v.Body, &parts); err != nil {
		panic(err) // written by ourselves: cannot fail
	}
	out := map[string]any{}
	for name, part := range parts {
		out[name] = part
	}
	return out
}
