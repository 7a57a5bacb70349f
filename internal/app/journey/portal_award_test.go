package journey_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/people"
	"bursar/internal/sandbox"
)

// funded is somebody for whose place a fund pays a part. What they said, and what was said of them, is nobody's business.
type funded struct {
	*visitor
	sent *bursary.Application
}

// isFunded has somebody apply for the run of a world in a round of its own, and two of the office agree that a fund of so
// much pays, for a reason. It is 19 January 2027 afterwards, and they have accepted.
func (w *world) isFunded(round, fundCode string, most money.Amount, why string, differs form.Answers) *funded {
	w.t.Helper()
	grace := w.office("grace@threshold.example")
	h := fixture.House{Clock: w.Clock, App: w.DB, Learners: w.Doors.Learner, Officers: w.Doors.Office, Machine: w.Machine, Box: w.Box, Admin: grace}
	fixture.Fund(w.t, w.DB, grace, fundCode, most, fixture.Paying(fund.Rule{}, fund.Fee))
	f := &funded{}
	f.sent = h.Drawn(w.t, dbtest.Owner(w.t, w.DB), round, []string{w.run.Code}, fixture.Ranked{Answers: differs}).Applications[0]
	var digest string
	w.in(h.Officers, grace, func(ctx context.Context, tx *db.Tx) error {
		p, err := award.Propose(ctx, tx, h.Box, grace, round, []award.Departure{{Code: f.sent.Code, Kind: award.First, Reason: why}})
		if err != nil {
			return err
		}
		digest = p.Digest
		_, err = award.Agree(ctx, tx, h.Box, grace, round, p.Digest)
		return err
	})
	martin := w.office("martin@threshold.example")
	w.in(h.Officers, martin, func(ctx context.Context, tx *db.Tx) error {
		return admissions.Ratify(ctx, tx, h.Box, martin, round, digest)
	})
	who, err := people.ByID(w.t.Context(), w.DB, f.sent.PersonID)
	if err != nil {
		w.t.Fatal(err)
	}
	f.visitor = w.known(who.Name, who.Email)
	w.in(h.Machine, who.ID, func(ctx context.Context, tx *db.Tx) error {
		a, err := admissions.Accept(ctx, tx, who.ID, f.sent.Code, false, tx.Now)
		if err != nil {
			return err
		}
		e, err := enrolment.Get(ctx, tx, a.EnrolmentID)
		f.code = e.Code
		return err
	})
	return f
}

// in does something in somebody's name, in one of the doors.
func (w *world) in(d *db.DB, who id.Person, do func(context.Context, *db.Tx) error) {
	w.t.Helper()
	if err := d.WriteAs(w.t.Context(), db.Who{Person: who}, func(tx *db.Tx) error { return do(w.t.Context(), tx) }); err != nil {
		w.t.Fatal(err)
	}
}

// asksToPay asks an employer to pay so many pounds of somebody's own part.
func (v *visitor) asksToPay(employer, email, pounds, message string) {
	v.w.t.Helper()
	a := v.submit(v.Get("/my/places/"+v.code+"/employer"), "employer", employer, "employer_contact", "Learning team", "employer_email", email,
		"employer_amount", pounds, "message", message)
	v.reads(a, http.StatusOK)
	if strings.HasSuffix(a.URL.Path, "/employer") && a.Page.Find(".govuk-error-summary").Length() > 0 {
		v.w.t.Fatalf("asking answered at %s:\n%s", a.URL, squeezed(a.Page.Find("main").Text()))
	}
	v.w.drain()
}

// owes expects what each payer owes of somebody's place, as the books have it.
func (w *world) owes(place string, want ...string) {
	w.t.Helper()
	var got []string
	err := dbtest.Owner(w.t, w.DB).NewRaw(`
		SELECT s.payer || ' ' || s.amount FROM shares s JOIN enrolments e ON e.id = s.enrolment_id WHERE e.code = ? ORDER BY s.payer, s.number`, place).
		Scan(w.t.Context(), &got)
	if err != nil || !slices.Equal(got, want) {
		w.t.Errorf("the shares of %s are %v, want %v, %v", place, got, want, err)
	}
}

