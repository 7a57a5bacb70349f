package worker

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
)

// charge charges a saved card and settles the payment. One that was taken back before it was sent is left alone.
func (w *Worker) charge(ctx context.Context, job billing.ChargeDue) error {
	standing, err := w.Cashier.Charge(ctx, job.Payment)
	if err != nil || standing == nil {
		return err
	}
	return w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.Settle(ctx, tx, job.Payment, *standing) })
}

// prepareCard makes the page on which a card is saved.
func (w *Worker) prepareCard(ctx context.Context, job billing.CardPagePreparing) error {
	return w.Cashier.PrepareCard(ctx, job.Page)
}

// lookIntoCard settles the page of a card that an event is about, or puts the event before a person.
func (w *Worker) lookIntoCard(ctx context.Context, event string) error {
	page, err := billing.CardPageOfEvent(ctx, w.DB, event)
	if errors.Is(err, billing.ErrCardPageUnknown) {
		return w.DB.Write(ctx, func(tx *db.Tx) error { return billing.QuarantineEvent(ctx, tx, event) })
	}
	if err != nil {
		return db.Classify(err)
	}
	standing, err := w.Cashier.LookCard(ctx, page)
	if err != nil {
		return err
	}
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		if err := admissions.SettleCard(ctx, tx, page, standing); err != nil {
			return err
		}
		return billing.MarkApplied(ctx, tx, event)
	})
}

// concludeCards finds out what became of pages on which a card could be saved.
func (w *Worker) concludeCards(ctx context.Context) error {
	over, err := billing.CardPagesOver(ctx, w.DB, w.DB.Now(), sweepAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, page := range over {
		standing, err := w.Cashier.LookCard(ctx, &page)
		if err == nil {
			err = w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.SettleCard(ctx, tx, &page, standing) })
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("card page %s: %w", page.Code, err))
		}
	}
	return errors.Join(failed...)
}

// chargeInstalments begins to charge what is due today.
func (w *Worker) chargeInstalments(ctx context.Context) error {
	return w.eachPlan(ctx, billing.PlansToCharge, admissions.ChargeInstalment)
}

// remindInstalments announces what will be charged in a week.
func (w *Worker) remindInstalments(ctx context.Context) error {
	return w.eachPlan(ctx, billing.PlansToRemind, admissions.RemindInstalment)
}

// endPauses lets plans go on whose pause is over.
func (w *Worker) endPauses(ctx context.Context) error {
	return w.eachPlan(ctx, billing.PausesOver, admissions.EndPause)
}

// eachPlan does something to the plan of each share of a list, in a unit of work of its own: one that fails holds up no other.
func (w *Worker) eachPlan(
	ctx context.Context, list func(context.Context, bun.IDB, london.Date, int) ([]id.Share, error), do func(context.Context, *db.Tx, id.Share) error,
) error {
	due, err := list(ctx, w.DB, london.DateOf(w.DB.Now()), sweepAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, share := range due {
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return do(ctx, tx, share) }); err != nil {
			failed = append(failed, fmt.Errorf("plan of share %d: %w", share, err))
		}
	}
	return errors.Join(failed...)
}
