package award

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// Verify holds the awards against the books and the places, and says in sentences for an operator where they differ: what
// a fund has committed in the ledger and what awards say of it, offers and accepted awards without their place, places
// still kept for awards that have ended. It names nobody.
func Verify(ctx context.Context, d bun.IDB) ([]string, error) {
	var wrong []string
	err := d.NewRaw(`
		SELECT fault FROM (
			SELECT format('fund %s has %s pence committed in the books and awards say %s', f.code, coalesce(a.balance, 0), coalesce(p.open, 0)) AS fault
			FROM   funds f
			LEFT   JOIN accounts a ON a.name = 'fund/' || f.id || '/committed'
			LEFT   JOIN (SELECT fund_id, sum(amount - spent - released) AS open FROM sensitive.award_parts GROUP BY fund_id) p ON p.fund_id = f.id
			WHERE  coalesce(a.balance, 0) <> coalesce(p.open, 0)
			UNION ALL
			SELECT format('award %s is %s and its place is %s', a.code, a.status, e.status)
			FROM   sensitive.awards a JOIN enrolments e ON e.id = a.enrolment_id
			WHERE  a.status IN ('offered', 'accepted') AND e.status NOT IN ('held', 'confirmed', 'completed')
			   OR  a.status IN ('declined', 'lapsed', 'released') AND e.status IN ('held', 'confirmed', 'completed')
		) found
		ORDER BY fault LIMIT 100`).Scan(ctx, &wrong)
	if err != nil {
		return nil, fmt.Errorf("holding the awards against the books: %w", err)
	}
	return wrong, nil
}
