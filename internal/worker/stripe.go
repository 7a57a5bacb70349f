package worker

import (
	"context"
	"errors"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/id"
)

// stripeKinds are the jobs that talk to the card processor.
func (w *Worker) stripeKinds() []kind {
	day := 24 * time.Hour
	return []kind{
		handle(w.lookInto, patience{2 * time.Second, 5 * time.Minute, 3 * day}),
		handle(w.preparePage, patience{2 * time.Second, time.Minute, day}),
		handle(w.closePage, patience{2 * time.Second, time.Minute, day}),
		handle(w.prepareCard, patience{2 * time.Second, time.Minute, day}),
		handle(w.charge, patience{5 * time.Second, 5 * time.Minute, 3 * day}),
		handle(w.sendRefund, patience{5 * time.Second, time.Hour, 30 * day}),
		handle(w.tellRefundReturned, patience{2 * time.Second, time.Minute, day}),
	}
}

// lookInto settles the payment that an event is about. The event's contents decide nothing: the processor is
// asked afresh, so that events may come twice and in any order.
func (w *Worker) lookInto(ctx context.Context, job billing.EventArrived) error {
	payment, err := billing.PaymentOfEvent(ctx, w.DB, job.Event)
	if errors.Is(err, billing.ErrPaymentUnknown) {
		return w.lookIntoCard(ctx, job.Event)
	}
	if err != nil {
		return db.Classify(err)
	}
	standing, err := w.Cashier.Look(ctx, payment)
	if err != nil {
		return err
	}
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		if err := admissions.Settle(ctx, tx, payment, standing); err != nil {
			return err
		}
		return billing.MarkApplied(ctx, tx, job.Event)
	})
}

// late is how long after it was asked for a page may come before the person has stopped watching for it.
const late = 2 * time.Minute

// preparePage makes the page of a payment. While the processor does not answer, the place is kept. When the page
// comes late, the person is told and the hold is made to outlast it.
func (w *Worker) preparePage(ctx context.Context, job billing.PagePreparing) error {
	p, err := w.Cashier.Prepare(ctx, job.Payment)
	if errors.Is(err, billing.ErrGatewayDown) {
		// Each try moves the payment's end on, so that the sweep never finds this one overdue.
		keep := w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.KeepWhileAway(ctx, tx, job.Payment) })
		return errors.Join(err, keep)
	}
	if err != nil || !p.Open() || w.DB.Now().Sub(p.CreatedAt) < late {
		return err
	}
	return w.settle(ctx, p.ID, w.Cashier.Look)
}

// closePage closes the page of a payment that is not wanted any more, unless somebody has paid on it.
func (w *Worker) closePage(ctx context.Context, job billing.PageClosing) error {
	return w.settle(ctx, job.Payment, w.Cashier.Close)
}

// sendRefund gives money back.
func (w *Worker) sendRefund(ctx context.Context, job billing.RefundDue) error {
	return w.Cashier.SendRefund(ctx, job.Refund)
}

// tellRefundReturned tells people that a refund could not be paid.
func (w *Worker) tellRefundReturned(ctx context.Context, job billing.RefundReturned) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.TellRefundReturned(ctx, tx, job.Refund) })
}

// settle asks the processor about a payment and applies the answer.
func (w *Worker) settle(ctx context.Context, payment id.Payment, ask func(context.Context, id.Payment) (billing.Standing, error)) error {
	standing, err := ask(ctx, payment)
	if err != nil {
		return err
	}
	return w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.Settle(ctx, tx, payment, standing) })
}
