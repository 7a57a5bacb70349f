package journey_test

import (
	"slices"
	"strings"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// sound checks what holds at the end of every journey. It lets everything happen first.
func (w *world) sound() {
	w.t.Helper()
	if w.t.Failed() {
		return // the first thing that went wrong is the one to look at
	}
	w.drain()
	w.booksAddUp()
	w.nothingIsLeftOver()
	w.placesAndMoneyAgree()
	w.giftsAndMoneyAgree()
	w.processorAgrees()
	w.doubtsAre()
	w.trailIsSealed()
	w.everyMailHasSomebody()
}

func (w *world) booksAddUp() {
	w.t.Helper()
	if faults, err := ledger.Verify(w.t.Context(), w.DB); err != nil || len(faults) > 0 {
		w.t.Errorf("the books: %v, %v", faults, err)
	}
	if b, err := ledger.Balance(w.t.Context(), w.DB, billing.Clearing); err != nil || b != 0 {
		w.t.Errorf("%s stands in clearing, %v", b, err)
	}
}

// never expects a query about what must not be to find nothing.
func (w *world) never(what, query string) {
	w.t.Helper()
	if n := w.Count("SELECT count(*) FROM (" + query + ") AS wrong"); n != 0 {
		w.t.Errorf("%d times: %s", n, what)
	}
}

func (w *world) nothingIsLeftOver() {
	w.t.Helper()
	w.never("a job that was not done", "SELECT FROM river.river_job WHERE state <> 'completed'")
	w.never("a refund that was never sent", "SELECT FROM refunds WHERE status = 'requested'")
	w.never("an event that nobody looked into", `
		SELECT FROM processor_events e WHERE applied_at IS NULL
		AND NOT EXISTS (SELECT FROM quarantine q WHERE q.object = e.id)`)
}

func (w *world) placesAndMoneyAgree() {
	w.t.Helper()
	w.never("a confirmed place that is not paid for", `
		SELECT FROM enrolments e WHERE status IN ('confirmed', 'completed') AND price <> (
			SELECT coalesce(sum(p.captured - p.refunded), 0) FROM shares s JOIN payments p ON p.share_id = s.id WHERE s.enrolment_id = e.id)`)
	w.never("a confirmed place with something due, or a share that is not secured", `
		SELECT FROM enrolments e JOIN shares s ON s.enrolment_id = e.id JOIN accounts a ON a.name = 'share/' || s.id || '/due'
		WHERE e.status IN ('confirmed', 'completed') AND (a.balance <> 0 OR s.secured_at IS NULL)`)
	w.never("a payment with neither a place nor a refund", `
		SELECT FROM payments p JOIN shares s ON s.id = p.share_id JOIN enrolments e ON e.id = s.enrolment_id
		WHERE p.captured > p.refunded AND e.status NOT IN ('confirmed', 'completed', 'withdrawn')
		AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id AND r.status = 'failed')`)
	w.never("a run that keeps something else of withdrawn places than what did not go back", `
		SELECT FROM runs r WHERE coalesce((SELECT -balance FROM accounts WHERE name = 'run/' || r.id || '/kept'), 0) <> (
			SELECT coalesce(sum(p.captured - p.refunded), 0) FROM enrolments e JOIN shares s ON s.enrolment_id = e.id JOIN payments p ON p.share_id = s.id
			WHERE e.run_id = r.id AND e.status = 'withdrawn' AND NOT EXISTS (SELECT FROM refunds f WHERE f.payment_id = p.id AND f.status = 'failed'))`)
	w.never("a counter of places that is not the count", `
		SELECT FROM run_places n
		WHERE (n.held, n.confirmed) <> (
			SELECT count(*) FILTER (WHERE status = 'held'), count(*) FILTER (WHERE status IN ('confirmed', 'completed'))
			FROM enrolments e WHERE e.run_id = n.run_id)`)
	w.never("more places than there are", "SELECT FROM run_places WHERE held + confirmed > capacity")
	w.never("two places of one person on a run", `
		SELECT FROM enrolments WHERE status IN ('waiting', 'held', 'confirmed', 'completed') GROUP BY run_id, person_id HAVING count(*) > 1`)
}

func (w *world) giftsAndMoneyAgree() {
	w.t.Helper()
	w.never("a gift's payment with neither the gift nor a refund", `
		SELECT FROM payments p JOIN gifts g ON g.id = p.gift_id
		WHERE p.captured > p.refunded AND g.status <> 'received'
		AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id AND r.status = 'failed')`)
	w.never("a gift by card that was received and is not what was paid", `
		SELECT FROM gifts g WHERE g.how = 'card' AND g.status = 'received' AND g.amount <> (
			SELECT coalesce(sum(p.captured - p.refunded), 0) FROM payments p WHERE p.gift_id = g.id)`)
	w.never("a fund whose income is not what was received", `
		SELECT FROM funds f WHERE NOT f.counts_pledges AND coalesce((SELECT -balance FROM accounts WHERE name = 'fund/' || f.id || '/income'), 0) <> (
			SELECT coalesce(sum(g.amount), 0) FROM gifts g WHERE g.fund_id = f.id AND g.status = 'received')`)
}

// processorAgrees compares every payment that is not in doubt with what the processor has, and the whole with
// the account of what it holds for us.
func (w *world) processorAgrees() {
	w.t.Helper()
	doubted := w.doubted()
	var holds money.Amount
	for _, s := range w.processor.Truth() {
		if strings.Contains(doubted, s.Session) {
			continue
		}
		left := s.Captured
		for _, r := range s.Refunds {
			if r.State != billing.RefundFailed {
				left -= r.Amount
			}
		}
		holds += left
		var ours money.Amount
		err := w.DB.NewRaw("SELECT coalesce(sum(captured - refunded), 0) FROM payments WHERE session = ?", s.Session).Scan(w.t.Context(), &ours)
		if err != nil || ours != left {
			w.t.Errorf("the processor has %s on page %s and the books have %s, %v", left, s.Reference, ours, err)
		}
	}
	if b, err := ledger.Balance(w.t.Context(), w.DB, billing.Processor); err != nil || b != holds {
		w.t.Errorf("the books say that the processor has %s, and it has %s, %v", b, holds, err)
	}
}

// doubted is all that is said of money that is not what it should be, which stays out of the books.
func (w *world) doubted() (said string) {
	w.t.Helper()
	err := w.DB.NewRaw(`
		SELECT coalesce(string_agg(object || ' ' || detail, ' '), '') FROM quarantine
		WHERE kind IN ('wrong_amount', 'unknown_payment')`).Scan(w.t.Context(), &said)
	if err != nil {
		w.t.Fatal(err)
	}
	return said
}

// doubtsAre expects that a person is asked about what the test said, and about nothing else.
func (w *world) doubtsAre() {
	w.t.Helper()
	doubts, err := billing.Doubts(w.t.Context(), w.DB)
	if err != nil {
		w.t.Fatal(err)
	}
	var kinds []billing.DoubtKind
	for _, d := range doubts {
		kinds = append(kinds, d.Kind)
	}
	slices.Sort(kinds)
	slices.Sort(w.doubts)
	if !slices.Equal(kinds, w.doubts) {
		w.t.Errorf("a person is asked about %v, want %v", kinds, w.doubts)
	}
}

func (w *world) trailIsSealed() {
	w.t.Helper()
	report, err := audit.Verify(w.t.Context(), w.DB)
	if err != nil || !report.Sound() || report.Sealed == 0 {
		w.t.Errorf("the audit trail: %+v, %v", report, err)
	}
	w.never("an audit row outside the chain", "SELECT FROM audit_unsealed")
}

func (w *world) everyMailHasSomebody() {
	w.t.Helper()
	w.never("a mail that has not gone out", "SELECT FROM mails WHERE status <> 'shown'")
	w.never("a mail to somebody else than it is about", `
		SELECT FROM mails m LEFT JOIN people p ON p.id = m.person_id
		WHERE NOT m.secret AND m.template NOT LIKE 'gift-%' AND m.recipient IS DISTINCT FROM p.email`)
	w.never("a mail about a gift to somebody else than who gave", `
		SELECT FROM mails m WHERE m.template LIKE 'gift-%' AND NOT EXISTS (SELECT FROM gifts g WHERE g.email = m.recipient)`)
}
