package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"bursar/internal/app"
	"bursar/internal/audit"
	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/people"
)

// commands is everything the program can be told to do.
type commands struct {
	JSON bool `name:"json" help:"Answer in JSON where a program would read it."`

	Serve      serve      `cmd:"" help:"Serve the pages, and work the jobs. The database is brought up to date first."`
	Work       work       `cmd:"" help:"Work the jobs alone, beside a bursar serve --no-work."`
	Migrate    migrate    `cmd:"" help:"Bring the database up to date."`
	Demo       loadDemo   `cmd:"" help:"Load the demonstration's data, once. The first bursar serve does so too."`
	User       user       `cmd:"" help:"Staff."`
	SigninLink signinLink `cmd:"" name:"signin-link" help:"Print a link that signs somebody in once, within the hour."`
	Audit      auditing   `cmd:"" help:"The audit trail."`
	Reconcile  reconcile  `cmd:"" help:"Compare the card processor with the books."`
	Bounce     bounce     `cmd:"" help:"Read one report that an email was not delivered (RFC 3464) from the standard input, as a mail server pipes it, and note it. Exit 65 for anything else."`
	Doctor     doctor     `cmd:"" help:"Say what is wrong with the set-up and the books."`
	Allocate   allocate   `cmd:"" help:"Read a problem of allocation as JSON, and write who is funded, from which funds, and why others are not. It needs no settings."`
	Version    version    `cmd:"" help:"Say which version this is."`
}

type work struct{}

// Run works until it is told to end.
func (work) Run(ctx context.Context, cfg *config.Config) error {
	return with(ctx, cfg, func(a *app.App) error { return a.Work(ctx) })
}

type migrate struct{}

// Run migrates.
func (migrate) Run(ctx context.Context, cfg *config.Config, o out) error {
	applied, err := app.Migrate(ctx, cfg)
	if err != nil {
		return err
	}
	o.say(struct {
		Applied []string `json:"applied"`
	}{applied}, "%d migrations were applied.", len(applied))
	return nil
}

type signinLink struct {
	Email string `arg:"" help:"Whose address."`
}

// Run makes the link.
func (s signinLink) Run(ctx context.Context, cfg *config.Config, o out) error {
	return with(ctx, cfg, func(a *app.App) error {
		var path string
		err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
			path, err = people.NewLink(ctx, tx, s.Email)
			return err
		})
		if err != nil {
			return plain(err)
		}
		o.say(struct {
			Link string `json:"link"`
		}{cfg.URL + path}, "%s", cfg.URL+path)
		return nil
	})
}

type auditing struct {
	Verify verifyAudit `cmd:"" help:"Compute the chain afresh. Exit 1 if anything was changed."`
}

type verifyAudit struct{}

// Run verifies the chain.
func (verifyAudit) Run(ctx context.Context, cfg *config.Config, o out) error {
	return with(ctx, cfg, func(a *app.App) error {
		r, err := audit.Verify(ctx, a.Machine)
		if err != nil {
			return err
		}
		o.say(struct {
			Sealed   int64  `json:"sealed"`
			Head     string `json:"head"`
			BrokenAt int64  `json:"broken_at"`
			Reason   string `json:"reason"`
			Overdue  int    `json:"overdue"`
		}(r), "%d links are as they should be. The last is %s.", r.Sealed, r.Head)
		switch {
		case r.BrokenAt != 0:
			return fmt.Errorf("the audit trail was changed at link %d: %s: compare it with a backup", r.BrokenAt, r.Reason)
		case r.Overdue > 0:
			return fmt.Errorf("%d rows have not been sealed for more than a minute: start bursar serve or bursar work", r.Overdue)
		}
		return nil
	})
}

type reconcile struct {
	Since time.Duration `default:"336h" help:"How far to go back, at most the 30 days (720h) for which Stripe keeps events."`
}

// Run compares.
func (r reconcile) Run(ctx context.Context, cfg *config.Config, o out) error {
	return with(ctx, cfg, func(a *app.App) error {
		c, err := a.Reconcile(ctx, a.Clock.Now().Add(-r.Since))
		if err != nil {
			return plain(err)
		}
		o.say(c, "%d events and %d payment pages of the card processor were compared with %d payments in the books.", c.Events, c.Pages, c.Payments)
		for _, d := range c.Doubts {
			o.line("- %s", d.Detail)
		}
		return someWrong(len(c.Doubts), "look into it")
	})
}

type doctor struct{}

// Run examines everything.
func (doctor) Run(ctx context.Context, cfg *config.Config, o out) error {
	found := app.Examine(ctx, cfg)
	o.value(found)
	wrong := 0
	for _, f := range found {
		if len(f.Wrong) == 0 {
			o.line("%-15s well", f.What)
		}
		for _, sentence := range f.Wrong {
			o.line("%-15s %s", f.What, sentence)
			wrong++
		}
	}
	return someWrong(wrong, "see above")
}

// someWrong is the error that says how much is wrong, if anything is.
func someWrong(n int, do string) error {
	switch n {
	case 0:
		return nil
	case 1:
		return errors.New("one thing is wrong: " + do)
	}
	return fmt.Errorf("%d things are wrong: %s", n, do)
}

type version struct{}

// Run says which version this is.
func (version) Run() error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this program was built without its version: build it with make build")
	}
	fmt.Println("bursar", info.Main.Version, info.GoVersion)
	return nil
}

// with opens what a command needs, and closes it.
func with(ctx context.Context, cfg *config.Config, do func(*app.App) error) error {
	a, err := app.Open(ctx, cfg, app.Options{})
	if err != nil {
		return err
	}
	return errors.Join(do(a), a.Close())
}
