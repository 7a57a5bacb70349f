package browser_test

import (
	"regexp"
	"strings"
	"testing"

	"bursar/internal/app/apptest"
	"bursar/internal/mail"
)

// fixed is a part of an address that is the same for everybody, and no code.
var fixed = regexp.MustCompile(`^[a-z_-]*$`)

// kind is an address without its codes: pages of one kind look alike, wherever one came from.
func kind(path string) string {
	path, query, _ := strings.Cut(strings.TrimSuffix(path, "?from=check"), "?")
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if !fixed.MatchString(part) {
			parts[i] = "*"
		}
	}
	name, _, _ := strings.Cut(query, "=")
	return strings.Join(parts, "/") + "?" + name
}

// eachKind follows every link below an address, from some pages on, and looks at one page of each kind.
func (b *Tab) eachKind(below string, look func(path string), from ...string) {
	b.t.Helper()
	seen := map[string]bool{}
	for len(from) > 0 {
		path := from[0]
		from = from[1:]
		if seen[kind(path)] {
			continue
		}
		seen[kind(path)] = true
		look(path)
		from = append(from, script[[]string](b, `[...document.querySelectorAll("main a[href^='`+below+`']:not([download])")]
			.map(a => a.pathname + a.search).filter(p => !p.endsWith(".pdf"))`)...)
	}
	if len(seen) < 10 {
		b.t.Errorf("below %s only these were found: %v", below, seen)
	}
}

// privately looks at a page of somebody who applies: its title and address tell nothing to whoever sees the screen
// or the history of the browser. The pages of the form are looked at in an ordinary window by those who fill it in.
func (b *Tab) privately(path string) {
	b.t.Helper()
	widths := []int64{desk, telephone, zoomed}
	if strings.Contains(path, "/q/") {
		widths = []int64{desk, zoomed}
	}
	b.Visit(path)
	for _, width := range widths {
		b.Resize(width)
		b.See("")
	}
	b.private()
}

// telling are words that would say to whoever looks over a shoulder what somebody is applying for.
var telling = regexp.MustCompile(`(?i)bursar|peer|mental|health`)

// tells is what the title and the address of the page tell, or nothing.
func (b *Tab) tells() string {
	b.t.Helper()
	return telling.FindString(script[string](b, "document.title") + " " + b.Path())
}

// private expects the title and the address to tell nothing.
func (b *Tab) private() {
	b.t.Helper()
	if told := b.tells(); told != "" {
		b.t.Errorf("the title or address of %s tells %q", b.Path(), told)
	}
}

func roundsPages(t *testing.T, w *apptest.World) {
	b := Open(t, w, desk)
	for _, round := range []string{"MARCH-27", "SPRING-27", "AUTUMN-26"} {
		at := "/bursaries/" + round
		b.everywhere(at, at+"/check", at+"/lottery")
	}
	b.everywhere("/bursaries/MARCH-27/questions", "/bursaries/MARCH-27/apply", "/take-back")
}

func draftsPages(t *testing.T, w *apptest.World) {
	b := Open(t, w, desk)
	b.Be("Amara Diallo")
	b.eachKind(mine, b.privately, mine)
}

func sentPages(t *testing.T, w *apptest.World) {
	b := Open(t, w, desk)
	b.Be("Joel Sandford")
	b.eachKind(mine, b.privately, mine)
	all, err := mail.DemoOutbox(t.Context(), w.Machine, 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if telling.MatchString(m.Subject) {
			t.Errorf("the subject %q tells too much", m.Subject)
		}
	}
}

func callsPages(t *testing.T, w *apptest.World) {
	b := Open(t, w, desk)
	b.Be("Grace Adeyemi")
	b.Visit("/admin/rounds/SPRING-27/applications")
	files := script[[]string](b, `[...new Map([...document.querySelectorAll("main tbody tr")]
		.map(r => [r.cells[1].querySelector(".govuk-tag").innerText, r.querySelector("a").getAttribute("href")])).values()]`) // one of each standing
	b.everywhere(files...)
	b.eachKind("/admin/", func(path string) {
		if !others.MatchString(path) {
			b.everywhere(path)
		}
	}, append([]string{"/admin/rounds", "/admin/rounds/new", "/admin/rounds/MARCH-27"}, files...)...)
	b.everywhere("/admin/rounds/SPRING-27", "/admin/rounds/SPRING-27/equality")
}

// others are pages of the office that are looked at elsewhere.
var others = regexp.MustCompile(`^/admin(/(runs|places|outbox).*|/rounds/[^/]+/(panel|ranking).*)?$`)

func needsPages(t *testing.T, w *apptest.World) {
	b := Open(t, w, desk)
	b.Be("Priya Nair")
	b.everywhere("/admin/support")
	b.everywhere(script[string](b, `document.querySelector("main tbody a").getAttribute("href")`))
}
