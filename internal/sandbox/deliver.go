package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// tell adds an event about an object, as it is after the change, to the change.
func (s *Sandbox) tell(c *change, now time.Time, kind string, object map[string]any) {
	version := apiVersion
	if s.faults.APIVersion != "" {
		version = s.faults.APIVersion
	}
	e := event{ID: newID("evt_"), Type: kind, Created: now.Unix(), Dropped: s.faults.Drop}
	e.Body = encode(map[string]any{
		"id": e.ID, "object": "event", "api_version": version, "created": e.Created, "livemode": false,
		"pending_webhooks": 1, "request": map[string]any{"id": nil, "idempotency_key": nil}, "type": kind,
		"data": map[string]any{"object": object},
	})
	c.Events = append(c.Events, e)
}

// try is how often an event was sent in vain and when it is sent again.
type try struct {
	failed int
	after  time.Time
}

// Sent is an event as a test or a page that shows them needs it.
type Sent struct {
	ID        string
	Type      string
	CreatedAt time.Time
	Delivered bool
}

// Events are all events that were made, oldest first.
func (s *Sandbox) Events() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	var out []Sent
	for e := range s.world.events.oldest() {
		out = append(out, Sent{e.ID, e.Type, time.Unix(e.Created, 0).UTC(), e.Delivered})
	}
	return out
}

// Start sends events in the background, and ticks every second, until ctx ends or Close is called.
func (s *Sandbox) Start(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	s.mu.Lock()
	s.stop = func() { cancel(); <-ended }
	s.mu.Unlock()
	go func() {
		defer close(ended)
		second := time.NewTicker(time.Second)
		defer second.Stop()
		for ctx.Err() == nil {
			s.Tick()
			_ = s.sendWaiting(ctx, false) // each failure is remembered and tried again
			select {
			case <-s.wake:
			case <-second.C:
			case <-ctx.Done():
			}
		}
	}()
}

// Flush sends every event that waits, those included that were tried in vain a moment ago and those that come up
// meanwhile, and returns why any of them could not be delivered. It does nothing while Faults.Hold.
func (s *Sandbox) Flush(ctx context.Context) error {
	s.Tick()
	return s.sendWaiting(ctx, true)
}

// Deliver sends these events in this order, one after the other, whatever the Faults say and however often they
// were sent before.
func (s *Sandbox) Deliver(ctx context.Context, ids ...string) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	for _, id := range ids {
		if err := s.send(ctx, id, 1); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sandbox) sendWaiting(ctx context.Context, atOnce bool) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	var failed []error
	tried := map[string]bool{}
	for {
		id, times := s.nextToSend(tried, atOnce)
		if id == "" || ctx.Err() != nil {
			return errors.Join(append(failed, ctx.Err())...)
		}
		tried[id] = true
		if err := s.send(ctx, id, times); err != nil {
			failed = append(failed, err)
		}
	}
}

// nextToSend picks the next event that is not among those tried, and how often it is to be sent.
func (s *Sandbox) nextToSend(tried map[string]bool, atOnce bool) (string, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.Hold || s.webhook == "" {
		return "", 0
	}
	waiting := s.world.waiting
	if s.faults.Reverse {
		waiting = slices.Clone(waiting)
		slices.Reverse(waiting)
	}
	for _, id := range waiting {
		if !tried[id] && (atOnce || !s.o.Wall().Before(s.tries[id].after)) {
			return id, 1 + s.faults.Duplicate
		}
	}
	return "", 0
}

// send posts an event and notes whether it was taken. Any answer but 2xx means to try again later.
func (s *Sandbox) send(ctx context.Context, id string, times int) error {
	s.mu.Lock()
	e, known := s.world.events.byID[id]
	address := s.webhook
	s.mu.Unlock()
	if !known {
		return fmt.Errorf("no event %s", id)
	}
	var err error
	for range times {
		if err = s.post(ctx, address, e.Body); err != nil {
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		t := s.tries[id]
		t.failed++
		t.after = s.o.Wall().Add(backoff(t.failed))
		s.tries[id] = t
		return fmt.Errorf("delivering %s: %w", e.Type, err)
	}
	delete(s.tries, id)
	return s.commit(change{Delivered: []string{id}})
}

// backoff doubles from one second to ten minutes.
func backoff(failed int) time.Duration {
	return min(time.Second<<min(failed-1, 10), 10*time.Minute)
}

func (s *Sandbox) post(ctx context.Context, address string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Stripe-Signature", sign(body, s.o.WebhookSecret, s.o.Wall()))
	answer, err := s.o.HTTPClient.Do(r)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the webhook address answered %s", answer.Status)
	}
	return nil
}

// sign is Stripe's scheme v1 (https://docs.stripe.com/webhooks#verify-manually).
func sign(body []byte, secret string, now time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%d.%s", now.Unix(), body) // a hash takes everything
	return fmt.Sprintf("t=%d,v1=%s", now.Unix(), hex.EncodeToString(mac.Sum(nil)))
}
