package browser_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"bursar/internal/app/apptest"
	"bursar/internal/fixture"
	"bursar/internal/people"
)

// Refused expects the same page again, saying what is wrong: the summary of mistakes has the focus, and each
// line of it leads to its field; fields are the ids of these, in order.
func (b *Tab) Refused(status int64, title string, fields ...string) {
	b.t.Helper()
	b.Check(status, "Error: "+title)
	if !script[bool](b, `document.activeElement.matches(".govuk-error-summary, .problem")`) {
		b.t.Errorf("%s: the summary of mistakes does not have the focus", b.Path())
	}
	led := script[[]string](b, `[...document.querySelectorAll(".govuk-error-summary__list a, .problem a")].map(a => a.hash.slice(1))`)
	if !slices.Equal(led, fields) {
		b.t.Errorf("%s: the summary leads to %q, want %q", b.Path(), led, fields)
	}
	for _, field := range led {
		b.do("following the summary", clickFirst(`a[href="#`+field+`"]`))
		if got := script[string](b, "document.activeElement.id"); got != field {
			b.t.Errorf("%s: following the summary to %q leads to %q", b.Path(), field, got)
		}
	}
}

// Keeps expects what was typed to be still there, by the fields' ids.
func (b *Tab) Keeps(typed map[string]string) {
	b.t.Helper()
	for id, want := range typed {
		if got := script[string](b, `document.getElementById("`+id+`").value`); got != want {
			b.t.Errorf("%s: %s is %q, want %q", b.Path(), id, got, want)
		}
	}
}

// Says expects words in the main part of the page.
func (b *Tab) Says(words ...string) {
	b.t.Helper()
	text := script[string](b, `document.querySelector("main").innerText.replace(/\s+/g, " ")`)
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Errorf("%s does not say %q: %s", b.Path(), w, text)
		}
	}
}

func TestEveryQuestionOfABookingSaysWhatIsMissingOrWrong(t *testing.T) {
	t.Parallel()
	w := catalogue(t)
	b := Open(t, w, telephone)
	b.Visit("/runs/FND-M27/book/learner")
	for _, q := range []struct{ title, field, answer string }{
		{"Who is the place for?", "learner", "Myself"}, {"Who is paying?", "payer", "I am paying"}, {"Are you a peer supporter?", "peer", "No"},
	} {
		b.Press("Continue")
		b.Refused(422, q.title, q.field)
		b.Choose(q.answer)
		b.Press("Continue")
	}
	b.Press("Continue")
	b.Refused(422, "Your details", "name", "email")
	b.Says("Enter your email address")
	b.Fill("name", "Łukasz Ó Briain")
	b.Fill("email", "not an address")
	b.Fill("phone", "call me")
	b.Press("Continue")
	b.Refused(422, "Your details", "email", "phone")
	b.Keeps(map[string]string{"name": "Łukasz Ó Briain", "email": "not an address", "phone": "call me"})
	b.Fill("email", "lukasz@post.example")
	b.Fill("phone", "")
	b.Press("Continue")
	b.Press("Send me the code")
	b.Press("Sign in")
	b.Refused(422, "Check your email", "code")
	right := Code(t, w)
	wrong := "000000"
	if right == wrong {
		wrong = "111111"
	}
	for _, said := range []string{"4 more times", "3 more times", "2 more times", "once more", "cannot be used any more"} {
		b.Fill("code", wrong)
		b.Press("Sign in")
		b.Refused(422, "Check your email", "code")
		b.Says(said)
	}
	b.Fill("code", right)
	b.Press("Sign in")
	b.Says("cannot be used any more")
	b.Press("Send another email")
	b.See("Check your email")
}

func TestSigningInSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	fixture.Person(t, w.DB, "ana@people.example")
	b := Open(t, w, telephone)
	b.Visit("/sign-in")
	b.Press("Send me the email")
	b.Refused(422, "Sign in", "email")
	b.Fill("email", "ana@nowhere")
	b.Press("Send me the email")
	b.Refused(422, "Sign in", "email")
	b.Keeps(map[string]string{"email": "ana@nowhere"})

	late, used := link(t, w, "ana@people.example"), ""
	w.Clock.Set(w.Clock.Now().Add(2 * time.Hour))
	b.Visit(late)
	b.Refused(409, "Sign in")
	b.Says("has been used or is more than an hour old")

	used = link(t, w, "ana@people.example")
	b.Visit(used)
	b.See("")
	b.Press("Sign in")
	b.See("Your places")
	other := Open(t, w, telephone)
	other.Visit(used)
	other.Refused(409, "Sign in")
	b.changeDetails()
}

// changeDetails tries to take one's name away, and loses the session while typing.
func (b *Tab) changeDetails() {
	b.t.Helper()
	b.Visit("/my/account/details")
	b.Fill("name", "")
	b.Fill("phone", "call me")
	b.Press("Save")
	b.Refused(422, "Change your details", "name", "phone")
	b.Keeps(map[string]string{"phone": "call me"})
	b.do("losing the session", command(network.ClearBrowserCookies, struct{}{}))
	b.Fill("name", "Ana Ruiz")
	b.Press("Save")
	b.Refused(409, "Sign in to go on")
	b.Says("Nothing you typed is lost")
}

func TestTheSecondFactorIsSetUpAndGiven(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	martin := fixture.Person(t, w.DB, "martin@threshold.example", people.Admin)
	b := Open(t, w, telephone)
	b.Visit(link(t, w, martin.Email))
	b.Press("Sign in")
	b.See("Set up an authenticator app")
	b.Press("Set it up")
	for _, width := range []int64{desk, zoomed, telephone} {
		b.Resize(width)
		b.See("Set up your authenticator app")
	}
	key := strings.ReplaceAll(script[string](b, `document.querySelector("main strong").innerText`), " ", "")
	b.Press("Continue")
	b.Refused(422, "Set up your authenticator app", "code")
	b.Fill("code", "12345")
	b.Press("Continue")
	b.Refused(422, "Set up your authenticator app", "code")
	b.Fill("code", appCode(t, key, w.Clock.Now()))
	b.Press("Continue")
	b.See("Office")

	again := Open(t, w, telephone)
	again.Visit(link(t, w, martin.Email))
	again.Press("Sign in")
	again.See("Enter the code from your app")
	again.Fill("code", "000000")
	again.Press("Continue")
	again.Refused(422, "Enter the code from your app", "code")
	again.Visit("/admin")
	again.See("Enter the code from your app")
}

func TestAddressesThatLeadNowhereAreKind(t *testing.T) {
	t.Parallel()
	b := Open(t, catalogue(t), telephone)
	for path, status := range map[string]int64{
		"/nowhere": 404, "/courses/nothing": 404, "/runs/NONE": 404, "/runs/NONE/book": 404, "/runs/FND-M27/book/office?why=x": 404,
		"/demo/mails/0": 404, "/demo/clock": 405, "/runs/FND-M27/book/carry": 405,
	} {
		b.Visit(path)
		b.Check(status, "")
	}
	b.Visit("/sandbox/pay/none")
	b.Check(404, "We do not know this payment page")
	b.enter(fixture.Person(t, b.world.DB, "ana@people.example").Email)
	b.Visit("/my/places/NONE")
	b.Check(404, "We cannot find that page")
	b.Visit("/demo")
	b.Press("Move to that day")
	b.Refused(422, "The demonstration", "date")
	b.do("typing a day that is over", chromedp.SendKeys(chromedp.CSS("#date"), "1"), chromedp.SendKeys(chromedp.CSS("[name=date-month]"), "2"),
		chromedp.SendKeys(chromedp.CSS("[name=date-year]"), "2020"))
	b.Press("Move to that day")
	b.Refused(422, "The demonstration", "date")
	b.Keeps(map[string]string{"date": "1"})
}
