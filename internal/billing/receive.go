package billing

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// Outcome is what a standing changed about a payment.
type Outcome int

// The outcomes.
const (
	Nothing    Outcome = iota // known already, or not settled yet
	Captured                  // the money is here and stands in Clearing: the caller says what it is for
	Confirming                // paid on the page; the bank takes its time
	Unpaid                    // closed without payment, or refused by the bank
)

// askBankAgain is how long a payment that a bank is confirming is left alone before the processor is asked about
// it again; mostly an event comes first.
const askBankAgain = 6 * time.Hour

// Receipt is what came of a standing.
type Receipt struct {
	Payment *Payment
	Outcome Outcome
}

// Receive takes what the processor says of a payment into the books: every way in ends here. A payment only
// ever moves towards its end, so standings may come twice, late and in any order. One whose amount, currency
// or reference is not what was asked for goes to quarantine and moves nothing. Money that is new is posted to
// Clearing, and the caller must Apply or Return it in the same unit of work.
func Receive(ctx context.Context, tx *db.Tx, which id.Payment, s Standing) (Receipt, error) {
	p, err := lockPayment(ctx, tx, which)
	if err != nil {
		return Receipt{}, err
	}
	if p.Session != "" && p.Session != s.Session && !s.Paid {
		return Receipt{Payment: p}, nil // a page that was given up before anybody had its address
	}
	if doubt := disagreement(p, s); doubt != "" {
		return Receipt{Payment: p}, Quarantine(ctx, tx, Doubt{Kind: WrongAmount, Object: cmp.Or(s.Session, s.Intent), Payment: p.ID, Detail: doubt})
	}
	r := Receipt{Payment: p}
	to, outcome := verdict(p, s)
	if outcome == Confirming && !p.Open() {
		if beside, err := otherOpen(ctx, tx, p); err != nil || beside {
			return r, err // it was given up for another one: should its money come, it is taken then
		}
	}
	if outcome != Nothing {
		if err := p.move(to, tx.Now); err != nil {
			return r, err
		}
		r.Outcome, p.Refusal = outcome, s.Refusal
	}
	p.Session, p.SessionURL = s.Session, s.URL
	if s.Intent != "" {
		p.Intent = s.Intent
	}
	switch {
	case r.Outcome == Captured:
		p.Captured = s.Captured
	case p.Status == Pending:
		p.ExpiresAt = tx.Now.Add(askBankAgain)
	}
	if err := savePayment(ctx, tx, p); err != nil {
		return r, err
	}
	if r.Outcome == Captured {
		if err := ledger.Post(ctx, tx, entry(fmt.Sprintf("payment/%d/captured", p.ID), p.Captured, Clearing, Processor)); err != nil {
			return r, err
		}
	}
	return r, receiveRefunds(ctx, tx, p, s.Refunds)
}

// otherOpen reports whether another payment of the same share, gift or invoice may still be made.
func otherOpen(ctx context.Context, tx *db.Tx, p *Payment) (bool, error) {
	is, err := tx.NewSelect().Model((*Payment)(nil)).Where("id <> ? AND status IN ('created', 'pending')", p.ID).
		Where("share_id = ? OR gift_id = ? OR invoice_id = ?", p.ShareID, p.GiftID, p.InvoiceID).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("looking for other payments: %w", err)
	}
	return is, nil
}

// verdict decides where a standing moves a payment; Nothing when it does not.
func verdict(p *Payment, s Standing) (PaymentStatus, Outcome) {
	to, outcome := Created, Nothing
	switch {
	case s.Paid:
		to, outcome = Succeeded, Captured
	case s.Failed:
		to, outcome = Failed, Unpaid
	case s.State == PageComplete:
		to, outcome = Pending, Confirming
	case s.State == PageExpired:
		to, outcome = Cancelled, Unpaid
	}
	if paymentMoves.Allow(p.Status, to) != nil {
		return p.Status, Nothing
	}
	return to, outcome
}

