package browser_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"bursar/internal/app/apptest"
)

// patience is how long anything may take that a person waits for.
const patience = 30 * time.Second

const (
	telephone = 375 // CSS pixels
	desk      = 1280
	zoomed    = 320 // a window of 1280 at 400 %
	height    = 812
)

// Tab is a window of its own, in which nobody has been before.
type Tab struct {
	t     *testing.T
	ctx   context.Context
	world *apptest.World
	host  string
	width int64
	mute  bool // scripts do not run

	mu       sync.Mutex
	document *network.Response // of the page that is shown
	loads    int
	bytes    float64 // that came over the network
	faults   []string
}

// Open opens a window that is so wide.
func Open(t *testing.T, w *apptest.World, width int64) *Tab {
	t.Helper()
	return open(t, w, width, chromium, chromedp.WithNewBrowserContext())
}

// Beside opens another tab of the same browser, so that who signs in there is signed in here too.
func (b *Tab) Beside() *Tab {
	b.t.Helper()
	other := open(b.t, b.world, b.width, b.ctx)
	if b.mute {
		other.mute = true
		other.scripts(false)
	}
	return other
}

func open(t *testing.T, w *apptest.World, width int64, browser context.Context, o ...chromedp.ContextOption) *Tab {
	t.Helper()
	ctx, end := chromedp.NewContext(browser, o...)
	t.Cleanup(end)
	home, err := url.Parse(w.Config.URL)
	if err != nil {
		t.Fatal(err)
	}
	b := &Tab{t: t, ctx: ctx, world: w, host: home.Host, width: width}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	b.do("opening a window", command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
	b.Resize(width)
	return b
}

// WithoutScripts is a window in which no page's script runs.
func WithoutScripts(t *testing.T, w *apptest.World, width int64) *Tab {
	t.Helper()
	b := Open(t, w, width)
	b.mute = true
	b.scripts(false)
	return b
}

func (b *Tab) scripts(on bool) {
	b.t.Helper()
	b.do("scripts", command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}))
}

// Resize makes the window so wide.
func (b *Tab) Resize(width int64) {
	b.t.Helper()
	b.width = width
	b.do("resizing", chromedp.EmulateViewport(width, height))
}

// command is a command of the browser as a step.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// hear notes what a page asks for and complains about.
func (b *Tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || strings.HasPrefix(u.Scheme, "http") && u.Host != b.host {
			b.faults = append(b.faults, "it asks another host: "+e.Request.URL)
		}
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			b.document = e.Response
		} else if e.Response.Status >= 400 {
			b.faults = append(b.faults, fmt.Sprintf("%s answered %d", e.Response.URL, e.Response.Status))
		}
	case *network.EventLoadingFinished:
		b.bytes += e.EncodedDataLength
	case *page.EventLoadEventFired:
		b.loads++
	case *log.EventEntryAdded:
		ofPage := e.Entry.Source == log.EntrySourceNetwork && b.document != nil && e.Entry.URL == b.document.URL
		if e.Entry.Level != log.EntryLevelVerbose && e.Entry.Level != log.EntryLevelInfo && !ofPage {
			b.faults = append(b.faults, fmt.Sprintf("the browser says: %s (%s)", e.Entry.Text, e.Entry.URL))
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.faults = append(b.faults, fmt.Sprintf("a script says: %s", e.Args[0].Value))
		}
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, "a script failed: "+e.ExceptionDetails.Text)
	}
}

func (b *Tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s on %s: %v", what, b.Path(), err)
	}
}

func ask[T any](b *Tab, what string, question chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, question)
	if err != nil {
		b.t.Fatalf("%s on %s: %v", what, b.Path(), err)
	}
	return answer
}

// script asks the page itself.
func script[T any](b *Tab, expression string) T {
	b.t.Helper()
	return ask(b, expression[:min(len(expression), 60)], chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// until waits for something that the browser or the program does by itself.
func (b *Tab) until(what string, done func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("waited in vain for %s on %s", what, b.Path())
		}
	}
}

// leads does something after which another page is shown, or the same again.
func (b *Tab) leads(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	before := b.loaded()
	b.do(what, steps...)
	b.until("a page after "+what, func() bool { return b.loaded() > before })
}

func (b *Tab) loaded() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.loads
}

// Path is the address that is shown, without its host.
func (b *Tab) Path() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.document == nil {
		return "nothing"
	}
	u, err := url.Parse(b.document.URL)
	if err != nil {
		return b.document.URL
	}
	return u.RequestURI()
}

// Status is with what the page that is shown was answered.
func (b *Tab) Status() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.document.Status
}

// Visit goes to an address of ours.
func (b *Tab) Visit(path string) {
	b.t.Helper()
	b.leads("visiting "+path, command(page.Navigate, page.NavigateParams{URL: b.world.Config.URL + path}))
}

// named is what has these words as its text in the main part of a page: a link, button or label.
func named(words string) string {
	return fmt.Sprintf(`//main//*[self::a or self::button or self::label][normalize-space()=%q]`, words)
}

// Press presses the link or button with these words and waits for the page to which it leads.
func (b *Tab) Press(words string) {
	b.t.Helper()
	b.leads("pressing "+words, chromedp.Click(named(words), chromedp.NodeVisible))
}

// Choose ticks the choice with these words.
func (b *Tab) Choose(words string) {
	b.t.Helper()
	b.do("choosing "+words, chromedp.Click(named(words), chromedp.NodeVisible))
}

// Fill types into the field with an id, in place of what is there.
func (b *Tab) Fill(id, words string) {
	b.t.Helper()
	b.do("filling in "+id, chromedp.Focus(chromedp.ID(id)),
		chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Delete), chromedp.KeyEvent(words))
}

// Arrive waits until a page is shown whose title begins with these words: pages that wait go on by themselves.
func (b *Tab) Arrive(title string) {
	b.t.Helper()
	b.until("a page called "+title, func() bool {
		now, err := chromedp.Run(b.ctx, chromedp.Title()) // fails while the page changes
		return err == nil && strings.HasPrefix(now, title)
	})
	b.until("all of that page", func() bool {
		state, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.readyState"))
		return err == nil && state == "complete"
	})
}
