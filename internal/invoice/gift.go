package invoice

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/id"
	"bursar/internal/money"
)

// gift is money that an organisation promised towards a place for a peer when it booked.
type gift struct {
	Ready
	GiftID   id.Gift
	Amount   money.Amount
	Fund     string
	Approved bool
}

// giftRows are the gifts that were pledged with places that are certain, and not invoiced yet.
const giftRows = `
	SELECT g.id AS gift_id, g.amount, f.name AS fund, o.id AS organisation, o.code AS organisation_code, o.name AS organisation_name,
		o.status = 'approved' AS approved, r.id AS run, r.code AS run_code, c.title AS course, t.id AS team, t.code AS team_code
	FROM team_bookings t
	JOIN gifts g ON g.id = t.gift_id JOIN funds f ON f.id = g.fund_id
	JOIN organisations o ON o.id = t.organisation_id
	JOIN runs r ON r.id = t.run_id JOIN courses c ON c.id = r.course_id
	WHERE t.status = 'placed' AND g.status = 'pledged' AND NOT EXISTS (SELECT FROM invoice_parts p WHERE p.gift_id = g.id)
		AND EXISTS (SELECT FROM enrolments e JOIN shares s ON s.enrolment_id = e.id
			WHERE e.team_booking_id = t.id AND s.organisation_id = o.id AND s.secured_at IS NOT NULL AND e.status IN ('confirmed', 'completed'))
		AND (?0 = 0 OR o.id = ?0) AND (?1 = 0 OR r.id = ?1) AND (?2 = 0 OR t.id = ?2)
	ORDER BY g.id LIMIT ?3`

// addGifts puts each gift on the first invoice of its booking that goes by no purchase order, or else on one of its own:
// a purchase order for places must not be charged with it.
func addGifts(ctx context.Context, d bun.IDB, f ReadyFilter, groups []*group) ([]*group, error) {
	var gifts []*gift
	if err := d.NewRaw(giftRows, f.Organisation, f.Run, f.Team, mostOwing).Scan(ctx, &gifts); err != nil {
		return nil, fmt.Errorf("reading gifts: %w", err)
	}
	for _, x := range gifts {
		g := home(groups, x)
		if g == nil {
			g = &group{Ready: x.Ready}
			if g.Key = g.key("gift"); !x.Approved {
				g.Waits = "The organisation is not approved yet."
			}
			groups = append(groups, g)
		}
		g.gift, g.Gift = x, x.Amount
		g.Total += x.Amount
	}
	return groups, nil
}

// home is the group on whose invoice a gift goes, if there is one.
func home(groups []*group, x *gift) *group {
	for _, g := range groups {
		if g.Organisation == x.Organisation && g.Team == x.Team && g.Order == 0 && g.Waits == "" {
			return g
		}
	}
	return nil
}
