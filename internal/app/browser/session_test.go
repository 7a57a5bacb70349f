package browser_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"bursar/internal/app/apptest"
	"bursar/internal/fixture"
	"bursar/internal/form"
)

// words are an answer with all that browsers and servers like to change.
const words = "Tea first. Then we talk <with> & “about” nobody — 100 % of the time."

// overnight lets every session end by itself.
func overnight(w *apptest.World) { w.Clock.Advance(25 * time.Hour) }

func TestWordsOutliveASessionWithoutScripts(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, form.Answers{"practice": "Before."})
	b := WithoutScripts(t, w, telephone)
	b.enter(ana)
	b.Visit(address + "/q/practice")
	b.Fill("practice", words)
	b.Choose("Yes")
	overnight(w)
	b.Press("Save and continue")
	b.lookAt(409, "Error: Sign in to go on")
	b.sendsAgain(address)
}

func TestWordsOutliveASessionWithScripts(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, form.Answers{"practice": "Before."})
	b := Open(t, w, telephone)
	b.enter(ana)
	b.Visit(address + "/q/practice")
	b.See("What you do with people")
	overnight(w)
	b.Fill("practice", words)
	b.key(kb.Tab) // leaving the field saves it
	b.autosaveSays("You have been signed out. Your words are still on this page.")
	for _, fault := range b.complaints() { // the browser notes every refusal of the save, and nothing else went wrong
		if !strings.Contains(fault, "403") {
			t.Error(fault)
		}
	}
	b.See("What you do with people")
	b.Keeps(map[string]string{"practice": words})
	if got := script[string](b, "document.activeElement.innerText"); got != "Add a recording instead of writing" {
		t.Errorf("the save has moved the focus to %q", got)
	}
	b.Choose("Yes")
	b.Press("Save and continue")
	b.Refused(409, "Sign in to go on")
	b.sendsAgain(address)
}

// sendsAgain signs in in another tab and sends the words that the page has kept, which then are saved.
func (b *Tab) sendsAgain(address string) {
	b.t.Helper()
	b.Says("Nothing you typed is lost")
	if got := stored(b.t, b.world, ana, address).Answers["practice"]; got != "Before." {
		b.t.Fatalf("signed out, %q was saved", got)
	}
	other := b.Beside()
	other.Visit(script[string](b, `document.querySelector('main a[target="_blank"]').getAttribute("href")`))
	other.comeIn(ana)
	b.Press("I have signed in: send it again")
	b.See("Your application")
	if got := stored(b.t, b.world, ana, address).Answers["practice"]; got != words {
		b.t.Errorf("%q is kept", got)
	}
	b.Visit(address + "/q/practice")
	b.Keeps(map[string]string{"practice": words})
}

// autosaveSays waits for what the page's own saving says.
func (b *Tab) autosaveSays(words string) {
	b.t.Helper()
	b.until("the save to say "+words, func() bool {
		return strings.Contains(script[string](b, `document.querySelector("[data-autosave-says]").textContent`), words)
	})
}

func TestWhatIsTypedIsSavedByItselfAndTheTabCanBeClosed(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, fixture.GoodAnswers("FND-T27"))
	b := Open(t, w, telephone)
	b.enter(ana)
	b.Visit(address + "/q/hope")
	b.Fill("hope", words)
	b.autosaveSays("Saved at 9am") // some seconds after the last key, in the field
	b.Fill("hope", words+" And cake.")
	b.Visit("/courses")
	b.until("the last words to be saved on leaving", func() bool {
		return stored(t, w, ana, address).Answers["hope"] == words+" And cake."
	})
	b.Visit(address + "/q/hope")
	b.See("What you hope for")
	b.Keeps(map[string]string{"hope": words + " And cake."})
}
