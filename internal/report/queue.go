package report

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/id"
)

// QueueKind says how somebody is on their way to a place.
type QueueKind string

// The kinds.
const (
	Applied QueueKind = "applied" // a course application that was not answered
	Offered QueueKind = "offered" // a place that was offered, on an application or from the waiting list
	Held    QueueKind = "held"    // a booking that is not certain yet
	Waiting QueueKind = "waiting" // on the waiting list
)

// Queued is one who is on their way to a place, or to several together.
type Queued struct {
	Kind   QueueKind
	Code   string // of the course application, the place, the booking or the wait
	Team   string // code of the organisation whose it is; empty: a person's own
	Run    string
	Name   string // of the person or the organisation; may be empty
	Places int
	Since  time.Time
	Until  time.Time // the place is kept until then; zero: none is kept
}

// QueueKey is where a portion of the queue begins: behind this one.
type QueueKey struct {
	Since time.Time
	Code  string
}

// Key is that of one in the queue.
func (q Queued) Key() QueueKey { return QueueKey{q.Since, q.Code} }

// QueueFilter narrows the queue; the zero value is all of it.
type QueueFilter struct {
	Run  id.Run
	Kind QueueKind
}

// Queue lists everybody who is on their way to a place, bookings and course applications in one, who came first first. It runs as
// db.Office.
func Queue(ctx context.Context, d bun.IDB, f QueueFilter, after QueueKey, limit int) ([]Queued, error) {
	var list []Queued
	err := d.NewRaw(`
		SELECT q.kind, q.code, q.team, r.code AS run, q.name, q.places, q.since, q.until FROM (
			SELECT 'applied' AS kind, a.code, coalesce(o.code, '') AS team, a.run_id, coalesce(o.name, p.name) AS name, a.places, a.submitted_at AS since, NULL::timestamptz AS until
			FROM   sensitive.course_applications a JOIN people p ON p.id = a.person_id LEFT JOIN organisations o ON o.id = a.organisation_id
			WHERE  a.status = 'submitted'
			UNION ALL
			SELECT CASE WHEN e.status = 'waiting' THEN 'waiting' WHEN e.offered_at IS NOT NULL THEN 'offered' ELSE 'held' END,
			       e.code, '', e.run_id, coalesce(p.name, ''), 1, coalesce(e.offered_at, e.created_at), CASE WHEN e.status = 'held' THEN e.held_until END
			FROM   enrolments e LEFT JOIN people p ON p.id = e.person_id
			WHERE  e.status IN ('waiting', 'held') AND e.team_booking_id IS NULL
			UNION ALL
			SELECT CASE WHEN w.status = 'waiting' THEN 'waiting' ELSE 'offered' END, w.code, o.code, w.run_id, o.name, w.places,
			       coalesce(w.ended_at, w.asked_at), t.hold_until
			FROM   team_waits w JOIN organisations o ON o.id = w.organisation_id LEFT JOIN team_bookings t ON t.id = w.team_booking_id
			WHERE  w.status = 'waiting' OR w.status = 'offered' AND w.taken_at IS NULL
			       AND EXISTS (SELECT FROM enrolments e WHERE e.team_booking_id = w.team_booking_id AND e.status = 'held')
			UNION ALL
			SELECT 'held', t.code, o.code, t.run_id, o.name, count(*), t.placed_at, t.hold_until
			FROM   team_bookings t JOIN organisations o ON o.id = t.organisation_id JOIN enrolments e ON e.team_booking_id = t.id AND e.status = 'held'
			WHERE  NOT EXISTS (SELECT FROM team_waits w WHERE w.team_booking_id = t.id AND w.taken_at IS NULL)
			GROUP  BY t.id, o.id) q
		JOIN  runs r ON r.id = q.run_id
		WHERE (?0 = 0 OR q.run_id = ?0) AND (?1 = '' OR q.kind = ?1) AND (q.since, q.code) > (?2, ?3)
		ORDER BY q.since, q.code LIMIT ?4`, f.Run, f.Kind, after.Since, after.Code, limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing who is on their way to a place: %w", err)
	}
	return list, nil
}

// ToAnswer are those of some course applications, by their codes, that were not answered yet, who came first first. It runs as
// db.Office.
func ToAnswer(ctx context.Context, d bun.IDB, codes []string) ([]Queued, error) {
	var list []Queued
	err := d.NewRaw(`
		SELECT 'applied' AS kind, a.code, coalesce(o.code, '') AS team, r.code AS run, coalesce(o.name, p.name) AS name, a.places, a.submitted_at AS since
		FROM   sensitive.course_applications a JOIN people p ON p.id = a.person_id JOIN runs r ON r.id = a.run_id LEFT JOIN organisations o ON o.id = a.organisation_id
		WHERE  a.status = 'submitted' AND a.code IN (?) ORDER BY a.submitted_at, a.id`, bun.List(codes)).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing who is answered: %w", err)
	}
	return list, nil
}
