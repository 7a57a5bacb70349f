package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"bursar/internal/config"
	"bursar/internal/failure"
)

// out is where answers go: in words, or as JSON.
type out struct {
	json bool
	to   io.Writer
}

// say answers with a value, or a sentence for people.
func (o out) say(value any, format string, values ...any) {
	o.value(value)
	o.line(format, values...)
}

// value answers a program.
func (o out) value(value any) {
	if o.json {
		_ = json.NewEncoder(o.to).Encode(value) // nobody is left to tell when that fails
	}
}

// line answers people.
func (o out) line(format string, values ...any) {
	if !o.json {
		_, _ = fmt.Fprintf(o.to, format+"\n", values...)
	}
}

// plain is what a refusal says to people, with what it is for.
func plain(err error) error {
	if f := failure.Of(err); f != nil && f.Message != "" {
		return errors.New(f.Message)
	}
	return err
}

// setLog has the program write down what it does: in production all of it for a log collector, in the
// demonstration what is wrong, for somebody at the terminal.
func setLog(cfg *config.Config) {
	var h slog.Handler = slog.NewJSONHandler(os.Stderr, nil)
	if cfg.Mode == config.Demo {
		h = slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})
	}
	slog.SetDefault(slog.New(h))
}
