package sandbox_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/sandbox"
	"bursar/internal/stripepay"
)

var paidEvents = []string{"charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"}

func TestEventsSayWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.paid(t, "K7Q2-9M", sandbox.CardPays)
	if err := s.box.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, e := range s.received {
		session := ""
		if e.Type == "checkout.session.completed" {
			session = page.Session
		}
		if e.Session != session || e.Intent != page.Intent || e.Reference != "K7Q2-9M" || e.Live ||
			e.APIVersion != stripepay.APIVersion || !e.CreatedAt.Equal(start) {
			t.Errorf("got %+v", e)
		}
	}
}

func TestAnEventIsSentUntilItIsTaken(t *testing.T) {
	t.Parallel()
	s := open(t)
	down := true
	s.answer = func(e billing.Event) int {
		if down && e.Type == "payment_intent.succeeded" {
			return http.StatusInternalServerError
		}
		return http.StatusOK
	}
	s.paid(t, "K7Q2-9M", sandbox.CardPays)
	if err := s.box.Flush(t.Context()); err == nil {
		t.Error("the failure was not told")
	}
	equal(t, "taken at first", s.types(), []string{paidEvents[0], paidEvents[2]})
	s.mu.Lock()
	down = false
	s.mu.Unlock()
	equal(t, "taken in the end", s.flush(t), []string{paidEvents[0], paidEvents[2], paidEvents[1]})
	equal(t, "taken afterwards", s.flush(t), nil)
}

func TestTheBackgroundDeliversAndTriesAgainLater(t *testing.T) {
	t.Parallel()
	s := open(t)
	refused := 0
	s.answer = func(billing.Event) int {
		if refused < 3 {
			refused++
			return http.StatusServiceUnavailable
		}
		return http.StatusOK
	}
	s.box.Start(t.Context())
	s.paid(t, "K7Q2-9M", sandbox.CardPays)
	s.await(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return refused == 3
	})
	if got := s.types(); got != nil {
		t.Errorf("tried again at once: %v", got)
	}
	s.await(t, func() bool {
		s.wall.add(time.Second)
		return len(s.types()) == 3
	})
	equal(t, "delivered", s.types(), paidEvents)
}

func TestFaultsOfDelivery(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.box.SetFaults(sandbox.Faults{Duplicate: 1})
	s.paid(t, "TWICE", sandbox.CardPays)
	equal(t, "duplicated", s.flush(t), []string{paidEvents[0], paidEvents[0], paidEvents[1], paidEvents[1], paidEvents[2], paidEvents[2]})

	s.box.SetFaults(sandbox.Faults{Hold: true})
	s.paid(t, "HELD", sandbox.CardPays)
	equal(t, "held", s.flush(t), nil)
	s.box.SetFaults(sandbox.Faults{Reverse: true})
	equal(t, "released in reverse", s.flush(t), []string{paidEvents[2], paidEvents[1], paidEvents[0]})

	s.box.SetFaults(sandbox.Faults{Drop: true, APIVersion: "2026-01-28.clover"})
	page := s.paid(t, "DROPPED", sandbox.CardPays)
	s.box.SetFaults(sandbox.Faults{})
	equal(t, "dropped", s.flush(t), nil)

	var found []string
	err := s.Gateway.Events(t.Context(), start, func(e billing.Event) error {
		if e.Intent == page.Intent {
			found = append(found, e.Type)
			if e.APIVersion != "2026-01-28.clover" || e.Reference != "DROPPED" || e.ID == "" || len(e.Payload) == 0 {
				t.Errorf("listed %+v", e)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	equal(t, "found in the list", found, paidEvents)
}

func TestEventsMayBeDeliveredInAnyOrderAndNumber(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.box.SetFaults(sandbox.Faults{Hold: true})
	s.paid(t, "K7Q2-9M", sandbox.CardPays)
	var ids []string
	for _, e := range s.box.Events() {
		ids = append(ids, e.ID)
	}
	if err := s.box.Deliver(t.Context(), ids[2], ids[0], ids[2], ids[1]); err != nil {
		t.Error(err)
	}
	equal(t, "delivered", s.types(), []string{paidEvents[2], paidEvents[0], paidEvents[2], paidEvents[1]})
	if slices.ContainsFunc(s.box.Events(), func(e sandbox.Sent) bool { return !e.Delivered }) {
		t.Error("what was delivered is still said to wait")
	}
	if err := s.box.Deliver(t.Context(), "evt_none"); err == nil {
		t.Error("an unknown event was delivered")
	}
}
