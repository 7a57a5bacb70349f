package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestEmployerPaysAnInvoiceByCardAfterOneWasDeclined(t *testing.T) {
	t.Parallel()
	w := newTrading(t)
	of := w.trust()
	w.booked(of, ordered(1, "QX1-80002", one))
	w.issue()
	b := w.signedIn(t, jo)
	at := "/employer/" + of.Code + "/invoices/INV-00001"
	b.Visit(at)
	b.inBoth(200, "Invoice INV-00001")
	b.Press("Pay £4,200.00 by card")
	b.holds("We are preparing your payment page")
	w.Settle()
	b.leads("asking again", chromedp.Reload())
	b.Arrive("Pay £4,200.00")
	b.Fill("number", "4000 0000 0000 0002")
	b.Press("Pay £4,200.00")
	b.Check(422, "Error: Pay £4,200.00")
	b.Says("The card was declined")
	asking := b.Beside()
	asking.Visit(at + "/paid")
	asking.holds("We are checking the payment")
	asking.Says("If you have not, go on to the payment page")
	asking.Visit(at)
	asking.Says("£4,200.00, due on 23 December 2026")

	b.Fill("number", "4242 4242 4242 4242")
	b.Press("Pay £4,200.00")
	b.Arrive("We are checking the payment")
	b.holds("We are checking the payment")
	w.Settle()
	b.leads("asking again", chromedp.Reload())
	b.Arrive("Thank you. The payment is made")
	b.inBoth(200, "Thank you. The payment is made")
	b.Says("We have received £4,200.00 by card for invoice INV-00001.", "The invoice is settled.")
	b.Press("Go to the invoice")
	b.inBoth(200, "Invoice INV-00001")
	b.Says("Settled.", "Paid by card 23 November 2026 £4,200.00")
	b.Visit("/employer/" + of.Code + "/statement")
	b.inBoth(200, "Statement")
	b.light(at)
}

func TestEmployerGetsACreditNoteAndAnInvoiceWithAnotherPurchaseOrder(t *testing.T) {
	t.Parallel()
	w := newTrading(t)
	of := w.trust()
	places := w.booked(of, ordered(2, "WRONG-1", 2*one))
	w.issue()
	office := Open(t, w.World, desk)
	office.verify(sheila)
	office.credits()
	w.Settle()
	w.tells("payables@westermoor.example", "CRN-00001", "INV-00001")

	b := w.signedIn(t, jo)
	b.changesOrder("/employer/"+of.Code, places)
	office.Visit("/finance/ready")
	office.See("Ready to invoice")
	office.Says("QX1-80003", "£8,400.00")
	office.Press("Issue all that are shown")
	office.See("What was issued")
	office.Press("INV-00002")
	office.atDesk(200, "Invoice INV-00002")
	office.Says("QX1-80003")
	b.Visit("/employer/" + of.Code + "/invoices")
	b.inBoth(200, "Invoices")
	b.Says("INV-00001", "Cancelled by credit note", "INV-00002", "CRN-00001")
	b.leads("the credit note", clickFirst(`main a[href*="/credit-notes/"]`))
	b.inBoth(200, "Credit note CRN-00001")
	b.Visit("/employer/" + of.Code + "/statement")
	b.inBoth(200, "Statement")
}

// credits credits the first invoice, to invoice it again.
func (b *Tab) credits() {
	b.t.Helper()
	b.Visit("/finance/invoices")
	b.atDesk(200, "Invoices")
	b.Press("INV-00001")
	b.atDesk(200, "Invoice INV-00001")
	b.Press("Issue a credit note")
	b.atDesk(200, "Credit note for INV-00001")
	b.Press("See the credit note")
	b.atDesk(422, "Error: Credit note for INV-00001")
	b.Choose("All that is not credited yet")
	b.Fill("reason", "It quotes the wrong purchase order.")
	b.Choose("I want to invoice it again, put right")
	b.Press("See the credit note")
	b.atDesk(200, "Credit note for INV-00001")
	b.Says("This is what the credit note will say", "It quotes the wrong purchase order.")
	b.Press("Issue the credit note")
	b.atDesk(200, "")
	b.Visit("/finance/credit-notes")
	b.atDesk(200, "Credit notes")
	b.Says("CRN-00001", "£8,400.00")
	b.Visit("/finance/invoices/INV-00001")
	b.See("Invoice INV-00001")
	b.Says("Credited")
}

// changesOrder takes places off a purchase order and gives another one for them.
func (b *Tab) changesOrder(home string, places []string) {
	b.t.Helper()
	b.Visit(home + "/orders")
	b.Press("WRONG-1")
	b.inBoth(200, "Purchase order WRONG-1")
	b.Press("Take the chosen places off")
	b.inBoth(422, "Error: Purchase order WRONG-1")
	for _, place := range places {
		b.do("ticking a place", clickFirst(`main input[name="bound"][value="`+place+`"] + label`))
	}
	b.Press("Take the chosen places off")
	b.inBoth(200, "Purchase order WRONG-1")
	b.Visit(home + "/orders/add")
	b.inBoth(200, "Give us a purchase order")
	b.Press("Save")
	b.inBoth(422, "Error: Give us a purchase order")
	b.Fill("number", "QX1-80003")
	b.Fill("amount", "8400")
	for _, place := range places {
		b.do("ticking a place", clickFirst(`main input[name="places"][value="`+place+`"] + label`))
	}
	b.Press("Save")
	b.inBoth(200, "Purchase order")
	b.Says("QX1-80003")
}
