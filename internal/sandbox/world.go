package sandbox

import (
	"encoding/json"
	"iter"
	"math"
	"slices"

	"bursar/internal/billing"
	"bursar/internal/money"
)

// The statuses of a payment intent that can occur here
// (https://docs.stripe.com/payments/paymentintents/lifecycle).
const (
	intentRefused    = "requires_payment_method"
	intentAsks       = "requires_action"
	intentProcessing = "processing"
	intentSucceeded  = "succeeded"
	intentCanceled   = "canceled"
)

// session is a Checkout Session. Times here and below are Unix seconds.
type session struct {
	ID             string            `json:"id"`
	Reference      string            `json:"reference,omitempty"`
	Email          string            `json:"email,omitempty"`
	Description    string            `json:"description"`
	SuccessURL     string            `json:"success_url"`
	CancelURL      string            `json:"cancel_url,omitempty"`
	Metadata       map[string]string `json:"metadata,omitempty"`
	IntentMetadata map[string]string `json:"intent_metadata,omitempty"`
	Amount         money.Amount      `json:"amount"`
	Currency       string            `json:"currency"`
	Created        int64             `json:"created"`
	ExpiresAt      int64             `json:"expires_at"`
	Status         billing.PageState `json:"status"`
	Paid           bool              `json:"paid,omitempty"`
	Intent         string            `json:"intent,omitempty"`

	Save     bool     `json:"save,omitempty"`     // what is paid with is saved
	SetUp    bool     `json:"setup,omitempty"`    // it is saved without a payment
	Customer string   `json:"customer,omitempty"` // given, or made when the page is completed
	Setup    string   `json:"setup_intent,omitempty"`
	Methods  []string `json:"methods,omitempty"` // that may be chosen; empty for all
	Consent  string   `json:"consent,omitempty"`
}

// intent is a payment intent, made when somebody first tries to pay a session.
type intent struct {
	ID        string            `json:"id"`
	Session   string            `json:"session"`          // empty: a saved method was charged
	Charge    string            `json:"charge,omitempty"` // the latest
	Method    string            `json:"method"`           // the test card or bank debit that was tried last
	Status    string            `json:"status"`
	Error     string            `json:"error,omitempty"` // decline code of the last try
	Amount    money.Amount      `json:"amount"`
	Received  money.Amount      `json:"received"`
	Currency  string            `json:"currency"`
	Metadata  map[string]string `json:"metadata,omitempty"`
	Created   int64             `json:"created"`
	SettlesAt int64             `json:"settles_at,omitempty"` // when the bank answers; 0 when it has or will not

	Customer string `json:"customer,omitempty"`
	Saved    string `json:"saved,omitempty"` // the saved method that was paid with, or that was saved
	Keeps    bool   `json:"keeps,omitempty"` // it is saved by this payment
}

// savedMethod is a payment method that belongs to a customer.
type savedMethod struct {
	ID       string `json:"id"`
	Customer string `json:"customer"`
	Method   string `json:"method"` // the test card or bank debit
	Created  int64  `json:"created"`
}

// setup is a setup intent, made when a page saves a method without a payment.
type setup struct {
	ID       string            `json:"id"`
	Saved    string            `json:"saved"`
	Customer string            `json:"customer"`
	Metadata map[string]string `json:"metadata,omitempty"`
	Created  int64             `json:"created"`
}

type charge struct {
	ID       string            `json:"id"`
	Intent   string            `json:"intent"`
	Status   string            `json:"status"` // pending, succeeded, failed
	Error    string            `json:"error,omitempty"`
	Amount   money.Amount      `json:"amount"`
	Refunded money.Amount      `json:"refunded"`
	Currency string            `json:"currency"`
	Metadata map[string]string `json:"metadata,omitempty"`
	Created  int64             `json:"created"`
}

type refund struct {
	ID        string              `json:"id"`
	Intent    string              `json:"intent"`
	Charge    string              `json:"charge"`
	Status    billing.RefundState `json:"status"`
	Reason    string              `json:"reason,omitempty"`
	Amount    money.Amount        `json:"amount"`
	Currency  string              `json:"currency"`
	Metadata  map[string]string   `json:"metadata,omitempty"`
	Created   int64               `json:"created"`
	SettlesAt int64               `json:"settles_at,omitempty"` // when its status changes by itself; 0 for never
	WillFail  bool                `json:"will_fail,omitempty"`
}

