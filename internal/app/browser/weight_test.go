package browser_test

import (
	"testing"

	"github.com/chromedp/cdproto/network"
)

// heaviest is how many bytes may come over the network when somebody first visits, with everything that the page
// needs: a second on a slow telephone.
const heaviest = 100_000

func TestAFirstVisitIsLight(t *testing.T) {
	t.Parallel()
	w := catalogue(t)
	for _, path := range []string{"/", "/courses", "/runs/FND-M27", "/runs/FND-M27/book", "/runs/FND-M27/book/learner"} {
		b := Open(t, w, telephone)
		b.Visit(path)
		script[bool](b, `document.fonts.ready.then(() => true)`)
		b.mu.Lock()
		bytes, faults := b.bytes, b.faults
		b.mu.Unlock()
		if bytes < 10_000 || bytes > heaviest {
			t.Errorf("%s took %.0f bytes", path, bytes)
		}
		for _, fault := range faults {
			t.Errorf("%s: %s", path, fault)
		}
		t.Logf("%s: %.0f bytes", path, bytes)
	}
}

// light weighs pages of somebody who is signed in as if they had never been here before.
func (b *Tab) light(paths ...string) {
	b.t.Helper()
	forget := func(yes bool) {
		b.do("forgetting files", command(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: yes}))
	}
	forget(true)
	defer forget(false)
	for _, path := range paths {
		b.mu.Lock()
		b.bytes = 0
		b.mu.Unlock()
		b.Visit(path)
		script[bool](b, `document.fonts.ready.then(() => true)`)
		b.mu.Lock()
		bytes := b.bytes
		b.mu.Unlock()
		if bytes < 10_000 || bytes > heaviest {
			b.t.Errorf("%s took %.0f bytes", path, bytes)
		}
		b.t.Logf("%s: %.0f bytes", path, bytes)
	}
}
