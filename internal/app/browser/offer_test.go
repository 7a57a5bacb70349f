package browser_test

import (
	"strings"
	"testing"
)

func TestOfferOfWhichAPartIsPaidByCard(t *testing.T) {
	t.Parallel()
	w := newRatified(t)
	b := w.signedIn(t, cal)
	b.Visit(w.at(cal))
	b.handheld(200, "Your application")
	b.Visit(w.at(cal) + "/letter")
	b.handheld(200, "Our letter to you")
	b.Visit(w.at(cal) + "/offer")
	b.handheld(200, "Your offer")
	b.Says("We pay part of the cost.", "A fund pays £2,000.00 of it", "You, or somebody who pays for you, pay £1,250.00.")
	b.light(w.at(cal)+"/offer", w.at(cal)+"/letter")
	b.goRound(w.at(cal) + "/offer")
	b.Press("Yes, I take the place and pay £1,250")
	w.Settle()
	b.Arrive("Pay £1,250.00")
	b.leavesAndComesBack(w)
	b.See("Pay £1,250.00")
	b.Press("Pay £1,250.00")
	w.Settle()
	b.Arrive("Your place is confirmed")
	b.handheld(200, "Your place is confirmed")
	b.Says("8 to 12 March 2027", "6 to 10 December 2027")
	b.Visit(w.at(cal) + "/offer")
	b.handheld(200, "Your offer")
	b.Says("You said yes, and your place is confirmed.")
	b.leads("opening the place", clickFirst(`main a[href^="/my/places/"]`))
	b.handheld(200, "Your place: ")
	if m := w.newestTo(w.email(cal)); !strings.HasPrefix(m.Subject, "Your place is confirmed") {
		t.Errorf("the newest mail is %q", m.Subject)
	}
}

// leavesAndComesBack leaves the page on which a card is asked for, finds the place still kept, and goes on to pay.
func (b *Tab) leavesAndComesBack(w *drawn) {
	b.t.Helper()
	b.Visit(w.at(cal) + "/offer")
	b.handheld(200, "Your offer")
	b.Says("You said yes, and your place is kept for you.", "You can stop and come back.")
	b.Visit(script[string](b, `document.querySelector('main a[href^="/my/places/"]').pathname.split("/").slice(0, 4).join("/")`))
	b.handheld(200, "Your place: ")
	w.Clock.Set(w.Clock.Now().AddDate(0, 0, 1))
	w.Sandbox.Tick()
	w.Settle()
	b.enter(w.email(cal))
	b.Visit(w.at(cal) + "/offer")
	b.Says("You said yes, and your place is kept for you.")
	b.Press("Pay £1,250 by card")
	w.Settle()
	b.Arrive("Pay £1,250.00")
}

func TestOfferThatIsDeclinedGoesToWhoWaits(t *testing.T) {
	t.Parallel()
	w := newRatified(t)
	waits := w.signedIn(t, dee)
	waits.Visit(w.at(dee))
	waits.handheld(200, "Your application")
	waits.Visit(w.at(dee) + "/offer")
	waits.Check(404, "We cannot find that page")
	others, before := map[int]*Tab{amy: w.signedIn(t, amy), cal: w.signedIn(t, cal), eve: w.signedIn(t, eve), flo: w.signedIn(t, flo)}, map[int]string{}
	for n, other := range others {
		before[n] = other.mainOf(w.at(n))
	}

	w.signedIn(t, bea).declines(w)
	waits.follow(w, dee)
	waits.Visit(w.at(dee) + "/offer")
	waits.handheld(200, "Your offer")
	waits.Says("We offer you a place on Open Dialogue foundation.", "Nothing. A fund pays the whole £3,250.00")
	waits.Visit(w.at(dee) + "/letter")
	waits.handheld(200, "Our letter to you")
	waits.Says("Earlier letters")
	for n, other := range others {
		if after := other.mainOf(w.at(n)); after != before[n] {
			t.Errorf("the page of somebody else has changed from %s to %s", before[n], after)
		}
	}
	office := w.officer(t, grace)
	office.Visit(allocation)
	office.allocated("From the reserve list")
}

// declines asks for more time, and then says no.
func (b *Tab) declines(w *drawn) {
	b.t.Helper()
	b.Visit(w.at(bea) + "/offer")
	b.Press("Give me more time")
	b.handheld(200, "Your offer")
	b.Says("Do you need more time than that?")
	b.Press("No, I do not want the place")
	b.handheld(200, "Say no to the place")
	b.goRound(w.at(bea) + "/offer/decline")
	b.Press("No, I do not want the place")
	b.handheld(200, "Your offer")
	b.Says("You said no on Tuesday 19 January 2027.")
	w.Settle()
}

// mainOf are the words of a page.
func (b *Tab) mainOf(path string) string {
	b.t.Helper()
	b.Visit(path)
	return script[string](b, `document.querySelector("main").innerText`)
}

func TestOfferInEachStateIsExplained(t *testing.T) {
	t.Parallel()
	w := newRatified(t)
	w.signedIn(t, eve).givesUp(w)
	b := w.signedIn(t, cal)
	b.Visit(w.at(cal) + "/offer")
	b.Press("Yes, I take the place and pay £1,250")
	w.Settle()
	b.Arrive("Pay £1,250.00")

	w.Clock.Set(w.Clock.Now().AddDate(0, 0, 30))
	w.Sandbox.Tick()
	late := w.signedIn(t, amy)
	late.isTooLate(w)
	w.Settle()
	late.isTooLate(w)
	b.enter(w.email(cal))
	b.Visit(w.at(cal) + "/offer")
	b.handheld(200, "Your offer")
	b.Says("Your part was not paid by Tuesday 2 February 2027")
}

// givesUp takes a place by the keyboard, asks for a cost, and gives the place back.
func (b *Tab) givesUp(w *drawn) {
	b.t.Helper()
	b.Visit(w.at(eve) + "/offer")
	b.Enter("Yes, I take the place")
	b.See("Your place is confirmed")
	w.Settle()
	b.claims(w)
	b.Visit(w.at(eve) + "/offer")
	b.Press("Give the place up")
	b.handheld(200, "Cancel your place")
	b.leads("giving the place up", clickFirst(`main form[method="post"] button`))
	b.handheld(200, "Your place: ")
	w.Settle()
	b.Visit(w.at(eve) + "/offer")
	b.handheld(200, "Your offer")
	b.Says("You said yes, and later gave the place up")
}

// isTooLate is told that nobody answered, whether or not the offer has been ended yet.
func (b *Tab) isTooLate(w *drawn) {
	b.t.Helper()
	b.Visit(w.at(amy) + "/offer")
	b.handheld(200, "Your offer")
	b.Says("We kept a place for you until the end of Tuesday 2 February 2027. We did not hear from you")
}

// claims asks for a cost of which no receipt is there.
func (b *Tab) claims(w *drawn) {
	b.t.Helper()
	b.Visit(w.at(eve) + "/claims")
	b.handheld(200, "Your costs")
	b.Press("Ask for money back")
	b.handheld(200, "Ask for money back")
	b.Fill("amount", "a lot")
	b.Press("Send")
	b.Refused(422, "Ask for money back", "amount", "about", "receipts", "bank_name", "sort_code", "account")
	b.handheld(422, "Error: Ask for money back")
	b.Keeps(map[string]string{"amount": "a lot"})
	b.goRound(w.at(eve) + "/claims/new")
}
