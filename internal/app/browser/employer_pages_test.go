package browser_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"bursar/internal/app/apptest"
)

// seenOf is how many pages of one kind are opened for the sake of where they lead: one of them is looked at.
const seenOf = 3

// particular is a part of an address that names one of many.
var particular = regexp.MustCompile(`/[^/]*[0-9A-Z][^/]*`)

// leadsTo are the addresses below another to which the page leads, without what is saved as a file.
const leadsTo = `[...new Set([...document.querySelectorAll("main a[href^='/']")].filter(a => !a.hasAttribute("download")).map(a => a.pathname))]
	.filter(path => !/[./](csv|pdf|xml|ics)$|\/export\/./.test(path))`

// walk follows every link below an address, but for those below another, and looks at one page of each kind, unless somebody
// has looked at one before.
func (b *Tab) walk(from, without string, looked map[string]bool) {
	b.t.Helper()
	opened := map[string]int{}
	for found, at := []string{from}, 0; at < len(found); at++ {
		kind := particular.ReplaceAllString(found[at], "/*")
		if opened[kind] == seenOf {
			continue
		}
		opened[kind]++
		b.Visit(found[at])
		if !looked[kind] {
			looked[kind] = true
			b.lookAt(200, "")
			b.private()
		}
		for _, path := range script[[]string](b, leadsTo) {
			if strings.HasPrefix(path, from) && !strings.HasPrefix(path, without) && !slices.Contains(found, path) {
				found = append(found, path)
			}
		}
	}
}

// coordinatorsPages are those of coordinators whose places stand differently: shared and on purchase orders, held, without
// purchase orders, of somebody who left, and of an organisation that is not approved yet.
func coordinatorsPages(t *testing.T, w *apptest.World) {
	looked := map[string]bool{}
	for _, email := range []string{
		"nadine.holt@westermoor.example", "colin.dredge@eastmarsh.example", "tess@kestrelhouse.example", "moss@tidewell.example", "ella@brackwater.example",
	} {
		b := Open(t, w, desk)
		b.enter(email)
		b.walk("/employer", "/employers", looked)
	}
	if want := 17; len(looked) < want {
		t.Errorf("only %d kinds of pages were found, want at least %d: %v", len(looked), want, looked)
	}
}

// booksPages are those of the bookkeeper.
func booksPages(t *testing.T, w *apptest.World) {
	b := Open(t, w, desk)
	b.Be("Sheila Burns")
	looked := map[string]bool{}
	b.walk("/finance", "/finance/funds", looked)
	if want := 28; len(looked) < want {
		t.Errorf("only %d kinds of pages were found, want at least %d: %v", len(looked), want, looked)
	}
}
