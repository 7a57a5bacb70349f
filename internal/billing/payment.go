package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/ledger"
	"bursar/internal/money"
	"bursar/internal/state"
)

// PageLife is how long a payment page stays open. The processor's least is 30 minutes
// (https://docs.stripe.com/api/checkout/sessions/create).
const PageLife = 35 * time.Minute

// ErrPaymentUnknown means that there is no such payment.
var ErrPaymentUnknown = failure.New(failure.NotFound, "payment_unknown", "We cannot find that payment.")

// PaymentStatus says how far a payment has come.
type PaymentStatus string

// The statuses of a payment.
const (
	Created   PaymentStatus = "created"   // its page is being made, or is open
	Pending   PaymentStatus = "pending"   // paid on the page; the bank is confirming
	Succeeded PaymentStatus = "succeeded" // captured
	Failed    PaymentStatus = "failed"    // refused by the bank after the page was completed
	Cancelled PaymentStatus = "cancelled" // its page closed unpaid
)

// paymentMoves is the life of a payment. Success has the last word: the processor may report it after we had
// given the payment up.
var paymentMoves = state.Moves[PaymentStatus]{
	Created:   {Pending, Succeeded, Failed, Cancelled},
	Pending:   {Succeeded, Failed},
	Succeeded: nil,
	Failed:    {Succeeded},
	Cancelled: {Pending, Succeeded, Failed},
}

// Payment is one attempt to pay one share, one gift or one invoice by card.
type Payment struct {
	bun.BaseModel `bun:"table:payments"`

	ID         id.Payment    `bun:"id,pk,autoincrement"`
	Code       string        `bun:"code"`              // what the processor knows it by
	ShareID    id.Share      `bun:"share_id,nullzero"` // what it pays; of a gift, zero
	GiftID     id.Gift       `bun:"gift_id,nullzero"`
	InvoiceID  id.Invoice    `bun:"invoice_id,nullzero"`
	Amount     money.Amount  `bun:"amount"` // pence
	Status     PaymentStatus `bun:"status"`
	Key        string        `bun:"key"` // idempotency key of the current attempt to make its page
	Attempt    int           `bun:"attempt"`
	Session    string        `bun:"session,nullzero"` // the processor's name for its page
	SessionURL string        `bun:"session_url"`
	Intent     string        `bun:"intent,nullzero"` // the processor's name for the payment
	Captured   money.Amount  `bun:"captured"`
	Refunded   money.Amount  `bun:"refunded"`   // requested, pending and succeeded; counted by a trigger
	ExpiresAt  time.Time     `bun:"expires_at"` // when its page closes; while pending, when to ask again
	CreatedAt  time.Time     `bun:"created_at"`
	SettledAt  time.Time     `bun:"settled_at,nullzero"`

	// Of a payment of parts of a plan:
	PlanID  id.Plan   `bun:"plan_id,nullzero"`
	Saved   bool      `bun:"saved"`            // the saved card is charged, so there is no page
	SentAt  time.Time `bun:"sent_at,nullzero"` // when the order to charge it was on its way
	Refusal Refusal   `bun:"refusal"`          // why the bank said no

	Again bool `bun:"again"` // its page is being closed, and another is wanted: see MakeAgain
}

// Open reports whether the payment may still be made.
func (p *Payment) Open() bool { return p.Status == Created || p.Status == Pending }

// move is the only place where a status changes.
func (p *Payment) move(to PaymentStatus, now time.Time) error {
	if err := paymentMoves.Allow(p.Status, to); err != nil {
		return fmt.Errorf("payment %s: %w", p.Code, err)
	}
	p.Status = to
	if !p.Open() {
		p.SettledAt = now
	}
	return nil
}

// attempt names the next attempt to make the payment's page: a key of our own and a new end.
func (p *Payment) nextAttempt(now time.Time) {
	p.Attempt++
	p.Key = fmt.Sprintf("payment-%s-%d", p.Code, p.Attempt)
	p.ExpiresAt = now.Add(PageLife)
}

// PagePreparing is the job to make a payment's page at the processor.
type PagePreparing struct {
	Payment id.Payment `json:"payment"`
}

// Kind names the job.
func (PagePreparing) Kind() string { return "page_preparing" }

// Queue keeps money apart from everything else.
func (PagePreparing) Queue() string { return MoneyQueue }

// PageClosing is the job to close a payment's page and to settle what became of it.
type PageClosing struct {
	Payment id.Payment `json:"payment"`
}

// Kind names the job.
func (PageClosing) Kind() string { return "page_closing" }

// Queue keeps money apart from everything else.
func (PageClosing) Queue() string { return MoneyQueue }

// MoneyQueue is the queue of jobs that talk to the card processor.
const MoneyQueue = "money"

// Start begins a payment of a share by card. Its page is made by a job, with a key of the payment's own, so
// that however often that is tried there is one page.
func Start(ctx context.Context, tx *db.Tx, share Share) (*Payment, error) {
	return start(ctx, tx, &Payment{ShareID: share.ID, Amount: share.Amount})
}

// StartRest is Start for what is still due on a share, in pence, which may be less than all of it.
func StartRest(ctx context.Context, tx *db.Tx, share Share) (*Payment, error) {
	due, err := ledger.Balance(ctx, tx, Due(share.ID))
	if err != nil {
		return nil, err
	}
	return start(ctx, tx, &Payment{ShareID: share.ID, Amount: due})
}

