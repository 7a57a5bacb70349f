package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/id"
)

// awardKinds are the jobs about offers.
func (w *Worker) awardKinds() []kind {
	soon := patience{2 * time.Second, time.Minute, 24 * time.Hour}
	return []kind{handle(w.runReserve, soon)}
}

// runReserve offers what is free to the next on a reserve list.
func (w *Worker) runReserve(ctx context.Context, job award.ReserveRun) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.ReserveNow(ctx, tx, w.Box, job.Round) })
}

// runReserves offers what came free in whatever way, a gift or a place given up by somebody else, to those who wait.
func (w *Worker) runReserves(ctx context.Context) error {
	rounds, err := award.WithReserve(ctx, w.DB, w.DB.Now())
	if err != nil {
		return err
	}
	return eachRound(rounds, func(r id.Round) error { return w.runReserve(ctx, award.ReserveRun{Round: r}) })
}

// lapseOffers ends the offers whose last day has passed. Nothing ends by the passing of time alone.
func (w *Worker) lapseOffers(ctx context.Context) error {
	return w.eachAward(ctx, award.Due, func(tx *db.Tx, a id.Award) error { return admissions.LapseOffer(ctx, tx, w.Box, a) })
}

// lapseUnpaid ends accepted awards whose own part was not paid in time.
func (w *Worker) lapseUnpaid(ctx context.Context) error {
	return w.eachAward(ctx, award.Unpaid, func(tx *db.Tx, a id.Award) error { return admissions.LapseUnpaid(ctx, tx, w.Box, a) })
}

// drawFees pays the fees of courses that have begun.
func (w *Worker) drawFees(ctx context.Context) error {
	return w.eachAward(ctx, award.Undrawn, func(tx *db.Tx, a id.Award) error { return admissions.DrawFee(ctx, tx, a) })
}

// returnUnspent gives back to the funds what nobody used, some time after the course.
func (w *Worker) returnUnspent(ctx context.Context) error {
	return w.eachAward(ctx, award.Returnable, func(tx *db.Tx, a id.Award) error {
		_, err := award.ReturnUnspent(ctx, tx, a)
		return err
	})
}

// noticeUnspent writes to holders before that.
func (w *Worker) noticeUnspent(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := award.NoticeUnspent(ctx, tx)
		return err
	})
}

// forgetBank deletes how people were paid once the last payment is long past.
func (w *Worker) forgetBank(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := award.ForgetBank(ctx, tx)
		return err
	})
}

// eachAward does something to each award of a list, in a unit of work of its own: one that fails holds up no other.
func (w *Worker) eachAward(ctx context.Context, list func(context.Context, bun.IDB, time.Time, int) ([]id.Award, error), do func(*db.Tx, id.Award) error) error {
	due, err := list(ctx, w.DB, w.DB.Now(), sweepAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, a := range due {
		if err := w.DB.Write(ctx, func(tx *db.Tx) error { return do(tx, a) }); err != nil {
			failed = append(failed, fmt.Errorf("award %d: %w", a, err))
		}
	}
	return errors.Join(failed...)
}

// remindHolders writes to holders of offers who have not answered or not paid their own part.
func (w *Worker) remindHolders(ctx context.Context) error {
	return w.DB.Write(ctx, func(tx *db.Tx) error { return award.RemindOffers(ctx, tx) })
}

// endReserves ends the reserve lists of rounds whose last course has begun.
func (w *Worker) endReserves(ctx context.Context) error {
	rounds, err := award.ReserveOver(ctx, w.DB, w.DB.Now())
	if err != nil {
		return err
	}
	return eachRound(rounds, func(r id.Round) error {
		return w.DB.Write(ctx, func(tx *db.Tx) error { return admissions.EndReserve(ctx, tx, w.Box, r) })
	})
}

// eachRound does something for each of some rounds: one that fails holds up no other.
func eachRound(rounds []id.Round, do func(id.Round) error) error {
	var failed []error
	for _, r := range rounds {
		if err := do(r); err != nil {
			failed = append(failed, fmt.Errorf("round %d: %w", r, err))
		}
	}
	return errors.Join(failed...)
}
