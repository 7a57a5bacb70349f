package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// entry is something that is done again and again.
type entry struct {
	name  string
	every time.Duration // by the machine's clock
	do    func(context.Context) error
}

// timetable is all of them. Deadlines are read against the database's clock by what is called here; how often
// that happens is not a matter of the business.
func (w *Worker) timetable() []entry {
	return append(w.round(),
		// Whatever was missed while nothing ran is found at once, and at the latest a day later.
		entry{"comparing with the card processor", 24 * time.Hour, w.reconcile},
	)
}

// round is what Drain does too: all but the comparison, which has a verb of its own.
func (w *Worker) round() []entry {
	return []entry{
		{"payments whose time is up", 15 * time.Second, w.concludeOverdue},
		{"pages of cards whose time is up", time.Minute, w.concludeCards},
		{"pauses of plans that are over", time.Minute, w.endPauses},
		{"instalments that are due", time.Minute, w.chargeInstalments},
		{"reminders of instalments", 5 * time.Minute, w.remindInstalments},
		{"refunds on their way", 15 * time.Minute, w.chaseRefunds},
		{"reserved places", time.Minute, w.releaseReserved},
		{"rounds whose time is up", 15 * time.Second, w.closeRounds},
		{"reminders of drafts", 5 * time.Minute, w.remindDrafts},
		{"comparing panels with applications", time.Minute, w.compareChanged},
		{"reminders of reading", 5 * time.Minute, w.remindReaders},
		{"offers whose time is up", 15 * time.Second, w.lapseOffers},
		{"own parts that were not paid", time.Minute, w.lapseUnpaid},
		{"blocks that have been taught", 5 * time.Minute, w.recogniseTaught},
		{"places on cancelled runs", 15 * time.Second, w.cancelPlaces},
		{"cancelled places that nobody moved", time.Minute, w.refundCancelled},
		{"places that somebody waits for", time.Minute, w.passAwaited},
		{"places whose organisations are late", time.Minute, w.lapseSeats},
		{"reminders of what organisations owe", 5 * time.Minute, w.remindTeams},
		{"who was not there", 5 * time.Minute, w.tellAbsences},
		{"what registers have sent", time.Hour, w.forgetSendings},
		{"notes for days that are over", time.Hour, w.forgetNotes},
		{"fees of courses that have begun", 5 * time.Minute, w.drawFees},
		{"reminders of offers", 5 * time.Minute, w.remindHolders},
		{"money that nobody used", time.Hour, w.returnUnspent},
		{"notices of money that nobody used", 5 * time.Minute, w.noticeUnspent},
		{"bank details", time.Hour, w.forgetBank},
		{"reserve lists", time.Minute, w.runReserves},
		{"reserve lists that are over", time.Hour, w.endReserves},
		{"mails before and after blocks", time.Minute, w.remindOfBlocks},
		{"words of old mails", time.Hour, w.forgetMails},
		{"unfinished bookings", time.Hour, w.forgetUnfinished},
		{"applications that were never sent", time.Hour, w.forgetDrafts},
		{"questions about courses long over", time.Hour, w.forgetQuestions},
		{"reminders of places offered on course applications", 5 * time.Minute, w.remindApplicants},
		{"course applications that can lead to nothing", time.Minute, w.endApplications},
		{"course applications to courses long over", time.Hour, w.forgetApplications},
		{"what is published", time.Hour, w.publish},
		{"ended sessions", time.Hour, w.forgetSessions},
		{"sealing the audit trail", time.Second, w.seal},
	}
}

const (
	// keeperLock is the advisory lock of the one process that keeps the timetable.
	keeperLock = 7_202_614
	// standby is how often another process looks whether the keeper has gone.
	standby = 2 * time.Second
)

// keepTimetable keeps the timetable whenever no other process does. Of several one holds an advisory lock, on a
// connection of its own: PostgreSQL frees it with the connection, however the process ends. Should the
// connection break unnoticed for a second, two may keep it for that long; what they call can bear that.
func (w *Worker) keepTimetable(ctx context.Context) {
	for ctx.Err() == nil {
		if err := w.keepAlone(ctx); err != nil && ctx.Err() == nil {
			w.missed(ctx, "keeping the timetable", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(standby):
		}
	}
}

// keepAlone keeps the timetable until ctx ends or the lock is lost; it returns at once when another holds it.
func (w *Worker) keepAlone(ctx context.Context) error {
	conn, err := w.DB.Pool().Acquire(ctx)
	if err != nil {
		return fmt.Errorf("taking a connection: %w", err)
	}
	var mine bool
	if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", keeperLock).Scan(&mine); err != nil || !mine {
		conn.Release()
		return err
	}
	defer closeConn(ctx, conn)
	ctx, cancel := context.WithCancel(ctx)
	var entries sync.WaitGroup
	for _, e := range w.timetable() {
		entries.Go(func() { w.repeat(ctx, e) })
	}
	defer entries.Wait()
	defer cancel()
	return watch(ctx, conn)
}

// closeConn frees the lock and closes the connection rather than give it back to the pool: should freeing fail,
// the lock goes with the connection.
func closeConn(ctx context.Context, conn *pgxpool.Conn) {
	ctx = context.WithoutCancel(ctx)
	_, _ = conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", keeperLock)
	_ = conn.Hijack().Close(ctx)
}

// watch returns when ctx ends or the connection breaks.
func watch(ctx context.Context, conn *pgxpool.Conn) error {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-second.C:
			if err := conn.Ping(ctx); err != nil && ctx.Err() == nil {
				return fmt.Errorf("the lock is lost: %w", err)
			}
		}
	}
}

// repeat does an entry at once and then every so often.
func (w *Worker) repeat(ctx context.Context, e entry) {
	again := time.NewTicker(e.every)
	defer again.Stop()
	for ctx.Err() == nil {
		if err := e.once(ctx); err != nil && ctx.Err() == nil {
			w.missed(ctx, e.name, err)
		}
		select {
		case <-ctx.Done():
		case <-again.C:
		}
	}
}

// once does an entry, and survives a panic in it: the rest of the timetable must go on.
func (e entry) once(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return e.do(ctx)
}

func (w *Worker) missed(ctx context.Context, entry string, err error) {
	w.metrics.missed.WithLabelValues(entry).Inc()
	slog.ErrorContext(ctx, "timetable", "entry", entry, "error", err)
}

// Round does everything on the timetable once, but for the daily comparison: for a clock that was moved.
func (w *Worker) Round(ctx context.Context) error {
	var failed []error
	for _, e := range w.round() {
		if err := e.do(ctx); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", e.name, err))
		}
	}
	return errors.Join(failed...)
}
