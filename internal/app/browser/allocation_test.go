package browser_test

import "testing"

func TestAllocationTwoPeopleDecideAndEverybodyIsAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	w := newDrawn(t)
	first, second := w.officer(t, grace), w.officer(t, hugh)
	first.Visit(allocation)
	first.lookAt(200, "Allocation of SPRING-27")
	first.Resize(desk)
	first.Press("Propose")
	first.lookAt(200, "Allocation of SPRING-27")
	first.Resize(desk)
	first.Says("£1,750")
	first.Press("I agree to this proposal")
	first.lookAt(200, "Allocation of SPRING-27")

	second.Visit(allocation)
	second.lookAt(200, "Allocation of SPRING-27")
	second.Resize(desk)
	const digest = `document.querySelector("main code").innerText`
	if a, b := script[string](first, digest), script[string](second, digest); a == "" || a != b {
		t.Errorf("the two people see %q and %q", a, b)
	}
	second.Press("Go on to ratify")
	second.lookAt(200, "Ratify the allocation of SPRING-27?")
	second.Resize(desk)
	second.Press("Ratify: make 4 offers and send 6 letters")
	second.lookAt(200, "Allocation of SPRING-27")
	second.Resize(desk)
	w.Settle()
}
