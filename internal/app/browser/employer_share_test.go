package browser_test

import (
	"strings"
	"testing"
)

const (
	dana = "dana.whitlock@westermoor.example" // agrees to costs
	kim  = "kim.lowe@kestrel.example"         // is asked to pay
)

func TestEmployerAsksByLinkWhetherTheCostIsAgreedTo(t *testing.T) {
	t.Parallel()
	w := newTrading(t)
	of := w.trust()
	for _, answer := range []struct {
		number, press, became, tells string
	}{
		{"QX1-80005", "I agree to £4,200.00", "You have agreed", "has agreed"},
		{"QX1-80006", "I do not agree", "You have not agreed", "has not agreed"},
	} {
		asked := ordered(1, answer.number, one)
		asked.ApproverName, asked.ApproverEmail = "Dana Whitlock", dana
		w.booked(of, asked)
		w.Settle()
		link := w.linkIn(dana, "/approve/")
		b := WithoutScripts(t, w.World, telephone)
		b.Visit(link)
		b.inBoth(200, "Please answer")
		b.Says("Do you agree to £4,200.00?", of.Name)
		b.light(link)
		b.Fill("words", strings.Repeat("Not now. ", 120))
		b.Press("I do not agree")
		b.inBoth(422, "Error: Please answer")
		b.Fill("words", "Not this year.")
		b.Press(answer.press)
		b.inBoth(200, "Your answer")
		b.Says(answer.became)
		b.Visit(link)
		b.inBoth(200, "Your answer")
		w.Settle()
		w.tells(jo, answer.tells)
	}
	b := w.signedIn(t, jo)
	b.Visit("/employer/" + of.Code)
	b.inBoth(200, of.Name)
	b.Says("Dana Whitlock did not agree to the cost", "Confirmed")
}

func TestEmployerAndLearnerShareThePrice(t *testing.T) {
	t.Parallel()
	w := newTrading(t)
	b := w.signedIn(t, ana)
	b.asksEmployer()
	place := b.Path()
	w.Settle()
	w.tells(kim, "Ana Reyes asks whether Kestrel House Wellbeing pays")

	other := Open(t, w.World, telephone)
	other.Visit(w.linkIn(kim, "/employer/join/"))
	other.inBoth(200, "Act for your organisation")
	other.Press("Send me the code")
	other.inBoth(200, "Check your email")
	other.Fill("code", Code(t, w.World))
	other.Press("Sign in")
	other.inBoth(200, "Act for your organisation")
	other.Press("Act for this organisation")
	other.inBoth(200, "Kestrel House")
	home := other.Path()
	other.agrees()
	w.Settle()

	office := Open(t, w.World, desk)
	office.verify(sheila)
	office.Visit("/finance/organisations/" + strings.TrimPrefix(home, "/employer/"))
	office.atDesk(200, "Kestrel House")
	office.Press("Approve")
	w.Settle()
	b.Visit(place)
	b.inBoth(200, "Your place: ")
	b.Press("Pay £2,000 by card")
	w.Settle()
	b.Arrive("Pay £2,000.00")
	b.Press("Pay £2,000.00")
	w.Settle()
	b.Arrive("Your place is confirmed")
	b.inBoth(200, "Your place is confirmed")
	b.Visit(place)
	b.inBoth(200, "Your place: ")
	b.Says("£1,250.00", "£2,000.00")
	other.Visit(home)
	other.inBoth(200, "Kestrel House")
	if seen := script[string](other, "document.body.innerText"); strings.Contains(seen, "2,000") || strings.Contains(seen, "3,250") {
		t.Errorf("the employer learns what others pay: %s", seen)
	}
}

// asksEmployer books a place in London of which an employer is asked to pay a part.
func (b *Tab) asksEmployer() {
	b.t.Helper()
	b.Visit("/runs/FND-L27/book/learner")
	b.Choose("Myself")
	b.Press("Continue")
	b.Choose("A mixture of these")
	b.Press("Continue")
	b.inBoth(200, "If several pay together")
	b.Press("My employer and I pay")
	b.Choose("No")
	b.Press("Continue")
	b.inBoth(200, "What does your employer pay?")
	b.Fill("employer_amount", "3250")
	b.Press("Continue")
	b.Refused(422, "What does your employer pay?", "employer", "employer_contact", "employer_email", "employer_amount")
	b.Fill("employer", "Kestrel House Wellbeing")
	b.Fill("employer_contact", "Kim Lowe")
	b.Fill("employer_email", kim)
	b.Fill("employer_amount", "1,250")
	b.Press("Continue")
	b.inBoth(200, "Your details")
	b.Fill("name", "Ana Reyes")
	b.Press("Continue")
	b.inBoth(200, "Check your answers and book")
	b.Says("You pay: £2,000.00", "We ask your employer to pay £1,250.00 of it.")
	b.Press("Hold my place and agree to pay £2,000")
	b.inBoth(200, "Your place: ")
	b.Says("Your employer is asked for £1,250.00")
}

// agrees says for the employer who it is, and that it pays.
func (b *Tab) agrees() {
	b.t.Helper()
	b.leads("what is asked", clickFirst(`main a[href*="/requests/"]`))
	b.inBoth(200, "You are asked to pay a part")
	b.Says("Your organisation is asked to pay £1,250.00.")
	asked := b.Path()
	b.Press("Send your answer")
	b.inBoth(422, "Error: You are asked to pay a part")
	b.Press("its details")
	b.inBoth(200, "Details")
	b.Press("Save")
	b.inBoth(422, "Error: Details")
	b.Choose("Charity")
	b.Choose("We do not use purchase orders")
	for id, words := range map[string]string{"address": "4 Kestrel Row", "city": "Sheffield", "postcode": "S1 2ZZ", "invoice_email": "accounts@kestrel.example"} {
		b.Fill(id, words)
	}
	b.Press("Save")
	b.See("Kestrel House")
	b.Visit(asked)
	b.Choose("Yes, we pay £1,250.00")
	b.Press("Send your answer")
	b.inBoth(200, "")
}
