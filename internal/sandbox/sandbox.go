// Package sandbox is a stand-in for Stripe over HTTP, for the demo and the tests: no money moves. It speaks the
// wire format of API version 2023-10-16 as far as stripepay uses it, so that the application cannot tell the
// difference: Checkout Sessions, payment intents, charges, refunds and the list of events
// (https://docs.stripe.com/api), idempotency keys (https://docs.stripe.com/api/idempotent_requests), the hosted
// payment page with Stripe's test cards (https://docs.stripe.com/testing), and signed webhooks that are tried
// again until they are answered (https://docs.stripe.com/webhooks). On request it fails in the ways that Stripe
// and the network can fail. What it made survives the process where a journal file is given.
package sandbox

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"time"

	"bursar/internal/billing"
	"bursar/internal/money"
)

// Options say how a Sandbox is reached and by which clocks it lives. All but Journal and WebhookURL are needed.
type Options struct {
	PublicURL     string           // base address at which the Sandbox is mounted; hosted pages are below it
	Merchant      string           // who is paid, as the hosted page names them
	WebhookURL    string           // where events go; may be set later by SetWebhookURL, until when they wait
	WebhookSecret string           // signs the events
	Journal       string           // file that keeps everything across restarts; empty keeps it in memory
	Now           func() time.Time // the clock by which pages expire and banks confirm
	Wall          func() time.Time // the clock of signatures and retries, which is the machine's own
	HTTPClient    *http.Client     // sends the events
}

// Sandbox is an http.Handler to be mounted at Options.PublicURL with the prefix stripped. It is safe for many
// callers at once.
type Sandbox struct {
	o       Options
	mux     *http.ServeMux
	wake    chan struct{} // says to the background that there is something to send
	sending sync.Mutex    // one delivery at a time keeps the order

	mu       sync.Mutex // guards everything below
	webhook  string
	world    world
	journal  *journal // nil in memory
	inFlight map[string]bool
	faults   Faults
	failures []planned
	stalled  chan struct{} // closed by Resume
	waiting  int           // stalled calls
	tries    map[string]try
	stop     func() // ends the background; nil when there is none
}

// New makes a Sandbox, with what its journal holds.
func New(o Options) (*Sandbox, error) {
	s := &Sandbox{
		o: o, webhook: o.WebhookURL, wake: make(chan struct{}, 1), world: newWorld(),
		inFlight: map[string]bool{}, stalled: make(chan struct{}), tries: map[string]try{},
	}
	if o.Journal != "" {
		j, err := openJournal(o.Journal, s.world.apply)
		if err != nil {
			return nil, err
		}
		s.journal = j
	}
	s.routes()
	return s, nil
}

// Close ends the background delivery, waits for it, and closes the journal.
func (s *Sandbox) Close() error {
	s.mu.Lock()
	stop := s.stop
	s.mu.Unlock()
	if stop != nil {
		stop()
	}
	if s.journal == nil {
		return nil
	}
	return s.journal.close()
}

// SetWebhookURL says where events go from now on, those that wait included.
func (s *Sandbox) SetWebhookURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = url
	s.rouse()
}

// ServeHTTP answers Stripe's API below /v1/ and the hosted pages below /pay/.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Sandbox) routes() {
	s.mux = http.NewServeMux()
	for pattern, run := range map[string]endpoint{
		"POST /v1/checkout/sessions":             s.createSession,
		"GET /v1/checkout/sessions":              s.listSessions,
		"GET /v1/checkout/sessions/{id}":         s.getSession,
		"POST /v1/checkout/sessions/{id}/expire": s.expireSession,
		"POST /v1/payment_intents":               s.createIntent,
		"POST /v1/payment_intents/{id}/cancel":   s.cancelIntent,
		"GET /v1/payment_intents":                s.listIntents,
		"GET /v1/payment_intents/{id}":           s.getIntent,
		"GET /v1/charges/{id}":                   s.getCharge,
		"POST /v1/refunds":                       s.createRefund,
		"GET /v1/refunds":                        s.listRefunds,
		"GET /v1/refunds/{id}":                   s.getRefund,
		"GET /v1/events":                         s.listEvents,
		"/v1/":                                   unknownAddress,
	} {
		s.mux.HandleFunc(pattern, s.api(run))
	}
	s.mux.HandleFunc("GET /pay/{id}", s.showPage)
	s.mux.HandleFunc("POST /pay/{id}", s.submitPage)
	s.mux.HandleFunc("GET /pay/{id}/authenticate", s.showAuthentication)
	s.mux.HandleFunc("POST /pay/{id}/authenticate", s.submitAuthentication)
	s.mux.HandleFunc("POST /pay/{id}/bank", s.submitBank)
	s.mux.HandleFunc("GET /pay.css", serveStylesheet)
}

// commit writes a change to the journal and only then lets it be seen. The caller holds the lock.
func (s *Sandbox) commit(c change) error {
	if s.journal != nil {
		if err := s.journal.append(c); err != nil {
			return err
		}
	}
	s.world.apply(c)
	if len(c.Events) > 0 {
		s.rouse()
	}
	return nil
}

func (s *Sandbox) rouse() {
	select {
	case s.wake <- struct{}{}:
	default: // it has been told already
	}
}

// newID makes an id as Stripe writes them, such as "pi_3a…".
func newID(prefix string) string { return prefix + strings.ToLower(rand.Text()) }

// Truth is everything that was made, oldest first, for comparison with somebody's books: what Look would say of
// each page and Charged of each charge at this moment, including what the clock has brought about by now.
func (s *Sandbox) Truth() []billing.Standing {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	var out []billing.Standing
	for page := range s.world.sessions.oldest() {
		out = append(out, s.standing(page))
	}
	for pi := range s.world.intents.oldest() {
		if pi.Session == "" {
			out = append(out, s.chargeStanding(pi))
		}
	}
	return out
}

func (s *Sandbox) standing(page session) billing.Standing {
	out := billing.Standing{
		Session: page.ID, Reference: page.Reference, State: page.Status, Paid: page.Paid, Intent: page.Intent,
		Amount: page.Amount, Currency: page.Currency, ExpiresAt: time.Unix(page.ExpiresAt, 0).UTC(),
	}
	if page.Status == billing.PageOpen {
		out.URL = s.pageURL(page.ID)
	}
	if page.Setup != "" {
		out.Saved = s.world.saved.byID[s.world.setups.byID[page.Setup].Saved].standing()
	}
	if page.Intent == "" {
		return out
	}
	pi := s.world.intents.byID[page.Intent]
	out.Captured = pi.Received
	out.Failed = page.Status == billing.PageComplete && pi.Status == intentRefused
	if page.Save && page.Status == billing.PageComplete && !out.Failed {
		out.Saved = s.world.saved.byID[pi.Saved].standing()
	}
	out.Refunds = s.refundStandings(pi)
	return out
}

func (s *Sandbox) refundStandings(pi intent) (out []billing.RefundStanding) {
	for r := range s.world.refunds.oldest() {
		if r.Intent == pi.ID {
			out = append(out, billing.RefundStanding{
				ID: r.ID, Reference: r.Metadata["refund"], Amount: r.Amount, State: r.Status,
			})
		}
	}
	return out
}

// unrefunded is what is left of a charge after its refunds.
func (c charge) unrefunded() money.Amount { return c.Amount - c.Refunded }
