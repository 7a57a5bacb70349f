package report

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/mail"
)

const (
	// mostReaders is how many people are written to at once.
	mostReaders = 2_000
	// longestCircular is how many characters staff may write to many people.
	longestCircular = 5_000
	// keyLength is how many characters a key has.
	keyLength = 26
)

var (
	// ErrNobodyToWriteTo means that none of the places is somebody's who can be written to.
	ErrNobodyToWriteTo = failure.New(failure.Conflict, "nobody_to_write_to", "None of these places is somebody’s who can be written to.")
	// ErrReadersChanged means that the email would go to other people than were shown, or was not shown at all.
	ErrReadersChanged = failure.New(failure.Conflict, "readers_changed", "The list has changed since you looked at it. Look who gets the email now, and send it then.")
	// ErrTooManyReaders means that more people would be written to than are at once.
	ErrTooManyReaders = failure.New(failure.Invalid, "too_many_readers", "That is more than 2,000 people. Choose fewer.")
)

// Readers are the people who are written to about places: those of the filter and, where Codes names some, only those. Unless the
// filter says how they stand, places that ended are left out.
type Readers struct {
	Filter PlaceFilter
	Codes  []string
}

// Reader is somebody who is written to, once, about the latest of their places that are meant.
type Reader struct {
	PersonID id.Person
	Place    string // code
	Run      string // code
	Name     string
	Email    string
}

// where is who is meant, as a condition on an enrolment e.
func (r Readers) where() (string, []any, error) {
	where, args, err := r.Filter.where()
	if err != nil {
		return "", nil, err
	}
	if len(r.Codes) > 0 {
		where, args = where+" AND e.code IN (?)", append(args, bun.List(r.Codes))
	}
	if r.Filter.Status == "" {
		where += " AND e.status IN ('waiting', 'held', 'confirmed', 'completed')"
	}
	return where, args, nil
}

// told says that whoever has the place e knows of it: they booked it, or its organisation has confirmed it. A place that nobody pays for
// yet is kept for an offer of help with the cost, of which a letter tells and nothing else.
const told = `e.person_id IS NOT NULL AND (e.team_booking_id IS NULL OR e.status IN ('confirmed', 'completed'))
	AND (e.status <> 'held' OR EXISTS (SELECT FROM shares h WHERE h.enrolment_id = e.id))`

// Audience is who is written to, and who would be if they could.
type Audience struct {
	Readers []Reader // by name
	Lost    []Reader // by name: emails to their address come back, so that they are not written to
	Without int      // places of which nobody can be written to: they have no name yet, or whoever is named has not been told of the place
}

// Seal is by what an audience is known again: it is another one as soon as one of the readers, their address or their place is.
func (a Audience) Seal() string {
	return seal(a.Readers, func(r Reader) string { return fmt.Sprintf("%d %s %s", r.PersonID, r.Place, r.Email) })
}

// AudienceOf finds who is written to. It reads as db.Office: funds pay too. It returns ErrPlaceFilter or ErrTooManyReaders.
func AudienceOf(ctx context.Context, d bun.IDB, r Readers) (Audience, error) {
	var a Audience
	where, args, err := r.where()
	if err != nil {
		return a, err
	}
	err = d.NewRaw("SELECT count(*) FROM enrolments e WHERE ? AND NOT ("+told+")", bun.SafeQuery(where, args...)).Scan(ctx, &a.Without)
	if err != nil {
		return a, fmt.Errorf("counting who cannot be written to: %w", err)
	}
	var all []struct {
		Reader
		Lost bool
	}
	err = d.NewRaw(`
		SELECT x.*, EXISTS (SELECT FROM mail_bounces b WHERE b.address = lower(x.email) AND b.cleared_at IS NULL AND b.hard) AS lost FROM (
			SELECT DISTINCT ON (w.id) w.id AS person_id, e.code AS place, r.code AS run, coalesce(n.name, w.name) AS name, coalesce(n.email, w.email) AS email
			FROM   enrolments e JOIN runs r ON r.id = e.run_id JOIN people w ON w.id = e.person_id
			LEFT   JOIN seat_names n ON n.enrolment_id = e.id AND n.until IS NULL
			WHERE  ? AND `+told+` ORDER BY w.id, e.id DESC) x
		ORDER  BY lower(x.name), x.person_id LIMIT ?`, bun.SafeQuery(where, args...), mostReaders+1).Scan(ctx, &all)
	if err != nil {
		return a, fmt.Errorf("listing who is written to: %w", err)
	}
	if len(all) > mostReaders {
		return a, ErrTooManyReaders
	}
	for _, one := range all {
		if one.Lost {
			a.Lost = append(a.Lost, one.Reader)
		} else {
			a.Readers = append(a.Readers, one.Reader)
		}
	}
	return a, nil
}

// Circular is what staff write to several people at once.
type Circular struct {
	Readers
	Words string
	Key   string // made up by the page, 26 characters: what is sent twice goes out once
	Seen  string // the seal of the audience that was shown
}

// circularLetter is what the mail may say (templates/mail/circular).
type circularLetter struct {
	Name       string
	Code       string     // of the place
	Paragraphs [][]string // their lines
}

// Check returns an Invalid failure about "words" that cannot be sent.
func (k Circular) Check() error {
	if n := utf8.RuneCountInString(strings.TrimSpace(k.Words)); n == 0 || n > longestCircular {
		return failure.Field("words", "Write what you want to say, in up to 5,000 characters")
	}
	return nil
}

// Message is the email as one of them gets it.
func (k Circular) Message(r Reader) mail.Message {
	return mail.Message{To: r.Email, Person: r.PersonID, Template: "circular", Data: k.letter(r)}
}

func (k Circular) letter(r Reader) circularLetter {
	l := circularLetter{Name: r.Name, Code: r.Place}
	for p := range strings.SplitSeq(strings.ReplaceAll(strings.TrimSpace(k.Words), "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			l.Paragraphs = append(l.Paragraphs, strings.Split(p, "\n"))
		}
	}
	return l
}

// once is the same for the same words from the same page: whoever goes back to it and writes something else sends another email.
func (k Circular) once() string {
	if len(k.Key) != keyLength {
		return k.Key // which no page made up
	}
	sum := sha256.Sum256([]byte(k.Key + "\x00" + strings.TrimSpace(k.Words)))
	return base32.StdEncoding.EncodeToString(sum[:])[:keyLength]
}

// SendCircular owes an email to everybody who is meant, in this unit of work. It returns ErrNobodyToWriteTo, ErrReadersChanged when
// those are other people than were shown, or what Check and AudienceOf return. The same words again under the same key go out once.
func SendCircular(ctx context.Context, tx *db.Tx, by id.Person, k Circular) error {
	if err := k.Check(); err != nil {
		return err
	}
	audience, err := AudienceOf(ctx, tx, k.Readers)
	if err != nil {
		return err
	}
	list := audience.Readers
	if first, err := begin(ctx, tx, by, k.once(), len(list)); err != nil || !first {
		return err
	}
	if audience.Seal() != k.Seen {
		return ErrReadersChanged
	}
	copies := make([]mail.Copy, len(list))
	for i, r := range list {
		copies[i] = mail.Copy{To: r.Email, Person: r.PersonID, Data: k.letter(r)}
	}
	if err := mail.SendAll(ctx, tx, "circular", copies); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "many were written to", Subject: "person", SubjectID: int64(by),
		Detail: map[string]any{"mails": len(list), "run": k.Filter.Run, "status": k.Filter.Status, "payer": k.Filter.Payer, "needs": k.Filter.Need, "places": k.Codes}})
}
