package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/migrations"
)

// New opens everything, brings the database up to date, and listens; pages are served after Begin. Several
// processes that start at once bring the database up to date one after the other.
func New(ctx context.Context, cfg *config.Config, o Options) (*App, error) {
	a := start(cfg, o)
	for _, step := range []func(context.Context) error{a.listen, a.openDatabase, a.bringUpToDate, a.claim, a.mayRun, a.windClock, a.openSite} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

// listen comes first: a second copy of the program should touch nothing.
func (a *App) listen(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", a.Config.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("another program is using %s: stop it, or set BURSAR_ADDR to another address, like 127.0.0.1:8081", a.Config.Addr)
	}
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", a.Config.Addr, err)
	}
	if strings.HasSuffix(a.Config.Addr, ":0") {
		a.Config.Addr = listener.Addr().String()
		a.Config.URL = "http://" + a.Config.Addr
	}
	a.site = &site{listener: listener, ended: make(chan error, 1)}
	a.onClose(func(context.Context) error {
		if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return nil
}

func (a *App) bringUpToDate(ctx context.Context) error {
	applied, err := db.Migrate(ctx, a.server.url, migrations.Files)
	if err != nil {
		return a.server.explain(a.Config, err)
	}
	if len(applied) > 0 {
		slog.InfoContext(ctx, "migrated", "applied", applied)
	}
	return nil
}

func (a *App) windClock(ctx context.Context) error {
	c, ok := a.Clock.(*demoClock)
	if !ok {
		return nil
	}
	if err := os.MkdirAll(a.Config.Data, 0o711); err != nil {
		return err
	}
	if err := wind(ctx, c, a.Config, a.DB); err != nil {
		return err
	}
	return a.noteClock()
}

// Begin loads the demonstration where it is wanted and not there yet, starts what happens by itself, and serves
// pages.
func (a *App) Begin(ctx context.Context) error {
	if a.Sandbox != nil && !a.options.Empty {
		if err := a.LoadDemo(ctx); err != nil {
			return err
		}
	}
	if !a.options.Manual {
		if a.Sandbox != nil {
			a.Sandbox.Start(a.life)
		}
		if !a.options.NoWork {
			if err := a.Worker.Start(ctx); err != nil {
				return err
			}
			a.onClose(a.Worker.Stop)
		}
	}
	a.onClose(a.site.close)
	a.site.open.Store(true)
	return nil
}

// LoadDemo makes the demonstration's data, once.
func (a *App) LoadDemo(ctx context.Context) error {
	if a.Sandbox == nil {
		return errors.New("the demonstration needs BURSAR_MODE=demo and no STRIPE_SECRET_KEY")
	}
	err := fixture.Load(ctx, a.Machine, fixture.Options{
		Gateway: a.Gateway, BaseURL: a.Config.URL, Sandbox: a.Sandbox, Browser: http.DefaultClient, Clock: a.Clock, Box: a.Box, Office: a.Doors.Office,
	})
	return errors.Join(err, a.noteClock())
}

// Wait returns when ctx ends, or says why pages can be served no longer.
func (a *App) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.site.ended:
		return fmt.Errorf("the web server has ended: %w", err)
	}
}

// Ready says why requests should not be sent here, or nil.
func (a *App) Ready(ctx context.Context) error {
	if !a.site.open.Load() {
		return errors.New("starting or stopping")
	}
	return a.DB.Ping(ctx)
}
