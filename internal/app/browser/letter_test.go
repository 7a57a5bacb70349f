package browser_test

import "testing"

func TestLetterSaysTheTrueReasonAndCanBeAskedAbout(t *testing.T) {
	t.Parallel()
	w := newRatified(t)
	b := w.signedIn(t, dee)
	b.Visit(w.at(dee) + "/letter")
	b.shows(200, "Our letter to you")
	b.Says("£1,750")
	if got := script[string](b, `fetch(document.querySelector('main a[href*="letter.pdf"]').href).then(r => r.text()).then(t => t.slice(0, 5))`); got != "%PDF-" {
		t.Errorf("the file begins with %q", got)
	}
	b.light(w.at(dee) + "/letter")
	b.goRound(w.at(dee) + "/letter")
	b.Press("Keep my answers for next time")
	b.shows(200, "Our letter to you")
	b.Says("We keep your answers until")
	b.Press("Do not keep my answers")
	b.See("Our letter to you")
	b.Press("Keep my answers for next time")

	b = WithoutScripts(t, w.World, telephone)
	b.enter(w.email(flo))
	b.Visit(w.at(flo) + "/letter")
	b.shows(200, "Our letter to you")
	b.asksAgain(w)
}

// asksAgain asks that a decision be looked at again, first without saying why.
func (b *Tab) asksAgain(w *drawn) {
	b.t.Helper()
	b.Visit(w.at(flo) + "/review")
	b.shows(200, "Ask us to look again")
	b.Fill("words", words)
	b.Press("Ask us to look again")
	b.shows(422, "Error: Ask us to look again")
	b.Keeps(map[string]string{"words": words})
	b.leads("choosing and sending", clickFirst(`main input[name="ground"] + label`), clickFirst(`main form[action$="/review"] button`))
	b.shows(200, "Ask us to look again")
	b.Says("We answer by", words)
}
