package browser_test

import (
	"testing"

	"bursar/internal/app/apptest"
)

// everywhere looks at pages in a narrow, an ordinary and a wide window; the narrow one is also what somebody sees
// who reads at 400 %.
func (b *Tab) everywhere(paths ...string) {
	b.t.Helper()
	for _, path := range paths {
		b.Visit(path)
		for _, width := range []int64{desk, telephone, zoomed} {
			b.Resize(width)
			b.See("")
		}
	}
}

// Every page of the demonstration, which is looked at and not changed, so that one is enough for all of it.
func TestEveryPageOfTheDemonstration(t *testing.T) {
	t.Parallel()
	w := demonstration(t)
	for name, look := range map[string]func(*testing.T, *apptest.World){
		"fits every window for a visitor":                  publicPages,
		"fits every window for a learner":                  learnersPages,
		"fits every window for the office":                 officePages,
		"is wholly reached by the keyboard":                keyboardPages,
		"fits every window for whoever thinks of applying": roundsPages,
		"fits every window for whoever applies":            draftsPages,
		"fits every window for whoever has applied":        sentPages,
		"fits every window for the office's rounds":        callsPages,
		"fits every window for the access officer":         needsPages,
		"fits every window for coordinators":               coordinatorsPages,
		"fits every window for the bookkeeper":             booksPages,
		"fits every window for whoever plans":              plansPages,
		"fits every window for registers":                  registersPages,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			look(t, w)
		})
	}
}

func publicPages(t *testing.T, w *apptest.World) {
	Open(t, w, desk).everywhere(
		"/", "/courses", "/courses/foundation", "/courses/introduction", "/courses/practitioner",
		"/runs/FND-M27", "/runs/FND-L27", "/runs/FND-O27", "/runs/FND-L26", "/runs/INT-0127", "/runs/FUL-27",
		"/runs/FND-M27/book", "/runs/FND-M27/book/learner", "/runs/FND-M27/book/office?why=employer", "/runs/FND-M27/book/office?why=help",
		"/runs/FND-O27/book", "/runs/FND-O27/wait", "/runs/FUL-27/book", "/runs/FND-L26/book",
		"/employers", "/bursaries", "/sponsor", "/certificates", "/openness", "/accessibility", "/privacy",
		"/sign-in", "/sign-out", "/demo", "/demo/mails")
}

func learnersPages(t *testing.T, w *apptest.World) {
	for _, who := range []struct {
		name  string
		pages []string // below the place
	}{
		{"Rosa Whitfield", []string{"", "/certificate", "/confirmation", "/receipt", "/cancel", "/move", "/questions"}},
		{"Aisha Abbott", []string{"", "/certificate"}},
		{"Daniel Osei", []string{"", "/cancel"}},
		{"Maeve Callaghan", []string{"", "/receipt"}},
		{"Tomos Pritchard", []string{"", "/cancel", "/questions"}},
		{"Yasmin Akhtar", []string{"", "/receipt"}},
	} {
		b := Open(t, w, desk)
		b.Be(who.name)
		b.everywhere("/my")
		place := script[string](b, `document.querySelector('a[href^="/my/places/"]').getAttribute("href")`)
		for _, page := range who.pages {
			b.everywhere(place + page)
		}
		if who.name == "Aisha Abbott" {
			b.Visit(place + "/certificate")
			b.everywhere(script[string](b, `document.querySelector('a[href^="/certificates/"]').getAttribute("href")`))
		}
		if who.name == "Rosa Whitfield" {
			b.everywhere("/my/account", "/my/account/details", "/my/account/emails", "/sign-out")
		}
	}
}

