package browser_test

import "testing"

func TestLetterSaysTheTrueReasonAndCanBeAskedAbout(t *testing.T) {
	t.Parallel()
	w := newRatified(t)
	b := Open(t, w.World, telephone)
	b.follow(w, dee)
	b.comeIn(w.email(dee))
	b.Visit(w.at(dee) + "/letter")
	b.handheld(200, "Our letter to you")
	b.Says("One fund could have paid: the GENERAL fund.", "£1,750.00 more would have paid for it.", "You are first on the reserve list.")
	if got := script[string](b, `fetch(document.querySelector('main a[href*="letter.pdf"]').href).then(r => r.text()).then(t => t.slice(0, 5))`); got != "%PDF-" {
		t.Errorf("the file begins with %q", got)
	}
	b.light(w.at(dee) + "/letter")
	b.goRound(w.at(dee) + "/letter")
	b.Press("Keep my answers for next time")
	b.handheld(200, "Our letter to you")
	b.Says("We keep your answers until")
	b.Press("Do not keep my answers")
	b.See("Our letter to you")
	b.Press("Keep my answers for next time")

	b = WithoutScripts(t, w.World, telephone)
	b.enter(w.email(flo))
	b.Visit(w.at(flo) + "/letter")
	b.handheld(200, "Our letter to you")
	if script[bool](b, `document.querySelector("[data-print]").checkVisibility()`) {
		t.Error("a button that could do nothing is shown")
	}
	b.asksAgain(w)
	w.officer(t, grace).answers(w)
}

// asksAgain asks that a decision be looked at again, first without saying why.
func (b *Tab) asksAgain(w *drawn) {
	b.t.Helper()
	b.Visit(w.at(flo) + "/review")
	b.handheld(200, "Ask us to look again")
	b.Fill("words", words)
	b.Press("Ask us to look again")
	b.handheld(422, "Error: Ask us to look again")
	b.Keeps(map[string]string{"words": words})
	b.leads("choosing and sending", clickFirst(`main input[name="ground"] + label`), clickFirst(`main form[action$="/review"] button`))
	b.handheld(200, "Ask us to look again")
	b.Says("We answer by", words)
}

// answers says to whoever asked that the decision stays.
func (b *Tab) answers(w *drawn) {
	b.t.Helper()
	for _, path := range []string{"/admin/reviews", "/admin/claims", "/admin/rounds/SPRING-27/letters", "/admin/rounds/SPRING-27/letters/" + w.all[flo].Code} {
		b.Visit(path)
		b.handheld(200, "")
	}
	b.pressNothing("/admin/reviews/" + w.all[flo].Code)
	b.handheld(422, "Error: Review "+w.all[flo].Code)
	b.Resize(desk)
	b.goRound("/admin/reviews/" + w.all[flo].Code)
	b.Choose("No, the decision stays")
	b.Fill("answer", words)
	b.Press("Send this answer")
	b.See("")
	b.world.Settle()
	her := w.signedIn(b.t, flo)
	her.Visit(w.at(flo) + "/review")
	her.handheld(200, "Ask us to look again")
	her.Says("our decision stays as it was", words)
}
