package journey_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bursar/internal/sandbox"
	"bursar/internal/web/hook"
)

const (
	webhookSecret = "whsec_journey"
	checkout      = "checkout.stripe.com" // where the program expects payment pages, and nowhere else
)

// processor is the card processor on an address of its own. It can be away, be slow by the clock, and be wrong
// about a page.
type processor struct {
	*sandbox.Sandbox
	server *httptest.Server
	away   atomic.Bool  // no call gets an answer
	behind atomic.Int64 // how far its clock is behind ours, as a time.Duration

	mu   sync.Mutex
	shut map[string]bool   // pages that it says have closed, while they can be paid
	sent map[string][]byte // events by their ids, as they were sent
}

func newProcessor(t *testing.T) *processor {
	t.Helper()
	p := &processor{shut: map[string]bool{}, sent: map[string][]byte{}}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	return p
}

// open begins to answer, and to send events to a world.
func (p *processor) open(w *world) {
	w.t.Helper()
	var err error
	p.Sandbox, err = sandbox.New(sandbox.Options{
		PublicURL: "https://" + checkout, Merchant: "Threshold",
		WebhookURL: w.hookURL(), WebhookSecret: webhookSecret,
		Now:  func() time.Time { return w.Clock.Now().Add(-time.Duration(p.behind.Load())) },
		Wall: time.Now, HTTPClient: &http.Client{Transport: noting{p}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// ServeHTTP answers, unless it is away, and is wrong where it was told to be.
func (p *processor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.away.Load() {
		panic(http.ErrAbortHandler)
	}
	page, asked := strings.CutPrefix(r.URL.Path, "/v1/checkout/sessions/")
	p.mu.Lock()
	shut := asked && p.shut[strings.TrimSuffix(page, "/expire")]
	p.mu.Unlock()
	switch {
	case shut && r.Method == http.MethodPost:
		http.Error(w, `{"error":{"type":"invalid_request_error","message":"Only open sessions can be expired."}}`, http.StatusBadRequest)
	case shut:
		p.answerShut(w, r)
	default:
		p.Sandbox.ServeHTTP(w, r)
	}
}

func (p *processor) answerShut(w http.ResponseWriter, r *http.Request) {
	var record = httptest.NewRecorder()
	p.Sandbox.ServeHTTP(record, r)
	body := strings.Replace(record.Body.String(), `"status":"open"`, `"status":"expired"`, 1)
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, body)
}

// mistakes has it say that a page is closed, or not any more.
func (p *processor) mistakes(page string, shut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shut[page[strings.LastIndex(page, "/")+1:]] = shut
}

// events are the ids of those that were made from the n-th on, oldest first.
func (p *processor) events(from int) []string {
	var ids []string
	for _, e := range p.Events()[from:] {
		ids = append(ids, e.ID)
	}
	return ids
}

// sessions counts the pages that it has made.
func (p *processor) sessions() int { return len(p.Truth()) }

// noting sends events and keeps them.
type noting struct{ p *processor }

func (n noting) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if _, rest, ok := strings.Cut(string(body), `"id":"evt_`); ok {
		id, _, _ := strings.Cut(rest, `"`)
		n.p.mu.Lock()
		n.p.sent["evt_"+id] = body
		n.p.mu.Unlock()
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	return http.DefaultTransport.RoundTrip(r)
}

// body is an event as it was sent.
func (p *processor) body(event string) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.sent[event])
}

// payer is a transport that finds the payment pages.
type payer struct{ p *processor }

func (t payer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == checkout {
		r = r.Clone(r.Context())
		r.URL.Scheme, r.URL.Host = "http", t.p.server.Listener.Addr().String()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// signed is the head of an event with a body, signed at a time.
func signed(body []byte, secret string, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

func (w *world) hookURL() string { return w.Config.URL + hook.Path }

// hook sends a message to the endpoint, and gives the status that it answers.
func (w *world) hook(body []byte, signature string) int {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.hookURL(), bytes.NewReader(body))
	if err != nil {
		w.t.Error(err)
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Stripe-Signature", signature)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Error(err)
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}
