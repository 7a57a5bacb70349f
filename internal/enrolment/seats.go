package enrolment

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/id"
)

// Lack is what an organisation has still to bring for a place.
type Lack string

// What may be lacking.
const (
	NoOrder  Lack = "order"  // a purchase order
	NoName   Lack = "name"   // who sits there
	NoAnswer Lack = "answer" // whether the organisation pays at all
)

// lacking says of a seat, as seatRow reads it, whether each is lacking. What is given up wants nothing.
var lacking = map[Lack]string{
	NoOrder: "e.status IN ('held', 'confirmed') AND s.unordered",
	NoName: `e.status IN ('held', 'confirmed') AND n.id IS NULL
		AND EXISTS (SELECT FROM team_bookings t WHERE t.id = e.team_booking_id AND t.organisation_id = s.organisation_id)
		AND NOT EXISTS (SELECT FROM team_waits w WHERE w.team_booking_id = e.team_booking_id AND w.taken_at IS NULL)`,
	NoAnswer: "e.status IN ('held', 'confirmed') AND NOT s.agreed",
}

// SeatFilter chooses among the places that an organisation pays for. The zero value is all of them.
type SeatFilter struct {
	Run   string           // of the run with this code
	Order id.PurchaseOrder // charged to one purchase order
	Asked id.PayRequest    // that one request is about
	Lacks Lack             // in want of something
}

// SeatKey is where a list of places goes on: behind this place of this run.
type SeatKey struct {
	Run   id.Run
	Place id.Enrolment
}

// ListSeats lists places that an organisation pays for by run, the latest added run first, and by the person's name, those
// without one first; only what comes behind a place that was shown before, when one is given.
func ListSeats(ctx context.Context, d bun.IDB, of id.Organisation, f SeatFilter, after SeatKey, limit int) ([]Seat, error) {
	q := newSeatQuery(of)
	if f.Run != "" {
		q.and("e.run_id IN (SELECT id FROM runs WHERE code = ?)", f.Run)
	}
	if f.Order != 0 {
		q.and("EXISTS (SELECT FROM shares o WHERE o.enrolment_id = e.id AND o.purchase_order_id = ?)", f.Order)
	}
	if f.Asked != 0 {
		q.and("EXISTS (SELECT FROM shares o WHERE o.enrolment_id = e.id AND o.pay_request_id = ?)", f.Asked)
	}
	if f.Lacks != "" {
		q.and(lacking[f.Lacks])
	}
	if after.Place != 0 {
		q.and(`(e.run_id < ? OR e.run_id = ? AND (coalesce(n.name, ''), e.id) >
			(coalesce((SELECT name FROM seat_names WHERE enrolment_id = ? AND until IS NULL), ''), ?))`, after.Run, after.Run, after.Place, after.Place)
	}
	var list []Seat
	err := d.NewRaw(q.text+" ORDER BY e.run_id DESC, coalesce(n.name, ''), e.id LIMIT ?", append(q.args, limit)...).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing an organisation's places: %w", err)
	}
	return list, nil
}

// seatQuery grows by conditions.
type seatQuery struct {
	text string
	args []any
}

func newSeatQuery(of id.Organisation) *seatQuery {
	return &seatQuery{seatRow + " WHERE true", []any{of}}
}

func (q *seatQuery) and(condition string, args ...any) {
	q.text += " AND " + condition
	q.args = append(q.args, args...)
}

// Wanting is what an organisation's places on one run still want of it.
type Wanting struct {
	RunID   id.Run
	Orders  int       // places without a purchase order
	Names   int       // without a name
	Held    int       // of those without an order, how many lapse
	HeldFor time.Time // the earliest of their ends
}

// WantingOf says what an organisation's places still want, by run.
func WantingOf(ctx context.Context, d bun.IDB, of id.Organisation) ([]Wanting, error) {
	var list []Wanting
	err := d.NewRaw(`
		SELECT run_id, count(*) FILTER (WHERE no_order) AS orders, count(*) FILTER (WHERE no_name) AS names,
			count(*) FILTER (WHERE no_order AND status = 'held') AS held, min(held_until) FILTER (WHERE no_order AND status = 'held') AS held_for
		FROM (SELECT e.run_id, e.status, e.held_until, `+lacking[NoOrder]+` AS no_order, `+lacking[NoName]+` AS no_name
			FROM (`+ownParts+`) s
			JOIN enrolments e ON e.id = s.enrolment_id
			LEFT JOIN seat_names n ON n.enrolment_id = e.id AND n.until IS NULL) w
		WHERE no_order OR no_name
		GROUP BY run_id ORDER BY held_for NULLS LAST, run_id LIMIT 500`, of).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("reading what places want: %w", err)
	}
	return list, nil
}
