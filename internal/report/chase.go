package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
)

// What says why somebody is reminded.
type What string

// The reasons to remind.
const (
	OrderMissing What = "order"   // a place without a purchase order
	Due          What = "due"     // an invoice that is due within seven days, or was within the last six
	Overdue      What = "overdue" // an invoice that is late by Item.Step days or more
)

// soon is how many days before it is due an invoice is listed.
const soon = 7

// Item is a place or an invoice that somebody may be reminded of.
type Item struct {
	Organisation id.Organisation
	What         What
	Step         int    // of Overdue: 7, 14 or 30 days
	Code         string // of the place, or the number of the invoice
	Run          string // code
	Course       string
	Amount       money.Amount // of the share without an order, or what is open of the invoice
	On           london.Date  // until when the place is held, zero where nothing ends; or when the invoice is due
	Days         int          // until then; below zero: past it
	Chased       time.Time    // when it was last chased at this step; zero: never
}

// Late is for how many days it is past its day.
func (i Item) Late() int { return max(0, -i.Days) }

// Debtor is an organisation with what it may be reminded of.
type Debtor struct {
	ID      id.Organisation
	Code    string
	Name    string
	Contact string // at the address for invoices
	To      string // where a reminder goes; empty: nowhere
	Items   []Item
}

// Only are the items of one sort.
func (d *Debtor) Only(what What) []Item {
	var list []Item
	for _, i := range d.Items {
		if i.What == what {
			list = append(list, i)
		}
	}
	return list
}

// mostItems bounds what is listed: far above what one person can chase.
const mostItems = 5_000

// ToChase lists who may be reminded of something, by name: all organisations, or those given alone. Within one, places come
// first and then invoices, the latest first.
func ToChase(ctx context.Context, d bun.IDB, now time.Time, only ...id.Organisation) ([]Debtor, error) {
	items, err := itemsOf(ctx, d, now, only)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	var which []id.Organisation
	for _, i := range items {
		if !slices.Contains(which, i.Organisation) {
			which = append(which, i.Organisation)
		}
	}
	var list []Debtor
	err = d.NewRaw(`
		SELECT o.id, o.code, o.name, o.contact, o.invoice_email AS "to" FROM organisations o WHERE o.id IN (?) ORDER BY lower(o.name), o.id`,
		bun.List(which)).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading who is to be chased: %w", err)
	}
	for n := range list {
		for _, i := range items {
			if i.Organisation == list[n].ID {
				list[n].Items = append(list[n].Items, i)
			}
		}
	}
	return list, address(ctx, d, list)
}

// notCancelled says that a run was not cancelled by us in the days in which whoever has a place on it chooses what becomes of it:
// most of what is owed for it is about to be credited.
func notCancelled(run string) string {
	return "NOT EXISTS (SELECT FROM run_cancellations x WHERE x.run_id = " + run + " AND x.answer_by >= ?0::date)"
}

// itemsOf reads places and invoices, and when each was last chased at its step.
func itemsOf(ctx context.Context, d bun.IDB, now time.Time, only []id.Organisation) ([]Item, error) {
	today := london.DateOf(now)
	var items []Item
	err := d.NewRaw(`
		WITH found AS (
			SELECT o.id AS organisation, 'order' AS what, 0 AS step, e.code, r.code AS run, c.title AS course, sum(coalesce(s.kept, s.amount) - s.let_off) AS amount,
				(e.held_until AT TIME ZONE 'Europe/London')::date AS "on"
			FROM shares s JOIN enrolments e ON e.id = s.enrolment_id JOIN organisations o ON o.id = s.organisation_id
			JOIN runs r ON r.id = e.run_id JOIN courses c ON c.id = r.course_id
			WHERE `+orderMissing+` AND `+notCancelled("e.run_id")+`
			GROUP BY o.id, e.id, r.id, c.id
			UNION ALL
			SELECT i.organisation_id, CASE WHEN ?0::date - i.due_on >= 7 THEN 'overdue' ELSE 'due' END,
				CASE WHEN ?0::date - i.due_on >= 30 THEN 30 WHEN ?0::date - i.due_on >= 14 THEN 14 WHEN ?0::date - i.due_on >= 7 THEN 7 ELSE 0 END,
				i.number, r.code, c.title, i.total - i.paid - i.credited - i.written_off, i.due_on
			FROM invoices i JOIN runs r ON r.id = i.run_id JOIN courses c ON c.id = r.course_id
			WHERE i.status IN ('issued', 'part_paid') AND i.due_on <= ?0::date + ?1 AND `+notCancelled("i.run_id")+`
		)
		SELECT f.*, coalesce(f."on" - ?0::date, 0) AS days, h.at AS chased FROM found f
		LEFT JOIN LATERAL (
			SELECT max(at) AS at FROM chases h WHERE h.organisation_id = f.organisation AND h.kind = f.what AND h.step = f.step AND h.items @> to_jsonb(f.code)
		) h ON true
		WHERE ?2 OR f.organisation IN (?3)
		ORDER BY f.what = 'order' DESC, f."on" NULLS LAST, f.code LIMIT ?4`,
		today, soon, len(only) == 0, bun.List(append(only, 0)), mostItems).Scan(ctx, &items)
	if err != nil {
		return nil, fmt.Errorf("reading what is to be chased: %w", err)
	}
	return items, nil
}

// address says where a reminder goes: to the address for invoices when it is about invoices alone; else to whoever has acted
// for the organisation the longest, who can bring a purchase order.
func address(ctx context.Context, d bun.IDB, list []Debtor) error {
	which := []id.Organisation{0}
	for _, o := range list {
		which = append(which, o.ID)
	}
	var rows []struct {
		ID    id.Organisation
		Email string
	}
	err := d.NewRaw(`
		SELECT DISTINCT ON (m.organisation_id) m.organisation_id AS id, p.email
		FROM organisation_members m JOIN people p ON p.id = m.person_id
		WHERE m.until IS NULL AND m.organisation_id IN (?) ORDER BY m.organisation_id, m.id`, bun.List(which)).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("reading who acts for organisations: %w", err)
	}
	acts := map[id.Organisation]string{}
	for _, r := range rows {
		acts[r.ID] = r.Email
	}
	for i := range list {
		o := &list[i]
		if len(o.Only(OrderMissing)) > 0 {
			o.To, o.Contact = cmp.Or(acts[o.ID], o.To), ""
		}
		if o.To == "" {
			o.To, o.Contact = acts[o.ID], ""
		}
	}
	return nil
}
