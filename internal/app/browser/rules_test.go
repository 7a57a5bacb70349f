package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestTheRulesFindWhatIsWrong(t *testing.T) {
	t.Parallel()
	b := Open(t, catalogue(t), telephone)
	b.Visit("/sign-in")
	for _, damage := range []string{
		`document.querySelector("label").remove()`,
		`document.querySelector("h1").style.color = "#eee"`,
		`document.querySelector("main").append(Object.assign(document.createElement("img"), {src: "/static/none.png"}))`,
		`document.querySelector("h1").style.width = "500px"`,
	} {
		script[any](b, damage+", 0")
		if len(b.wrong()) == 0 {
			t.Errorf("nothing was found after %s", damage)
		}
		b.leads("again", chromedp.Reload())
	}
	script[any](b, `document.title = "My bursary", 0`)
	if b.tells() == "" {
		t.Error("nothing was found in a title that tells what somebody applies for")
	}
	script[any](b, `(sheet => { sheet.replaceSync("*, *::before, *::after { all: initial !important }"); document.adoptedStyleSheets = [sheet]; })(new CSSStyleSheet()), 0`)
	script[int](b, unfocused)
	b.key(kb.Tab + kb.Tab)
	if s := script[stop](b, focused); s.Wrong == "" {
		t.Errorf("nothing was found when the focus does not show at %q", s.Words)
	}
	script[any](b, `document.body.append(Object.assign(document.createElement("script"), {textContent: "1"})), 0`)
	b.until("a complaint of the policy", func() bool { return len(b.complaints()) > 0 })
	script[any](b, `fetch("http://127.0.0.1:1/elsewhere").catch(() => {}), 0`)
	b.until("a complaint of another host", func() bool { return len(b.complaints()) > 0 })
}
