package journey_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bursar/internal/billing"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/sandbox"
)

// stages are the days from which the parts of the group's price are invoiced: a deposit, and one part before each later block.
var stages = []london.Date{
	london.On(2026, time.November, 23), london.On(2027, time.May, 24), london.On(2027, time.September, 27), london.On(2027, time.November, 22),
}

// group has the bookkeeper book 16 places for the trust at £46,000 in four stages, and four for peers that are included.
func (p *portal) group() (at string) {
	p.t.Helper()
	form := url.Values{
		"organisation": {p.of.Code}, "run": {p.run.Code}, "places": {"16"}, "peer_places": {"4"}, "flat": {"46,000.00"}, "reference": {"OD in-house"},
		"hold_until-day": {"7"}, "hold_until-month": {"12"}, "hold_until-year": {"2026"}, "number": {"QX1-76555"}, "amount": {"46000"},
	}
	for n, on := range stages {
		for name, value := range map[string]string{"label": fmt.Sprintf("Stage %d of 4", n+1), "part": "25",
			"on-day": fmt.Sprint(on.Day), "on-month": fmt.Sprint(int(on.Month)), "on-year": fmt.Sprint(on.Year)} {
			form.Add(name, value)
		}
	}
	a := p.sheila.Post("/finance/groups/new", form)
	if at = a.URL.Path; !strings.HasPrefix(at, "/finance/bookings/") {
		p.t.Fatalf("booking a group answered %d:\n%s", a.Status, squeezed(a.Page.Find("main").Text()))
	}
	p.sheila.reads(a, http.StatusOK, "Stage 1 of 4", "Stage 4 of 4", "25%", "£2,875.00")
	return at
}

// ready expects what can be invoiced to come to so much, or nothing to be ready.
func (p *portal) ready(words string) {
	p.t.Helper()
	p.sheila.comesBack()
	p.sheila.reads(p.sheila.Get("/finance/ready"), http.StatusOK, words)
}

const nothingReady = "Nothing can be invoiced just now."

func TestPortalAGroupIsInvoicedInFourStagesToThePenny(t *testing.T) {
	t.Parallel()
	p := newPortal(t, 20)
	defer p.addsUp()
	p.group()
	p.drain()
	p.left(0)
	p.seats(map[enrolment.Status]int{enrolment.Confirmed: 20})
	whole := func() (due, invoiced money.Amount) {
		t.Helper()
		err := p.DB.NewRaw(`
			SELECT coalesce(sum(a.balance), 0), coalesce(sum(s.invoiced), 0) FROM shares s JOIN accounts a ON a.name = 'share/' || s.id || '/due'
			WHERE s.organisation_id = ?`, p.of.ID).Scan(t.Context(), &due, &invoiced)
		if err != nil {
			t.Fatal(err)
		}
		return due, invoiced
	}
	stand := func(wantDue, wantInvoiced money.Amount) {
		t.Helper()
		if due, invoiced := whole(); due != wantDue || invoiced != wantInvoiced {
			t.Errorf("%s is due and %s invoiced, want %s and %s", due, invoiced, wantDue, wantInvoiced)
		}
		p.stand(map[string]money.Amount{billing.Processor: money.Pounds(46_000) - wantDue})
	}
	stand(money.Pounds(46_000), 0)
	for n, on := range stages {
		if n > 0 {
			p.until(on.AddDays(-1), 23, 59)
			p.ready(nothingReady)
			p.until(on, 0, 1)
		}
		p.ready("£11,500.00")
		p.invoices("1 invoice is issued, £11,500.00")
		p.nadine.comesBack()
		number := fmt.Sprintf("INV-%05d", n+1)
		p.lines(number, fmt.Sprintf("Stage %d of 4", n+1), "£11,500.00", "QX1-76555", "OD in-house")
		p.writes(payables, "invoice", number, "Purchase order: QX1-76555", "Total to pay: £11,500.00")
		left := money.Pounds(46_000 - 11_500*int64(n))
		stand(left, money.Pounds(11_500*int64(n+1)))
		p.ready(nothingReady)
		p.nadine.reads(p.paysByCard(number, sandbox.CardPays), http.StatusOK)
		p.drain()
		stand(left-money.Pounds(11_500), money.Pounds(11_500*int64(n+1)))
	}
	p.until(london.On(2028, time.January, 10), 9, 0)
	p.ready(nothingReady)
	p.taught()
}

// taught expects all of the group's price to be earned once the course is over, and nothing to be deferred.
func (p *portal) taught() {
	p.t.Helper()
	p.stand(map[string]money.Amount{p.deferred(): 0, billing.Earned(p.run.ID): -money.Pounds(46_000), billing.Processor: money.Pounds(46_000)})
	p.nadine.comesBack()
	p.nadine.reads(p.nadine.Get(p.home("/invoices")), http.StatusOK, "INV-00001", "INV-00004", "Settled")
	p.nadine.reads(p.nadine.Get(p.home("/orders")), http.StatusOK, "QX1-76555", "£46,000.00", "Used up")
}

func TestPortalAPlaceOfAGroupThatIsIncludedCostsNothingAndIsNeverInvoiced(t *testing.T) {
	t.Parallel()
	p := newPortal(t, 20)
	defer p.addsUp()
	p.group()
	if n := p.Count("SELECT count(*) FROM enrolments e WHERE price = 0 AND NOT EXISTS (SELECT FROM shares s WHERE s.enrolment_id = e.id)"); n != 4 {
		t.Errorf("%d places cost nothing, want 4", n)
	}
	if n := p.Count("SELECT count(*) FROM enrolments WHERE price = 287500"); n != 16 {
		t.Errorf("%d places cost £2,875.00, want 16", n)
	}
	p.invoices("1 invoice is issued, £11,500.00")
	if n := p.Count("SELECT count(*) FROM invoice_parts WHERE amount = 71875"); n != 16 {
		t.Errorf("%d places have £718.75 on the first invoice, want 16", n)
	}
	if n := p.Count("SELECT count(*) FROM invoice_parts"); n != 16 {
		t.Errorf("%d places are on the first invoice, want 16", n)
	}
}
