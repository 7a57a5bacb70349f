// Package browser_test tries the whole program as people meet it: in Chromium, on a telephone, without scripts,
// with the keyboard alone, and when something goes wrong. Every page that a test stops at is held against the
// same rules (see Tab.Check). With -screenshots=DIR a picture of each is kept there.
package browser_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "folder for a picture of every page that is looked at")

// chromium is the one browser of these tests; every Tab has cookies of its own.
var chromium context.Context

// axe finds what keeps people with impairments out (https://github.com/dequelabs/axe-core).
var axe string

const axeFile = "../../web/static/node_modules/axe-core/axe.min.js"

func TestMain(m *testing.M) {
	flag.Parse()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	script, err := os.ReadFile(axeFile)
	if err != nil {
		return 0, fmt.Errorf("axe-core is missing: run 'make assets' (%w)", err)
	}
	axe = string(script)
	program, err := installed("chromium", "chromium-browser", "google-chrome")
	if err != nil {
		return 0, err
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(program), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true), chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("force-color-profile", "srgb"))
	defer stop()
	var end context.CancelFunc
	chromium, end = chromedp.NewContext(ctx)
	defer end()
	if err := chromedp.Do(chromium); err != nil {
		return 0, fmt.Errorf("%s does not start: %w", program, err)
	}
	return m.Run(), nil
}

// installed is the first of some programs that there is.
func installed(names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("none of the programs %q is installed: run 'apt-get install %s'", names, names[0])
}
