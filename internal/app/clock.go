package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/config"
)

// Clock is a clock of the business that can be moved.
type Clock interface {
	Now() time.Time
	Set(time.Time)
}

// demoClock runs like the machine's clock and stands elsewhere. How far it is off is kept in a file, so that a
// command beside the running program has the same time.
type demoClock struct {
	mu     sync.Mutex
	offset time.Duration
}

// Now is the time that the clock shows.
func (c *demoClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// Set has the clock run on from a time.
func (c *demoClock) Set(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = time.Until(to)
}

// realClock is the machine's own, which nothing moves.
type realClock struct{}

// Now is the machine's time.
func (realClock) Now() time.Time { return time.Now() }

// Set does nothing: only the demonstration has a way to it.
func (realClock) Set(time.Time) {}

func clockOf(cfg *config.Config) Clock {
	if cfg.Mode == config.Demo {
		return &demoClock{}
	}
	return realClock{}
}

// wind sets the demonstration's clock: to the time at which the settings start it, or to now, but never before
// what has happened already.
func wind(ctx context.Context, clock Clock, cfg *config.Config, d bun.IDB) error {
	at := cfg.StartsAt
	if at.IsZero() {
		at = time.Now()
	}
	var latest bun.NullTime
	if err := d.NewRaw("SELECT max(at) FROM audit").Scan(ctx, &latest); err != nil {
		return fmt.Errorf("finding the latest audit entry: %w", err)
	}
	if latest.After(at) {
		at = latest.Time
	}
	clock.Set(at)
	return nil
}

// moved is the clock as the pages of the demonstration have it: moving it is written down, and then everything
// is done that the time has come for.
type moved struct {
	Clock
	app *App
}

// Set moves the clock.
func (m moved) Set(to time.Time) {
	m.Clock.Set(to)
	if err := m.app.noteClock(); err != nil {
		slog.Error("the clock was moved and not written down", "error", err)
	}
	if m.app.Sandbox != nil {
		m.app.Sandbox.Tick()
	}
	m.app.background.Go(func() {
		if err := m.app.Worker.Round(m.app.life); err != nil {
			slog.Error("after the clock was moved", "error", err)
		}
	})
}

func clockFile(cfg *config.Config) string { return filepath.Join(cfg.Data, "clock") }

// noteClock writes down how far the demonstration's clock is off.
func (a *App) noteClock() error {
	c, ok := a.Clock.(*demoClock)
	if !ok {
		return nil
	}
	c.mu.Lock()
	offset := c.offset
	c.mu.Unlock()
	return os.WriteFile(clockFile(a.Config), []byte(offset.String()+"\n"), 0o600)
}

// readClock sets the demonstration's clock as the running program has it, or winds it where none ever ran.
func (a *App) readClock(ctx context.Context) error {
	c, ok := a.Clock.(*demoClock)
	if !ok {
		return nil
	}
	text, err := os.ReadFile(clockFile(a.Config))
	if errors.Is(err, fs.ErrNotExist) {
		return wind(ctx, c, a.Config, a.DB)
	}
	if err != nil {
		return err
	}
	offset, err := time.ParseDuration(strings.TrimSpace(string(text)))
	if err != nil {
		return fmt.Errorf("%s is not what was written there: delete it", clockFile(a.Config))
	}
	c.Set(time.Now().Add(offset))
	return nil
}
