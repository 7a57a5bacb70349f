package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"bursar/internal/app"
	"bursar/internal/config"
	"bursar/internal/fixture"
)

type serve struct {
	NoWork bool `help:"Leave the jobs to a bursar work."`
}

// Run serves until it is told to end.
func (s serve) Run(ctx context.Context, cfg *config.Config) error {
	a, err := app.New(ctx, cfg, app.Options{NoWork: s.NoWork})
	if err != nil {
		return err
	}
	if err = a.Begin(ctx); err == nil {
		greet(a)
		err = a.Wait(ctx)
	}
	return errors.Join(err, a.Close())
}

// greet says where to look, and in the demonstration as whom to sign in.
func greet(a *app.App) {
	say := func(format string, values ...any) { fmt.Fprintf(os.Stderr, format+"\n", values...) }
	say("Bursar is at %s", a.Config.URL)
	say("It uses %s.", a.Where())
	if a.Config.Mode != config.Demo {
		return
	}
	say("It is a demonstration: no money moves, no mail leaves this machine, and its time is %s.", a.Clock.Now().Format("15:04 on 2 January 2006"))
	say("Sign in with one click at %s/demo, where the mails are too. For example as:", a.Config.URL)
	for _, who := range fixture.People() {
		say("  %-18s %s", who.Name, who.Shows)
	}
	say("Ctrl-C stops everything.")
}

type loadDemo struct{}

// Run loads the demonstration.
func (loadDemo) Run(ctx context.Context, cfg *config.Config, o out) error {
	a, err := app.New(ctx, cfg, app.Options{Manual: true})
	if err != nil {
		return err
	}
	if err := errors.Join(a.LoadDemo(ctx), a.Close()); err != nil {
		return plain(err)
	}
	o.line("The demonstration is loaded. Run bursar serve.")
	return nil
}
