package browser_test

import (
	"strings"
	"testing"
)

// digest is how the page says which proposal it shows.
const digest = `document.querySelector("main").innerText.match(/begins with ([0-9a-f]{12})/)?.[1] ?? ""`

func TestAllocationTwoPeopleDecideAndAPlaceIsTakenWithoutScripts(t *testing.T) {
	t.Parallel()
	w := newDrawn(t)
	first, second := w.officer(t, grace), w.officer(t, hugh)
	first.Visit(allocation)
	first.allocated("This is all that the program goes by")
	first.Press("Propose")
	first.allocated("4 of 5 people can be funded.", "£1,750")
	first.Press("I agree to this proposal")
	first.See("Allocation of SPRING-27")
	first.Says("That is you. A second person has to look at the same proposal")

	second.Visit(allocation)
	second.See("Allocation of SPRING-27")
	second.Says("You see what they saw")
	if a, b := script[string](first, digest), script[string](second, digest); a == "" || a != b {
		t.Errorf("the two people see %q and %q", a, b)
	}
	second.Press("Go on to ratify")
	second.lookAt(200, "Ratify the allocation of SPRING-27?")
	second.Resize(desk)
	second.Enter("Ratify: make 4 offers and send 6 letters")
	second.allocated("Offers", "Reserve list", w.all[dee].Code)
	w.Settle()

	b := WithoutScripts(t, w.World, telephone)
	b.follow(w, amy)
	b.comeIn(w.email(amy))
	b.takes(w, amy)
}

// allocated looks at the page of an allocation in each window.
func (b *Tab) allocated(words ...string) {
	b.t.Helper()
	b.lookAt(200, "Allocation of SPRING-27")
	b.Resize(desk)
	b.Says(words...)
}

// takes goes from the letter to a place of which all is paid.
func (b *Tab) takes(w *drawn, n int) {
	b.t.Helper()
	b.Visit(w.at(n) + "/letter")
	b.handheld(200, "Our letter to you")
	b.Visit(w.at(n) + "/offer")
	b.handheld(200, "Your offer")
	b.Says("We pay for it.", "Nothing. A fund pays the whole £3,250.00 straight to the course.")
	b.Press("read about training money and your benefits")
	b.handheld(200, "Money for training and your benefits")
	b.Press("Read and print the letter")
	b.handheld(200, "Letter about a training course")
	b.Says("£3,250.00", "Intended to meet tuition fees")
	b.Visit(w.at(n) + "/offer")
	b.Press("Yes, I take the place")
	b.Arrive("Your place is confirmed")
	b.handheld(200, "Your place is confirmed")
	b.Says("8 to 12 March 2027", "7 to 11 June 2027", "11 to 15 October 2027", "6 to 10 December 2027")
	w.Settle()
	b.Visit(w.at(n) + "/offer")
	b.handheld(200, "Your offer")
	b.Says("You said yes, and your place is confirmed.", "8 to 12 March 2027", "7 to 11 June 2027", "11 to 15 October 2027", "6 to 10 December 2027")
	if m := w.newestTo(w.email(n)); !strings.HasPrefix(m.Subject, "Your place is confirmed") {
		b.t.Errorf("the newest mail is %q", m.Subject)
	}
}

func TestAllocationIsThoughtThroughAndItsMistakesAreExplained(t *testing.T) {
	t.Parallel()
	w := newDrawn(t)
	b := w.officer(t, grace)
	b.Visit(allocation)
	b.Press("Propose")
	b.Press("What if something were otherwise?")
	b.See("What if? SPRING-27")
	b.Fill("money-GENERAL", "1750")
	b.Press("Compare")
	b.lookAt(200, "What if? SPRING-27")
	b.Says("Would be funded too", w.all[dee].Code)
	b.Fill("money-GENERAL", "a lot")
	b.Press("Compare")
	b.Resize(telephone)
	b.Refused(422, "What if? SPRING-27", "money-GENERAL")

	b.Visit(allocation)
	b.Press("Make a new proposal with this")
	b.Refused(422, "Allocation of SPRING-27", "code", "kind", "reason")
	b.Resize(zoomed)
	b.Check(422, "Error: Allocation of SPRING-27")
	b.Resize(desk)
	b.everywhere(allocation+"?names=yes", "/admin/rounds/SPRING-27/letters", "/admin/rounds/SPRING-27/letters/"+w.all[dee].Code)
	b.Resize(telephone)
	script[any](b, `document.getElementById("feedback").value = "The readers said that this was good. ".repeat(200), 0`)
	b.Press("Save")
	b.handheld(422, "Error: Letter "+w.all[dee].Code)
	b.Resize(desk)
	for _, path := range []string{allocation, allocation + "/what-if", "/admin/rounds/SPRING-27/letters"} {
		b.goRound(path)
	}
	b.light(allocation, allocation+"/what-if", "/admin/rounds/SPRING-27/letters")
}
