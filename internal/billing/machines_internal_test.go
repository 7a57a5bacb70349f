package billing

import (
	"slices"
	"testing"
	"time"

	"bursar/internal/state"
)

func TestAPaymentMovesOnlyTowardsItsEnd(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, from := range paymentMoves.Statuses() {
		for _, to := range paymentMoves.Statuses() {
			p := &Payment{Status: from}
			err := p.move(to, now)
			if slices.Contains(paymentMoves[from], to) != (err == nil) {
				t.Errorf("%s → %s: %v", from, to, err)
			}
			if err != nil && p.Status != from {
				t.Errorf("%s → %s was refused and still happened", from, to)
			}
			if err == nil && p.Open() == !p.SettledAt.IsZero() {
				t.Errorf("%s → %s: settled at %s", from, to, p.SettledAt)
			}
		}
	}
	if len(paymentMoves[Succeeded]) != 0 {
		t.Error("a payment that succeeded moves on")
	}
}

func TestWhatTheProcessorSaysDecidesFromEveryStatus(t *testing.T) {
	t.Parallel()
	standings := map[string]Standing{
		"open":    {State: PageOpen},
		"paid":    {State: PageComplete, Paid: true},
		"unpaid":  {State: PageComplete},
		"refused": {State: PageComplete, Failed: true},
		"expired": {State: PageExpired},
	}
	type want struct {
		to      PaymentStatus
		outcome Outcome
	}
	for from, row := range map[PaymentStatus]map[string]want{
		Created: {"open": {Created, Nothing}, "paid": {Succeeded, Captured}, "unpaid": {Pending, Confirming},
			"refused": {Failed, Unpaid}, "expired": {Cancelled, Unpaid}},
		Pending: {"open": {Pending, Nothing}, "paid": {Succeeded, Captured}, "unpaid": {Pending, Nothing},
			"refused": {Failed, Unpaid}, "expired": {Pending, Nothing}},
		Succeeded: {"open": {Succeeded, Nothing}, "paid": {Succeeded, Nothing}, "unpaid": {Succeeded, Nothing},
			"refused": {Succeeded, Nothing}, "expired": {Succeeded, Nothing}},
		Failed: {"open": {Failed, Nothing}, "paid": {Succeeded, Captured}, "unpaid": {Failed, Nothing},
			"refused": {Failed, Nothing}, "expired": {Failed, Nothing}},
		Cancelled: {"open": {Cancelled, Nothing}, "paid": {Succeeded, Captured}, "unpaid": {Pending, Confirming},
			"refused": {Failed, Unpaid}, "expired": {Cancelled, Nothing}},
	} {
		for name, w := range row {
			to, outcome := verdict(&Payment{Status: from}, standings[name])
			if to != w.to || outcome != w.outcome {
				t.Errorf("%s, %s: %s (%d), want %s (%d)", from, name, to, outcome, w.to, w.outcome)
			}
		}
	}
}

func TestARefundMovesOnlyTowardsItsEnd(t *testing.T) {
	t.Parallel()
	want := state.Moves[RefundStatus]{
		RefundRequested: {RefundSent, RefundArrived, RefundRejected},
		RefundSent:      {RefundArrived, RefundRejected},
		RefundArrived:   {RefundRejected},
		RefundRejected:  nil,
	}
	for _, from := range refundMoves.Statuses() {
		for _, to := range refundMoves.Statuses() {
			if slices.Contains(want[from], to) != (refundMoves.Allow(from, to) == nil) {
				t.Errorf("%s → %s is wrong", from, to)
			}
		}
	}
}

func TestAStandingThatDisagreesIsDoubted(t *testing.T) {
	t.Parallel()
	p := &Payment{Code: "K7Q2-9M", Amount: 325_000, Session: "cs_1"}
	right := Standing{Session: "cs_1", Reference: "K7Q2-9M", Amount: 325_000, Currency: "gbp", State: PageComplete, Paid: true, Captured: 325_000}
	if d := disagreement(p, right); d != "" {
		t.Errorf("a right one is doubted: %s", d)
	}
	for name, change := range map[string]func(*Standing){
		"another reference": func(s *Standing) { s.Reference = "OTHER1" },
		"another currency":  func(s *Standing) { s.Currency = "eur" },
		"a penny less":      func(s *Standing) { s.Amount-- },
		"captured in part":  func(s *Standing) { s.Captured-- },
		"another page":      func(s *Standing) { s.Session = "cs_2" },
	} {
		s := right
		change(&s)
		if disagreement(p, s) == "" {
			t.Errorf("%s is believed", name)
		}
	}
}
