// Package worker does what is to be done without anybody waiting for it: the jobs that units of work enqueued,
// and the timetable. Each job and each entry calls one verb, and every verb is safe to repeat.
//
// What always holds: a job is worked at least once after its unit of work has committed, also when a process
// is killed in the middle; waiting for somebody else's service never uses up a job's attempts; of several
// processes one keeps the timetable; deadlines of the business are read against the clock of the database,
// while the machine's clock only says when to look again.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/mail"
	"bursar/internal/secret"
)

// Options is what the jobs need.
type Options struct {
	DB      *db.DB      // in the worker's role
	Box     *secret.Box // opens answers, to find whom the panel knows
	Cashier *billing.Cashier
	Journal billing.Journal // the card processor's own record
	Sender  *mail.Sender
	Metrics prometheus.Registerer
}

// Worker works the jobs and keeps the timetable of one process.
type Worker struct {
	Options
	kinds   []kind
	client  *river.Client[pgx.Tx]
	metrics metrics
	stop    context.CancelFunc // ends the timetable
	keeping sync.WaitGroup
}

const (
	jobTimeout = time.Minute // a statement of the bank with the most rows takes half of it
	// rescueAfter is when a job whose process died is taken to be free again.
	rescueAfter = 2 * time.Minute
	// stopWithin is how long jobs may go on after Stop before they are told to end.
	stopWithin = 15 * time.Second
)

// New makes a Worker that does nothing until Start or Drain.
func New(o Options) (*Worker, error) {
	w := &Worker{Options: o, metrics: newMetrics(o.Metrics)}
	w.kinds = slices.Concat(w.stripeKinds(), w.mailKinds(), w.bursaryKinds(), w.panelKinds(), w.awardKinds(), w.roundKinds(), w.bankKinds(), w.waitingKinds())
	workers := river.NewWorkers()
	for _, k := range w.kinds {
		k.register(workers)
	}
	var err error
	w.client, err = river.NewClient(riverpgxv5.New(o.DB.Pool()), &river.Config{
		Schema: db.JobSchema,
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: 4}, mail.Delivery{}.Queue(): {MaxWorkers: 4}, billing.MoneyQueue: {MaxWorkers: 8},
		},
		Workers:              workers,
		FetchCooldown:        20 * time.Millisecond,
		FetchPollInterval:    500 * time.Millisecond,
		JobTimeout:           jobTimeout,
		RescueStuckJobsAfter: rescueAfter,
		SoftStopTimeout:      stopWithin,
		RetryPolicy:          retryPolicy{},
		ErrorHandler:         alarm{w.metrics},
		Logger:               slog.New(louder{slog.Default().Handler()}),
		ReindexerSchedule:    river.NeverSchedule(), // the application's role does not own the indexes
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the workers: %w", err)
	}
	return w, nil
}

// Start works jobs and keeps the timetable in the background, until Stop.
func (w *Worker) Start(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // only Stop ends it, which lets what was begun be finished
	if err := w.client.Start(ctx); err != nil {
		return fmt.Errorf("starting the workers: %w", err)
	}
	ctx, w.stop = context.WithCancel(ctx)
	w.keeping.Go(func() { w.keepTimetable(ctx) })
	return nil
}

// Stop takes no more jobs, lets those that were begun finish for 15 seconds, and returns when nothing runs any
// more. A job that was cut short is worked again later.
func (w *Worker) Stop(ctx context.Context) error {
	if w.stop == nil {
		return nil
	}
	w.stop()
	err := w.client.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = w.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	w.keeping.Wait()
	return err
}
