package enrolment

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/money"
)

// SeatName is who sits, or once sat, in a place that an organisation pays for, as the organisation wrote it.
type SeatName struct {
	bun.BaseModel `bun:"table:seat_names"`

	ID          int64        `bun:"id,pk,autoincrement"`
	EnrolmentID id.Enrolment `bun:"enrolment_id"`
	PersonID    id.Person    `bun:"person_id"`
	Name        string       `bun:"name"`
	Email       string       `bun:"email"`
	Since       time.Time    `bun:"since"`
	Until       time.Time    `bun:"until,nullzero"`
	NamedBy     id.Person    `bun:"named_by"`
}

// Seat is a place as an organisation sees it that pays for it or for a part of it.
type Seat struct {
	ID          id.Enrolment
	Code        string
	RunID       id.Run
	Status      Status
	HeldUntil   time.Time
	ConfirmedAt time.Time
	EndedAt     time.Time
	TeamID      id.TeamBooking // zero: the person booked it
	Number      int            // among the team's places, from 1
	Name        string         // empty: not named yet
	Email       string
	Own         money.Amount // what the organisation pays of it, in pence; once it was given up, what it still owes
	Secured     bool         // nothing is missing from the organisation
	Agreed      bool         // the organisation has said that it pays
	Unordered   bool         // the organisation has agreed, and a part goes neither by a purchase order nor by an invoice yet
	Left        bool         // the person has left the organisation, and was asked what becomes of the place
}

// ownParts is what an organisation pays of each place, as one row; of those that it booked and pays nothing for too, such
// as places for peers that are included in a group's price.
const ownParts = `SELECT m.id AS organisation_id, x.* FROM (SELECT ?::bigint AS id) m CROSS JOIN LATERAL (
		SELECT enrolment_id, sum(coalesce(kept, amount) - let_off) AS own, bool_and(secured_at IS NOT NULL) AS secured, bool_and(agreed_at IS NOT NULL) AS agreed,
			bool_or(agreed_at IS NOT NULL AND purchase_order_id IS NULL AND amount > 0 AND invoiced = 0) AS unordered
		FROM shares WHERE organisation_id = m.id GROUP BY enrolment_id
		UNION ALL
		SELECT p.id, 0, true, true, false
		FROM team_bookings b JOIN enrolments p ON p.team_booking_id = b.id
		WHERE b.organisation_id = m.id AND NOT EXISTS (SELECT FROM shares s WHERE s.enrolment_id = p.id AND s.organisation_id = m.id)) x`

// seatRow reads a seat.
const seatRow = `
	SELECT e.id, e.code, e.run_id, e.status, e.held_until, e.confirmed_at, e.ended_at,
		 coalesce(e.team_booking_id, 0) AS team_id, coalesce(e.seat, 0) AS number,
		coalesce(n.name, '') AS name, coalesce(n.email, '') AS email, s.own, s.secured, s.agreed, s.unordered,
		EXISTS (SELECT FROM seat_departures d WHERE d.enrolment_id = e.id AND d.outcome IS NULL) AS left
	FROM (` + ownParts + `) s
	JOIN enrolments e ON e.id = s.enrolment_id
	LEFT JOIN seat_names n ON n.enrolment_id = e.id AND n.until IS NULL`

// SeatOf reads a place by its code that an organisation pays for, or returns ErrUnknown.
func SeatOf(ctx context.Context, d bun.IDB, of id.Organisation, code string) (*Seat, error) {
	s := new(Seat)
	err := d.NewRaw(seatRow+" WHERE e.code = ?", of, id.NormaliseCode(code)).Scan(ctx, s)
	if db.NoRows(err) {
		return nil, ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("reading a place: %w", err)
	}
	return s, nil
}

// SeatsOf lists the places that an organisation pays for, latest booked first, those before one of them.
func SeatsOf(ctx context.Context, d bun.IDB, of id.Organisation, before id.Enrolment, limit int) ([]Seat, error) {
	var list []Seat
	err := d.NewRaw(seatRow+" WHERE ? = 0 OR e.id < ? ORDER BY e.id DESC LIMIT ?", of, before, before, limit).Scan(ctx, &list)
	return list, err
}

// SeatsOfTeam lists the places of one booking that an organisation pays for, in order.
func SeatsOfTeam(ctx context.Context, d bun.IDB, of id.Organisation, team id.TeamBooking) ([]Seat, error) {
	var list []Seat
	err := d.NewRaw(seatRow+" WHERE e.team_booking_id = ? ORDER BY e.seat LIMIT 200", of, team).Scan(ctx, &list)
	return list, err
}

// NamesOf lists who was named for a place, the first one first.
func NamesOf(ctx context.Context, d bun.IDB, which id.Enrolment) ([]SeatName, error) {
	var list []SeatName
	err := d.NewRaw(`SELECT enrolment_id, name, email, since, until FROM seat_names WHERE enrolment_id = ? ORDER BY id LIMIT 100`, which).Scan(ctx, &list)
	return list, err
}

// NameNow is who sits in a place now, or nil when it has no name yet.
func NameNow(ctx context.Context, d bun.IDB, which id.Enrolment) (*SeatName, error) {
	n := new(SeatName)
	err := d.NewSelect().Model(n).Where("enrolment_id = ? AND until IS NULL", which).Scan(ctx)
	if db.NoRows(err) {
		return nil, nil
	}
	return n, err
}