// event is a message to the application, its body fixed when it was made.
type event struct {
	ID        string          `json:"id"`
	Type      string          `json:"type"`
	Created   int64           `json:"created"`
	Body      json.RawMessage `json:"body"`
	Dropped   bool            `json:"dropped,omitempty"` // is never sent
	Delivered bool            `json:"delivered,omitempty"`
}

// answer is what was said to a request with an idempotency key.
type answer struct {
	Key         string          `json:"key"`
	Fingerprint string          `json:"fingerprint"` // of address and parameters
	Status      int             `json:"status"`
	Body        json.RawMessage `json:"body"`
	Created     int64           `json:"created"`
}

// change is what one request or one moment brings about, all or nothing: new versions of objects. It is the
// line of the journal, and the only way in which the world changes.
type change struct {
	Sessions  []session     `json:"sessions,omitempty"`
	Intents   []intent      `json:"intents,omitempty"`
	Charges   []charge      `json:"charges,omitempty"`
	Refunds   []refund      `json:"refunds,omitempty"`
	Saved     []savedMethod `json:"saved,omitempty"`
	Setups    []setup       `json:"setups,omitempty"`
	Events    []event       `json:"events,omitempty"`
	Answers   []answer      `json:"answers,omitempty"`
	Delivered []string      `json:"delivered,omitempty"` // events
}

func (c change) empty() bool {
	return len(c.Sessions)+len(c.Intents)+len(c.Charges)+len(c.Refunds)+len(c.Saved)+len(c.Setups)+len(c.Events)+len(c.Answers)+
		len(c.Delivered) == 0
}

type world struct {
	sessions table[session]
	intents  table[intent]
	charges  table[charge]
	refunds  table[refund]
	saved    table[savedMethod]
	setups   table[setup]
	events   table[event]
	answers  map[string]answer
	waiting  []string // events not delivered yet, oldest first
	due      int64    // nothing happens by itself before this
}

func newWorld() world {
	return world{
		sessions: newTable[session](), intents: newTable[intent](), charges: newTable[charge](),
		refunds: newTable[refund](), saved: newTable[savedMethod](), setups: newTable[setup](), events: newTable[event](), answers: map[string]answer{}, due: math.MaxInt64,
	}
}

func (w *world) apply(c change) {
	for _, v := range c.Sessions {
		w.sessions.put(v.ID, v)
		if v.Status == billing.PageOpen {
			w.due = min(w.due, v.ExpiresAt)
		}
	}
	for _, v := range c.Intents {
		w.intents.put(v.ID, v)
		w.expect(v.SettlesAt)
	}
	for _, v := range c.Charges {
		w.charges.put(v.ID, v)
	}
	for _, v := range c.Refunds {
		w.refunds.put(v.ID, v)
		w.expect(v.SettlesAt)
	}
	for _, v := range c.Saved {
		w.saved.put(v.ID, v)
	}
	for _, v := range c.Setups {
		w.setups.put(v.ID, v)
	}
	for _, v := range c.Events {
		w.events.put(v.ID, v)
		if !v.Dropped {
			w.waiting = append(w.waiting, v.ID)
		}
	}
	for _, v := range c.Answers {
		w.answers[v.Key] = v
	}
	for _, id := range c.Delivered {
		e := w.events.byID[id]
		e.Delivered = true
		w.events.put(id, e)
		w.waiting = slices.DeleteFunc(w.waiting, func(waiting string) bool { return waiting == id })
	}
}

func (w *world) expect(at int64) {
	if at != 0 {
		w.due = min(w.due, at)
	}
}

// table keeps objects by id and in the order in which they were made.
type table[T any] struct {
	byID  map[string]T
	order []string
}

func newTable[T any]() table[T] { return table[T]{byID: map[string]T{}} }

func (t *table[T]) put(id string, v T) {
	if _, known := t.byID[id]; !known {
		t.order = append(t.order, id)
	}
	t.byID[id] = v
}

// oldest goes through the objects in the order in which they were made.
func (t *table[T]) oldest() iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, id := range t.order {
			if !yield(t.byID[id]) {
				return
			}
		}
	}
}