// requestLink is where a mail to an employer leads, whose own pages begin so.
func requestLink(home, text string) string {
	_, rest, _ := strings.Cut(text, home+"/requests/")
	code, _, _ := strings.Cut(rest, "\n")
	return home + "/requests/" + strings.TrimSpace(code)
}

func TestPortalAnEmployerAndAnAwardPayForOnePlaceAndTheEmployerSeesItsOwnPartAlone(t *testing.T) {
	t.Parallel()
	p := newPortal(t, 2)
	defer p.addsUp()
	ana := p.isFunded("SPRING-27", "QUIET", 123_741, "Their team waits for them.", form.Answers{"help": "fee", "own_payment": "2012.59"})
	p.drain()
	p.owes(ana.code, "award 123741", "learner 201259")
	ana.comesBack()
	ana.asksToPay(p.of.Name, p.nadine.email, "1000.01", "Could you help?")
	p.owes(ana.code, "award 123741", "learner 101258", "organisation 100001")

	p.nadine.comesBack()
	asked := requestLink(p.home(""), p.writes(p.nadine.email, "pay-request", "Could you help?").Text)
	a := p.nadine.Get(asked)
	p.nadine.reads(a, http.StatusOK, "Your organisation is asked to pay £1,000.01.", "Could you help?")
	p.nadine.reads(p.nadine.submit(a, "answer", "yes", "number", "QX1-90010", "amount", "1000.01"), http.StatusOK, "agreed")
	p.drain()
	p.writes(ana.email, "pay-answered", "pays what you asked for")
	place := p.home("/places/" + ana.code)
	p.nadine.reads(p.nadine.Get(place), http.StatusOK, "another payer", "£1,000.01", "QX1-90010")
	p.seats(map[enrolment.Status]int{enrolment.Held: 1})

	p.pays(ana.visitor)
	p.seats(map[enrolment.Status]int{enrolment.Confirmed: 1})
	p.sheila.comesBack()
	p.invoices("1 invoice is issued, £1,000.01")
	p.paysByCard("INV-00001", sandbox.CardPays)
	p.drain()
	p.stand(map[string]money.Amount{billing.Processor: 201_259, p.deferred(): -325_000, p.dueOf(ana.code, billing.Organisation): 0, p.dueOf(ana.code, billing.Learner): 0})

	said := p.nadine.Get(place).Body + p.nadine.Get(p.home("")).Body + p.nadine.Get(p.home("/places.csv")).Body + p.nadine.Get(p.home("/invoices/INV-00001")).Body +
		p.nadine.Get(p.home("/invoices/INV-00001.xml")).Body + wordsOfPDF(t, []byte(p.nadine.Get(p.home("/invoices/INV-00001.pdf")).Body)) +
		p.nadine.Get(p.home("/statement.csv")).Body + p.nadine.Get(asked).Body
	for _, m := range append(p.mails(p.nadine.email), p.mails(payables)...) {
		said += m.Subject + m.Text + m.HTML
	}
	for _, secret := range []string{"1,237.41", "1237.41", "1,012.58", "1012.58", "2,012.59", "2012.59", "3,250.00", "3250.00", "QUIET", "Their team waits", "award", "fund", "ursary"} {
		if at := strings.Index(said, secret); at >= 0 {
			t.Errorf("the employer learns %q: …%s…", secret, said[max(0, at-200):min(len(said), at+100)])
		}
	}
}

// pays has somebody pay their own part of a place by card.
func (p *portal) pays(v *visitor) {
	p.t.Helper()
	v.submit(v.Get("/my/places/" + v.code))
	v.pays(sandbox.CardPays)
	p.drain()
}

// dueOf is the account of what a payer owes of somebody's place.
func (p *portal) dueOf(place string, payer billing.Payer) string {
	p.t.Helper()
	var share id.Share
	err := p.DB.NewRaw("SELECT s.id FROM shares s JOIN enrolments e ON e.id = s.enrolment_id WHERE e.code = ? AND s.payer = ?", place, payer).Scan(p.t.Context(), &share)
	if err != nil {
		p.t.Fatal(err)
	}
	return billing.Due(share)
}
