package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/money"
)

// balance is what stands on the accounts of one kind and of one run, organisation or fund. Debit is positive.
type balance struct {
	Kind          string // as kindSQL names it
	Payer         string // of a share
	Number        int64  // of the run, organisation or fund; of a share of the organisation that owes it; zero: none
	Closing       money.Amount
	Debit, Credit money.Amount // posted in the month
}

// balances are the books at the end of a month. What stands there is what stands now, less what was posted since.
func balances(ctx context.Context, d bun.IDB, m Month) ([]balance, error) {
	var rows []balance
	err := d.NewRaw(fmt.Sprintf(`
		WITH since AS (
			SELECT l.account, coalesce(sum(l.amount) FILTER (WHERE e.posted_at >= ?1), 0) AS later,
				coalesce(sum(l.amount) FILTER (WHERE e.posted_at < ?1 AND l.amount > 0), 0) AS debit,
				coalesce(-sum(l.amount) FILTER (WHERE e.posted_at < ?1 AND l.amount < 0), 0) AS credit
			FROM entries e JOIN entry_lines l ON l.entry_id = e.id WHERE e.posted_at >= ?0 GROUP BY l.account
		), named AS (
			SELECT name, balance, `+kindSQL+` AS kind, `+numberSQL+` AS number FROM accounts
		)
		SELECT a.kind, CASE WHEN a.kind = 'due' THEN coalesce(s.payer, 'exchanged') ELSE '' END AS payer,
			coalesce(CASE WHEN a.kind = 'due' THEN s.organisation_id ELSE a.number END, 0) AS number,
			sum(a.balance - coalesce(n.later, 0)) AS closing, coalesce(sum(n.debit), 0) AS debit, coalesce(sum(n.credit), 0) AS credit
		FROM named a LEFT JOIN since n ON n.account = a.name
		LEFT JOIN shares s ON s.id = CASE WHEN a.kind = 'due' THEN a.number END
		GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`, "name"), m.begins(), m.ends()).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading the books of %s: %w", m, err)
	}
	return rows, nil
}

// movement is the balance as a kind shows it.
func (b balance) movement() Movement {
	m := Movement{Opening: b.Closing - b.Debit + b.Credit, More: b.Debit, Less: b.Credit, Closing: b.Closing}
	if KindOf(b.Kind).Owed {
		m = Movement{Opening: -m.Opening, More: m.Less, Less: m.More, Closing: -m.Closing}
	}
	return m
}

// memorandum reports whether an account only says what may be done with money that stands elsewhere: what is in a fund,
// promised and not. These add up to zero by themselves.
func (b balance) memorandum() bool {
	return slices.Contains([]string{"fund/available", "fund/committed", "fund/budget"}, b.Kind)
}

// sum adds up the accounts by kind and payer.
func (c *Close) sum(rows []balance) {
	at := map[string]int{}
	for _, b := range rows {
		if b.memorandum() {
			continue
		}
		k := KindOf(b.Kind)
		i, known := at[k.Key+b.Payer]
		if !known {
			i = len(c.Accounts)
			at[k.Key+b.Payer] = i
			c.Accounts = append(c.Accounts, Account{Kind: k, Payer: b.Payer})
		}
		c.Accounts[i].add(b.movement())
	}
	place := func(a Account) int {
		return slices.IndexFunc(Kinds(), func(k Kind) bool { return k.Key == a.Key })
	}
	slices.SortStableFunc(c.Accounts, func(a, b Account) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(b.Payer, a.Payer))
	})
}
