package main

import (
	"context"

	"bursar/internal/app"
	"bursar/internal/audit"
	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/people"
)

type user struct {
	Add          addUser      `cmd:"" help:"Give somebody a role; they sign in with their address and then set up a second factor."`
	Remove       removeUser   `cmd:"" help:"Take a role away from somebody. They are signed out everywhere."`
	ForgetFactor forgetFactor `cmd:"" help:"Let somebody who has lost their authenticator set up another at the next sign-in. Be sure who asks."`
}

type addUser struct {
	Email string `arg:"" help:"Their email address."`
	Role  string `required:"" help:"admin, assessor, auditor, finance or trainer."`
}

// Run gives a role.
func (u addUser) Run(ctx context.Context, cfg *config.Config, o out) error {
	err := change(ctx, cfg, func(tx *db.Tx) error {
		p, err := people.Ensure(ctx, tx, u.Email)
		if err != nil {
			return err
		}
		return people.Grant(ctx, tx, audit.System, p.ID, people.Role(u.Role))
	})
	if err == nil {
		o.say(u, "%s has the role %s now. Sign in at %s/sign-in.", u.Email, u.Role, cfg.URL)
	}
	return err
}

type removeUser struct {
	Email string `arg:"" help:"Their email address."`
	Role  string `required:"" help:"The role to take away."`
}

// Run takes a role away.
func (u removeUser) Run(ctx context.Context, cfg *config.Config, o out) error {
	err := change(ctx, cfg, func(tx *db.Tx) error {
		p, err := people.Find(ctx, tx, u.Email)
		if err != nil {
			return err
		}
		return people.Revoke(ctx, tx, audit.System, p.ID, people.Role(u.Role))
	})
	if err == nil {
		o.say(u, "%s has not the role %s any more.", u.Email, u.Role)
	}
	return err
}

type forgetFactor struct {
	Email string `arg:"" help:"Their email address."`
}

// Run forgets a second factor.
func (f forgetFactor) Run(ctx context.Context, cfg *config.Config, o out) error {
	err := change(ctx, cfg, func(tx *db.Tx) error {
		p, err := people.Find(ctx, tx, f.Email)
		if err != nil {
			return err
		}
		return people.ForgetTOTP(ctx, tx, audit.System, p.ID)
	})
	if err == nil {
		o.say(f, "%s sets up a new authenticator at the next sign-in.", f.Email)
	}
	return err
}

// change opens the program for one unit of work.
func change(ctx context.Context, cfg *config.Config, f func(*db.Tx) error) error {
	return with(ctx, cfg, func(a *app.App) error { return a.DB.Write(ctx, f) })
}
