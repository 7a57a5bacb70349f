package journey_test

import (
	"net/http"
	"strings"

	"bursar/internal/app"
)

// inOrder checks what holds at the end of every journey of organisations. It lets everything happen first.
func (w *trading) inOrder() {
	w.t.Helper()
	if w.t.Failed() {
		return // the first thing that went wrong is the one to look at
	}
	w.drain()
	w.booksAddUp()
	w.nothingIsLeftOver()
	w.sharesAndMoneyAgree()
	w.giftsAndMoneyAgree()
	w.processorAgrees()
	w.doubtsAre()
	w.trailIsSealed()
	w.never("a mail that has not gone out", "SELECT FROM mails WHERE status <> 'shown'")
	w.doctorIsContent()
	w.monthCloses()
}

func (w *trading) sharesAndMoneyAgree() {
	w.t.Helper()
	w.never("a place whose shares are not its price", `
		SELECT FROM enrolments e WHERE price <> (SELECT coalesce(sum(amount), 0) FROM shares s WHERE s.enrolment_id = e.id)`)
	w.never("a share of which something else is due than is neither paid nor settled", `
		SELECT FROM shares s LEFT JOIN accounts a ON a.name = 'share/' || s.id || '/due'
		WHERE coalesce(a.balance, 0) <> coalesce(s.kept, s.amount)
			- (SELECT coalesce(sum(p.captured - p.refunded), 0) FROM payments p WHERE p.share_id = s.id)
			- (SELECT coalesce(sum(settled), 0) FROM invoice_parts p WHERE p.share_id = s.id)
		AND (SELECT status FROM enrolments e WHERE e.id = s.enrolment_id) IN ('held', 'confirmed', 'completed')`)
	w.never("a run that has deferred something else than its places cost", `
		SELECT FROM runs r WHERE coalesce((SELECT -balance FROM accounts WHERE name = 'run/' || r.id || '/deferred'), 0) <> (
			SELECT coalesce(sum(s.amount), 0) FROM shares s JOIN enrolments e ON e.id = s.enrolment_id
			WHERE e.run_id = r.id AND e.status IN ('held', 'confirmed', 'completed'))`)
	w.never("a purchase order that is charged with something else than its places", `
		SELECT FROM purchase_orders o WHERE used <> (SELECT coalesce(sum(ordered), 0) FROM shares s WHERE s.purchase_order_id = o.id)
		OR used > amount + over`)
	w.never("a counter of places that is not the count", `
		SELECT FROM run_places n WHERE (n.held, n.confirmed) <> (
			SELECT count(*) FILTER (WHERE status = 'held'), count(*) FILTER (WHERE status IN ('confirmed', 'completed'))
			FROM enrolments e WHERE e.run_id = n.run_id)`)
	w.never("more places than there are", "SELECT FROM run_places WHERE held + confirmed > capacity")
}

// doctorIsContent has the program examine itself.
func (w *trading) doctorIsContent() {
	w.t.Helper()
	for _, found := range app.Examine(w.t.Context(), w.Config) {
		if len(found.Wrong) > 0 && found.What != "durability" { // which a test's database is not made for
			w.t.Errorf("the doctor says of %s: %s", found.What, strings.Join(found.Wrong, " "))
		}
	}
}

// monthCloses has the bookkeeper close the month that runs.
func (w *trading) monthCloses() {
	w.t.Helper()
	w.sheila.atDesk()
	a := w.sheila.Get("/finance/month")
	w.sheila.reads(a, http.StatusOK, "as it must be")
	w.sheila.neverReads(a, "Not true")
}
