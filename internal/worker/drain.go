package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"bursar/internal/db"
)

// Drain works the jobs that wait, those included that were laid aside for later, in the order in which they
// were enqueued, and does a round of the timetable, until nothing is left to do or what is left has failed. It
// returns how many jobs were done, and why others were not; those wait for the next Drain. It is for a Worker
// that was not started, as in tests, which say themselves when things happen.
func (w *Worker) Drain(ctx context.Context) (int, error) {
	done, left := 0, &leftovers{}
	for first := true; ; first = false {
		n, err := w.drainJobs(ctx, left)
		done += n
		if err != nil || n == 0 && !first {
			return done, errors.Join(err, left.errors())
		}
		left.round = w.Round(ctx)
	}
}

// leftovers is what failed in one Drain.
type leftovers struct {
	jobs  []int64
	why   []error
	round error // of the timetable, the last time
}

func (l *leftovers) errors() error { return errors.Join(append(l.why, l.round)...) }

// drainJobs works jobs until those left have failed.
func (w *Worker) drainJobs(ctx context.Context, left *leftovers) (done int, err error) {
	for {
		job, err := w.take(ctx, left.jobs)
		if errors.Is(err, pgx.ErrNoRows) {
			return done, nil
		}
		if err != nil {
			return done, fmt.Errorf("taking a job: %w", err)
		}
		failed := w.run(ctx, job)
		if err := w.put(ctx, job, failed); err != nil {
			return done, fmt.Errorf("putting a job back: %w", err)
		}
		if failed == nil {
			done++
			continue
		}
		left.jobs = append(left.jobs, job.id)
		left.why = append(left.why, fmt.Errorf("job %d, %s: %w", job.id, job.kind, failed))
	}
}

// taken is a job in hand: no other worker takes it meanwhile.
type taken struct {
	id   int64
	kind string
	args []byte
}

func (w *Worker) take(ctx context.Context, but []int64) (taken, error) {
	if but == nil {
		but = []int64{}
	}
	var job taken
	err := w.DB.Pool().QueryRow(ctx, `
		UPDATE `+db.JobSchema+`.river_job SET state = 'running', attempt = least(attempt + 1, max_attempts), attempted_at = now()
		WHERE id = (
			SELECT id FROM `+db.JobSchema+`.river_job
			WHERE state IN ('available', 'retryable', 'scheduled') AND id <> ALL ($1)
			ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, kind, args`, but).Scan(&job.id, &job.kind, &job.args)
	return job, err
}

func (w *Worker) run(ctx context.Context, job taken) error {
	i := slices.IndexFunc(w.kinds, func(k kind) bool { return k.name == job.kind })
	if i < 0 {
		return fmt.Errorf("nobody works jobs of kind %q", job.kind)
	}
	ctx, cancel := context.WithTimeout(ctx, jobTimeout)
	defer cancel()
	return w.kinds[i].run(ctx, job.args)
}

func (w *Worker) put(ctx context.Context, job taken, failed error) error {
	state := "completed"
	if failed != nil {
		state = "retryable"
	}
	_, err := w.DB.Pool().Exec(ctx, `
		UPDATE `+db.JobSchema+`.river_job
		SET state = $2::text::`+db.JobSchema+`.river_job_state, scheduled_at = now(), finalized_at = CASE WHEN $2::text = 'completed' THEN now() END
		WHERE id = $1 AND state = 'running'`, job.id, state)
	return err
}