func start(ctx context.Context, tx *db.Tx, p *Payment) (*Payment, error) {
	p.Code, p.Status, p.CreatedAt = id.Code(), Created, tx.Now
	p.nextAttempt(tx.Now)
	if _, err := tx.NewInsert().Model(p).Exec(ctx); err != nil {
		return nil, fmt.Errorf("starting a payment: %w", err)
	}
	if p.Saved {
		return p, tx.Enqueue(ctx, ChargeDue{p.ID})
	}
	return p, tx.Enqueue(ctx, PagePreparing{p.ID})
}

// OpenPayment is the payment of a share that may still be made, or nil.
func OpenPayment(ctx context.Context, d bun.IDB, s Share) (*Payment, error) {
	p, err := scanPayment(ctx, d.NewSelect().Where("share_id = ? AND status IN ('created', 'pending')", s.ID))
	if errors.Is(err, ErrPaymentUnknown) {
		return nil, nil
	}
	return p, err
}

// MakeAgain notes that a payment is to be begun again once its page, which is being closed, is closed unpaid.
func MakeAgain(ctx context.Context, tx *db.Tx, p *Payment) error {
	p.Again = true
	if _, err := tx.NewUpdate().Model(p).Column("again").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("noting that a payment is wanted again: %w", err)
	}
	return nil
}

// PaymentsOf reads the payments of shares, oldest first.
func PaymentsOf(ctx context.Context, d bun.IDB, shares ...Share) ([]Payment, error) {
	ids := make([]id.Share, len(shares))
	for i, s := range shares {
		ids[i] = s.ID
	}
	var payments []Payment
	err := d.NewSelect().Model(&payments).Where("share_id IN (?)", bun.List(ids)).Order("id").Limit(200).Scan(ctx)
	return payments, err
}

// Target is what a payment is for: a place, a gift or an invoice, and only one of them.
type Target struct {
	Enrolment id.Enrolment
	Gift      id.Gift
	Invoice   id.Invoice
}

// TargetOf is what a payment is for, or ErrPaymentUnknown.
func TargetOf(ctx context.Context, d bun.IDB, payment id.Payment) (Target, error) {
	var t Target
	err := d.NewRaw(`
		SELECT coalesce(s.enrolment_id, 0), coalesce(p.gift_id, 0), coalesce(p.invoice_id, 0)
		FROM payments p LEFT JOIN shares s ON s.id = p.share_id
		WHERE p.id = ?`, payment).Scan(ctx, &t.Enrolment, &t.Gift, &t.Invoice)
	if db.NoRows(err) || err == nil && t == (Target{}) {
		return t, ErrPaymentUnknown
	}
	return t, err
}

// getPayment reads a payment, or returns ErrPaymentUnknown; lockPayment also locks it.
func getPayment(ctx context.Context, d bun.IDB, which id.Payment) (*Payment, error) {
	return scanPayment(ctx, d.NewSelect().Where("id = ?", which))
}

func lockPayment(ctx context.Context, tx *db.Tx, which id.Payment) (*Payment, error) {
	return scanPayment(ctx, tx.NewSelect().Where("id = ?", which).For("UPDATE"))
}

func scanPayment(ctx context.Context, q *bun.SelectQuery) (*Payment, error) {
	p := new(Payment)
	if err := q.Model(p).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrPaymentUnknown
		}
		return nil, fmt.Errorf("reading payment: %w", err)
	}
	return p, nil
}

func savePayment(ctx context.Context, tx *db.Tx, p *Payment) error {
	_, err := tx.NewUpdate().Model(p).
		Column("status", "key", "attempt", "session", "session_url", "intent", "captured", "expires_at", "settled_at", "sent_at", "refusal").
		WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving payment %s: %w", p.Code, err)
	}
	return nil
}

// sweepAfter is how long after its end a page is left alone, so that the processor's own word comes first.
const sweepAfter = 2 * time.Minute

// Overdue lists payments whose page should have closed, or whose bank should have confirmed, by now, oldest
// first. One that waits for a person is left to them: asking again would bring the same answer.
func Overdue(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]id.Payment, error) {
	var ids []id.Payment
	err := d.NewRaw(`
		SELECT id FROM payments
		WHERE status IN ('created', 'pending') AND expires_at < ?
			AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.payment_id = payments.id AND q.resolved_at IS NULL)
		ORDER BY expires_at, id
		LIMIT ?`, now.Add(-sweepAfter), limit).Scan(ctx, &ids)
	return ids, err
}

// ClosePages asks for the open pages of an enrolment's payments to be closed.
func ClosePages(ctx context.Context, tx *db.Tx, enrolment id.Enrolment) error {
	var open []id.Payment
	err := tx.NewRaw(`
		SELECT p.id FROM payments p JOIN shares s ON s.id = p.share_id
		WHERE s.enrolment_id = ? AND p.status IN ('created', 'pending')
		ORDER BY p.id`, enrolment).Scan(ctx, &open)
	if err != nil {
		return fmt.Errorf("finding open payments: %w", err)
	}
	for _, p := range open {
		if err := tx.Enqueue(ctx, PageClosing{p}); err != nil {
			return err
		}
	}
	return nil
}
