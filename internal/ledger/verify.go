package ledger

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// faultsShown bounds Verify's list: what is wrong shows in the first few.
const faultsShown = 100

// Verify adds up the whole books afresh and says what is wrong with them, in sentences for an operator: an
// entry that does not sum to zero or has fewer than two lines, an account whose balance is not the sum of its
// lines or is under its floor, a line without its account or entry. Books in order give none.
func Verify(ctx context.Context, idb bun.IDB) ([]string, error) {
	var faults []string
	err := idb.NewRaw(`
		SELECT fault FROM (
			SELECT format('entry %s (%s) has %s lines that add up to %s pence', e.id, e.reference, count(l.account), coalesce(sum(l.amount), 0)) AS fault
			FROM   entries e LEFT JOIN entry_lines l ON l.entry_id = e.id
			GROUP  BY e.id
			HAVING count(l.account) < 2 OR coalesce(sum(l.amount), 0) <> 0
			UNION ALL
			SELECT format('account %s says %s pence and its lines add up to %s', a.name, a.balance, coalesce(sum(l.amount), 0))
			FROM   accounts a LEFT JOIN entry_lines l ON l.account = a.name
			GROUP  BY a.name
			HAVING a.balance <> coalesce(sum(l.amount), 0)
			UNION ALL
			SELECT format('account %s stands at %s pence, under its floor of %s', name, balance, floor)
			FROM   accounts WHERE balance < floor
			UNION ALL
			SELECT format('a line of %s pence of entry %s on %s has lost its entry or account', amount, entry_id, account)
			FROM   entry_lines l
			WHERE  NOT EXISTS (SELECT FROM entries e WHERE e.id = l.entry_id) OR NOT EXISTS (SELECT FROM accounts a WHERE a.name = l.account)
		) found
		ORDER BY fault LIMIT ?`, faultsShown).Scan(ctx, &faults)
	if err != nil {
		return nil, fmt.Errorf("verifying the books: %w", err)
	}
	return faults, nil
}
