package sandbox

import (
	"math"

	"bursar/internal/billing"
	"bursar/internal/failure"
)

// ErrSettled is returned by Settle when nothing is open any more, or there is no such thing.
var ErrSettled = failure.New(failure.Conflict, "sandbox_settled", "There is nothing here that waits for the bank.")

// Tick brings about what the clock says has come: pages expire, banks answer. Every question to the Sandbox does
// the same.
func (s *Sandbox) Tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
}

// catchUp is Tick under the lock. What cannot be written to the journal is left for the next time.
func (s *Sandbox) catchUp() {
	now := s.o.Now()
	if now.Unix() < s.world.due {
		return
	}
	next := int64(math.MaxInt64)
	// One by one, because each change begins where the one before it ended: two refunds may be of one charge.
	bring := func(due int64, happen func() change) bool {
		if due == 0 || due > now.Unix() {
			if due != 0 {
				next = min(next, due)
			}
			return true
		}
		return s.commit(happen()) == nil
	}
	for v := range s.world.sessions.oldest() {
		if v.Status == billing.PageOpen && !bring(v.ExpiresAt, func() change { return s.closePage(now, v) }) {
			return
		}
	}
	for v := range s.world.intents.oldest() {
		if !bring(v.SettlesAt, func() change { return s.settlePayment(now, v, v.Method == BankPays) }) {
			return
		}
	}
	for v := range s.world.refunds.oldest() {
		if !bring(v.SettlesAt, func() change { return s.settleRefund(now, v, !v.WillFail) }) {
			return
		}
	}
	s.world.due = next
}

// Settle gives the bank's answer now instead of in some days: to the debit of a completed page (its cs_ id), to that of a
// saved account (its pi_ id), or to a refund (its re_ id) that is pending or whose card lets it fail.
func (s *Sandbox) Settle(id string, succeeds bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	now := s.o.Now()
	if pi := s.world.intents.byID[s.world.sessions.byID[id].Intent]; pi.SettlesAt != 0 {
		return s.commit(s.settlePayment(now, pi, succeeds))
	}
	if pi := s.world.intents.byID[id]; pi.SettlesAt != 0 {
		return s.commit(s.settlePayment(now, pi, succeeds))
	}
	if r := s.world.refunds.byID[id]; r.SettlesAt != 0 {
		return s.commit(s.settleRefund(now, r, succeeds))
	}
	return ErrSettled
}
