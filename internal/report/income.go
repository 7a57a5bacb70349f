package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/id"
	"bursar/internal/money"
)

// readSales reads what happened to income that is to be taught, by run, and who was charged.
func (c *Close) readSales(ctx context.Context, d bun.IDB, _ []balance) error {
	var rows []struct {
		What, Payer string
		Run         id.Run
		Amount      money.Amount
	}
	err := d.NewRaw(`
		WITH changed AS (
			SELECT e.id, split_part(l.account, '/', 2)::bigint AS run, -l.amount AS amount,
				CASE WHEN e.reference ^@ 'block/' THEN 'earned' WHEN e.reference LIKE '%/vat' THEN 'vat' WHEN e.reference LIKE 'enrolment/%/moved/%' THEN 'moved'
					WHEN l.amount < 0 THEN 'charged' ELSE 'taken back' END AS what
			FROM entries e JOIN entry_lines l ON l.entry_id = e.id
			WHERE e.posted_at >= ?0 AND e.posted_at < ?1 AND l.account LIKE 'run/%/deferred'
		)
		SELECT what, '' AS payer, run, sum(amount) AS amount FROM changed GROUP BY what, run
		UNION ALL
		SELECT 'payer', coalesce(s.payer, 'exchanged'), 0, sum(l.amount)
		FROM changed c JOIN entry_lines l ON l.entry_id = c.id AND l.account ^@ 'share/'
		LEFT JOIN shares s ON s.id = split_part(l.account, '/', 2)::bigint
		WHERE c.what = 'charged' GROUP BY s.payer
		UNION ALL
		SELECT 'tax', split_part(e.reference, '/', 1), 0, -sum(l.amount)
		FROM entries e JOIN entry_lines l ON l.entry_id = e.id
		WHERE e.posted_at >= ?0 AND e.posted_at < ?1 AND l.account = 'vat' GROUP BY 2`, c.Month.begins(), c.Month.ends()).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("reading the sales of %s: %w", c.Month, err)
	}
	for _, r := range rows {
		switch r.What {
		case "payer":
			c.Sales.ByPayer[r.Payer] += r.Amount
		case "tax":
			c.VAT.add(r.Payer, r.Amount)
		default:
			c.run(r.Run).changed(r.What, r.Amount)
		}
	}
	for _, r := range c.Runs {
		c.Sales.Charged, c.Sales.TakenBack = c.Sales.Charged+r.Charged, c.Sales.TakenBack+r.TakenBack
		c.Sales.VAT, c.Sales.Earned = c.Sales.VAT+r.VAT, c.Sales.Earned+r.Earned
	}
	return nil
}

// add counts VAT by what its entry is about.
func (v *VAT) add(about string, amount money.Amount) {
	switch about {
	case "invoice":
		v.Invoiced = amount
	case "credit-note":
		v.Credited = -amount
	default: // a payment by card, and a share that a fund paid or whose payer got money back
		v.Paid += amount
	}
}

// run is the line of a run.
func (c *Close) run(which id.Run) *RunIncome {
	i := slices.IndexFunc(c.Runs, func(r RunIncome) bool { return r.ID == which })
	if i < 0 {
		i = len(c.Runs)
		c.Runs = append(c.Runs, RunIncome{ID: which})
	}
	return &c.Runs[i]
}

func (r *RunIncome) changed(what string, amount money.Amount) {
	switch what {
	case "charged":
		r.Charged = amount
	case "taken back":
		r.TakenBack = -amount
	case "moved":
		r.Moved = amount
	case "vat":
		r.VAT = -amount
	case "earned":
		r.Earned = -amount
	}
}

// readRuns reads what stands on runs, and divides it among what is still to be taught.
func (c *Close) readRuns(ctx context.Context, d bun.IDB, rows []balance) error {
	for _, b := range rows {
		if m := b.movement(); b.Kind == "deferred" && m != (Movement{}) {
			r := c.run(id.Run(b.Number))
			r.Opening, r.Closing = m.Opening, m.Closing
		}
	}
	if len(c.Runs) == 0 {
		return nil
	}
	which := make([]id.Run, len(c.Runs))
	for i, r := range c.Runs {
		which[i] = r.ID
	}
	offerings, err := course.OfferingsOf(ctx, d, which)
	if err != nil {
		return err
	}
	for i := range c.Runs {
		r := &c.Runs[i]
		if o := offerings[r.ID]; o != nil {
			r.Code = o.Code
			r.plan(o, c.at)
		}
	}
	slices.SortFunc(c.Runs, func(a, b RunIncome) int { return cmp.Compare(a.Code, b.Code) })
	return nil
}

// plan divides what is not earned at a time among the blocks that are not over by then.
func (r *RunIncome) plan(o *course.Offering, at time.Time) {
	var left []block
	for _, b := range o.Blocks {
		if !o.Over(b, at) {
			left = append(left, block{Days: int64(b.Days())})
			r.Blocks = append(r.Blocks, BlockIncome{Number: b.Number, Starts: b.StartsOn, Ends: b.EndsOn})
		}
	}
	if len(left) == 0 || o.Status == course.Cancelled {
		r.Blocks, r.Rest = nil, r.Closing
		return
	}
	for i, amount := range portions(r.Closing, left) {
		r.Blocks[i].Amount = amount
	}
}
