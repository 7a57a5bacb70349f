package journey_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"bursar/internal/enrolment"
	"bursar/internal/money"
)

var approvalLink = regexp.MustCompile(`/approve/[A-Za-z0-9_-]{20,}`)

// link is the newest one by which somebody is asked to agree to a cost.
func (p *portal) link(to string) string {
	p.t.Helper()
	return approvalLink.FindString(p.writes(to, "cost-approval").Text)
}

const (
	una = "una.boye@westermoor.example"
	rae = "rae.lund@westermoor.example"
)

// approved are two places that wait for nothing but Una Boye.
func approved() booking {
	b := ours("2", "QX1-90001", "6500.00")
	b["approval"] = []string{"approver_name", "Una Boye", "approver_email", una, "reference", "CPD-7"}
	return b
}

func TestPortalAnApproverWithoutAnAccountAgreesByTheLinkInTheMail(t *testing.T) {
	t.Parallel()
	p := newPortal(t, 3)
	defer p.addsUp()
	booked := p.books(approved())
	p.nadine.reads(p.nadine.Get(booked), http.StatusOK, "2 places are held until 7 December 2026 while Una Boye agrees to the cost.")
	p.seats(map[enrolment.Status]int{enrolment.Held: 2})
	if waits := p.sheila.Get("/finance/ready"); waits.Page.Find(`main [name="key"]`).Length() != 0 {
		t.Error("what nobody has agreed to can be invoiced")
	}
	p.later(time.Minute)
	approver := p.visitor("Una Boye") // who is nobody to the program
	link := p.link(una)
	for range 2 { // as a mail scanner does
		approver.reads(approver.Get(link), http.StatusOK, "Do you agree to £6,500.00?", "Nadine Holt has booked 2 places for Westermoor", "CPD-7")
	}
	p.seats(map[enrolment.Status]int{enrolment.Held: 2})
	approver.reads(approver.submit(approver.Get(link)), http.StatusOK, "You have agreed", "£6,500.00")
	p.drain()
	p.seats(map[enrolment.Status]int{enrolment.Confirmed: 2})
	p.left(1)
	p.writes(p.nadine.email, "team-approval", "Una Boye has agreed to the cost of your places")
	p.writes(p.nadine.email, "team-confirmed")
	p.nadine.reads(p.nadine.Get(booked), http.StatusOK, "2 places are confirmed.")
	approver.reads(approver.Post(link+"/no", map[string][]string{"words": {"No."}}), http.StatusConflict, "This has been answered", "You have agreed")

	p.stand(map[string]money.Amount{p.due(0): 325_000, p.due(1): 325_000, p.deferred(): -650_000})
	p.invoices("1 invoice is issued, £6,500.00")
	p.writes(payables, "invoice", "INV-00001", "Purchase order: QX1-90001", "Your reference: CPD-7", "Total to pay: £6,500.00", "Payment due: 23 December 2026")
}

func TestPortalSomebodyElseAgreesAfterTheFirstApproverSaidNo(t *testing.T) {
	t.Parallel()
	p := newPortal(t, 3)
	defer p.addsUp()
	booked := p.books(approved())
	approver, first := p.visitor("Una Boye"), p.link(una)
	a := approver.submit(approver.Get(first), "words", "Not from my budget. Ask Rae.")
	approver.reads(a, http.StatusOK, "You have not agreed", "You wrote: Not from my budget. Ask Rae.")
	p.drain()
	p.writes(p.nadine.email, "team-approval", "has not agreed", "They wrote: Not from my budget. Ask Rae.", "Monday 7 December 2026")
	p.seats(map[enrolment.Status]int{enrolment.Held: 2})
	p.nadine.reads(p.nadine.Get(booked), http.StatusOK, "while you talk to Una Boye, who has not agreed to the cost")

	a = p.nadine.submit(p.nadine.Get(booked+"/agreement"), "approver_name", "Rae Lund", "approver_email", rae)
	p.nadine.reads(a, http.StatusOK, "while Rae Lund agrees to the cost")
	p.drain()
	if a := approver.Get(first); a.Status != http.StatusNotFound {
		t.Errorf("the link of whoever said no answers %d", a.Status)
	}
	if a := approver.Post(first, nil); a.Status != http.StatusNotFound {
		t.Errorf("the link of whoever said no agrees: %d", a.Status)
	}
	p.seats(map[enrolment.Status]int{enrolment.Held: 2})
	second := p.visitor("Rae Lund")
	second.reads(second.submit(second.Get(p.link(rae))), http.StatusOK, "You have agreed", "£6,500.00")
	p.drain()
	p.seats(map[enrolment.Status]int{enrolment.Confirmed: 2})
	p.writes(p.nadine.email, "team-approval", "Rae Lund has agreed")
	p.stand(map[string]money.Amount{p.due(0): 325_000, p.due(1): 325_000, p.deferred(): -650_000})
}
