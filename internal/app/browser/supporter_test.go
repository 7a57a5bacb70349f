package browser_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"bursar/internal/form"
)

// newest opens the newest of the demonstration's emails in a window of its own, and returns its subject and words.
func newest(b *Tab) (subject, text string) {
	b.t.Helper()
	inbox := Open(b.t, b.world, telephone)
	inbox.Visit("/demo/mails")
	inbox.leads("opening the newest email", clickFirst(`main tbody a`))
	inbox.See("")
	return script[string](inbox, `document.querySelector("h1").innerText`), script[string](inbox, `document.querySelector("pre").innerText`)
}

var supporterLink = regexp.MustCompile(`/supporter/[A-Za-z0-9_-]{43}`)

func TestSomebodyIsAskedForAFewWordsByLinkAndGivesThem(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, form.Answers{"name": "Ana"})
	b := WithoutScripts(t, w, telephone)
	b.enter(ana)
	b.Visit(address)
	b.Press("A few words from someone who knows you")
	b.See("A few words from someone")
	b.Press("Send the link")
	b.Check(422, "Error: A few words from someone")
	b.Fill("name", "Leila Haddad")
	b.Fill("email", "leila@work.example")
	b.Press("Send the link")
	b.lookAt(200, "A few words from someone")
	b.Says("We have sent them a link.", "Leila Haddad", "Not yet")
	w.Settle()

	subject, text := newest(b)
	if telling.MatchString(subject) || telling.MatchString(text) {
		t.Errorf("the email tells too much: %q\n%s", subject, text)
	}
	link := supporterLink.FindString(text)
	leila := WithoutScripts(t, w, telephone)
	leila.Visit(link)
	leila.shows(200, "A few words")
	b.Visit(address + "/statement")
	if strings.Contains(script[string](b, `document.querySelector("main").innerText`), "Opened") {
		t.Error("whoever only looks at the link, as a scanner of emails does, has opened it")
	}
	leila.Press("Start")
	leila.shows(200, "Your words about Ana")
	b.leads("reloading", chromedp.Reload())
	b.Says("Opened")
	leila.Press("Send")
	leila.shows(422, "Error: Your words about Ana")
	leila.says(link)
	b.leads("reloading", chromedp.Reload())
	b.lookAt(200, "A few words from someone")
	b.Says("The words you asked for have come.", "Received 23 November 2026")
	b.Visit(address)
	b.Says("Received")
}

// shows looks at a page of the link in each window. It tells nothing to whoever sees the screen.
func (b *Tab) shows(status int64, title string) {
	b.t.Helper()
	b.lookAt(status, title)
	b.private()
}

// says writes a few words in two goes, and sends them.
func (b *Tab) says(link string) {
	b.t.Helper()
	b.Fill("writer", "Leila Haddad")
	b.Fill("known", "We run a group together.")
	b.Press("Save and come back later")
	b.shows(200, "A few words")
	b.Says("What you saved is still there.")
	b.Press("Go on")
	b.Keeps(map[string]string{"writer": "Leila Haddad", "known": "We run a group together."})
	b.Fill("strengths", "She waits until people have finished speaking.")
	b.Press("Send")
	b.shows(200, "Thank you")
	b.Visit(link + "/words")
	b.shows(200, "Thank you")
}

func TestALinkThatIsGoneIsExplainedKindly(t *testing.T) {
	t.Parallel()
	w := taking(t)
	address := written(t, w, ana, form.Answers{"name": "Ana"})
	b := Open(t, w, telephone)
	b.enter(ana)
	b.Visit(address + "/statement")
	b.Fill("name", "Leila Haddad")
	b.Fill("email", "leila@work.example")
	b.Press("Send the link")
	w.Settle()
	_, text := newest(b)
	first := supporterLink.FindString(text)
	b.Press("Ask someone else")
	b.See("Ask someone else")
	b.Press("Send the link")
	b.Refused(422, "Ask someone else", "name", "email")
	b.Fill("name", "Moses Okafor")
	b.Fill("email", "moses@post.example")
	b.Press("Send the link")
	b.See("A few words from someone")
	b.Says("Moses Okafor")
	w.Settle()
	_, text = newest(b)
	second := supporterLink.FindString(text)

	visitor := Open(t, w, telephone)
	visitor.Visit(first)
	visitor.shows(404, "")
	visitor.Says("This link does not work any more.", "You have done nothing wrong.")
	visitor.Visit(second)
	visitor.Press("I would rather not")
	visitor.shows(200, "Would you rather not?")
	visitor.Press("I would rather not")
	visitor.shows(200, "Thank you")
	b.leads("reloading", chromedp.Reload())
	b.lookAt(200, "A few words from someone")
	b.Says("They would rather not.")
}
