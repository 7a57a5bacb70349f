package worker_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/sandbox"
)

// await asks until the answer is yes: for what other goroutines do in their own time.
func (w *world) await(what string, done func() bool) {
	w.Helper()
	for deadline := time.After(20 * time.Second); !done(); {
		select {
		case <-deadline:
			w.Fatalf("waited for 20 seconds: %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestTheBackgroundWorksJobsAndKeepsTheTimetable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	e := w.held("ana@people.example")
	w.await("the page", func() bool { return w.payment(e).SessionURL != "" })
	w.pay(e, sandbox.CardPays)
	if err := w.box.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.await("the confirmation", func() bool {
		return w.count("SELECT count(*) FROM mails WHERE template = 'place-confirmed' AND status = 'shown'") == 1
	})
	w.await("the seal", func() bool { return w.count("SELECT count(*) FROM audit_unsealed") == 0 })
	if err := w.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.expect(e, enrolment.Confirmed)
	w.await("the lock of the timetable to be let go", func() bool { return w.keepers() == 0 })
}

// keepers counts those who hold the lock of the timetable.
func (w *world) keepers() int {
	w.Helper()
	return w.count(`
		SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = pg_locks.database
		WHERE locktype = 'advisory' AND granted AND objid = 7202614 AND datname = current_database()`)
}

// counted is a journal that knows how often it was read: the first thing that a keeper does.
type counted struct {
	billing.Journal
	reads atomic.Int32
}

// Events counts, and reads.
func (c *counted) Events(ctx context.Context, since time.Time, each func(billing.Event) error) error {
	c.reads.Add(1)
	return c.Journal.Events(ctx, since, each)
}

func TestOfTwoProcessesOneKeepsTheTimetableAndTheOtherTakesOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	first, second := newWorker(t, w.db, w.gateway), newWorker(t, w.db, w.gateway)
	journal := &counted{Journal: w.gateway}
	second.Journal = journal
	if err := first.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.await("the first", func() bool { return w.keepers() == 1 })
	if err := second.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.record(1) // which the first seals at its next round, when the second has long looked for the lock
	w.await("the first's seal", func() bool { return w.count("SELECT count(*) FROM audit_unsealed") == 0 })
	if n := journal.reads.Load(); n != 0 {
		t.Errorf("the second kept the timetable too, and read the journal %d times", n)
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.await("the second", func() bool { return journal.reads.Load() == 1 })
	if err := second.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (w *world) record(n int64) {
	w.Helper()
	err := w.db.Write(w.Context(), func(tx *db.Tx) error {
		return audit.Record(w.Context(), tx, audit.Event{Actor: audit.System, Action: "tried", Subject: "test", SubjectID: n})
	})
	if err != nil {
		w.Fatal(err)
	}
}

// poison is a job that nobody can work.
type poison struct{}

func (poison) Kind() string { return "poison" }

func TestAPoisonedJobHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	if err := w.db.Write(t.Context(), func(tx *db.Tx) error { return tx.Enqueue(t.Context(), poison{}) }); err != nil {
		t.Fatal(err)
	}
	e := w.held("ana@people.example")
	done, err := w.Drain(t.Context())
	if err == nil || done == 0 {
		t.Errorf("%d jobs done, %v", done, err)
	}
	if w.payment(e).SessionURL == "" {
		t.Error("the page was not made")
	}
}

func TestAJobThatWaitsForTheProcessorIsLaidAsideAndUsesUpNoAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.box.FailNext(2, "POST /v1/checkout/sessions", sandbox.CutBefore)
	e := w.held("ana@people.example")
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.await("the page", func() bool { return w.payment(e).SessionURL != "" })
	if err := w.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := w.count("SELECT attempt FROM river.river_job WHERE kind = 'page_preparing'"); n != 1 {
		t.Errorf("%d attempts were used up", n)
	}
}

func TestAJobThatFailsIsCountedByItsKind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	metrics := w.Metrics.(*prometheus.Registry)
	if err := w.db.Write(t.Context(), func(tx *db.Tx) error { return tx.Enqueue(t.Context(), billing.RefundDue{Refund: 404}) }); err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.ExecContext(t.Context(), "UPDATE river.river_job SET attempt = 24"); err != nil {
		t.Fatal(err)
	}
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.await("the discarding", func() bool { return w.count("SELECT count(*) FROM river.river_job WHERE state = 'discarded'") == 1 })
	if err := w.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	families, err := metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	counted := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			counted[f.GetName()] += m.GetCounter().GetValue()
		}
	}
	if counted["bursar_jobs_discarded_total"] != 1 || counted["bursar_job_failures_total"] != 1 {
		t.Errorf("got %v", counted)
	}
}

func TestDrainEndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := newWorker(t, dbtest.New(t), nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Drain(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
