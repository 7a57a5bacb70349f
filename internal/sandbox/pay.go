package sandbox

import (
	"time"

	"bursar/internal/billing"
)

// What the hosted page can be paid with: Stripe's test cards (https://docs.stripe.com/testing), and a bank debit
// that is confirmed or refused days after the page was completed.
const (
	CardPays          = "4242424242424242"
	CardAuthenticate  = "4000002500003155" // the bank asks whether it is really the holder
	CardDeclined      = "4000000000000002"
	CardNoFunds       = "4000000000009995"
	CardRefundLater   = "4000000000007726" // a refund is pending at first
	CardRefundFails   = "4000000000005126" // a refund succeeds at first and fails days later
	CardAsksAlways    = "4000002760003184" // the bank asks at every payment, and refuses when nobody is there
	CardDeclinedLater = "4000000000000341" // is saved, and declined when it is charged
	BankPays          = "bank_pays"
	BankRefuses       = "bank_refuses"
)

// bankTakes is how long a bank debit takes to be confirmed or refused.
const bankTakes = 4 * 24 * time.Hour

// Why a payment did not work, in Stripe's words (https://docs.stripe.com/error-codes).
const (
	declined         = "card_declined"
	noFunds          = "insufficient_funds"
	notAuthenticated = "payment_intent_authentication_failure"
	debitRefused     = "debit_not_authorized"
)

// pay tries a payment of an open page, in one of the ways above.
func (s *Sandbox) pay(now time.Time, page session, method string) change {
	if page.SetUp {
		return s.saveOnly(now, page, method)
	}
	pi := s.intentFor(now, &page, method)
	var kept []savedMethod
	if page.Save && method != CardDeclined && method != CardNoFunds {
		kept = []savedMethod{s.keep(now, &page, method)}
		pi.Customer, pi.Saved, pi.Keeps = page.Customer, kept[0].ID, true
	}
	made := s.payWith(now, page, pi, method)
	made.Saved = kept
	return made
}

func (s *Sandbox) payWith(now time.Time, page session, pi intent, method string) change {
	switch method {
	case CardAuthenticate, CardAsksAlways:
		pi.Status = intentAsks
		return change{Sessions: []session{page}, Intents: []intent{pi}}
	case CardDeclined:
		return s.refuse(now, page, pi, declined)
	case CardNoFunds:
		return s.refuse(now, page, pi, noFunds)
	case BankPays, BankRefuses:
		pi.Status, pi.SettlesAt = intentProcessing, now.Add(bankTakes).Unix()
		made := change{Charges: []charge{newCharge(now, &pi, "pending", "")}}
		page.Status = billing.PageComplete
		made.Sessions, made.Intents = []session{page}, []intent{pi}
		s.tell(&made, now, "checkout.session.completed", s.wireSession(page))
		return made
	default:
		page.Status = billing.PageComplete
		return s.capture(now, page, pi, newCharge(now, &pi, intentSucceeded, ""), "checkout.session.completed")
	}
}

// intentFor is the page's payment intent, made at the first try.
func (s *Sandbox) intentFor(now time.Time, page *session, method string) intent {
	pi, tried := s.world.intents.byID[page.Intent]
	if !tried {
		pi = intent{
			ID: newID("pi_"), Session: page.ID, Amount: page.Amount, Metadata: page.IntentMetadata, Created: now.Unix(),
		}
		page.Intent = pi.ID
	}
	if s.faults.Currency != "" {
		page.Currency = s.faults.Currency
	}
	if s.faults.Capture != 0 {
		pi.Amount = s.faults.Capture
	}
	pi.Currency, pi.Method, pi.Error = page.Currency, method, ""
	return pi
}

func newCharge(now time.Time, pi *intent, status, problem string) charge {
	c := charge{
		ID: newID("ch_"), Intent: pi.ID, Status: status, Error: problem, Amount: pi.Amount, Currency: pi.Currency,
		Metadata: pi.Metadata, Created: now.Unix(),
	}
	pi.Charge = c.ID
	return c
}

// capture ends well: the money is there. The session's event comes last, as with Stripe.
func (s *Sandbox) capture(now time.Time, page session, pi intent, paid charge, sessionEvent string) change {
	page.Paid = true
	paid.Status = intentSucceeded
	pi.Status, pi.Charge, pi.Received, pi.SettlesAt = intentSucceeded, paid.ID, pi.Amount, 0
	made := change{Sessions: []session{page}, Intents: []intent{pi}, Charges: []charge{paid}}
	s.tell(&made, now, "charge.succeeded", wireCharge(paid))
	s.tell(&made, now, "payment_intent.succeeded", wireIntent(pi))
	s.tell(&made, now, sessionEvent, s.wireSession(page))
	return made
}

// refuse ends a try; the page stays open for another.
func (s *Sandbox) refuse(now time.Time, page session, pi intent, problem string) change {
	made := change{Charges: []charge{newCharge(now, &pi, "failed", problem)}}
	pi.Status, pi.Error = intentRefused, problem
	made.Sessions, made.Intents = []session{page}, []intent{pi}
	s.tell(&made, now, "payment_intent.payment_failed", wireIntent(pi))
	return made
}

// settlePayment is the bank's answer to a debit: of a completed page that was not paid yet.
func (s *Sandbox) settlePayment(now time.Time, pi intent, succeeds bool) change {
	page, tried := s.world.sessions.byID[pi.Session], s.world.charges.byID[pi.Charge]
	if succeeds && pi.Session == "" {
		return s.captureIntent(now, &pi, tried)
	}
	if succeeds {
		return s.capture(now, page, pi, tried, "checkout.session.async_payment_succeeded")
	}
	tried.Status, tried.Error = "failed", debitRefused
	pi.Status, pi.Error, pi.SettlesAt = intentRefused, debitRefused, 0
	made := change{Intents: []intent{pi}, Charges: []charge{tried}}
	s.tell(&made, now, "payment_intent.payment_failed", wireIntent(pi))
	if pi.Session == "" {
		return made
	}
	s.tell(&made, now, "checkout.session.async_payment_failed", s.wireSession(page))
	return made
}