func officePages(t *testing.T, w *apptest.World) {
	b := Open(t, w, desk)
	b.Be("Grace Adeyemi")
	b.everywhere("/admin", "/admin/runs/FND-M27", "/admin/runs/TTR-27", "/admin/outbox", "/admin/people?q=ann", "/admin/people?q=nobody",
		"/admin/mails/texts", "/admin/mails/texts/place-confirmed", "/admin/mails/texts/sign-in", "/admin/mails/returned", "/admin/runs/FND-M27/mails",
		"/admin/runs/FND-O27/waiting", "/admin/runs/FND-M27/cancel", "/admin/questions", "/admin/questions?run=FND-M27", "/admin/plans", "/admin/plans?status=paused")
	b.everywhere("/admin/places", "/admin/places?run=FND-L27&status=held", "/admin/places?needs=name", "/admin/places/names", "/admin/places/write?whom=all&run=FND-M27",
		"/admin/runs", "/admin/runs?show=over", "/admin/payments", "/admin/offers", "/admin/registers", "/admin/outbox/failed", "/admin/figures", "/finance/orders")
	for _, list := range []string{"/admin/questions", "/admin/plans", "/admin/plans?status=active", "/admin/places?needs=name"} {
		b.Visit(list)
		b.everywhere(script[string](b, `document.querySelector("main tbody a").getAttribute("href")`))
	}
	b.everywhere("/admin/runs/FND-L26/certificates")
	b.everywhere(script[[]string](b, `[...new Map([...document.querySelectorAll("main tbody tr")]
		.map(r => [r.cells[3].innerText, r.querySelector("a").getAttribute("href")])).values()]`)...) // a place of each standing
	b.Visit("/admin/people?q=rosa")
	b.everywhere(script[string](b, `document.querySelector("main tbody a").getAttribute("href")`))
	b.everywhere(script[[]string](b, `[document.querySelector('main tbody a').getAttribute("href")]`)...)
	b.Visit("/admin/runs/FND-M27")
	b.everywhere(script[[]string](b, `[...new Map([...document.querySelectorAll("main tbody tr")]
		.map(r => [r.cells[2].innerText, r.querySelector("a").getAttribute("href")])).values()]`)...) // a place of each standing
	b.Visit("/admin/runs/FND-M27")
	b.everywhere(script[string](b, `[...document.querySelectorAll("main tbody tr")].find(r => r.cells[2].innerText == "Confirmed").querySelector("a").getAttribute("href")`) + "/move")
	b.Visit("/demo/mails")
	letters := script[[]string](b, `[...new Map([...document.querySelectorAll("main tbody tr")]
		.map(r => [r.cells[0].innerText.slice(0, 20), r.querySelector("a").getAttribute("href")])).values()]`) // one of each kind
	for _, letter := range letters {
		b.everywhere(letter, letter+"/letter")
	}
}

func plansPages(t *testing.T, w *apptest.World) {
	b := Open(t, w, desk)
	b.Be("Grace Adeyemi")
	b.everywhere("/admin/courses", "/admin/courses/new", "/admin/courses/foundation", "/admin/runs/new", "/admin/trainers")
	for _, run := range []string{"FND-L26", "FND-N26", "FND-M27", "TTR-27"} {
		b.everywhere("/admin/runs/" + run + "/status")
	}
	for _, page := range []string{"details", "dates", "prices", "places", "trainers", "copy"} {
		b.everywhere("/admin/runs/FND-M27/" + page)
	}
	b.everywhere("/admin/queue", "/admin/queue?kind=waiting&run=FND-O27", "/admin/queue?kind=applied")
	b.everywhere(script[string](b, `document.querySelector("main tbody a").getAttribute("href")`))
	trainer := Open(t, w, desk)
	trainer.Be("Kofi Mensah")
	trainer.everywhere("/teach/introduction")
	hopeful := Open(t, w, desk)
	hopeful.enter("callum.reid@post.example") // who was turned down
	hopeful.everywhere("/my", "/runs/TTR-27/apply")
	hopeful.Visit("/my")
	hopeful.everywhere(script[string](hopeful, `document.querySelector('main a[href^="/my/course-applications/"]').getAttribute("href")`))
	begun := Open(t, w, desk)
	begun.Be("Rosa Whitfield") // who has begun to apply
	begun.everywhere("/my", "/runs/TTR-27/apply")
	offered := Open(t, w, desk)
	offered.Be("Nia Prosser")
	offered.Visit("/my")
	offered.everywhere(script[string](offered, `document.querySelector('main a[href^="/my/places/"]').getAttribute("href")`))
	team := Open(t, w, desk)
	team.Be("Nadine Holt")
	team.everywhere("/employer/apply/TTR-27")
}

func keyboardPages(t *testing.T, w *apptest.World) {
	b := Open(t, w, desk)
	for _, path := range []string{
		"/", "/courses", "/courses/foundation", "/runs/FND-L27", "/runs/FND-M27/book", "/runs/FND-M27/book/learner", "/sign-in", "/demo",
	} {
		b.goRound(path)
	}
	b.Be("Rosa Whitfield")
	b.goRound("/my")
	b.goRound(script[string](b, `document.querySelector('a[href^="/my/places/"]').pathname`))
	office := Open(t, w, telephone)
	office.Be("Grace Adeyemi")
	office.goRound("/admin")
	office.goRound("/admin/runs/FND-M27")
	trainer := Open(t, w, telephone)
	trainer.Be("Kofi Mensah")
	trainer.Visit("/admin")
	trainer.Check(404, "We cannot find that page")
}
