package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
)

// Unnamed is an organisation that has not said who comes, of one run.
type Unnamed struct {
	OrganisationID id.Organisation
	Code           string // of the organisation
	Name           string
	Run            string // code
	Course         string
	StartsOn       london.Date
	Places         int
	To             string // who has acted for it the longest; empty: nobody does
	PersonID       id.Person
}

// mostUnnamed bounds how many are asked at once.
const mostUnnamed = 500

// NamesMissing lists organisations with places that have no name, by name and run: of one run by its code, or of all.
func NamesMissing(ctx context.Context, d bun.IDB, run string) ([]Unnamed, error) {
	var list []Unnamed
	err := d.NewRaw(`
		SELECT o.id AS organisation_id, o.code, o.name, r.code AS run, c.title AS course, k.starts_on, count(*) AS places, coalesce(m.email, '') AS "to", coalesce(m.id, 0) AS person_id
		FROM   enrolments e JOIN team_bookings b ON b.id = e.team_booking_id JOIN organisations o ON o.id = b.organisation_id
		JOIN   runs r ON r.id = e.run_id JOIN courses c ON c.id = r.course_id
		CROSS  JOIN LATERAL (SELECT min(starts_on) AS starts_on FROM blocks WHERE run_id = r.id) k
		LEFT   JOIN LATERAL (SELECT p.id, p.email FROM organisation_members a JOIN people p ON p.id = a.person_id
		                     WHERE a.organisation_id = o.id AND a.until IS NULL ORDER BY a.id LIMIT 1) m ON true
		WHERE  (?0 = '' OR r.code = ?0) AND `+needs[NeedsName]+`
		GROUP  BY o.id, r.id, c.id, k.starts_on, m.id, m.email ORDER BY lower(o.name), o.id, k.starts_on, r.id LIMIT ?1`, run, mostUnnamed).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing places without a name: %w", err)
	}
	return list, nil
}

// Message is the email that asks for the names (templates/mail/names-missing).
func (u Unnamed) Message() mail.Message {
	return mail.Message{To: u.To, Person: u.PersonID, Template: "names-missing", Data: u}
}

// SealOfNames is by what a list of who is asked is known again: it is another one as soon as an email in it would be.
func SealOfNames(list []Unnamed) string {
	return seal(list, func(u Unnamed) string { return fmt.Sprintf("%d %s %d %s", u.OrganisationID, u.Run, u.Places, u.To) })
}

// AskNames asks organisations for the names of whoever comes, each once for each run, in this unit of work. seen is the seal of the
// list that was shown. It returns ErrReadersChanged, or ErrNobodyToWriteTo.
func AskNames(ctx context.Context, tx *db.Tx, by id.Person, run, key, seen string) error {
	list, err := NamesMissing(ctx, tx, run)
	if err != nil {
		return err
	}
	var copies []mail.Copy
	for _, u := range list {
		if u.To != "" {
			copies = append(copies, mail.Copy{To: u.To, Person: u.PersonID, Data: u})
		}
	}
	if first, err := begin(ctx, tx, by, key, len(copies)); err != nil || !first {
		return err
	}
	if SealOfNames(list) != seen {
		return ErrReadersChanged
	}
	if err := mail.SendAll(ctx, tx, "names-missing", copies); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "names asked for", Subject: "person", SubjectID: int64(by),
		Detail: map[string]any{"mails": len(copies), "run": run}})
}

// begin notes that many are written to, and reports whether that was not done already under the same key. It returns ErrReadersChanged
// for a key that no page made up, and ErrNobodyToWriteTo.
func begin(ctx context.Context, tx *db.Tx, by id.Person, key string, mails int) (bool, error) {
	if mails == 0 {
		return false, ErrNobodyToWriteTo
	}
	done, err := tx.NewRaw("INSERT INTO circulars (key, by_id, at, mails) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING", key, by, tx.Now, mails).Exec(ctx)
	if db.Violates(err, "circulars_key") {
		return false, ErrReadersChanged
	}
	if err != nil {
		return false, fmt.Errorf("beginning to write to many: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// seal is a list as a short word: another list has another one.
func seal[T any](list []T, said func(T) string) string {
	sum := sha256.New()
	for _, one := range list {
		fmt.Fprintln(sum, said(one))
	}
	return hex.EncodeToString(sum.Sum(nil))
}