// disagreement says in a sentence how a standing differs from what was asked for; empty when it does not.
func disagreement(p *Payment, s Standing) string {
	switch {
	case p.Session != "" && p.Session != s.Session:
		return fmt.Sprintf("Payment %s was paid on a page of which nobody had the address.", p.Code)
	case s.Reference != p.Code:
		return fmt.Sprintf("The page made for payment %s carries the reference %q.", p.Code, s.Reference)
	case s.Currency != "gbp":
		return fmt.Sprintf("Payment %s was made in %q instead of pounds.", p.Code, s.Currency)
	case s.Amount != p.Amount:
		return fmt.Sprintf("Payment %s is %s and its page asked for %s.", p.Code, p.Amount, s.Amount)
	case s.Paid && s.Captured != p.Amount:
		return fmt.Sprintf("Payment %s is %s and %s was captured.", p.Code, p.Amount, s.Captured)
	}
	return ""
}

// receiveRefunds records what the processor says of refunds, and doubts those that we did not ask for.
func receiveRefunds(ctx context.Context, tx *db.Tx, p *Payment, standings []RefundStanding) error {
	if len(standings) == 0 {
		return nil
	}
	ours, err := RefundsOf(ctx, tx, *p)
	if err != nil {
		return err
	}
	for _, s := range standings {
		r := find(ours, s)
		if r == nil {
			err = Quarantine(ctx, tx, Doubt{Kind: StrangeRefund, Object: s.ID, Payment: p.ID,
				Detail: fmt.Sprintf("%s of payment %s was refunded at the card processor, not by us.", s.Amount, p.Code)})
		} else {
			err = RecordRefund(ctx, tx, r.ID, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func find(refunds []Refund, s RefundStanding) *Refund {
	for i, r := range refunds {
		if r.Code == s.Reference && r.Amount == s.Amount {
			return &refunds[i]
		}
	}
	return nil
}

// Apply puts money that was just captured towards the share it was paid for, and secures the share when nothing is left to
// pay. What is more than was due goes back to where it came from: the share may have become smaller meanwhile.
func Apply(ctx context.Context, tx *db.Tx, p *Payment, s *Share) error {
	due, err := ledger.Balance(ctx, tx, Due(s.ID))
	if err != nil {
		return err
	}
	used := max(0, min(p.Captured, due))
	if used > 0 {
		if err := ledger.Post(ctx, tx, entry(fmt.Sprintf("payment/%d/applied", p.ID), used, Due(s.ID), Clearing)); err != nil {
			return fmt.Errorf("applying payment %s: %w", p.Code, err)
		}
		if err := taxPaid(ctx, tx, fmt.Sprintf("payment/%d", p.ID), s.ID, used, Deferred); err != nil {
			return err
		}
	}
	if used < p.Captured {
		if err := giveBackRest(ctx, tx, p, p.Captured-used); err != nil {
			return err
		}
	}
	if due > used {
		return nil
	}
	return secure(ctx, tx, s)
}

// giveBackRest sends what was captured beyond what was due back.
func giveBackRest(ctx context.Context, tx *db.Tx, p *Payment, rest money.Amount) error {
	if err := ledger.Post(ctx, tx, entry(fmt.Sprintf("payment/%d/surplus", p.ID), rest, Owed(p.ID), Clearing)); err != nil {
		return fmt.Errorf("returning what payment %s was too much: %w", p.Code, err)
	}
	return requestRefund(ctx, tx, p, rest, ForLateness)
}

// Return sends money that was just captured, and that nothing is owed for any more, back to where it came from.
func Return(ctx context.Context, tx *db.Tx, p *Payment) error {
	err := ledger.Post(ctx, tx, entry(fmt.Sprintf("payment/%d/returned", p.ID), p.Captured, Owed(p.ID), Clearing))
	if err != nil {
		return fmt.Errorf("returning payment %s: %w", p.Code, err)
	}
	return requestRefund(ctx, tx, p, p.Captured, ForLateness)
}
