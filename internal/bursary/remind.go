package bursary

import (
	"context"
	"fmt"
	"time"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
)

// remindAt is the hour of the day, in London, from which people are reminded.
const remindAt = 9

// reminder is one of the two times at which somebody is reminded of their draft.
type reminder struct {
	about    string // as notices has it
	days     int    // before the deadline
	from, to london.Date
}

// reminders are those that are due for deadlines from a day to another. The first is not made up for once the
// second is due.
func reminders(now time.Time) []reminder {
	today := london.DateOf(now)
	morning := today // the last day whose mails may be written by now
	if now.Before(today.At(remindAt, 0)) {
		morning = today.AddDays(-1)
	}
	return []reminder{
		{about: "week", days: 7, from: morning.AddDays(2), to: morning.AddDays(7)},
		{about: "day", days: 1, from: today, to: morning.AddDays(1)},
	}
}

// RemindDrafts writes to people who have begun and not sent an application, seven days and one day before their
// deadline at 9 in the morning, each time once. Whoever began, or was given more time by an extension of the
// round, after that moment is not reminded. It writes to at most a few hundred at once and returns to how many.
// It is for the worker's role.
func RemindDrafts(ctx context.Context, tx *db.Tx) (int, error) {
	written := 0
	for _, due := range reminders(tx.Now) {
		owners, err := due.owners(ctx, tx)
		if err != nil {
			return written, err
		}
		if err := notify(ctx, tx, "draft-waits", owners); err != nil {
			return written, err
		}
		written += len(owners)
	}
	return written, nil
}

// owners notes who is reminded, and lists them.
func (d reminder) owners(ctx context.Context, tx *db.Tx) ([]addressee, error) {
	var owners []addressee
	err := tx.NewRaw(`
		WITH told AS (
			INSERT INTO sensitive.notices (application_id, about, until_on, at)
			SELECT a.id, ?0, own.until_on, ?1
			FROM   rounds r
			JOIN   sensitive.applications a ON a.round_id = r.id AND a.status = 'draft'
			CROSS  JOIN LATERAL (SELECT greatest(r.closes_on, a.extended_until) AS until_on) own
			CROSS  JOIN LATERAL (SELECT (own.until_on - ?2 + make_time(?3, 0, 0)) AT TIME ZONE 'Europe/London' AS since) due
			WHERE  r.status IN ('published', 'closed') AND own.until_on BETWEEN ?4 AND ?5 AND a.created_at < due.since
			       AND NOT EXISTS (SELECT FROM round_extensions e WHERE e.round_id = r.id AND e.at >= due.since)
			       AND NOT EXISTS (SELECT FROM sensitive.notices n WHERE n.application_id = a.id AND n.about = ?0 AND n.until_on = own.until_on)
			ORDER  BY a.id LIMIT ?6
			ON CONFLICT DO NOTHING RETURNING application_id, until_on)
		`+addressees, d.about, tx.Now, d.days, remindAt, d.from, d.to, tellAtOnce).Scan(ctx, &owners)
	if err != nil {
		return nil, fmt.Errorf("finding whom to remind of a draft: %w", err)
	}
	return owners, nil
}

// addressee is somebody who is written to about their application.
type addressee struct {
	Code    string
	Sent    bool
	UntilOn london.Date
	Person  id.Person
	Email   string
}

// addressees completes a statement that names, as told, the applications whose owners are written to.
const addressees = `
		SELECT a.code, a.status <> 'draft' AS sent, told.until_on, p.id AS person, p.email
		FROM   told
		JOIN   sensitive.applications a ON a.id = told.application_id
		JOIN   people p ON p.id = a.person_id
		ORDER  BY a.id`

// deadline is what the mails about one are given.
type deadline struct {
	Code  string
	Sent  bool
	Until london.Date
}

// notify owes each a mail that only bursary staff can see besides.
func notify(ctx context.Context, tx *db.Tx, template string, to []addressee) error {
	for _, a := range to {
		m := mail.Message{To: a.Email, Person: a.Person, Template: template, Data: deadline{a.Code, a.Sent, a.UntilOn}, Private: true}
		if err := mail.Send(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}
