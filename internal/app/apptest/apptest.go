// Package apptest runs the whole program in a test: a database of its own, the card processor's stand-in over
// HTTP, a clock that stands still until it is moved, and browsers.
package apptest

import (
	"errors"
	"testing"
	"time"

	"bursar/internal/app"
	"bursar/internal/config"
	"bursar/internal/db/dbtest"
)

// start is where the clock stands.
var start = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// World is the whole program, serving pages.
type World struct {
	*app.App
	T     testing.TB
	Clock *dbtest.Clock
}

// New is an empty demonstration at 09:00 on 23 November 2026 in which nothing happens by itself: see Drain.
func New(t testing.TB) *World {
	t.Helper()
	return Run(t, Settings(t), app.Options{Empty: true, Manual: true})
}

// Run is the program with settings and options of the test's choice, on a clock that stands still.
func Run(t testing.TB, cfg *config.Config, o app.Options) *World {
	t.Helper()
	w := &World{T: t, Clock: new(dbtest.Clock)}
	w.Clock.Set(start)
	o.Clock, o.Unsafe = w.Clock, true
	var err error
	if w.App, err = app.New(t.Context(), cfg, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := w.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// Settings are those of a demonstration on a free port, with a database and a data folder of its own. More of
// them are given as names and values.
func Settings(t testing.TB, more ...string) *config.Config {
	t.Helper()
	settings := map[string]string{
		"BURSAR_MODE": "demo", "BURSAR_DATA": t.TempDir(), "BURSAR_CLOCK": start.Format(time.RFC3339),
	}
	for i := 0; i < len(more); i += 2 {
		settings[more[i]] = more[i+1]
	}
	if settings["DATABASE_URL"] == "" {
		settings["DATABASE_URL"] = dbtest.URL(t)
	}
	cfg, err := config.Read(func(name string) (string, bool) { v, ok := settings[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	if settings["BURSAR_ADDR"] == "" {
		cfg.Addr = "127.0.0.1:0" // which no setting can be: nobody would find the program
	}
	return cfg
}

// Settle brings about everything that waits, and fails the test when something cannot be done.
func (w *World) Settle() {
	w.T.Helper()
	if err := w.Drain(w.T.Context()); err != nil {
		w.T.Fatal(err)
	}
}

// Count asks the database for a number.
func (w *World) Count(query string, args ...any) (n int) {
	w.T.Helper()
	if err := w.DB.NewRaw(query, args...).Scan(w.T.Context(), &n); err != nil {
		w.T.Fatal(err)
	}
	return n
}

var errStuck = errors.New("apptest: too many redirects")
