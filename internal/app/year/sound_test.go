package year_test

import (
	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/ledger"
	"bursar/internal/money"
)

// never expects a query about what must not be to find nothing.
func (y *year) never(what, query string) {
	y.t.Helper()
	if found := ask[string](y, "SELECT wrong::text FROM ("+query+") AS wrong LIMIT 3"); len(found) > 0 {
		y.t.Errorf("%s: %v", what, found)
	}
}

// booksAddUp expects that every entry sums to zero, nothing is left in clearing, and the audit trail is whole.
func (y *year) booksAddUp() {
	y.t.Helper()
	if problems, err := ledger.Verify(y.t.Context(), y.DB); err != nil || len(problems) > 0 {
		y.t.Errorf("the books: %v, %v", problems, err)
	}
	y.never("something is left in clearing", "SELECT name, balance FROM accounts WHERE name LIKE 'clearing%' AND balance <> 0")
	y.never("something is still to go back", "SELECT name, balance FROM accounts WHERE name LIKE 'payment/%/owed' AND balance <> 0")
	if report, err := audit.Verify(y.t.Context(), y.DB); err != nil || !report.Sound() || report.Sealed == 0 {
		y.t.Errorf("the audit trail: %+v, %v", report, err)
	}
}

// processorAgrees compares every payment with what the card processor knows, and the whole with what the books say it holds.
func (y *year) processorAgrees() {
	y.t.Helper()
	type payment struct {
		Code  string
		Holds money.Amount
	}
	books := map[string]money.Amount{}
	for _, p := range ask[payment](y, "SELECT code, captured - refunded AS holds FROM payments") {
		books[p.Code] = p.Holds
	}
	truth, total := map[string]money.Amount{}, money.Amount(0)
	for _, s := range y.Sandbox.Truth() {
		holds := s.Captured
		for _, r := range s.Refunds {
			if r.State != billing.RefundFailed {
				holds -= r.Amount
			}
		}
		truth[s.Reference] += holds
		total += holds
	}
	for code, holds := range truth {
		if books[code] != holds {
			y.t.Errorf("the card processor has %s of payment %s, the books say %s", holds, code, books[code])
		}
	}
	for code, holds := range books {
		if truth[code] != holds {
			y.t.Errorf("the books have %s of payment %s, the card processor %s", holds, code, truth[code])
		}
	}
	if b, err := ledger.Balance(y.t.Context(), y.DB, billing.Processor); err != nil || b != total {
		y.t.Errorf("the books say that the card processor has %s, and it has %s, %v", b, total, err)
	}
	if total == 0 {
		y.t.Error("nobody paid anything")
	}
	doubts, err := billing.Doubts(y.t.Context(), y.Machine)
	if err != nil || len(doubts) > 0 {
		y.t.Errorf("a person is asked about %+v, %v", doubts, err)
	}
}

// nothingIsLeftLying expects that all work is done, and that no row belongs to nothing.
func (y *year) nothingIsLeftLying() {
	y.t.Helper()
	y.never("a job that was not done", "SELECT kind, args FROM river.river_job WHERE state <> 'completed'")
	y.never("an event that nobody looked into", "SELECT id, type FROM processor_events WHERE applied_at IS NULL")
	y.never("a refund on its way", "SELECT code, status FROM refunds WHERE status NOT IN ('succeeded', 'failed')")
	y.never("a mail that has not gone out", "SELECT id, template FROM mails WHERE status <> 'shown'")
	y.never("an audit row outside the chain", "SELECT * FROM audit_unsealed")
	y.never("an open payment whose time is up", "SELECT code, status FROM payments WHERE status = 'created' AND expires_at < '"+y.Clock.Now().Format("2006-01-02 15:04")+"Z'")
	y.never("an instalment being charged without a payment", `SELECT i.id FROM instalments i WHERE i.status = 'charging'
		AND NOT EXISTS (SELECT FROM payments p WHERE p.id = i.payment_id AND p.status IN ('created', 'pending'))`)
	y.never("a plan for what nobody has", `SELECT p.code, e.status FROM plans p JOIN shares s ON s.id = p.share_id JOIN enrolments e ON e.id = s.enrolment_id
		WHERE p.status IN ('active', 'paused', 'failed') AND e.status NOT IN ('held', 'confirmed', 'completed')`)
	y.never("a payment with neither something it paid nor a refund", `SELECT p.code, e.status FROM payments p JOIN shares s ON s.id = p.share_id JOIN enrolments e ON e.id = s.enrolment_id
		WHERE p.captured > p.refunded AND e.status IN ('waiting', 'lapsed', 'cancelled') AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id AND r.status = 'failed')`)
	y.never("a gift that is not what was paid", `SELECT g.code FROM gifts g WHERE g.how = 'card' AND (g.status = 'received') <>
		EXISTS (SELECT FROM payments p WHERE p.gift_id = g.id AND p.captured - p.refunded = g.amount)`)
}

