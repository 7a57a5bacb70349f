package browser_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/chromedp/chromedp"
)

// standards are the rules of axe-core that every page keeps.
const standards = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]`

// violations asks axe-core what is wrong with the page, one line each.
const violations = `;document.fonts.ready.then(() => axe.run(document, {runOnly: ` + standards + `, resultTypes: ["violations"]}))
	.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.html.slice(0, 160) + " " + n.failureSummary)))`

// tooWide lists what reaches beyond the window, unless it scrolls by itself.
const tooWide = `(() => {
	const width = %d, root = document.documentElement;
	if (root.scrollWidth <= width && document.body.scrollWidth <= width) return [];
	return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 0.5)
		.slice(0, 5).map(e => e.outerHTML.slice(0, 120));
})()`

var pictures atomic.Int64

// Check holds the page that is shown against the rules of every page: it was answered with a status; its title
// begins with these words and ends with the provider's name; axe-core finds nothing; nothing reaches beyond the
// window; no file is missing or comes from another host; no script fails and the content security policy stops
// nothing.
func (b *Tab) Check(status int64, title string) {
	b.t.Helper()
	if got := b.Status(); got != status {
		b.t.Errorf("%s answered %d, want %d", b.Path(), got, status)
	}
	b.checkTitle(title)
	for _, fault := range append(b.wrong(), b.complaints()...) {
		b.t.Errorf("%s at %d: %s", b.Path(), b.width, fault)
	}
	b.photograph()
}

// complaints are what the page and the browser complained of since they were last asked.
func (b *Tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	faults := b.faults
	b.faults = nil
	return faults
}

// See does the same, where the page is to be correct.
func (b *Tab) See(title string) {
	b.t.Helper()
	b.Check(200, title)
}

func (b *Tab) checkTitle(want string) {
	b.t.Helper()
	name := b.world.Config.Provider.Name
	ends := " – " + name
	switch path := b.Path(); {
	case strings.HasPrefix(path, "/sandbox/pay/"):
		ends = " – test payment to " + name
	case strings.HasPrefix(path, "/demo/mails/") && strings.HasSuffix(path, "/letter"):
		ends = "" // a letter is called like its subject
	}
	if got := script[string](b, "document.title"); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ends) {
		b.t.Errorf("%s is called %q, want %q%s", b.Path(), got, want, ends)
	}
}

// wrong is what is wrong with the page in a window as wide as this.
func (b *Tab) wrong() []string {
	b.t.Helper()
	if b.mute {
		b.scripts(true) // for axe-core alone: those of the page were passed over when it was read
		defer b.scripts(false)
	}
	var found []string
	for _, e := range script[[]string](b, fmt.Sprintf(tooWide, b.width)) {
		found = append(found, "wider than the window: "+e)
	}
	if b.width == zoomed {
		return found // axe-core sees nothing there that it does not see on a telephone
	}
	library := ""
	if script[bool](b, `typeof axe === "undefined"`) {
		library = axe
	}
	return append(found, script[[]string](b, library+violations)...)
}

var notInNames = regexp.MustCompile(`[^a-zA-Z0-9]+`)

func (b *Tab) photograph() {
	b.t.Helper()
	if *screenshots == "" || b.width == zoomed {
		return
	}
	picture := ask(b, "a picture", chromedp.FullScreenshot(100))
	name := fmt.Sprintf("%s-%03d-%d-%s.png", b.t.Name(), pictures.Add(1), b.width, notInNames.ReplaceAllString(b.Path(), "-"))
	if err := os.WriteFile(filepath.Join(*screenshots, strings.ReplaceAll(name, "/", "-")), picture, 0o600); err != nil {
		b.t.Fatal(err)
	}
}
