// Package journey_test walks through the whole program from outside: over HTTP with forms and cookies, on the
// card processor's pages, through the mails that people get, and with a clock that is moved. What it asks the
// books is only whether all of it adds up in the end.
package journey_test

import (
	"bytes"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"bursar/internal/app"
	"bursar/internal/app/apptest"
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/mail"
)

// world is the program as it runs for real, with a card processor at another address. Nothing happens in it by
// itself: see drain.
type world struct {
	*apptest.World
	t         *testing.T
	run       *course.Offering
	processor *processor
	doubts    []billing.DoubtKind // those that a person is asked about in the end
}

// newWorld has one run, FND-T27, with so many places. Defer its method sound.
func newWorld(t *testing.T, capacity int) *world {
	t.Helper()
	return openWorld(t, capacity, app.Options{Empty: true, Manual: true})
}

func openWorld(t *testing.T, capacity int, o app.Options, settings ...string) *world {
	t.Helper()
	w := &world{t: t, processor: newProcessor(t)}
	w.World = apptest.Run(t, apptest.Settings(t, append(settings,
		"STRIPE_SECRET_KEY", "sk_test_journey", "STRIPE_API_URL", w.processor.server.URL, "STRIPE_WEBHOOK_SECRET", webhookSecret)...), o)
	w.processor.open(w)
	w.run = fixture.Run(t, w.DB, "FND-T27", capacity)
	return w
}

// otherDates adds a run of the same course, a year later.
func (w *world) otherDates(code string, capacity int) {
	w.t.Helper()
	later := *w.run
	later.ID, later.Code, later.Places = 0, code, course.Places{Capacity: capacity}
	later.Blocks = append([]course.Block(nil), w.run.Blocks...)
	for i, b := range later.Blocks {
		later.Blocks[i] = course.Block{StartsOn: b.StartsOn.AddDays(364), EndsOn: b.EndsOn.AddDays(364)}
	}
	w.write(func(tx *db.Tx) error { return course.Schedule(w.t.Context(), tx, audit.System, &later) })
}

func (w *world) write(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.DB.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// tryDrain lets everything happen that waits, as far as it can.
func (w *world) tryDrain() error {
	w.t.Helper()
	for {
		if err := w.processor.Flush(w.t.Context()); err != nil {
			return err
		}
		if done, err := w.Worker.Drain(w.t.Context()); done == 0 || err != nil {
			return err
		}
	}
}

// drain lets everything happen that waits.
func (w *world) drain() {
	w.t.Helper()
	if err := w.tryDrain(); err != nil {
		w.t.Fatal(err)
	}
}

// later moves the clock on and lets happen what has come due.
func (w *world) later(by time.Duration) {
	w.t.Helper()
	w.Clock.Advance(by)
	w.drain()
}

const day = 24 * time.Hour

// left expects so many free places.
func (w *world) left(want int) {
	w.t.Helper()
	places, err := course.PlacesOf(w.t.Context(), w.DB, w.run.ID)
	if err != nil || places.Left(false) != want {
		w.t.Errorf("%d places are left, want %d, %v", places.Left(false), want, err)
	}
}

// mails are those to an address, newest first, with their words and files.
func (w *world) mails(to string) []*mail.Mail {
	w.t.Helper()
	all, err := mail.DemoOutbox(w.t.Context(), w.DB, 0, 10_000)
	if err != nil {
		w.t.Fatal(err)
	}
	var theirs []*mail.Mail
	for _, m := range all {
		if m.To != to {
			continue
		}
		opened, err := mail.DemoOpen(w.t.Context(), w.DB, m.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		theirs = append(theirs, opened)
	}
	return theirs
}

// journal is everything that is logged in these tests.
var journal lines

type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(line)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewJSONHandler(&journal, &slog.HandlerOptions{Level: slog.LevelDebug})))
	os.Exit(m.Run())
}

// all calls f for 0 to n-1 at once and waits for every one.
func all(n int, f func(i int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { f(i) })
	}
	group.Wait()
}

// await asks until the answer is yes: for what other goroutines and processes do in their own time.
func (w *world) await(what string, done func() bool) {
	w.t.Helper()
	await(w.t, what, done)
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.After(30 * time.Second); !done(); {
		select {
		case <-deadline:
			t.Fatalf("waited for 30 seconds: %s", what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}
