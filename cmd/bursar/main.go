// Bursar runs the enrolments and the money of a training provider. `bursar --help` says what it can be told.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"bursar/internal/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bursar: "+strings.ReplaceAll(plain(err).Error(), "\n", "\nbursar: "))
		stop()
		os.Exit(exitCode(err))
	}
}

// run does what was asked for with the settings of this process.
func run(ctx context.Context, args []string) error {
	var c commands
	parser, err := kong.New(&c, kong.Name("bursar"),
		kong.Description("Enrolments and money of a training provider. The settings are environment variables: see the README."))
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return fmt.Errorf("%w: see bursar --help", err)
	}
	switch parsed.Command() { // these need no settings
	case "version":
		return c.Version.Run()
	case "allocate":
		return c.Allocate.Run()
	}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	setLog(cfg)
	parsed.BindTo(ctx, (*context.Context)(nil))
	return parsed.Run(cfg, out{json: c.JSON, to: os.Stdout})
}
