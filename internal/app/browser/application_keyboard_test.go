package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"bursar/internal/fixture"
	"bursar/internal/form"
)

// reach moves the focus to a control of a question.
func (b *Tab) reach(selector string) {
	b.t.Helper()
	for range script[int](b, unfocused) + 2 {
		b.tab()
		if script[bool](b, "document.activeElement.matches(`"+selector+"`)") {
			return
		}
	}
	b.t.Fatalf("%s: the keyboard does not reach %s", b.Path(), selector)
}

// enterAnswer answers a question with the keyboard alone, as the page asks it.
func (b *Tab) enterAnswer(q form.Question, answers form.Answers) {
	b.t.Helper()
	field := `[name="` + q.Key + `"]`
	switch {
	case answers[q.Key] == "":
	case q.Kind == form.Runs:
		for i, run := range answers.List(q.Key) {
			b.reach(`[name="` + q.Key + "-" + run + `"]`)
			b.key(strings.Repeat(kb.ArrowDown, i+1))
		}
	case q.Kind == form.Choices, q.Kind == form.Confirm:
		for _, value := range answers.List(q.Key) {
			b.reach(field + `[value="` + value + `"]`)
			b.key(" ")
		}
	case q.Kind == form.Choice, q.Kind == form.YesNo:
		b.reach(field)
		at := script[int](b, `(e => e.options ? [...e.options].findIndex(o => o.value === "`+answers[q.Key]+`")
			: [...document.getElementsByName(e.name)].findIndex(o => o.value === "`+answers[q.Key]+`"))(document.activeElement)`)
		if at == 0 {
			b.key(" ")
		}
		b.key(strings.Repeat(kb.ArrowDown, at))
	default:
		b.reach(field)
		b.key(answers[q.Key])
	}
}

// enterPage answers one page, and goes on by Enter.
func (b *Tab) enterPage(p form.Page, answers form.Answers) {
	b.t.Helper()
	b.Arrive(p.Title)
	for _, q := range p.Questions {
		b.enterAnswer(q, answers)
	}
	b.Enter("Save and continue")
}

func TestAWholeApplicationIsMadeWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	w := taking(t)
	said := fixture.GoodAnswers("FND-T27")
	said["practice"], said["hope"], said["benefit"] = "A weekly group.", "Network meetings.", "They are asked."
	b := Open(t, w, telephone)
	b.enter(fixture.Person(t, w.DB, ana).Email)
	b.Visit(spring + "/apply")
	b.Enter("Start now")
	b.See("Your application")
	address := b.Path()
	b.mistakesByKeyboard()
	for _, s := range form.Current().Asked(said).Sections {
		b.Visit(address)
		b.Enter(s.Title)
		for _, p := range s.Pages {
			b.enterPage(p, said)
		}
	}
	b.Arrive("Your application")
	b.Enter("Check your answers and send")
	b.TabTo("What I wrote is true, as far as I know.")
	b.key(" ")
	b.Enter("Send application")
	b.See("Application sent")
	kept := stored(t, w, ana, address)
	for key, text := range said {
		if kept.Answers[key] != text {
			t.Errorf("%s: %q is kept of %q", key, kept.Answers[key], text)
		}
	}
}

// mistakesByKeyboard sends an empty page: the summary has the focus, and from there Enter leads to the field.
func (b *Tab) mistakesByKeyboard() {
	b.t.Helper()
	b.Enter("About you")
	b.Enter("Save and continue")
	b.Check(422, "Error: Your name")
	if !script[bool](b, `document.activeElement.matches(".govuk-error-summary")`) {
		b.t.Error("the summary of mistakes does not have the focus")
	}
	script[int](b, unfocused)
	if s := b.tab(); s.At < 0 || !script[bool](b, `document.activeElement.matches(".govuk-error-summary a")`) {
		b.t.Errorf("after the summary comes %q", s.Words)
	}
	b.key(kb.Enter)
	if got := script[string](b, "document.activeElement.id"); got != "name" {
		b.t.Errorf("the summary leads to %q", got)
	}
	b.key("A")
	b.Keeps(map[string]string{"name": "A"}) // the page is still there: Enter sent nothing
	b.key(kb.Backspace)
}

// The other pages beside the questions, once around each.
func TestTheKeyboardGoesRoundThePagesOfAnApplication(t *testing.T) {
	t.Parallel()
	w := taking(t)
	sent := handedIn(t, w, ana)
	b := Open(t, w, desk)
	for _, path := range []string{spring, spring + "/check", spring + "/lottery"} {
		b.goRound(path)
	}
	b.enter(ana)
	for _, below := range []string{"", "/check", "/sent", "/statement", "/questions", "/readers", "/copy", "/withdraw", "/equality/questions", "/recordings/hope", "/q/home", "/q/runs"} {
		b.goRound(sent + below)
	}
	b.Visit(sent + "/questions")
	b.TabTo("Your message")
	b.key("May I change my dates?")
	b.Enter("Send message")
	b.See("Ask us a question")
	b.Says("May I change my dates?")
}
