package panel

import (
	"context"
	"fmt"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
)

const (
	// remindAt is the hour of the day, in London, from which assessors are reminded.
	remindAt = 9
	// The reminders are so many days before the panel meets.
	firstReminder, lastReminder = 7, 2
)

// reminded is somebody who is reminded, and what the mail says.
type reminded struct {
	PersonID id.Person
	Email    string
	Unread   int
	PanelOn  london.Date
}

// Remind writes to members who have something unread, on the mornings seven and two days before the panel meets,
// each time once and however late it is asked for. Whoever takes a pause, or was assigned it after that morning, is
// not reminded. It returns to how many it wrote, and is for the worker's role.
func Remind(ctx context.Context, tx *db.Tx) (int, error) {
	var all []reminded
	err := tx.NewRaw(`
		WITH told AS (
			UPDATE sensitive.assignments s SET reminded_at = ?0
			FROM   rounds r
			JOIN   sensitive.panel_members m ON m.round_id = r.id AND m.status = 'active' AND (m.paused_until IS NULL OR m.paused_until < ?1)
			JOIN   sensitive.applications a ON a.round_id = r.id AND a.status = 'in_review'
			CROSS  JOIN LATERAL (
			       SELECT max(morning) AS since FROM (VALUES (?4), (?5)) before (days)
			       CROSS JOIN LATERAL (SELECT (r.panel_on - days + make_time(?2, 0, 0)) AT TIME ZONE 'Europe/London' AS morning) at
			       WHERE morning <= ?0) due
			WHERE  r.status = 'closed' AND r.panel_on BETWEEN ?1 AND ?3 AND s.member_id = m.id AND s.application_id = a.id
			       AND s.status IN ('assigned', 'reading') AND s.created_at < due.since AND (s.reminded_at IS NULL OR s.reminded_at < due.since)
			RETURNING m.person_id, r.id AS round_id, r.panel_on)
		SELECT told.person_id, p.email, count(*) AS unread, told.panel_on
		FROM   told JOIN people p ON p.id = told.person_id
		GROUP  BY told.person_id, told.round_id, told.panel_on, p.email ORDER BY told.person_id`,
		tx.Now, london.DateOf(tx.Now), remindAt, london.DateOf(tx.Now).AddDays(firstReminder), firstReminder, lastReminder).Scan(ctx, &all)
	if err != nil {
		return 0, fmt.Errorf("finding whom to remind of reading: %w", err)
	}
	for _, r := range all {
		err := mail.Send(ctx, tx, mail.Message{To: r.Email, Person: r.PersonID, Template: "reader-reminder", Data: r, Private: true})
		if err != nil {
			return 0, err
		}
	}
	return len(all), nil
}
