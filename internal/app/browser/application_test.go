package browser_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"bursar/internal/bursary"
	"bursar/internal/fixture"
	"bursar/internal/form"
)

// titles are those of the sections, which the list of tasks shows.
func titles() map[string]string {
	all := map[string]string{}
	for _, s := range form.Current().Sections {
		all[s.Key] = s.Title
	}
	return all
}

// typed are the answers of somebody who says all that they can.
func typed() form.Answers {
	a := fixture.GoodAnswers("FND-U27")
	a["runs"] = form.Join([]string{"FND-U27", "FND-T27"})
	a["name"] = "Łukasz Ó Briain"
	a["support_applying"] = "Large print"
	a["panel_other"] = "Nobody I know of"
	return a
}

func TestAnApplicationOfThreeSessionsWithoutScriptsLosesNothing(t *testing.T) {
	t.Parallel()
	w := taking(t)
	said, asked, names := typed(), pages(typed()), titles()

	b := WithoutScripts(t, w, telephone)
	b.fromTheCheck()
	for _, key := range []string{"you", "role"} {
		b.section(names[key], asked[key], said)
	}
	b.See("Your application")
	b.Says("You have done 2 of 9.")
	address := b.Path()
	b.Press("Sign out")
	b.See("Sign out")
	b.Press("Sign out")
	b.See("Training in Open Dialogue")

	w.Clock.Advance(24 * time.Hour)
	b = WithoutScripts(t, w, telephone) // another telephone
	b.Visit(spring + "/apply")
	b.Press("Continue")
	b.comeIn(ana)
	b.Press("Start now")
	if b.Path() != address {
		t.Errorf("going on leads to %s, and not back to %s", b.Path(), address)
	}
	for _, key := range []string{"why", "dates", "help"} {
		b.section(names[key], asked[key], said)
	}
	b.Press(names["pay"])
	b.Fill("own_payment", "25")
	b.Press("Save and come back later")
	b.See("Your application")
	b.Says("You have done 5 of 9.", "In progress")

	w.Clock.Advance(25 * time.Hour) // the session has ended by itself
	b.Press(names["pay"])
	b.comeIn(ana)
	b.See("What you or an employer can pay")
	b.Keeps(map[string]string{"own_payment": "25"})
	b.Visit(address)
	for _, key := range []string{"pay", "support", "panel", "data"} {
		b.section(names[key], asked[key], said)
	}
	b.sends(address, said)
	b.changes(address)
	b.isAskedWhoApplies()
	b.keepsACopy(address, said)
}

// fromTheCheck goes from the five questions before signing in to a new list of tasks.
func (b *Tab) fromTheCheck() {
	b.t.Helper()
	b.Visit(spring)
	b.See("Help with the cost: Spring 2027")
	b.Press("Start")
	b.See("Is this for you?")
	yes := form.Answers{"adult": form.Yes, "uk": form.Yes, "alongside": form.Yes, "experience": form.Yes, "employer_pays": form.No}
	for _, q := range form.CheckPage().Questions {
		b.Give(q, yes)
	}
	b.Press("See the result")
	b.See("Is this for you? Your result")
	b.Says("You are likely to be eligible")
	b.Press("Apply")
	b.See("Before you start")
	b.Press("Continue")
	b.comeIn(ana)
	b.See("Before you start")
	b.Press("Start now")
	b.See("Your application")
	b.Says("You have done 0 of 9.")
}

// sends looks at all the answers and sends them.
func (b *Tab) sends(address string, said form.Answers) {
	b.t.Helper()
	kept := stored(b.t, b.world, ana, address).Answers
	for _, q := range form.Current().Questions() {
		if kept[q.Key] != said[q.Key] {
			b.t.Errorf("%s: %q is kept of what was typed, %q", q.Key, kept[q.Key], said[q.Key])
		}
	}
	b.Visit(address)
	b.Press("Check your answers and send")
	b.See("Check your answers")
	b.Says("Łukasz Ó Briain", said["practice"], said["hope"], said["benefit"], "1st choice: ", "£180", "Large print")
	b.Choose("What I wrote is true, as far as I know.")
	b.Press("Send application")
	b.See("Application sent")
	b.Says("Your reference " + codeOf(address))
	b.leads("reloading", chromedp.Reload())
	b.See("Application sent")
}

// changes changes an answer after sending: it counts at once, and it is still sent.
func (b *Tab) changes(address string) {
	b.t.Helper()
	const words = "I want to hold network meetings, and to show others how."
	b.Press("change your answers")
	b.See("Your answers")
	b.leads("changing what was said", clickFirst(`main a[href$="#hope"]`))
	b.See("What you hope for")
	b.Fill("hope", words)
	b.Press("Save and continue")
	b.See("Your answers")
	b.Says(words)
	if f := stored(b.t, b.world, ana, address); f.Status != bursary.Submitted || f.Answers["hope"] != words {
		b.t.Errorf("after the change it is %s and says %q", f.Status, f.Answers["hope"])
	}
	b.Visit(address + "/sent")
	b.Says("Thank you. You sent this on")
}

// isAskedWhoApplies answers some of the questions that are counted in nobody's name.
func (b *Tab) isAskedWhoApplies() {
	b.t.Helper()
	b.Press("See the eight questions")
	b.See("A few more questions, if you like")
	b.Press("Yes, show me the questions")
	b.See("A few more questions")
	for _, p := range form.Equality()[:2] {
		b.Give(p.Questions[0], form.Answers{p.Questions[0].Key: p.Questions[0].Options[0].Value})
	}
	b.Press("Send these answers")
	b.See("Thank you")
	b.Press("Go back to what you sent")
	b.See("Your application")
	b.Says("We have it.")
}

// keepsACopy reads everything that was said.
func (b *Tab) keepsACopy(address string, said form.Answers) {
	b.t.Helper()
	b.Press("Keep a copy of your answers")
	b.See("A copy to keep")
	b.Says(codeOf(address), "Łukasz Ó Briain", said["practice"], "show others how", said["benefit"], "Large print", "Nobody I know of")
}
