package attendance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/organisation"
)

const (
	// noticeHour is the hour in London from which organisations are told of a day: its registers are done by then.
	noticeHour = 18
	// noticeDays is how far back an absence is still told: what two people change later is on the organisation's pages.
	noticeDays = 7
)

// noticeable are the absences of which an organisation is still to be told: ?0 is the earliest day, ?1 the latest. An organisation
// is told of whose place it has agreed to pay a part of, until they have left it.
const noticeable = `
	FROM   attendance_marks m JOIN registers g ON g.id = m.register_id JOIN enrolments e ON e.id = m.enrolment_id
	JOIN   shares s ON s.enrolment_id = e.id AND s.organisation_id IS NOT NULL AND s.agreed_at IS NOT NULL
	WHERE  m.mark = 'absent' AND g.day BETWEEN ?0 AND ?1 AND e.status IN ('confirmed', 'completed')
	       AND NOT EXISTS (SELECT FROM seat_departures l WHERE l.enrolment_id = e.id AND l.organisation_id = s.organisation_id AND l.outcome IS NULL)
	       AND NOT EXISTS (SELECT FROM absence_notices x WHERE (x.enrolment_id, x.day, x.organisation_id) = (e.id, g.day, s.organisation_id))`

// told are the first and the last day of which organisations are told at a time.
func told(now time.Time) (from, until london.Date) {
	until = london.DateOf(now)
	if now.Before(until.At(noticeHour, 0)) {
		until = until.AddDays(-1)
	}
	return until.AddDays(-noticeDays), until
}

// ToNotify lists organisations that are to be told of somebody who was not there, and have not been written to today.
func ToNotify(ctx context.Context, d bun.IDB, now time.Time, limit int) ([]id.Organisation, error) {
	from, until := told(now)
	var list []id.Organisation
	err := d.NewRaw(`SELECT DISTINCT s.organisation_id`+noticeable+`
		AND NOT EXISTS (SELECT FROM absence_mails a WHERE a.organisation_id = s.organisation_id AND a.on_day = ?2)
		ORDER BY s.organisation_id LIMIT ?3`, from, until, london.DateOf(now), limit).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing whom to tell of absences: %w", err)
	}
	return list, nil
}

// Absence is that somebody was not there on a day. Why not is nobody's business.
type Absence struct {
	EnrolmentID id.Enrolment
	Code        string
	Name        string
	Course      string
	Day         london.Date
	Halves      []Half `bun:"halves,array"`
}

// When is "in the morning", "in the afternoon" or "all day".
func (a Absence) When() string {
	if len(a.Halves) > 1 {
		return "all day"
	}
	return "in the " + a.Halves[0].Word()
}

// absenceLetter is what the mail may say (templates/mail/absence).
type absenceLetter struct {
	Name     string // of whom it is to
	Org      string // code
	Absences []Absence
}

// Notify tells the people of an organisation who was not there, once a day, and never why. Doing it again changes nothing.
func Notify(ctx context.Context, tx *db.Tx, of id.Organisation) error {
	from, until := told(tx.Now)
	today := london.DateOf(tx.Now)
	done, err := tx.NewRaw("INSERT INTO absence_mails (organisation_id, on_day) VALUES (?, ?) ON CONFLICT DO NOTHING", of, today).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting whom we write to: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	var list []Absence
	err = tx.NewRaw(`
		SELECT a.enrolment_id, a.code, a.course, a.day, a.halves, coalesce(nullif(p.name, ''), n.name, '') AS name
		FROM  (SELECT e.id AS enrolment_id, e.code, e.person_id, c.title AS course, a.day, a.halves
		       FROM  (SELECT e.id, g.day, array_agg(DISTINCT g.half ORDER BY g.half) AS halves`+noticeable+` AND s.organisation_id = ?2 GROUP BY e.id, g.day) a
		       JOIN   enrolments e ON e.id = a.id JOIN runs r ON r.id = e.run_id JOIN courses c ON c.id = r.course_id) a
		LEFT   JOIN people p ON p.id = a.person_id
		LEFT   JOIN seat_names n ON n.enrolment_id = a.enrolment_id AND n.until IS NULL
		ORDER  BY a.day, name, a.enrolment_id LIMIT 500`, from, until, of).Scan(ctx, &list)
	if err != nil {
		return fmt.Errorf("reading who was not there: %w", err)
	}
	for _, a := range list {
		_, err := tx.NewRaw("INSERT INTO absence_notices (organisation_id, enrolment_id, day, on_day) VALUES (?, ?, ?, ?)", of, a.EnrolmentID, a.Day, today).Exec(ctx)
		if err != nil {
			return fmt.Errorf("noting what an organisation was told: %w", err)
		}
	}
	return tellAbsences(ctx, tx, of, slices.Clip(list))
}

func tellAbsences(ctx context.Context, tx *db.Tx, of id.Organisation, list []Absence) error {
	if len(list) == 0 {
		return nil
	}
	o, err := organisation.ByID(ctx, tx, of)
	if err != nil {
		return err
	}
	members, err := organisation.Members(ctx, tx, of)
	if err != nil {
		return err
	}
	for _, m := range members {
		l := absenceLetter{Name: m.Name, Org: o.Code, Absences: list}
		if err := mail.Send(ctx, tx, mail.Message{To: m.Email, Person: m.Person, Template: "absence", Data: l}); err != nil {
			return err
		}
	}
	return nil
}
