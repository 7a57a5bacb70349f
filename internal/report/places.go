package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
)

// Need is what a place waits for.
type Need string

// What places wait for.
const (
	NeedsName   Need = "name"   // an organisation has taken it, and has not said who sits there
	NeedsOrder  Need = "order"  // a purchase order, of an organisation that pays by one
	NeedsAnswer Need = "answer" // it was offered to somebody on the waiting list, who has not taken it yet
	NeedsChoice Need = "choice" // its dates were cancelled by us, and whoever has it has not chosen others or the money
)

// Needs lists every need.
func Needs() []Need { return []Need{NeedsName, NeedsOrder, NeedsAnswer, NeedsChoice} }

// orderMissing says that a share s of an organisation o in an enrolment e still waits for a purchase order.
const orderMissing = `s.agreed_at IS NOT NULL AND s.purchase_order_id IS NULL AND coalesce(s.kept, s.amount) > s.invoiced + s.let_off
	AND o.po_rule <> 'not_used' AND o.status IN ('pending', 'approved') AND (e.status IN ('held', 'confirmed', 'completed') OR s.kept > 0)`

// needs are the conditions on an enrolment e.
var needs = map[Need]string{
	NeedsName: `e.person_id IS NULL AND e.team_booking_id IS NOT NULL AND e.status IN ('held', 'confirmed')
		AND EXISTS (SELECT FROM runs q WHERE q.id = e.run_id AND q.status IN ('open', 'closed'))
		AND NOT EXISTS (SELECT FROM team_waits w WHERE w.team_booking_id = e.team_booking_id AND w.taken_at IS NULL)`,
	NeedsOrder:  `EXISTS (SELECT FROM shares s JOIN organisations o ON o.id = s.organisation_id WHERE s.enrolment_id = e.id AND ` + orderMissing + `)`,
	NeedsAnswer: `e.status = 'held' AND e.offered_at IS NOT NULL`,
	NeedsChoice: `e.id IN (SELECT x.enrolment_id FROM cancelled_places x WHERE x.run_id = e.run_id AND x.answer IS NULL) AND e.status = 'confirmed'`,
}

// ErrPlaceFilter means that places are not looked for in such a way.
var ErrPlaceFilter = failure.New(failure.NotFound, "place_filter", "There is no such list.")

// PlaceFilter says which places a list is of; the zero value is all.
type PlaceFilter struct {
	Run    string // code
	Status enrolment.Status
	Payer  billing.Payer // who pays for it, or for a part
	Need   Need
}

// where is the filter as a condition on an enrolment e.
func (f PlaceFilter) where() (string, []any, error) {
	conditions, args := []string{"true"}, []any(nil)
	if f.Run != "" {
		conditions, args = append(conditions, "e.run_id = (SELECT q.id FROM runs q WHERE q.code = ?)"), append(args, f.Run)
	}
	if f.Status != "" {
		conditions, args = append(conditions, "e.status = ?"), append(args, f.Status)
	}
	if f.Payer != "" {
		conditions, args = append(conditions, "EXISTS (SELECT FROM shares h WHERE h.enrolment_id = e.id AND h.amount > 0 AND h.payer = ?)"), append(args, f.Payer)
	}
	if f.Need != "" {
		need, ok := needs[f.Need]
		if !ok {
			return "", nil, ErrPlaceFilter
		}
		conditions = append(conditions, need)
	}
	return strings.Join(conditions, " AND "), args, nil
}

// Place is somebody's claim on a place, as a list for staff shows it.
type Place struct {
	ID           id.Enrolment
	Code         string
	Run          string // code
	Course       string
	PersonID     id.Person // zero: nobody is named
	Person       string    // code
	Name         string
	Email        string
	Status       enrolment.Status
	Band         course.Band
	Price        money.Amount
	Learner      money.Amount // what of the price whoever sits there pays
	Organisation money.Amount // what organisations pay
	Award        money.Amount // what funds pay: zero to those who may not see it
	By           string       // the organisation that booked it; empty: the person did
	HeldUntil    time.Time
	BookedAt     time.Time
	Plan         bool // it is paid by instalments
}

// Places lists the places that a filter is of, older than one of them, the latest booked first. It returns ErrPlaceFilter.
func Places(ctx context.Context, d bun.IDB, f PlaceFilter, before id.Enrolment, limit int) ([]Place, error) {
	where, args, err := f.where()
	if err != nil {
		return nil, err
	}
	var list []Place
	err = d.NewRaw(`
		SELECT x.id, x.code, r.code AS run, c.title AS course, coalesce(w.id, 0) AS person_id, coalesce(w.code, '') AS person, coalesce(n.name, w.name, '') AS name,
		       coalesce(n.email, w.email, '') AS email, x.status, x.band, x.price, p.learner, p.organisation, p.award, coalesce(o.name, '') AS by,
		       x.held_until, x.created_at AS booked_at, p.plan
		FROM  (SELECT e.* FROM enrolments e WHERE ? AND (? = 0 OR e.id < ?) ORDER BY e.id DESC LIMIT ?) x
		JOIN   runs r ON r.id = x.run_id
		JOIN   courses c ON c.id = r.course_id
		LEFT   JOIN seat_names n ON n.enrolment_id = x.id AND n.until IS NULL
		LEFT   JOIN people w ON w.id = x.person_id
		LEFT   JOIN team_bookings b ON b.id = x.team_booking_id
		LEFT   JOIN organisations o ON o.id = b.organisation_id
		CROSS  JOIN LATERAL (
		       SELECT coalesce(sum(s.amount) FILTER (WHERE s.payer = 'learner'), 0) AS learner,
		              coalesce(sum(s.amount) FILTER (WHERE s.payer = 'organisation'), 0) AS organisation,
		              coalesce(sum(s.amount) FILTER (WHERE s.payer = 'award'), 0) AS award,
		              coalesce(bool_or(EXISTS (SELECT FROM plans l WHERE l.share_id = s.id)), false) AS plan
		       FROM   shares s WHERE s.enrolment_id = x.id) p
		ORDER  BY x.id DESC`, bun.SafeQuery(where, args...), before, before, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing places: %w", err)
	}
	return list, nil
}
