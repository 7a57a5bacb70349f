package report

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Charged is what payers were charged for places in a month, in pence.
type Charged struct {
	Month        Month
	Learner      money.Amount
	Organisation money.Amount
	Award        money.Amount
	Exchanged    money.Amount // on shares that are no more, because others took over
}

// Sum is all of it.
func (c Charged) Sum() money.Amount { return c.Learner + c.Organisation + c.Award + c.Exchanged }

// ChargedBy reads from the ledger what was charged in so many months until one of them, by who pays, as each month's Close has it.
// It is read where shares that funds pay are seen.
func ChargedBy(ctx context.Context, d bun.IDB, last Month, months int) ([]Charged, error) {
	list := make([]Charged, months)
	at := map[london.Date]int{}
	m := last
	for i := months - 1; i >= 0; i-- {
		list[i].Month, at[m.First()] = m, i
		m = m.Before()
	}
	var rows []struct {
		Month  london.Date
		Payer  billing.Payer
		Amount money.Amount
	}
	err := d.NewRaw(`
		SELECT date_trunc('month', e.posted_at AT TIME ZONE 'Europe/London')::date AS month, coalesce(s.payer, '') AS payer, sum(l.amount) AS amount
		FROM   entries e JOIN entry_lines l ON l.entry_id = e.id AND l.account ^@ 'share/'
		LEFT   JOIN shares s ON s.id = split_part(l.account, '/', 2)::bigint
		WHERE  e.posted_at >= ? AND e.posted_at < ? AND NOT e.reference ^@ 'block/' AND e.reference NOT LIKE '%/vat'
		       AND EXISTS (SELECT FROM entry_lines r WHERE r.entry_id = e.id AND r.account LIKE 'run/%/deferred' AND r.amount < 0)
		GROUP  BY 1, 2`, list[0].Month.begins(), last.ends()).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading who was charged: %w", err)
	}
	for _, r := range rows {
		c := &list[at[r.Month]]
		switch r.Payer {
		case billing.Learner:
			c.Learner += r.Amount
		case billing.Organisation:
			c.Organisation += r.Amount
		case billing.Award:
			c.Award += r.Amount
		default:
			c.Exchanged += r.Amount
		}
	}
	return list, nil
}

// Presence is how many half days of a run those with a place were there.
type Presence struct {
	Run     string // code
	Present int
	MadeUp  int
	Absent  int
}

// Marked is how many half days anything was written down of.
func (p Presence) Marked() int { return p.Present + p.MadeUp + p.Absent }

// PresenceOfRuns counts half days by run, of the runs with registers that began latest, the latest first.
func PresenceOfRuns(ctx context.Context, d bun.IDB, limit int) ([]Presence, error) {
	var list []Presence
	err := d.NewRaw(`
		SELECT x.code AS run, m.* FROM (
			SELECT r.id, r.code, min(b.starts_on) AS starts_on FROM runs r JOIN blocks b ON b.run_id = r.id
			WHERE  EXISTS (SELECT FROM blocks k JOIN registers g ON g.block_id = k.id WHERE k.run_id = r.id) GROUP BY r.id ORDER BY 3 DESC, r.id DESC LIMIT ?) x
		CROSS  JOIN LATERAL (
			SELECT count(*) FILTER (WHERE m.mark = 'present') AS present, count(*) FILTER (WHERE m.mark = 'made_up') AS made_up, count(*) FILTER (WHERE m.mark = 'absent') AS absent
			FROM   blocks b JOIN registers g ON g.block_id = b.id JOIN attendance_marks m ON m.register_id = g.id
			JOIN   enrolments e ON e.id = m.enrolment_id AND e.run_id = b.run_id
			WHERE  b.run_id = x.id) m
		WHERE  m.present + m.made_up + m.absent > 0 ORDER BY x.starts_on DESC, x.id DESC`, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("counting who was there: %w", err)
	}
	return list, nil
}
