package browser_test

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// unfocused notes how everything looks that the keyboard can reach, while nothing has the focus. What shows the
// focus may be drawn on the element, before or after it, or on the label of a choice.
const unfocused = `(() => {
	const draws = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "color", "borderTopColor", "clipPath"];
	window.drawn = e => [e, e.closest("body") && document.querySelector('label[for="' + e.id + '"]')].filter(Boolean)
		.flatMap(n => [null, "::before", "::after"].map(part => { const s = getComputedStyle(n, part); return draws.map(d => s[d]).join() })).join("|");
	window.stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
		.filter(e => e.checkVisibility() && !e.disabled && !(e.type === "radio" && e !== (document.querySelector('input[name="' + e.name + '"]:checked') || document.querySelector('input[name="' + e.name + '"]'))));
	window.plain = new Map(window.stops.map(e => [e, window.drawn(e)]));
	return window.stops.length;
})()`

// stop is where the focus is: which of the stops, what it says, and what is wrong with it.
type stop struct {
	At    int
	Words string
	Wrong string
}

const focused = `(() => {
	const e = document.activeElement, at = window.stops.indexOf(e);
	const words = ((e.labels && e.labels[0] || e).innerText || e.ariaLabel || "").trim().replace(/\s+/g, " ");
	const box = e.getBoundingClientRect();
	let wrong = "";
	if (at >= 0 && window.drawn(e) === window.plain.get(e)) wrong = "nothing shows that it has the focus";
	else if (at >= 0 && (box.bottom < 0 || box.top > innerHeight || box.width < 1)) wrong = "it has the focus and cannot be seen";
	return {At: at, Words: words, Wrong: wrong};
})()`

func (b *Tab) key(keys string, modifiers ...chromedp.Modifier) {
	b.t.Helper()
	b.do("pressing a key", chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...), asKeyboardsDo))
}

// asKeyboardsDo has the browser tell the pressing of a key from the character that it types, as it does for a real
// keyboard. Otherwise Enter on a link that moves the focus to a field is also typed into the field.
func asKeyboardsDo(p *input.DispatchKeyEventParams) {
	if p.Type == input.DispatchKeyEventTypeKeyDown {
		p.Type = input.DispatchKeyEventTypeRawKeyDown
	}
}

// tab moves the focus on, or back, and looks at where it is.
func (b *Tab) tab(modifiers ...chromedp.Modifier) stop {
	b.t.Helper()
	b.key(kb.Tab, modifiers...)
	s := script[stop](b, focused)
	if s.Wrong != "" {
		b.t.Errorf("%s: %q: %s", b.Path(), s.Words, s.Wrong)
	}
	return s
}

// TabTo moves the focus to what says these words.
func (b *Tab) TabTo(words string) {
	b.t.Helper()
	for range script[int](b, unfocused) + 2 {
		if b.tab().Words == words {
			return
		}
	}
	b.t.Fatalf("%s: the keyboard does not reach %q", b.Path(), words)
}

// Enter presses the button or link with these words by the keyboard.
func (b *Tab) Enter(words string) {
	b.t.Helper()
	b.TabTo(words)
	b.leads("entering "+words, chromedp.KeyEvent(kb.Enter))
}

// goRound takes the focus through a whole page and back again.
func (b *Tab) goRound(path string) {
	b.t.Helper()
	b.Visit(path)
	n := script[int](b, unfocused)
	for at := range n {
		if s := b.tab(); s.At != at {
			b.t.Fatalf("%s: stop %d of %d is %d, %q", path, at, n, s.At, s.Words)
		}
	}
	if s := b.tab(); s.At > 0 {
		b.t.Errorf("%s: after the end comes stop %d, %q", path, s.At, s.Words)
	}
	for s := b.tab(chromedp.ModifierShift); s.At != n-1; s = b.tab(chromedp.ModifierShift) {
		if s.At > 0 {
			b.t.Fatalf("%s: going back from the beginning leads to stop %d, %q", path, s.At, s.Words)
		}
	}
	for at := n - 2; at >= 0; at-- {
		if s := b.tab(chromedp.ModifierShift); s.At != at {
			b.t.Fatalf("%s: going back, stop %d is %d, %q", path, at, s.At, s.Words)
		}
	}
	script[any](b, "document.activeElement.blur(), 0") // the link that skips moves the page when it loses the focus
}

func TestTheSkipLinkLeadsPastTheNavigation(t *testing.T) {
	t.Parallel()
	b := Open(t, catalogue(t), desk)
	b.Visit("/courses")
	script[int](b, unfocused)
	if s := b.tab(); s.At != 0 || s.Words != "Skip to main content" {
		t.Fatalf("the first stop is %q", s.Words)
	}
	b.key(kb.Enter)
	if got := script[string](b, "document.activeElement.id"); got != "main-content" {
		t.Errorf("it leads to %q", got)
	}
	b.tab()
	if !script[bool](b, `document.activeElement === document.querySelector("main").querySelector("a[href], button, input")`) {
		t.Error("the next stop is not the first of the main part")
	}
}

func TestAPlaceIsBookedAndPaidWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	b := Open(t, catalogue(t), telephone)
	b.Visit("/runs/FND-M27")
	b.Enter("Book a place")
	b.Enter("Start")
	for _, q := range []struct {
		first string // of the choices, at which the focus arrives
		moves string // to the answer
	}{{"Myself", " "}, {"I am paying", kb.ArrowDown + kb.ArrowUp}, {"Yes", kb.ArrowDown}} {
		b.TabTo(q.first)
		b.key(q.moves)
		b.Enter("Continue")
	}
	b.TabTo("Full name")
	b.key("Łukasz Ó Briain")
	b.TabTo("Email address")
	b.key("lukasz@post.example")
	b.leads("sending by Enter in a field", chromedp.KeyEvent(kb.Enter))
	b.Enter("Send me the code")
	b.TabTo("Six-digit code")
	b.key(Code(t, b.world))
	b.Enter("Sign in")
	b.See("Check your answers and book")
	b.Says("Peer supporter No")
	b.Enter(order)
	b.Arrive("Pay £3,250.00")
	b.TabTo("Pays at once 4242 4242 4242 4242")
	b.key(kb.ArrowDown + kb.ArrowUp)
	b.TabTo("Pay £3,250.00")
	b.leads("paying", chromedp.KeyEvent(" "))
	b.Arrive("Your place is confirmed")
	b.Enter("cancel your place")
	b.Enter("Cancel my place and send £3,250.00 back")
	b.See("Your place: ")
	b.Says("You cancelled this place")
}
