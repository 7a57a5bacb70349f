package journey_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/enrolment"
	"bursar/internal/money"
	"bursar/internal/sandbox"
)

func TestPortalAnInvoiceIsPaidByCardAndTheEventCountsOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t, 2)
	defer p.addsUp()
	p.processor.SetFaults(sandbox.Faults{Duplicate: 2, Reverse: true})
	p.books(ours("2", "QX1-90004", "6500"))
	p.invoices("1 invoice is issued, £6,500.00")
	at := p.home("/invoices/INV-00001")
	p.nadine.reads(p.nadine.Get(at), http.StatusOK, "To pay: £6,500.00, due on 23 December 2026")
	p.stand(map[string]money.Amount{p.due(0): 325_000, p.due(1): 325_000, billing.Processor: 0})

	a := p.paysByCard("INV-00001", sandbox.CardAuthenticate)
	p.nadine.reads(a, http.StatusOK, "We are checking the payment")
	p.drain()
	p.nadine.reads(p.nadine.Get(at+"/paid"), http.StatusOK, "Thank you. The payment is made", "We have received £6,500.00 by card for invoice INV-00001.", "The invoice is settled.")
	p.nadine.reads(p.nadine.Get(at), http.StatusOK, "Settled.", "Paid by card 23 November 2026 £6,500.00")
	settled := map[string]money.Amount{p.due(0): 0, p.due(1): 0, billing.Processor: 650_000, p.deferred(): -650_000}
	p.stand(settled)
	for _, event := range p.processor.events(0) {
		body := p.processor.body(event)
		if status := p.hook(body, signed(body, webhookSecret, time.Now())); status != http.StatusOK {
			t.Errorf("%s again: %d", event, status)
		}
	}
	p.drain()
	p.stand(settled)
	if n := p.Count("SELECT count(*) FROM settlements"); n != 1 {
		t.Errorf("%d settlements, want 1", n)
	}
	p.nadine.reads(p.nadine.Get(p.home("/statement")), http.StatusOK, "INV-00001", "£6,500.00", "£0.00")
	if a := p.nadine.Post(at+"/pay", nil); a.Status != http.StatusConflict {
		t.Errorf("paying what is settled answers %d at %s", a.Status, a.URL)
	}
	if n := p.processor.sessions(); n != 1 {
		t.Errorf("%d payment pages were made, want 1", n)
	}
}

func TestPortalADeclinedCardLeavesTheInvoiceAsItWas(t *testing.T) {
	t.Parallel()
	p := newPortal(t, 1)
	defer p.addsUp()
	p.books(ours("1", "QX1-90005", "3250"))
	p.invoices()
	at := p.home("/invoices/INV-00001")
	p.nadine.reads(p.nadine.submit(p.nadine.Get(at)), http.StatusOK, "We are preparing your payment page")
	p.drain()
	page := p.nadine.Get(at + "/pay").Header.Get("Location")
	if _, err := p.nadine.try(page, sandbox.CardDeclined); !errors.Is(err, sandbox.ErrDeclined) {
		t.Errorf("a declined card: %v", err)
	}
	p.later(40 * time.Minute)
	p.nadine.reads(p.nadine.Get(at), http.StatusOK, "To pay: £3,250.00, due on 23 December 2026")
	p.stand(map[string]money.Amount{p.due(0): 325_000, billing.Processor: 0})
	p.seats(map[enrolment.Status]int{enrolment.Confirmed: 1})
	p.paysByCard("INV-00001", sandbox.CardPays)
	p.drain()
	p.stand(map[string]money.Amount{p.due(0): 0, billing.Processor: 325_000})
}

