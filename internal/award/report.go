package award

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/secret"
)

// Total is what became of a fund's promises for one purpose, in pence, all awards together.
type Total struct {
	Purpose   fund.Purpose
	Committed money.Amount // still promised
	Spent     money.Amount // paid
}

// Totals says what became of a fund's promises, for the purposes of which there are any. They add up to what stands on
// the fund's accounts for what is committed and spent.
func Totals(ctx context.Context, tx *db.Tx, which id.Fund) ([]Total, error) {
	var rows []Total
	err := tx.NewRaw(`
		SELECT l.purpose, sum(p.amount - p.spent - p.released) AS committed, sum(p.spent) AS spent
		FROM   sensitive.award_parts p JOIN sensitive.award_lines l ON l.id = p.line_id
		WHERE  p.fund_id = ? GROUP BY l.purpose`, which).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("adding up what a fund promised: %w", err)
	}
	slices.SortFunc(rows, func(a, b Total) int { return orderOf(a.Purpose) - orderOf(b.Purpose) })
	return rows, nil
}

func orderOf(p fund.Purpose) int { return slices.Index(fund.Purposes(), p) }

// Report is whom a fund helped in a period and with what, for whoever gave the money. Nobody is named in it, and counts
// from which one person could be told are hidden.
type Report struct {
	From, Until london.Date // first and last day
	People      form.Cell   // who accepted an award of which the fund pays something
	ByPurpose   []PurposeCount
	Regions     []Answer // where they live
	Roles       []Answer // how they work with people
}

// PurposeCount is what the fund paid for one purpose. The pence are those of the fund's statement: whoever gave the money
// is owed an account of it.
type PurposeCount struct {
	Purpose  fund.Purpose
	Promised money.Amount // to the people counted, in pence
	Spent    money.Amount // in the period, to anybody, less what came back
	People   form.Cell    // of those counted
}

// Answer is how many people gave an answer of the form.
type Answer struct {
	Label string
	Count form.Cell
}

// FunderCounts reads the report of a fund for a period, for staff, from the facts that were kept: reading them is noted
// for each person. It is for whole years of the fund: two periods that differ by a little would tell who is in between.
func FunderCounts(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, which id.Fund, from, until london.Date) (Report, error) {
	r := Report{From: from, Until: until}
	helped, err := helpedBy(ctx, tx, which, from, until)
	if err != nil {
		return r, err
	}
	facts, err := factsOfAll(ctx, tx, box, reader, helped)
	if err != nil {
		return r, err
	}
	f := form.Current()
	var total form.Cell
	r.Regions, total = answersTo(f, "region", helped, facts, func(f fund.Facts) string { return f.Region })
	r.Roles, r.People = answersTo(f, "role_kind", helped, facts, func(f fund.Facts) string { return f.Role })
	if total.Hidden {
		r.People = total
	}
	spent, err := spentBy(ctx, tx, which, from, until)
	if err != nil {
		return r, err
	}
	r.ByPurpose, err = purposes(ctx, tx, which, helped, spent)
	return r, err
}

// helpedBy lists the accepted awards of a period that a fund pays something of, as the applications they are for. Somebody
// who gave the award up is counted only if something was paid.
func helpedBy(ctx context.Context, tx *db.Tx, which id.Fund, from, until london.Date) ([]id.Application, error) {
	var all []id.Application
	err := tx.NewRaw(`
		SELECT DISTINCT a.application_id
		FROM   sensitive.awards a JOIN sensitive.award_lines l ON l.award_id = a.id JOIN sensitive.award_parts p ON p.line_id = l.id
		WHERE  p.fund_id = ? AND (a.status IN ('accepted', 'spent') OR a.status = 'released' AND p.spent > 0)
		  AND  a.answered_at >= ? AND a.answered_at < ? ORDER BY 1`, which, from.At(0, 0), until.AddDays(1).At(0, 0)).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("finding whom a fund helped: %w", err)
	}
	return all, nil
}

