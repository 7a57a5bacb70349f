package journey_test

import (
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// stand expects so much, in pence, in each of some accounts.
func (p *portal) stand(want map[string]money.Amount) {
	p.t.Helper()
	for account, amount := range want {
		if got, err := ledger.Balance(p.t.Context(), p.DB, account); err != nil || got != amount {
			p.t.Errorf("%s stands at %s, want %s, %v", account, got, amount, err)
		}
	}
}

// deferred is the account of what is paid, or owed, for the run and not taught yet.
func (p *portal) deferred() string { return billing.Deferred(p.run.ID) }

// due is the account of what is owed of the n-th place's only share.
func (p *portal) due(n int) string {
	p.t.Helper()
	var share id.Share
	err := p.DB.NewRaw("SELECT id FROM shares WHERE enrolment_id = (SELECT id FROM enrolments WHERE run_id = ? ORDER BY id LIMIT 1 OFFSET ?)", p.run.ID, n).
		Scan(p.t.Context(), &share)
	if err != nil {
		p.t.Fatal(err)
	}
	return billing.Due(share)
}

// seats expects so many places of the run in each state.
func (p *portal) seats(want map[enrolment.Status]int) {
	p.t.Helper()
	for status, n := range want {
		if got := p.Count("SELECT count(*) FROM enrolments WHERE run_id = ? AND status = ?", p.run.ID, status); got != n {
			p.t.Errorf("%d places are %s, want %d", got, status, n)
		}
	}
}

// addsUp checks what holds at the end of everything that organisations do. It lets everything happen first, and looks as the
// program does, which sees what awards pay too.
func (p *portal) addsUp() {
	p.t.Helper()
	if p.t.Failed() {
		return // the first thing that went wrong is the one to look at
	}
	p.drain()
	p.booksAddUp()
	p.nothingIsLeftOver()
	p.giftsAndMoneyAgree()
	p.processorAgrees()
	p.doubtsAre()
	if report, err := audit.Verify(p.t.Context(), p.Machine); err != nil || !report.Sound() || report.Sealed == 0 {
		p.t.Errorf("the audit trail: %+v, %v", report, err)
	}
	if faults, err := invoice.Verify(p.t.Context(), p.Machine); err != nil || len(faults) > 0 {
		p.t.Errorf("the invoices: %v, %v", faults, err)
	}
	for what, query := range map[string]string{
		"a mail that has not gone out": "SELECT FROM mails WHERE status <> 'shown'",
		"a counter of places that is not the count": `
			SELECT FROM run_places n WHERE (n.held, n.confirmed) <> (
				SELECT count(*) FILTER (WHERE status = 'held'), count(*) FILTER (WHERE status IN ('confirmed', 'completed')) FROM enrolments e WHERE e.run_id = n.run_id)`,
		"a place whose shares do not make its price": `
			SELECT FROM enrolments e WHERE price <> (SELECT coalesce(sum(amount), 0) FROM shares s WHERE s.enrolment_id = e.id)`,
		"a confirmed place with a share that is not secured": `
			SELECT FROM enrolments e JOIN shares s ON s.enrolment_id = e.id WHERE e.status IN ('confirmed', 'completed') AND s.secured_at IS NULL AND s.amount > 0`,
	} {
		var n int
		if err := p.Machine.NewRaw("SELECT count(*) FROM ("+query+") AS wrong").Scan(p.t.Context(), &n); err != nil || n != 0 {
			p.t.Errorf("%d times: %s, %v", n, what, err)
		}
	}
}
