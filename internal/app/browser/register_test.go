package browser_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"

	"bursar/internal/app/apptest"
	"bursar/internal/london"
)

// lesson is the next day that the demonstration's trainer teaches.
var lesson = london.On(2026, time.November, 30)

// online connects the tab with the network, or cuts it off.
func (b *Tab) online(on bool) {
	b.t.Helper()
	var rules []*network.Conditions
	if !on {
		rules = append(rules, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	b.do("changing the connection", command(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: rules}))
}

// tap taps "There" or "Not there" at the n-th name, as a thumb does.
func (b *Tab) tap(n int, words string) {
	b.t.Helper()
	script[bool](b, fmt.Sprintf(`[...document.querySelectorAll(".app-register__one")[%d].querySelectorAll("label")].find(l => l.innerText == %q).click() ?? true`, n, words))
}

// registerSays waits for words above the register.
func (b *Tab) registerSays(words string) {
	b.t.Helper()
	b.until("the register saying "+words, func() bool {
		return strings.Contains(script[string](b, `document.querySelector("[data-register-says]")?.innerText ?? ""`), words)
	})
}

// marked counts the marks of half a day that are saved.
func marked(w *apptest.World, half, mark string) int {
	return w.Count(`SELECT count(*) FROM attendance_marks m JOIN registers g ON g.id = m.register_id WHERE g.day = ? AND g.half = ? AND m.mark = ?`, lesson, half, mark)
}

func TestARegisterOutlivesALostConnection(t *testing.T) {
	t.Parallel()
	w := demonstration(t)
	w.Clock.Set(lesson.At(9, 45))
	b := Open(t, w, telephone)
	b.Be("Kofi Mensah")
	b.See("Your teaching")
	b.Press("Morning: not begun")
	b.See("Register: Monday 30 November 2026, morning")
	b.tap(0, "There")
	b.registerSays("Saved at 9:45am")
	b.online(false)
	b.tap(1, "Not there")
	b.registerSays("Kept on this phone. We send it as soon as there is a connection.")
	b.tap(2, "There")
	if there, not := marked(w, "am", "present"), marked(w, "am", "absent"); there != 1 || not != 0 {
		t.Errorf("without a connection %d and %d are saved", there, not)
	}
	b.complaints() // the browser notes each try
	b.online(true)
	b.registerSays("3 of ")
	b.registerSays("Saved at")
	if there, not := marked(w, "am", "present"), marked(w, "am", "absent"); there != 2 || not != 1 {
		t.Errorf("with a connection %d and %d are saved", there, not)
	}
	if kept := script[int](b, "localStorage.length"); kept != 0 {
		t.Errorf("the telephone keeps %d things", kept)
	}
	b.do("pressing", clickFirst(`button[name="everybody"]`))
	b.until("everybody marked", func() bool { return marked(w, "am", "absent") == 1 && marked(w, "am", "present") == 24 })
	b.complaints()
	b.Check(200, "Register: Monday 30 November 2026, morning")
}

func TestMarksThatAPhoneKeptAreSentWhenTheRegisterIsOpenedAgain(t *testing.T) {
	t.Parallel()
	w := demonstration(t)
	w.Clock.Set(lesson.At(13, 45))
	b := Open(t, w, telephone)
	b.Be("Kofi Mensah")
	b.Press("Afternoon: not begun")
	b.See("Register: Monday 30 November 2026, afternoon")
	b.online(false)
	b.tap(0, "Not there")
	b.registerSays("Kept on this phone.")
	b.online(true)
	b.do("cutting the page off for good", command(network.ClearBrowserCookies, struct{}{}))
	b.registerSays("You may have been signed out.")
	b.complaints()
	if not := marked(w, "pm", "absent"); not != 0 {
		t.Errorf("signed out, %d are saved", not)
	}
	b.Be("Kofi Mensah")
	b.Says("This phone keeps marks that are not sent yet.")
	b.Press("Monday 30 November 2026, afternoon, FND-N26")
	b.registerSays("Saved at 1:45pm")
	if not := marked(w, "pm", "absent"); not != 1 {
		t.Errorf("%d are saved", not)
	}
}

func TestMarksThatAPhoneKeptUntilTheBlockWasOverAreAskedFor(t *testing.T) {
	t.Parallel()
	w := demonstration(t)
	last := lesson.AddDays(4)
	w.Clock.Set(last.At(23, 50))
	b := Open(t, w, telephone)
	b.Be("Kofi Mensah")
	b.Press("Afternoon: not begun")
	b.online(false)
	b.tap(0, "Not there")
	b.tap(1, "There")
	b.registerSays("Kept on this phone.")
	b.complaints()                        // the browser notes each try
	w.Clock.Set(last.AddDays(1).At(0, 5)) // still signed in
	b.online(true)
	b.registerSays("This phone kept marks that did not reach us before the block was over.")
	b.complaints()
	if chosen := script[string](b, `[...document.querySelectorAll("[data-register-over] input:checked")].map(i => i.value).join()`); chosen != "absent,present" {
		t.Errorf("chosen are %q", chosen)
	}
	b.Fill("reason", "My phone had no connection.")
	b.Press("Ask for this change")
	b.Says("Kofi Mensah asked for a change of this register")
	if asked := w.Count("SELECT count(*) FROM attendance_request_marks k JOIN attendance_requests q ON q.id = k.request_id WHERE q.asked_at >= ?", last.At(12, 0)); asked != 2 {
		t.Errorf("%d marks are asked for", asked)
	}
	if kept := script[int](b, "localStorage.length"); kept != 0 {
		t.Errorf("the telephone keeps %d things", kept)
	}
}

func TestMarksThatAPhoneKeptUntilOthersMarkedTheRegisterAreGivenUp(t *testing.T) {
	t.Parallel()
	w := demonstration(t)
	w.Clock.Set(lesson.At(9, 45))
	b := Open(t, w, telephone)
	b.Be("Kofi Mensah")
	b.Press("Morning: not begun")
	b.online(false)
	b.tap(0, "Not there")
	b.tap(1, "There")
	b.registerSays("Kept on this phone.")
	b.complaints()
	other := Open(t, w, telephone)
	other.Be("Kofi Mensah")
	other.Press("Morning: not begun")
	other.tap(0, "There")
	other.registerSays("1 of 25 are marked.")
	w.Clock.Set(lesson.AddDays(1).At(9, 0))
	b.online(true)
	b.Be("Kofi Mensah")
	b.Press("Monday 30 November 2026, morning, FND-N26")
	b.registerSays("2 of 25 are marked.") // what can still be saved is
	b.complaints()
	if there, not := marked(w, "am", "present"), marked(w, "am", "absent"); there != 2 || not != 0 {
		t.Errorf("%d and %d are saved", there, not)
	}
	if kept := script[int](b, "localStorage.length"); kept != 0 {
		t.Errorf("the telephone keeps %d things", kept)
	}
}

func TestARegisterWorksWithoutScripts(t *testing.T) {
	t.Parallel()
	w := demonstration(t)
	w.Clock.Set(lesson.At(10, 0))
	b := WithoutScripts(t, w, telephone)
	b.Be("Kofi Mensah")
	b.Press("Morning: not begun")
	b.Press("Everybody else is there")
	b.See("Register: Monday 30 November 2026, morning")
	b.Says("The register is saved.")
	if there := marked(w, "am", "present"); there != 25 {
		t.Errorf("%d are there", there)
	}
}

// registersPages are those of who teaches, and the office's about attendance.
func registersPages(t *testing.T, w *apptest.World) {
	b := Open(t, w, telephone)
	b.Be("Kofi Mensah")
	b.everywhere("/teach", "/teach/next", "/teach/past", "/teach/FND-N26/2026-09-18/pm", "/teach/FND-N26/2026-11-30/am", "/teach/FND-L26/2026-02-05/am",
		"/teach/FND-N26/2026-09-17/sheet")
	office := Open(t, w, desk)
	office.Be("Martin Holloway")
	const ended, begun = "/admin/runs/FND-L26/attendance", "/admin/runs/FND-N26/attendance"
	office.everywhere(ended, ended+"/complete", ended+"/registers", begun, begun+"/registers", begun+"/registers/2026-09-15/am", begun+"/requests", begun+"/complete")
	office.Visit(begun)
	office.everywhere(script[string](office, `[...document.querySelectorAll("main tbody a")].find(a => a.innerText == "Aled Morgan").getAttribute("href")`))
	access := Open(t, w, desk)
	access.Be("Priya Nair")
	access.everywhere("/admin/support/days", "/admin/support/days/new")
	access.Visit("/admin/support/days")
	access.everywhere(script[string](access, `document.querySelector("main tbody a").getAttribute("href")`))
}
