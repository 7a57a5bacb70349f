package invoice

import (
	"context"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/money"
)

// asked is a part of an invoice as it stands.
type asked struct {
	ID       id.InvoicePart
	Line     int
	ShareID  id.Share // or
	GiftID   id.Gift
	Place    string // its code
	Amount   money.Amount
	Settled  money.Amount // of which
	Forgone  money.Amount // was written off
	Credited money.Amount
}

func (p asked) open() money.Amount { return p.Amount - p.Settled - p.Credited }

// partsOf reads the parts of a locked invoice in order.
func partsOf(ctx context.Context, tx *db.Tx, of id.Invoice) ([]asked, error) {
	var list []asked
	err := tx.NewRaw(`
		SELECT p.id, l.number AS line, coalesce(p.share_id, 0) AS share_id, coalesce(p.gift_id, 0) AS gift_id, coalesce(e.code, '') AS place,
			p.amount, p.settled, p.credited, coalesce((SELECT sum(sp.amount) FROM settlement_parts sp JOIN settlements s ON s.id = sp.settlement_id
				WHERE sp.part_id = p.id AND s.kind = 'write_off'), 0) AS forgone
		FROM invoice_parts p JOIN invoice_lines l ON l.id = p.line_id
		LEFT JOIN shares sh ON sh.id = p.share_id LEFT JOIN enrolments e ON e.id = sh.enrolment_id
		WHERE p.invoice_id = ? ORDER BY p.id`, of).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading parts: %w", err)
	}
	return list, nil
}

// portion is so much of a part.
type portion struct {
	asked
	amount money.Amount
}

// meet divides an amount among what is open: first among the shares, in proportion and to the penny, then to gifts, each of
// them whole or not at all. What it cannot place is left over.
func meet(parts []asked, amount money.Amount) (list []portion, used money.Amount) {
	var shares []asked
	var weights []int64
	var open money.Amount
	for _, p := range parts {
		if p.ShareID != 0 && p.open() > 0 {
			shares, weights = append(shares, p), append(weights, int64(p.open()))
			open += p.open()
		}
	}
	if used = min(amount, open); used > 0 {
		for i, part := range used.Split(weights...) {
			if part > 0 {
				list = append(list, portion{shares[i], part})
			}
		}
	}
	for _, p := range parts {
		if p.GiftID != 0 && p.open() == p.Amount && p.Amount <= amount-used {
			list = append(list, portion{p, p.Amount})
			used += p.Amount
		}
	}
	return list, used
}
