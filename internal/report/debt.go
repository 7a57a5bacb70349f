package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

// readDebts reads what organisations owe, and what is owed to them.
func (c *Close) readDebts(ctx context.Context, d bun.IDB, rows []balance) error {
	of := map[id.Organisation]*Debt{}
	for _, b := range rows {
		if b.Kind != "credit" && (b.Kind != "due" || b.Number == 0) || b.movement() == (Movement{}) {
			continue
		}
		which := id.Organisation(b.Number)
		if of[which] == nil {
			of[which] = &Debt{ID: which}
		}
		if b.Kind == "credit" {
			of[which].Credit.add(b.movement())
		} else {
			of[which].Due.add(b.movement())
		}
	}
	if len(of) == 0 {
		return nil
	}
	which := make([]id.Organisation, 0, len(of))
	for o := range of {
		which = append(which, o)
	}
	known, err := organisation.ByIDs(ctx, d, which)
	if err != nil {
		return err
	}
	for o, debt := range of {
		if known[o] != nil {
			debt.Name = known[o].Name
		}
		c.Owing = append(c.Owing, *debt)
	}
	slices.SortFunc(c.Owing, func(a, b Debt) int {
		if n := strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)); n != 0 {
			return n
		}
		return int(a.ID - b.ID)
	})
	return nil
}

// readFunds reads what came into funds and went out of them.
func (c *Close) readFunds(ctx context.Context, d bun.IDB, rows []balance) error {
	for _, b := range rows {
		which, of := strings.CutPrefix(b.Kind, "fund/")
		if !of || b.Closing == 0 && b.Debit == 0 && b.Credit == 0 {
			continue
		}
		f, net := c.fund(id.Fund(b.Number)), b.Debit-b.Credit
		switch which {
		case "available", "committed":
			f.Opening, f.Closing = f.Opening+b.Closing-net, f.Closing+b.Closing
		case "income":
			f.Income = -net
		case "spent":
			f.Spent = net
		case "returned":
			f.Returned = net
		case "transfers":
			f.Moved = -net
		}
	}
	if len(c.Funds) == 0 {
		return nil
	}
	var known []struct {
		ID         id.Fund
		Code, Name string
	}
	if err := d.NewRaw("SELECT id, code, name FROM funds").Scan(ctx, &known); err != nil {
		return fmt.Errorf("reading funds: %w", err)
	}
	for _, k := range known {
		if i := slices.IndexFunc(c.Funds, func(f FundMonth) bool { return f.ID == k.ID }); i >= 0 {
			c.Funds[i].Code, c.Funds[i].Name = k.Code, k.Name
		}
	}
	slices.SortFunc(c.Funds, func(a, b FundMonth) int { return strings.Compare(a.Code, b.Code) })
	return nil
}

func (c *Close) fund(which id.Fund) *FundMonth {
	i := slices.IndexFunc(c.Funds, func(f FundMonth) bool { return f.ID == which })
	if i < 0 {
		i = len(c.Funds)
		c.Funds = append(c.Funds, FundMonth{ID: which})
	}
	return &c.Funds[i]
}

// check compares what the books say with what they must say, and with the tables beside them.
func (c *Close) check(ctx context.Context, d bun.IDB, rows []balance) error {
	var whole, debit, credit, memo, income, funds, grown money.Amount
	for _, b := range rows {
		whole, debit, credit = whole+b.Closing, debit+b.Debit, credit+b.Credit
		if b.memorandum() {
			memo += b.Closing
		}
	}
	for _, r := range c.Runs {
		income += r.Opening + r.Charged - r.TakenBack + r.Moved - r.VAT - r.Earned
	}
	for _, f := range c.Funds {
		funds, grown = funds+f.Closing, grown+f.Opening+f.Income-f.Spent-f.Returned+f.Moved
	}
	charged := money.Amount(0)
	for _, a := range c.Sales.ByPayer {
		charged += a
	}
	c.Checks = []Check{
		{Title: "All accounts together come to nothing", Got: whole},
		{Title: "As much was debited as credited in the month", Want: credit, Got: debit},
		{Title: "Nothing stands in clearing", Got: c.Of("clearing").Closing},
		{Title: "What was charged, less what was taken back, VAT and what was taught, explains the income still to be taught",
			Want: income, Got: c.Of("deferred").Closing},
		{Title: "What each sort of payer was charged comes to all that was charged", Want: c.Sales.Charged, Got: charged},
		{Title: "What came in and went out explains what is in the funds", Want: grown, Got: funds},
		{Title: "What is in the funds, promised or not, is what they may spend", Got: memo},
	}
	return c.compare(ctx, d)
}

// compare adds the checks of the books with invoices and with the bank's lines, which say how things stand now.
func (c *Close) compare(ctx context.Context, d bun.IDB) error {
	var now struct{ Due, Open, Unbilled, Unmatched, Lines, VAT, Tax money.Amount }
	err := d.NewRaw(`
		SELECT coalesce(sum(a.balance), 0) AS due, coalesce(sum(p.open), 0) AS open, coalesce(sum(coalesce(s.kept, s.amount) - s.let_off - s.invoiced), 0) AS unbilled,
			(SELECT coalesce(-sum(balance), 0) FROM accounts WHERE name = 'unmatched') AS unmatched,
			(SELECT coalesce(sum(amount), 0) FROM bank_lines WHERE status = 'open') AS lines,
			(SELECT coalesce(-sum(balance), 0) FROM accounts WHERE name = 'vat') AS vat, (SELECT coalesce(sum(vat), 0) FROM shares) AS tax
		FROM shares s JOIN accounts a ON a.name = 'share/' || s.id || '/due'
		LEFT JOIN (SELECT share_id, sum(amount - credited - settled) AS open FROM invoice_parts WHERE share_id IS NOT NULL GROUP BY share_id) p
			ON p.share_id = s.id
		WHERE s.organisation_id IS NOT NULL AND (a.balance <> 0 OR s.invoiced <> 0)`).Scan(ctx, &now)
	if err != nil {
		return fmt.Errorf("comparing the books: %w", err)
	}
	c.Checks = append(c.Checks,
		Check{Title: "What is open on invoices and not invoiced yet is what organisations owe", Want: now.Open + now.Unbilled, Got: now.Due, Now: true},
		Check{Title: "The lines of the bank that are open are what is not matched yet", Want: now.Lines, Got: now.Unmatched, Now: true},
		Check{Title: "The VAT that we owe is that in what was invoiced, and in what learners and funds have paid", Want: now.Tax, Got: now.VAT, Now: true})
	return nil
}
