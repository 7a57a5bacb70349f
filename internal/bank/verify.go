package bank

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/money"
)

// Verify finds what cannot be: each fault is a sentence, for the doctor.
func Verify(ctx context.Context, d bun.IDB) ([]string, error) {
	var faults []string
	err := d.NewRaw(`
		SELECT 'line ' || l.id || ' of the bank is ' || l.status || ', pays ' || l.amount || ' pence, and ' || met.sum || ' pence of it are placed'
		FROM bank_lines l, LATERAL (SELECT l.credited + coalesce(sum(s.amount), 0) AS sum FROM settlements s
			WHERE s.bank_line_id = l.id AND NOT EXISTS (SELECT FROM settlements r WHERE r.reverses = s.id)) met
		WHERE met.sum <> CASE l.status WHEN 'matched' THEN l.amount ELSE 0 END
		ORDER BY l.id LIMIT 100`).Scan(ctx, &faults)
	if err != nil {
		return nil, fmt.Errorf("checking lines of the bank: %w", err)
	}
	var open, stands money.Amount
	err = d.NewRaw(`SELECT coalesce(sum(amount), 0), coalesce((SELECT -balance FROM accounts WHERE name = ?), 0) FROM bank_lines WHERE status = 'open'`, Unmatched).
		Scan(ctx, &open, &stands)
	if err == nil && open != stands {
		faults = append(faults, fmt.Sprintf("%s of the bank is open, and %s stands as not matched", open, stands))
	}
	return faults, err
}
