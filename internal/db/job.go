package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// JobSchema is the PostgreSQL schema in which River keeps its tables.
const JobSchema = "river"

// Job is something to be done once the unit of work that asked for it has committed. Its exported fields are
// stored as JSON and hold ids, never words about people. Its type is declared by the package whose verb asks
// for it and worked by package worker, which must be safe to run twice.
type Job interface {
	Kind() string
}

// Queued is a Job that has a queue of its own, so that others cannot hold it up.
type Queued interface {
	Queue() string
}

// inserter only inserts: working is done by package worker on the native pool.
type inserter struct{ client *river.Client[pgx.Tx] }

func newInserter() (inserter, error) {
	client, err := river.NewClient(riverpgxv5.New(nil), &river.Config{Schema: JobSchema})
	if err != nil {
		return inserter{}, fmt.Errorf("preparing the job queue: %w", err)
	}
	return inserter{client}, nil
}

// Enqueue stores a job in this unit of work: it is worked after commit, at least once, and never if the work
// is rolled back.
func (tx *Tx) Enqueue(ctx context.Context, job Job) error {
	return tx.native(ctx, func(ptx pgx.Tx) error {
		if _, err := tx.jobs.client.InsertTx(ctx, ptx, job, options(job)); err != nil {
			return fmt.Errorf("enqueueing %s: %w", job.Kind(), err)
		}
		return nil
	})
}

// EnqueueAll is Enqueue of several jobs at once.
func (tx *Tx) EnqueueAll(ctx context.Context, jobs []Job) error {
	if len(jobs) == 0 {
		return nil
	}
	all := make([]river.InsertManyParams, len(jobs))
	for i, job := range jobs {
		all[i] = river.InsertManyParams{Args: job, InsertOpts: options(job)}
	}
	return tx.native(ctx, func(ptx pgx.Tx) error {
		if _, err := tx.jobs.client.InsertManyFastTx(ctx, ptx, all); err != nil {
			return fmt.Errorf("enqueueing %d jobs: %w", len(jobs), err)
		}
		return nil
	})
}

// options name the queue of a job that has one of its own.
func options(job Job) *river.InsertOpts {
	if q, ok := job.(Queued); ok {
		return &river.InsertOpts{Queue: q.Queue()}
	}
	return nil
}