// TeamEnrolments reads the places of a team booking, in order. It needs the whole row, which an organisation's people
// may not see.
func TeamEnrolments(ctx context.Context, d bun.IDB, team id.TeamBooking) ([]*Enrolment, error) {
	var list []*Enrolment
	err := d.NewSelect().Model(&list).Where("team_booking_id = ?", team).Order("seat").Limit(200).Scan(ctx)
	return list, err
}

// HoldTeam takes places of a run for an organisation in one statement, without names yet, and keeps them until a time.
// peers says of each in order whether it is for a peer. It returns course.ErrFull when there are not as many.
func HoldTeam(ctx context.Context, tx *db.Tx, t *TeamBooking, peers []bool, until time.Time) ([]*Enrolment, error) {
	list := make([]*Enrolment, t.Places)
	for i := range list {
		list[i] = &Enrolment{Code: id.Code(), RunID: t.RunID, Status: Held, Peer: i < len(peers) && peers[i], Band: course.Organisation,
			Price: t.Price, HeldUntil: until, CreatedAt: tx.Now, TeamID: t.ID, Seat: i + 1}
	}
	_, err := tx.NewInsert().Model(&list).Exec(ctx)
	if noPlace(err) {
		return nil, course.ErrFull.Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("holding places: %w", err)
	}
	return list, nil
}

// Name puts somebody in a place that an organisation pays for, instead of whoever sat there before. It returns
// ErrAlreadyThere when they have a place on the run.
func Name(ctx context.Context, tx *db.Tx, e *Enrolment, n SeatName) error {
	_, err := tx.NewRaw("UPDATE seat_names SET until = ? WHERE enrolment_id = ? AND until IS NULL", tx.Now, e.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("ending a name: %w", err)
	}
	n.EnrolmentID, n.Since = e.ID, tx.Now
	if _, err := tx.NewInsert().Model(&n).Exec(ctx); err != nil {
		return fmt.Errorf("naming a place: %w", err)
	}
	e.PersonID = n.PersonID
	_, err = tx.NewUpdate().Model(e).Column("person_id").WherePK().Exec(ctx)
	if db.Violates(err, "enrolments_one_active") {
		return ErrAlreadyThere.Because(err)
	}
	return err
}

// DueTeams lists places of organisations whose time to bring what is missing is up, earliest first.
func DueTeams(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]id.Enrolment, error) {
	var ids []id.Enrolment
	err := d.NewRaw(`
		SELECT e.id FROM enrolments e
		WHERE e.status = 'held' AND e.held_until < ?
			AND (e.team_booking_id IS NOT NULL OR e.offered_at IS NOT NULL OR EXISTS (SELECT FROM shares s WHERE s.enrolment_id = e.id AND s.organisation_id IS NOT NULL)
				OR EXISTS (SELECT FROM pay_requests r WHERE r.enrolment_id = e.id))
		ORDER BY e.held_until, e.id LIMIT ?`, now, limit).Scan(ctx, &ids)
	return ids, err
}

// LockAll loads places for change and locks them in the order of their ids, after the places of their runs.
func LockAll(ctx context.Context, tx *db.Tx, ids []id.Enrolment) ([]*Enrolment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	_, err := tx.NewRaw(`
		SELECT 1 FROM run_places WHERE run_id IN (SELECT run_id FROM enrolments WHERE id IN (?))
		ORDER BY run_id FOR UPDATE`, bun.List(ids)).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("locking places: %w", err)
	}
	var list []*Enrolment
	err = tx.NewSelect().Model(&list).Where("id IN (?)", bun.List(ids)).Order("id").For("UPDATE").Scan(ctx)
	return list, err
}

// TeamsByID reads team bookings.
func TeamsByID(ctx context.Context, d bun.IDB, ids []id.TeamBooking) (map[id.TeamBooking]*TeamBooking, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var list []*TeamBooking
	err := d.NewSelect().Model(&list).Where("id IN (?)", bun.List(ids)).Order("id").Scan(ctx)
	byID := make(map[id.TeamBooking]*TeamBooking, len(list))
	for _, t := range list {
		byID[t.ID] = t
	}
	return byID, err
}

// Places finds places by the codes of a list, in the order of their ids. It returns ErrUnknown when one is missing.
func Places(ctx context.Context, d bun.IDB, codes []string) ([]id.Enrolment, error) {
	wanted := map[string]bool{}
	for _, code := range codes {
		wanted[id.NormaliseCode(code)] = true
	}
	if len(wanted) == 0 {
		return nil, ErrUnknown
	}
	var ids []id.Enrolment
	err := d.NewRaw("SELECT id FROM enrolments WHERE code IN (?) ORDER BY id", bun.List(slices.Collect(maps.Keys(wanted)))).Scan(ctx, &ids)
	if err == nil && len(ids) != len(wanted) {
		return nil, ErrUnknown
	}
	return ids, err
}

// HeldFor lists the places that are held and of which an organisation is to pay a part that is not certain yet.
func HeldFor(ctx context.Context, d bun.IDB, of id.Organisation) ([]id.Enrolment, error) {
	var ids []id.Enrolment
	err := d.NewRaw(`
		SELECT DISTINCT e.id FROM enrolments e JOIN shares s ON s.enrolment_id = e.id
		WHERE s.organisation_id = ? AND s.secured_at IS NULL AND e.status = 'held' ORDER BY e.id LIMIT 2000`, of).Scan(ctx, &ids)
	return ids, err
}