// placesAreWhatIsPaid expects that no place is held that should not be, and that what everybody owes is what they agreed to
// less what they paid.
func (y *year) placesAreWhatIsPaid() {
	y.t.Helper()
	now := "'" + y.Clock.Now().Format("2006-01-02 15:04") + "Z'"
	y.never("a hold that nobody ends", `SELECT e.code, e.held_until FROM enrolments e WHERE e.status = 'held' AND e.held_until < `+now)
	y.never("more places than there are, or another number", `SELECT p.run_id FROM run_places p WHERE p.held + p.confirmed > p.capacity OR (p.held, p.confirmed) <>
		(SELECT count(*) FILTER (WHERE e.status = 'held'), count(*) FILTER (WHERE e.status IN ('confirmed', 'completed')) FROM enrolments e WHERE e.run_id = p.run_id)`)
	y.never("two places of one person on a run", "SELECT run_id, person_id FROM enrolments WHERE status IN ('waiting', 'held', 'confirmed', 'completed') AND person_id IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1")
	y.never("a price that nobody pays", `SELECT e.code FROM enrolments e WHERE e.status <> 'waiting' AND e.price <> (SELECT coalesce(sum(s.amount), 0) FROM shares s WHERE s.enrolment_id = e.id)`)
	y.never("a learner who owes something else than what is not paid", `
		SELECT e.code, s.amount, a.balance FROM enrolments e JOIN shares s ON s.enrolment_id = e.id JOIN accounts a ON a.name = 'share/' || s.id || '/due'
		WHERE e.status IN ('held', 'confirmed', 'completed') AND s.payer = 'learner'
		AND a.balance <> s.amount - (SELECT coalesce(sum(p.captured - p.refunded), 0) FROM payments p WHERE p.share_id = s.id
			AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id AND r.status = 'failed'))`)
	y.never("a plan that is not its share", `SELECT p.code FROM plans p JOIN shares s ON s.id = p.share_id WHERE p.status IN ('active', 'paused', 'failed')
		AND s.amount <> (SELECT sum(i.amount) FROM instalments i WHERE i.plan_id = p.id AND i.status <> 'cancelled')`)
	y.never("something due of who has no place", `SELECT e.code, a.balance FROM accounts a JOIN shares s ON a.name = 'share/' || s.id || '/due' JOIN enrolments e ON e.id = s.enrolment_id
		WHERE e.status IN ('waiting', 'lapsed', 'cancelled') AND a.balance <> 0`)
	y.never("somebody who waits although a place is free", `
		SELECT e.code FROM enrolments e JOIN run_places p ON p.run_id = e.run_id JOIN runs r ON r.id = e.run_id
		WHERE e.status = 'waiting' AND r.status = 'open' AND p.held + p.confirmed < p.capacity`)
	y.never("a place on a run that was cancelled long ago", `SELECT e.code, e.status FROM enrolments e JOIN run_cancellations c ON c.run_id = e.run_id
		WHERE e.status IN ('held', 'waiting', 'confirmed') AND c.answer_by < `+now+`::date`)
}
