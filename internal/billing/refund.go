package billing

import (
	"context"
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

// ErrRefundTooLarge means that a payment has less left to give back than was asked for.
var ErrRefundTooLarge = failure.New(failure.Conflict, "refund_too_large",
	"Less of this payment is left to give back than that. Somebody may have refunded part of it already.")

// RefundStatus says how far a refund has come.
type RefundStatus string

// The statuses of a refund.
const (
	RefundRequested RefundStatus = "requested" // promised; the processor has not been told yet
	RefundSent      RefundStatus = "pending"   // accepted by the processor, on its way to the bank
	RefundArrived   RefundStatus = "succeeded"
	RefundRejected  RefundStatus = "failed" // came back; a person must find another way
)

var refundMoves = state.Moves[RefundStatus]{
	RefundRequested: {RefundSent, RefundArrived, RefundRejected},
	RefundSent:      {RefundArrived, RefundRejected},
	RefundArrived:   {RefundRejected},
	RefundRejected:  nil,
}

// RefundReason says why money goes back.
type RefundReason string

// The reasons for a refund.
const (
	ForWithdrawal RefundReason = "withdrawn"
	ForMove       RefundReason = "moved" // the place costs less on other dates
	ForLateness   RefundReason = "came_too_late"
	ForCredit     RefundReason = "credit" // of an organisation, paid out
)

// Refund is money given back to where a payment came from.
type Refund struct {
	bun.BaseModel `bun:"table:refunds"`

	ID          id.Refund    `bun:"id,pk,autoincrement"`
	Code        string       `bun:"code"` // what the processor knows it by
	PaymentID   id.Payment   `bun:"payment_id"`
	Amount      money.Amount `bun:"amount"` // pence
	Status      RefundStatus `bun:"status"`
	Reason      RefundReason `bun:"reason"`
	ProcessorID string       `bun:"processor_id,nullzero"` // the processor's name for it
	CreatedAt   time.Time    `bun:"created_at"`
	SettledAt   time.Time    `bun:"settled_at,nullzero"`
}

// key is the idempotency key under which the refund is asked for. The processor replays an error under its key
// for a day; an hour is far longer than a request can be on its way, so a new key each hour asks afresh without
// asking twice.
func (r *Refund) key(now time.Time) string {
	return fmt.Sprintf("refund-%s-%d", r.Code, now.Sub(r.CreatedAt)/time.Hour)
}

// RefundDue is the job to ask the processor for a refund.
type RefundDue struct {
	Refund id.Refund `json:"refund"`
}

// Kind names the job.
func (RefundDue) Kind() string { return "refund_due" }

// Queue keeps money apart from everything else.
func (RefundDue) Queue() string { return MoneyQueue }

// RefundReturned is the job to tell people that a refund could not be paid.
type RefundReturned struct {
	Refund id.Refund `json:"refund"`
}

// Kind names the job.
func (RefundReturned) Kind() string { return "refund_returned" }

// requestRefund promises to give back part of a locked payment. The money must stand in Owed(payment) already.
func requestRefund(ctx context.Context, tx *db.Tx, p *Payment, amount money.Amount, why RefundReason) error {
	r := &Refund{Code: id.Code(), PaymentID: p.ID, Amount: amount, Status: RefundRequested, Reason: why, CreatedAt: tx.Now}
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	if db.Violates(err, "payments_refunds_within_captured") {
		return ErrRefundTooLarge.Because(err)
	}
	if err != nil {
		return fmt.Errorf("requesting a refund: %w", err)
	}
	return tx.Enqueue(ctx, RefundDue{r.ID})
}

// RefundsOf reads the refunds of payments, oldest first.
func RefundsOf(ctx context.Context, d bun.IDB, payments ...Payment) ([]Refund, error) {
	ids := make([]id.Payment, len(payments))
	for i, p := range payments {
		ids[i] = p.ID
	}
	var refunds []Refund
	err := d.NewSelect().Model(&refunds).Where("payment_id IN (?)", bun.List(ids)).Order("id").Limit(200).Scan(ctx)
	return refunds, err
}

// GetRefund reads a refund.
func GetRefund(ctx context.Context, d bun.IDB, which id.Refund) (*Refund, error) {
	r := new(Refund)
	if err := d.NewSelect().Model(r).Where("id = ?", which).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading refund: %w", err)
	}
	return r, nil
}

// RecordRefund notes what the processor says of one of our refunds. What it said before, or something it has
// moved on from, changes nothing. A refund that came back leaves the money owed and goes to quarantine.
func RecordRefund(ctx context.Context, tx *db.Tx, which id.Refund, s RefundStanding) error {
	r := new(Refund)
	if err := tx.NewSelect().Model(r).Where("id = ?", which).For("UPDATE").Scan(ctx); err != nil {
		return fmt.Errorf("locking refund: %w", err)
	}
	was, to := r.Status, map[RefundState]RefundStatus{
		RefundPending: RefundSent, RefundSucceeded: RefundArrived, RefundFailed: RefundRejected,
	}[s.State]
	if refundMoves.Allow(was, to) != nil {
		return nil
	}
	r.Status, r.ProcessorID = to, s.ID
	if to != RefundSent {
		r.SettledAt = tx.Now
	}
	_, err := tx.NewUpdate().Model(r).Column("status", "processor_id", "settled_at").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving refund %s: %w", r.Code, err)
	}
	return postRefund(ctx, tx, r, was)
}

// postRefund moves the money when a refund leaves for the bank, and back when it is returned from there.
func postRefund(ctx context.Context, tx *db.Tx, r *Refund, was RefundStatus) error {
	if was == RefundRequested && r.Status != RefundRejected {
		return ledger.Post(ctx, tx, entry(fmt.Sprintf("refund/%d/sent", r.ID), r.Amount, Processor, Owed(r.PaymentID)))
	}
	if r.Status != RefundRejected {
		return nil
	}
	if was != RefundRequested {
		err := ledger.Post(ctx, tx, entry(fmt.Sprintf("refund/%d/came-back", r.ID), r.Amount, Owed(r.PaymentID), Processor))
		if err != nil {
			return err
		}
	}
	if err := tx.Enqueue(ctx, RefundReturned{r.ID}); err != nil {
		return err
	}
	return Quarantine(ctx, tx, Doubt{
		Kind: RefundCameBack, Object: r.Code, Payment: r.PaymentID,
		Detail: fmt.Sprintf("The refund %s of %s could not be paid to the card. Ask the person where to send it.", r.Code, r.Amount),
	})
}
