package billing

import (
	"context"
	"time"

	"bursar/internal/failure"
	"bursar/internal/money"
)

// Gateway is the card processor as Bursar needs it. Every call is made between two transactions, never inside
// one. Calls that create something carry a key of our own row: within a day the same key gives the same thing,
// however often it is asked (https://docs.stripe.com/api/idempotent_requests). The errors are ErrGatewayDown, ErrGatewayRefused, ErrPageNotOpen and
// ErrPageUnknown.
type Gateway interface {
	// Open makes the hosted page on which a payment is made, or returns the one made earlier with this key.
	Open(context.Context, Checkout) (Standing, error)
	// Expire closes an open page, after which it can never be paid. ErrPageNotOpen means that it was paid, is
	// being paid or had expired: Look says which.
	Expire(ctx context.Context, session string) error
	// Look asks what the processor knows of a page, its payment and its refunds at this moment.
	Look(ctx context.Context, session string) (Standing, error)
	// Charge takes money with a saved method while nobody is there, once for each key. A bank that says no is no error: the
	// standing says that it failed, and why.
	Charge(context.Context, ChargeOrder) (Standing, error)
	// Charged asks what the processor knows of a charge at this moment, by its name for the payment.
	Charged(ctx context.Context, intent string) (Standing, error)
	// FindCharge is Charged for an order of which no answer came. ErrPageUnknown means that it never arrived.
	FindCharge(ctx context.Context, o ChargeOrder, since time.Time) (Standing, error)
	// Refund gives money back to where it came from, once for each key.
	Refund(context.Context, RefundOrder) (RefundStanding, error)
}

// Journal is the processor's own record, for finding what was missed.
type Journal interface {
	// Events calls each with every event since a time, oldest first, delivered or not.
	Events(ctx context.Context, since time.Time, each func(Event) error) error
	// Standings calls each with every page made since a time, with its payment and refunds.
	Standings(ctx context.Context, since time.Time, each func(Standing) error) error
}

var (
	// ErrGatewayDown means that no answer came, or one that says to try again: what was asked may or may not
	// have happened. Ask again with the same key.
	ErrGatewayDown = failure.New(failure.Unavailable, "gateway_down",
		"We cannot reach our card payment service at the moment. Nothing is lost: please try again in a few minutes.")
	// ErrGatewayRefused means that the processor answered and will not do it; the cause says why.
	ErrGatewayRefused = failure.New(failure.Internal, "gateway_refused", "")
	// ErrPageNotOpen means that a page could not be closed because it is not open any more.
	ErrPageNotOpen = failure.New(failure.Conflict, "page_not_open", "This payment page is no longer open.")
	// ErrPageUnknown means that the processor knows no such page.
	ErrPageUnknown = failure.New(failure.NotFound, "page_unknown", "Our card payment service does not know this payment.")
)

// Checkout asks for a hosted payment page. Nothing in it but the email address is about a person, and no
// field says what kind of learner pays.
type Checkout struct {
	Key         string       // idempotency key, from the payment's row and attempt
	Reference   string       // the payment's public code; the only thing besides the amount that ties the two systems
	Amount      money.Amount // pence, GBP
	Description string       // what is bought, as the page shows it
	Email       string       // fills in the page's email field; empty: the payer types it
	ExpiresAt   time.Time    // at least 30 minutes ahead (https://docs.stripe.com/api/checkout/sessions/create)
	ReturnURL   string       // where the payer lands after paying
	CancelURL   string       // where "back" leads

	// Of a payment whose method is saved, to be charged again while nobody is there:
	Save     bool
	SetUp    bool   // nothing is paid: the method is saved alone
	Customer string // the processor's name for the payer, where it has one
	Bacs     bool   // a Bacs Direct Debit may be chosen as well as a card
	Consent  string // what the payer agrees to, as the page says it beside the button; up to 1,200 characters
}

// ChargeOrder asks for money from a saved method while nobody is there.
type ChargeOrder struct {
	Key         string // idempotency key, from the payment's row and attempt
	Reference   string // the payment's public code
	Amount      money.Amount
	Description string // as the processor's own pages and mails show it
	SavedMethod
}

// PageState says whether a hosted page can still be paid.
type PageState string

// The states of a hosted page, as Stripe names them.
const (
	PageOpen     PageState = "open"
	PageComplete PageState = "complete"
	PageExpired  PageState = "expired"
)

// Standing is what the processor says of one page, its payment and its refunds at one moment.
type Standing struct {
	Session   string // the page's id at the processor
	URL       string // where the payer goes; empty when the page is not open
	Reference string // our payment's code, as we gave it
	State     PageState
	Paid      bool         // the money is captured; false for a completed page whose bank has not confirmed yet
	Failed    bool         // the bank refused after the page was completed: it will never be paid
	Intent    string       // the payment's id at the processor; empty until somebody pays
	Amount    money.Amount // what the page asked for
	Captured  money.Amount // what was captured so far, before refunds
	Currency  string       // lower case ISO 4217
	ExpiresAt time.Time
	Refunds   []RefundStanding

	Refusal Refusal     // why the bank said no, where it did
	Saved   SavedMethod // what may be charged from now on; zero unless something was saved
}

// RefundOrder asks for money to be given back to the card or account that paid.
type RefundOrder struct {
	Key       string // idempotency key, from the refund's row and attempt
	Intent    string // the payment's id at the processor
	Reference string // the refund's public code
	Amount    money.Amount
}

// RefundState says how far a refund has come at the processor.
type RefundState string

// The states of a refund at the processor. Stripe's "requires_action" counts as pending and "canceled" as
// failed (https://docs.stripe.com/refunds).
const (
	RefundPending   RefundState = "pending"
	RefundSucceeded RefundState = "succeeded"
	RefundFailed    RefundState = "failed"
)

// RefundStanding is what the processor says of one refund.
type RefundStanding struct {
	ID        string // the refund's id at the processor
	Reference string // our refund's code; empty for one made by hand in the processor's dashboard
	Amount    money.Amount
	State     RefundState
}

// Event is one message from the processor, as it was received. It only tells where to look: nothing is
// decided from its contents.
type Event struct {
	ID         string
	Type       string // "checkout.session.completed"
	APIVersion string
	Live       bool
	CreatedAt  time.Time
	Session    string // the page it is about, where it names one
	Intent     string // the payment it is about, where it names one
	Reference  string // our payment's code, where it carries one
	Payload    []byte // the body as received
}
