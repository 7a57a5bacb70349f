package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/mail"
)

// kind is one kind of job: how River works it, and how Drain does.
type kind struct {
	name     string
	register func(*river.Workers)
	run      func(ctx context.Context, args []byte) error
}

// handle makes the kind of jobs T from what is to be done for one.
func handle[T db.Job](do func(context.Context, T) error, p patience) kind {
	var job T
	return kind{
		name: job.Kind(),
		register: func(all *river.Workers) {
			river.AddWorker(all, &worked[T]{do: do, patience: p})
		},
		run: func(ctx context.Context, args []byte) error {
			var job T
			if err := json.Unmarshal(args, &job); err != nil {
				return fmt.Errorf("reading a job: %w", err)
			}
			return do(ctx, job)
		},
	}
}

// worked is a kind as River wants it.
type worked[T db.Job] struct {
	river.WorkerDefaults[T]
	do       func(context.Context, T) error
	patience patience
}

// Work does one job. One that waits for somebody else is laid aside, which uses up none of its attempts.
func (w *worked[T]) Work(ctx context.Context, job *river.Job[T]) error {
	err := w.do(ctx, job.Args)
	if err == nil || !waits(err) {
		return err
	}
	waited := job.AttemptedAt.Sub(job.CreatedAt)
	if waited > w.patience.most {
		return err
	}
	next := w.patience.next(waited)
	slog.WarnContext(ctx, "job waits", "kind", job.Kind, "job", job.ID, "for", next, "error", err)
	return river.JobSnooze(next)
}

// waits reports whether an error says that a service we need is away, rather than that something is wrong.
func waits(err error) bool {
	return errors.Is(err, billing.ErrGatewayDown) || errors.Is(err, mail.ErrNotSent) || errors.Is(err, db.ErrBusy)
}

// patience is how a kind of job waits for a service: it asks again when as much time again has passed as it has
// waited, but not sooner than first and not later than last, for most in all. After that it counts as failing.
type patience struct {
	first, last, most time.Duration
}

func (p patience) next(waited time.Duration) time.Duration {
	return min(max(waited, p.first), p.last)
}