// factsOfAll opens the facts of applications, by application.
func factsOfAll(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, which []id.Application) (map[id.Application]fund.Facts, error) {
	facts := make(map[id.Application]fund.Facts, len(which))
	if len(which) == 0 {
		return facts, nil
	}
	if err := bursary.NoteAll(ctx, tx, which, reader); err != nil {
		return nil, err
	}
	var list []*bursary.Application
	if err := tx.NewSelect().Model(&list).Where("id IN (?)", bun.List(which)).Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing applications: %w", err)
	}
	kept, err := KeptFacts(ctx, tx, box, list)
	for _, p := range kept {
		facts[p.Application.ID] = p.Facts
	}
	return facts, err
}

// answersTo counts the answers to one question, in the form's order, with those that are not known at the end.
func answersTo(f form.Form, key string, people []id.Application, facts map[id.Application]fund.Facts, of func(fund.Facts) string) ([]Answer, form.Cell) {
	q, _ := f.Question(key)
	counts := make([]int, len(q.Options)+1)
	for _, p := range people {
		i := slices.IndexFunc(q.Options, func(o form.Option) bool { return o.Value == of(facts[p]) })
		if i < 0 {
			i = len(q.Options)
		}
		counts[i]++
	}
	shown := form.Suppress(counts)
	all := make([]Answer, len(counts))
	for i, cell := range shown.Cells {
		all[i] = Answer{"Not known", cell}
		if i < len(q.Options) {
			all[i].Label = q.Options[i].Label
		}
	}
	return all, shown.Total
}

// spentBy is what a fund paid in a period for each purpose, less what came back, by the books: a claim says what it was
// for, and all else is the fee.
func spentBy(ctx context.Context, tx *db.Tx, which id.Fund, from, until london.Date) (map[fund.Purpose]money.Amount, error) {
	var rows []struct {
		Purpose fund.Purpose
		Amount  money.Amount
	}
	err := tx.NewRaw(`
		SELECT coalesce(l.purpose, 'fee') AS purpose, sum(x.amount) AS amount
		FROM   entry_lines x JOIN entries e ON e.id = x.entry_id
		LEFT   JOIN sensitive.claims c ON e.reference = 'claim/' || c.id || '/paid'
		LEFT   JOIN sensitive.award_lines l ON l.id = c.line_id
		WHERE  x.account = ? AND e.posted_at >= ? AND e.posted_at < ?
		GROUP  BY 1`, fmt.Sprintf("fund/%d/spent", which), from.At(0, 0), until.AddDays(1).At(0, 0)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("adding up what a fund paid: %w", err)
	}
	spent := make(map[fund.Purpose]money.Amount, len(rows))
	for _, row := range rows {
		spent[row.Purpose] = row.Amount
	}
	return spent, nil
}

// purposes says for each purpose what was promised to the people counted, what was spent, and on how many of them. A
// count is hidden also when few have nothing of that purpose, which the number of people would tell.
func purposes(ctx context.Context, tx *db.Tx, which id.Fund, helped []id.Application, spent map[fund.Purpose]money.Amount) ([]PurposeCount, error) {
	var rows []struct {
		Purpose  fund.Purpose
		Promised money.Amount
		People   int
	}
	if len(helped) > 0 {
		err := tx.NewRaw(`
			SELECT l.purpose, sum(p.amount - p.released) AS promised, count(DISTINCT a.application_id) AS people
			FROM   sensitive.awards a JOIN sensitive.award_lines l ON l.award_id = a.id JOIN sensitive.award_parts p ON p.line_id = l.id
			WHERE  p.fund_id = ? AND a.application_id IN (?) AND a.status IN ('accepted', 'spent', 'released')
			GROUP  BY l.purpose`, which, bun.List(helped)).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("counting what a fund paid for: %w", err)
		}
	}
	var all []PurposeCount
	for _, p := range fund.Purposes() {
		c := PurposeCount{Purpose: p, Spent: spent[p], People: form.Cell{Hidden: true}}
		for _, row := range rows {
			if row.Purpose != p {
				continue
			}
			c.Promised = row.Promised
			if without := len(helped) - row.People; row.People >= fewest && (without == 0 || without >= fewest) {
				c.People = form.Cell{Count: row.People}
			}
		}
		if c.Promised > 0 || c.Spent != 0 {
			all = append(all, c)
		}
	}
	return all, nil
}

// fewest is the lowest count of people that is shown, as in form.Suppress.
const fewest = 5
