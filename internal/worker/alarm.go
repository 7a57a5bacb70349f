package worker

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"bursar/internal/failure"
)

// metrics count what somebody should be woken for.
type metrics struct {
	failed    *prometheus.CounterVec // by kind of job
	discarded *prometheus.CounterVec // by kind of job
	missed    *prometheus.CounterVec // by entry of the timetable
}

func newMetrics(r prometheus.Registerer) metrics {
	m := metrics{
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bursar_job_failures_total", Help: "Attempts at a job that ended in an error."}, []string{"kind"}),
		discarded: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bursar_jobs_discarded_total", Help: "Jobs that were given up and need a person."}, []string{"kind"}),
		missed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bursar_timetable_failures_total", Help: "Rounds of an entry of the timetable that ended in an error."}, []string{"entry"}),
	}
	r.MustRegister(m.failed, m.discarded, m.missed)
	return m
}

// alarm says in the log and the metrics that a job failed, by its kind and number: its arguments are nobody's
// business there.
type alarm struct{ metrics }

// HandleError is called for every attempt that ended in an error.
func (a alarm) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	code := "internal"
	if f := failure.Of(err); f != nil {
		code = f.Code
	}
	a.ring(ctx, job, code, err)
	return nil
}

// HandlePanic is called for every attempt that panicked.
func (a alarm) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	a.ring(ctx, job, "panic", fmt.Errorf("%v\n%s", value, trace))
	return nil
}

func (a alarm) ring(ctx context.Context, job *rivertype.JobRow, code string, err error) {
	a.failed.WithLabelValues(job.Kind).Inc()
	words := "job failed"
	if job.Attempt >= job.MaxAttempts {
		a.discarded.WithLabelValues(job.Kind).Inc()
		words = "job given up: it needs a person"
	}
	slog.ErrorContext(ctx, words, "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "code", code, "error", err)
}

// retryPolicy is River's, which waits for the fourth power of the attempts in seconds, but never longer than
// about an hour: all 25 attempts then fall within a day, and a job that is poisoned is known to be so.
type retryPolicy struct{ river.DefaultClientRetryPolicy }

// NextRetry says when a job that failed is tried again.
func (p retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	short := *job
	short.Errors = job.Errors[:min(len(job.Errors), 7)]
	return p.DefaultClientRetryPolicy.NextRetry(&short)
}

// louder lets River log only what is wrong; alarm tells of jobs.
type louder struct{ slog.Handler }

// Enabled reports whether a level is worth writing.
func (l louder) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && l.Handler.Enabled(ctx, level)
}