func TestPortalAGiftIsNeverChosenBeforehandAndHasALineOfItsOwn(t *testing.T) {
	t.Parallel()
	p := newPortal(t, 2)
	defer p.addsUp()
	f := p.lantern()
	a := p.asks(ours("1", "QX1-90006", "3250"))
	p.nadine.reads(a, http.StatusOK, "Your organisation pays £3,250.00", "No gift")
	gift := p.nadine.Get(p.home("/book/" + p.run.Code + "/gift"))
	p.nadine.reads(gift, http.StatusOK, "You do not have to. It makes no difference to your places.", "Your gift goes to Lantern Fund.")
	if chosen := gift.Page.Find("main [checked], main [selected]"); chosen.Length() != 0 || standing(gift.Page.Find("main form")).Get("amount") != "" {
		t.Error("something is chosen, or an amount stands in the field, before anybody gave anything")
	}
	p.nadine.reads(p.nadine.submit(gift, "amount", "0.50"), http.StatusUnprocessableEntity, "Enter an amount from £1 to £10,000, or nothing")
	a = p.nadine.submit(p.nadine.Get(p.home("/book/"+p.run.Code+"/gift")), "amount", "250.00")
	p.nadine.reads(a, http.StatusOK, "£250.00 for Lantern Fund", "Your gift towards a place for a peer £250.00", "Your organisation pays £3,500.00")
	p.nadine.reads(p.nadine.submit(a), http.StatusOK, "1 place is confirmed.")
	p.drain()
	p.has(f, 0)
	p.stand(map[string]money.Amount{p.due(0): 325_000, p.deferred(): -325_000})

	p.invoices("2 invoices are issued, £3,500.00") // a purchase order for places is not charged with a gift
	if said := p.letters(payables, "invoice")[1].Text; !strings.Contains(said, "Gift to Lantern Fund: £250.00") || !strings.Contains(said, "Total to pay: £250.00") {
		t.Errorf("the mail with the gift says:\n%s", said)
	}
	p.lines("INV-00002", "Place: ", "£3,250.00")
	p.lines("INV-00001", "Gift to Lantern Fund", "£250.00")
	p.paysByCard("INV-00001", sandbox.CardPays)
	p.drain()
	p.has(f, 25_000)
	p.stand(map[string]money.Amount{p.due(0): 325_000, billing.Processor: 25_000})
	p.paysByCard("INV-00002", sandbox.CardPays)
	p.drain()
	p.has(f, 25_000)
	p.stand(map[string]money.Amount{p.due(0): 0, billing.Processor: 350_000, p.deferred(): -325_000})
}

func TestPortalWithoutAPurchaseOrderTheGiftStandsOnTheSameInvoice(t *testing.T) {
	t.Parallel()
	p := newPortal(t, 2)
	defer p.addsUp()
	f := p.lantern()
	p.usesNoOrders()
	p.books(booking{"places": {"places", "2"}, "payer": {"payer", "us"}, "gift": {"amount", "99.99"}})
	p.invoices("1 invoice is issued, £6,599.99")
	p.lines("INV-00001", "Place: ", "£6,500.00", "Gift to Lantern Fund", "£99.99", "£6,599.99")
	p.has(f, 0)
	p.paysByCard("INV-00001", sandbox.CardPays)
	p.drain()
	p.has(f, 9_999)
	p.stand(map[string]money.Amount{p.due(0): 0, p.due(1): 0, billing.Processor: 659_999, p.deferred(): -650_000})
}

// usesNoOrders has the bookkeeper write down that the trust works without purchase orders.
func (p *portal) usesNoOrders() {
	p.t.Helper()
	a := p.sheila.Get("/finance/organisations/" + p.of.Code + "/terms")
	a = p.sheila.submit(a, "po_rule", "not_used")
	p.sheila.reads(a, http.StatusOK)
}

// lines expects words on an invoice as it was issued, on the page and in the file.
func (p *portal) lines(number string, words ...string) {
	p.t.Helper()
	at := p.home("/invoices/" + number)
	p.nadine.reads(p.nadine.Get(at), http.StatusOK, words...)
	file := wordsOfPDF(p.t, []byte(p.nadine.Get(at+".pdf").Body))
	for _, w := range words {
		if !strings.Contains(squeezed(file), w) {
			p.t.Errorf("%s.pdf does not say %q:\n%s", number, w, file)
		}
	}
}
