package finance

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/london"
	"bursar/internal/money"
)

// waiting is how much of what waits for somebody.
type waiting struct {
	Pending, Alike                   int // organisations, and of them those whose name looks like another's
	AddressesAsked, AddressesChecked int
	Orders                           int       // places held until a purchase order comes
	OrdersFirst                      time.Time // until when the first is held
	BankLines                        int
	BankSum                          money.Amount
	OpenSum, OverdueSum              money.Amount // of invoices that are not paid
	Overdue7, Overdue14, Overdue30   int          // by 7 to 13, 14 to 29, 30 or more days
	Overdue7Sum, Overdue14Sum        money.Amount
	Overdue30Sum                     money.Amount
	WriteOffs, Refunds               int // that a second person has to agree to
	Departures, DeparturesLate       int // people who left their employer, and have not said what becomes of the place
	Rules, Pledges                   int // of funds: that a second person has to agree to, and that are late
	Doubts                           int // about what the card processor said
	Credits                          int // organisations of whose money we have more than they owe
	CreditSum                        money.Amount
}

// waitingAt counts what waits, in one question to the database.
func waitingAt(ctx context.Context, d bun.IDB, now time.Time) (waiting, error) {
	var w waiting
	err := d.NewRaw(`
		SELECT o.*, a.*, h.*, b.*, i.*, s.*, c.*,
		       (SELECT count(*) FROM write_offs WHERE outcome IS NULL) AS write_offs,
		       (SELECT count(*) FROM credit_refunds WHERE outcome IS NULL) AS refunds,
		       (SELECT count(*) FROM fund_terms t JOIN funds n ON n.id = t.fund_id WHERE t.status = 'proposed' AND n.closed_at IS NULL) AS rules,
		       (SELECT count(*) FROM gifts WHERE status = 'pledged' AND due_on < ?0) AS pledges,
		       (SELECT count(*) FROM quarantine WHERE resolved_at IS NULL) AS doubts
		FROM  (SELECT count(*) AS pending, count(like_id) AS alike FROM organisations WHERE status = 'pending') o,
		      (SELECT count(*) FILTER (WHERE checked_at IS NULL) AS addresses_asked, count(checked_at) AS addresses_checked
		       FROM address_changes WHERE outcome IS NULL) a,
		      (SELECT count(DISTINCT e.id) AS orders, coalesce(min(e.held_until), ?1) AS orders_first
		       FROM enrolments e JOIN shares s ON s.enrolment_id = e.id JOIN organisations g ON g.id = s.organisation_id
		       WHERE e.status = 'held' AND g.po_rule = 'required' AND s.purchase_order_id IS NULL AND s.secured_at IS NULL) h,
		      (SELECT count(*) AS bank_lines, coalesce(sum(amount), 0) AS bank_sum FROM bank_lines WHERE status = 'open') b,
		      (SELECT coalesce(sum(rest), 0) AS open_sum,
		              coalesce(sum(rest) FILTER (WHERE late > 0), 0) AS overdue_sum,
		              count(*) FILTER (WHERE late BETWEEN 7 AND 13) AS overdue7,
		              coalesce(sum(rest) FILTER (WHERE late BETWEEN 7 AND 13), 0) AS overdue7_sum,
		              count(*) FILTER (WHERE late BETWEEN 14 AND 29) AS overdue14,
		              coalesce(sum(rest) FILTER (WHERE late BETWEEN 14 AND 29), 0) AS overdue14_sum,
		              count(*) FILTER (WHERE late >= 30) AS overdue30,
		              coalesce(sum(rest) FILTER (WHERE late >= 30), 0) AS overdue30_sum
		       FROM (SELECT total - paid - credited - written_off AS rest, ?0::date - due_on AS late
		             FROM invoices WHERE status IN ('issued', 'part_paid')) x) i,
		      (SELECT count(*) AS departures, count(*) FILTER (WHERE answer_by < ?0) AS departures_late
		       FROM seat_departures WHERE outcome IS NULL) s,
		      (SELECT count(*) AS credits, coalesce(-sum(k.balance), 0) AS credit_sum
		       FROM organisations g JOIN accounts k ON k.name = 'organisation/' || g.id || '/credit' WHERE k.balance < 0) c`, london.DateOf(now), now).Scan(ctx, &w)
	if err != nil {
		return waiting{}, fmt.Errorf("counting what waits: %w", err)
	}
	return w, nil
}
