package sandbox_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/money"
	"bursar/internal/sandbox"
	"bursar/internal/stripepay"
)

const secret = "whsec_test"

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// shop is a merchant with a Sandbox behind stripepay, both reached over HTTP.
type shop struct {
	*stripepay.Gateway
	box     *sandbox.Sandbox
	url     string
	journal string
	now     *clock // of the things
	wall    *clock // of the signatures

	mu       sync.Mutex
	received []billing.Event
	answer   func(billing.Event) int // to a webhook
}

func open(t *testing.T) *shop {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "sandbox.jsonl"))
}

func openAt(t *testing.T, journal string) *shop {
	t.Helper()
	s := &shop{journal: journal, now: &clock{at: start}, wall: &clock{at: start.AddDate(5, 0, 0)}}
	s.answer = func(billing.Event) int { return http.StatusOK }
	hook := httptest.NewServer(http.HandlerFunc(s.hook))
	server := httptest.NewUnstartedServer(nil)
	s.url = "http://" + server.Listener.Addr().String() + "/sandbox"
	box, err := sandbox.New(sandbox.Options{
		PublicURL: s.url, Merchant: "Larkfield College", WebhookURL: hook.URL, WebhookSecret: secret, Journal: journal,
		Now: s.now.Now, Wall: s.wall.Now, HTTPClient: hook.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = http.StripPrefix("/sandbox", box)
	server.Start()
	t.Cleanup(func() {
		server.Close()
		hook.Close()
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	s.box = box
	s.Gateway = stripepay.New(stripepay.Options{Key: "sk_test_123", APIURL: s.url})
	return s
}

func (s *shop) hook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	event, err := stripepay.ReadEvent(body, r.Header.Get("Stripe-Signature"), []string{secret}, s.wall.Now())
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	status := s.answer(event)
	if status == http.StatusOK {
		s.received = append(s.received, event)
	}
	w.WriteHeader(status)
}

// types are the kinds of events taken so far, in the order of their arrival.
func (s *shop) types() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, e := range s.received {
		out = append(out, e.Type)
	}
	return out
}

func (s *shop) flush(t *testing.T) []string {
	t.Helper()
	if err := s.box.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	got := s.types()
	s.mu.Lock()
	s.received = nil
	s.mu.Unlock()
	return got
}

// order is a checkout of £3,250.00 whose key and reference tell it apart.
func (s *shop) order(reference string) billing.Checkout {
	return billing.Checkout{
		Key: "payment-" + reference, Reference: reference, Amount: money.Pounds(3250), Description: "Foundation course",
		Email: "ada@example.org", ExpiresAt: s.now.Now().Add(35 * time.Minute),
		ReturnURL: "https://bursar.example/pay/" + reference, CancelURL: "https://bursar.example/book",
	}
}

func (s *shop) opened(t *testing.T, reference string) billing.Standing {
	t.Helper()
	page, err := s.Open(t.Context(), s.order(reference))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// paid is what Look says of a page that was paid with a method.
func (s *shop) paid(t *testing.T, reference, method string) billing.Standing {
	t.Helper()
	page := s.opened(t, reference)
	if _, err := sandbox.PayPage(t.Context(), http.DefaultClient, page.URL, method); err != nil {
		t.Fatal(err)
	}
	return s.look(t, page.Session)
}

func (s *shop) look(t *testing.T, id string) billing.Standing {
	t.Helper()
	found, err := s.Look(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// raw makes a call as any HTTP client could.
func (s *shop) raw(t *testing.T, method, path string, form url.Values, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer sk_test_123")
	for pair := range slices.Chunk(header, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// await asks until the answer is yes: for what another goroutine does in its own time.
func (s *shop) await(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.After(10 * time.Second); !done(); {
		select {
		case <-deadline:
			t.Fatal("waited for 10 seconds")
		case <-time.After(5 * time.Millisecond):
		}
	}
}
