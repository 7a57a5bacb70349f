// Package app joins the whole program: the database, the card processor, mail, the workers and the pages. It is
// the one place that knows of all of them, and nothing else happens here.
package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"bursar/internal/billing"
	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/mail"
	"bursar/internal/sandbox"
	"bursar/internal/secret"
	"bursar/internal/stripepay"
	"bursar/internal/web"
	"bursar/internal/worker"
	"bursar/migrations"
)

// Options are what tests need besides the settings. The zero value is the real thing.
type Options struct {
	Clock  Clock // nil: the settings'
	Unsafe bool  // a database that does not wait for its disk will do
	Empty  bool  // the demonstration starts without its data
	Manual bool  // nothing happens by itself: see Drain
	NoWork bool  // another process works the jobs and keeps the timetable
}

// App is the program with everything opened that its commands need.
type App struct {
	Config  *config.Config // URL is where it is really reached
	DB      *db.DB         // as the public, employers, trainers and finance see it
	Machine *db.DB         // as the program's own jobs and an operator's commands do
	Doors   web.Doors      // by which the audiences of applications come in
	Clock   Clock
	Gateway *stripepay.Gateway
	Cashier *billing.Cashier
	Sender  *mail.Sender
	Worker  *worker.Worker
	Sandbox *sandbox.Sandbox // nil unless this process is the demonstration's
	Metrics *prometheus.Registry
	Box     *secret.Box // seals what people say

	options    Options
	server     server
	site       *site           // nil unless this process serves pages
	life       context.Context // of what goes on in the background, but for the workers
	end        context.CancelFunc
	background sync.WaitGroup
	closers    []func(context.Context) error
}

// closeWithin bounds an orderly end.
const closeWithin = 40 * time.Second

// Open opens what a command needs that serves no pages. The database must be migrated.
func Open(ctx context.Context, cfg *config.Config, o Options) (*App, error) {
	a := start(cfg, o)
	err := a.openDatabase(ctx)
	if err == nil {
		err = a.server.explain(a.Config, a.server.migrated(ctx))
	}
	if err == nil {
		err = a.claim(ctx)
	}
	if err == nil {
		err = a.readClock(ctx)
	}
	if err == nil {
		err = a.openRest("http://" + cfg.Addr)
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// Migrate brings the database up to date and returns the names of the migrations that were applied.
func Migrate(ctx context.Context, cfg *config.Config) ([]string, error) {
	s, err := startServer(ctx, cfg)
	if err != nil {
		return nil, err
	}
	applied, err := db.Migrate(ctx, s.url, migrations.Files)
	return applied, errors.Join(s.explain(cfg, err), s.stop(context.WithoutCancel(ctx)))
}

func start(cfg *config.Config, o Options) *App {
	a := &App{Config: new(*cfg), options: o, Clock: o.Clock, Metrics: prometheus.NewRegistry()}
	if a.Clock == nil {
		a.Clock = clockOf(cfg)
	}
	a.Metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.life, a.end = context.WithCancel(context.Background())
	return a
}

// onClose adds something to be done by Close, before what was added earlier.
func (a *App) onClose(f func(context.Context) error) { a.closers = append(a.closers, f) }

// Close ends everything in order: no new requests, those that were begun answered, jobs finished or put back,
// the database closed, and its server stopped if this process was its last user.
func (a *App) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	a.end()
	a.background.Wait()
	var failed []error
	for _, f := range slices.Backward(a.closers) {
		failed = append(failed, f(ctx))
	}
	a.closers = nil
	return errors.Join(failed...)
}

func (a *App) openDatabase(ctx context.Context) (err error) {
	if a.server, err = startServer(ctx, a.Config); err != nil {
		return err
	}
	a.onClose(a.server.stop)
	if err := a.openPools(); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	return nil
}

// openRest prepares the card processor, mail and the workers; none of them is called yet. In the demonstration
// the stand-in for the processor is found at address.
func (a *App) openRest(address string) (err error) {
	o := stripepay.Options{Key: a.Config.StripeKey, APIURL: a.Config.StripeAPI}
	if a.Config.Sandboxed() {
		o = stripepay.Options{Key: "sk_test_sandbox", APIURL: address + web.SandboxPath}
	}
	a.Gateway = stripepay.New(o)
	a.Cashier = &billing.Cashier{DB: a.Machine, Gateway: a.Gateway, BaseURL: a.Config.URL, Bacs: a.Config.StripeBacs}
	if a.Sender, err = mail.NewSender(a.Config.SMTP, a.mailSite()); err != nil {
		return fmt.Errorf("SMTP_URL: %w", err)
	}
	if a.Box, err = a.openBox(); err != nil {
		return err
	}
	a.Worker, err = worker.New(worker.Options{
		DB: a.Machine, Box: a.Box, Cashier: a.Cashier, Journal: a.Gateway, Sender: a.Sender, Metrics: a.Metrics,
	})
	return err
}

func (a *App) mailSite() mail.Site {
	p := a.Config.Provider
	return mail.Site{Name: p.Name, URL: a.Config.URL, Email: p.Email, Phone: p.Phone, Address: p.Address}
}

// openBox opens the keyset. The demonstration makes its own.
func (a *App) openBox() (*secret.Box, error) {
	if a.Config.Keyset != "" || a.Config.Mode != config.Demo {
		return secret.Open(a.Config.Keyset)
	}
	path := filepath.Join(a.Config.Data, "keyset.json")
	if _, err := os.Stat(path); err == nil {
		return secret.Open(path)
	}
	return secret.Create(path)
}

// Work works the jobs and keeps the timetable until ctx ends.
func (a *App) Work(ctx context.Context) error {
	if err := a.mayRun(ctx); err != nil {
		return err
	}
	if err := a.Worker.Start(ctx); err != nil {
		return err
	}
	a.onClose(a.Worker.Stop)
	<-ctx.Done()
	return nil
}

// claim keeps the demonstration, in which anybody may be anybody, and the real thing out of each other's database.
func (a *App) claim(ctx context.Context) error {
	mode, err := a.DB.Claim(ctx, string(a.Config.Mode))
	if err == nil && mode != string(a.Config.Mode) {
		err = fmt.Errorf("%s belongs to BURSAR_MODE=%s: set that, or choose another database", a.Where(), mode)
	}
	return err
}

func (a *App) mayRun(ctx context.Context) error {
	if a.options.Unsafe {
		return nil
	}
	return durable(ctx, a.DB)
}

// Reconcile compares the card processor's journal with the books from a time on: see worker.Reconcile.
func (a *App) Reconcile(ctx context.Context, since time.Time) (worker.Comparison, error) {
	return worker.Reconcile(ctx, a.Machine, a.Gateway, since)
}

// Drain brings about everything that waits: events are delivered, jobs worked and the timetable kept, until
// nothing is left. It is for an App that does nothing by itself.
func (a *App) Drain(ctx context.Context) error {
	for {
		if a.Sandbox != nil {
			if err := a.Sandbox.Flush(ctx); err != nil {
				return err
			}
		}
		if done, err := a.Worker.Drain(ctx); done == 0 || err != nil {
			return err
		}
	}
}

// Where says in words which database is used.
func (a *App) Where() string { return a.server.where(a.Config) }
