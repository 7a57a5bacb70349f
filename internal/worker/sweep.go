package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/people"
)

const (
	// sweepAtOnce bounds one round, and askWithin one question to the card processor.
	sweepAtOnce = 100
	askWithin   = 20 * time.Second
	// refundsMayTake is how long a refund may be on its way before its fate is asked for.
	refundsMayTake = time.Hour
)

// concludeOverdue finds out what became of payments whose time is up, and frees nothing before the processor
// has said that they can never be paid. While it does not answer, the place is kept.
func (w *Worker) concludeOverdue(ctx context.Context) error {
	overdue, err := billing.Overdue(ctx, w.DB, w.DB.Now(), sweepAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, p := range overdue {
		if err := w.conclude(ctx, p); err != nil {
			failed = append(failed, fmt.Errorf("payment %d: %w", p, err))
		}
	}
	return errors.Join(failed...)
}

func (w *Worker) conclude(ctx context.Context, payment id.Payment) error {
	asking, cancel := context.WithTimeout(ctx, askWithin)
	standing, err := w.Cashier.Conclude(asking, payment)
	cancel()
	switch {
	case errors.Is(err, billing.ErrGatewayDown):
		return w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.KeepWhileAway(ctx, tx, payment) })
	case errors.Is(err, billing.ErrPageUnknown):
		return w.DB.Write(ctx, func(tx *db.Tx) error { return doubtMissing(ctx, tx, payment) })
	case err != nil:
		return err
	}
	return w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.Settle(ctx, tx, payment, standing) })
}

// doubtMissing puts a payment before a person whose page the processor does not know.
func doubtMissing(ctx context.Context, tx *db.Tx, payment id.Payment) error {
	return billing.Quarantine(ctx, tx, billing.Doubt{
		Kind: billing.Missing, Object: fmt.Sprintf("payment/%d", payment), Payment: payment,
		Detail: "The card processor does not know the page of this payment. Check that the key is that of the right account.",
	})
}

// chaseRefunds asks what became of refunds that take long, and sends those again whose job was lost.
func (w *Worker) chaseRefunds(ctx context.Context) error {
	waiting, err := billing.RefundsWaiting(ctx, w.DB, w.DB.Now().Add(-refundsMayTake), sweepAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, r := range waiting {
		if err := w.chase(ctx, r); err != nil {
			failed = append(failed, fmt.Errorf("refund %s: %w", r.Code, err))
		}
	}
	return errors.Join(failed...)
}

func (w *Worker) chase(ctx context.Context, r billing.Refund) error {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	if err := w.Cashier.SendRefund(ctx, r.ID); err != nil {
		return err
	}
	return w.settle(ctx, r.PaymentID, w.Cashier.Look)
}

// releaseReserved opens places to everybody that were kept for peers until yesterday.
func (w *Worker) releaseReserved(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		runs, err := course.ReleaseReserved(ctx, tx)
		if err != nil {
			return err
		}
		for _, run := range runs {
			err := audit.Record(ctx, tx, audit.Event{Actor: audit.System, Action: "reserved places released", Subject: "run", SubjectID: int64(run)})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetUnfinished deletes bookings that were begun and left.
func (w *Worker) forgetUnfinished(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := enrolment.ForgetUnfinished(ctx, tx)
		return err
	})
}

// forgetSessions deletes sign-ins and sessions that are dead.
func (w *Worker) forgetSessions(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := people.Sweep(ctx, tx)
		return err
	})
}

// seal chains what was recorded since it was last done.
func (w *Worker) seal(ctx context.Context) error {
	for sealed := 1; sealed > 0; {
		err := w.DB.Write(ctx, func(tx *db.Tx) (err error) {
			sealed, err = audit.Seal(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
