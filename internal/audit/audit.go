// Package audit keeps the record of what was done, by whom and to what. Record writes a row in the unit of
// work that does the thing, so that the two stand or fall together, and nobody can change a row afterwards.
//
// A sealer chains the rows by hash within seconds of their commit; writers never wait for it. Verify finds the
// first place at which somebody with power over the database changed what happened.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/id"
)

// Actor is who did something: a person, or one of the two below that are not people.
type Actor string

const (
	// System is the program itself: a timetable, or a command an operator typed.
	System Actor = "system"
	// CardProcessor is the card payment service, when what it told us decides.
	CardProcessor Actor = "card_processor"
)

// Person is the actor for somebody who is signed in.
func Person(p id.Person) Actor { return Actor("person/" + strconv.FormatInt(int64(p), 10)) }

// Person is the person that the actor is, if it is one.
func (a Actor) Person() (id.Person, bool) {
	digits, ok := strings.CutPrefix(string(a), "person/")
	n, err := strconv.ParseInt(digits, 10, 64)
	return id.Person(n), ok && err == nil
}

// Event is one thing done. Action is what, in the past tense ("place held"); Subject and SubjectID are the
// table's noun and the row ("enrolment", 12). Both are lower-case words.
type Event struct {
	Actor     Actor
	Action    string
	Subject   string
	SubjectID int64
	Detail    any // nil, or what becomes a JSON object of ids, codes, statuses and amounts; never names, addresses or answers
}

// Entry is an event as it was recorded.
type Entry struct {
	ID        id.Audit
	At        time.Time // the time of the unit of work
	Actor     Actor
	Name      string // of the person that the actor is, as it is now; empty for the others
	Action    string
	Subject   string
	SubjectID int64
	Detail    json.RawMessage // a JSON object
}

// Record writes down e in the unit of work that does it.
func Record(ctx context.Context, tx *db.Tx, e Event) error {
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return fmt.Errorf("recording %s: %w", e.Action, err)
	}
	if string(detail) == "null" { // also a map that nobody made
		detail = []byte("{}")
	}
	_, err = tx.NewRaw("INSERT INTO audit (at, actor, action, subject, subject_id, detail) VALUES (?, ?, ?, ?, ?, ?)",
		tx.Now, string(e.Actor), e.Action, e.Subject, e.SubjectID, string(detail)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("recording %s: %w", e.Action, err)
	}
	return nil
}

// History lists what was done to one thing, newest first, at most limit entries older than before; a zero
// before begins with the newest.
func History(ctx context.Context, idb bun.IDB, subject string, subjectID int64, before id.Audit, limit int) ([]Entry, error) {
	var entries []Entry
	err := idb.NewRaw(`
		SELECT a.id, a.at, a.actor, coalesce(p.name, '') AS name, a.action, a.subject, a.subject_id, a.detail
		FROM   audit a LEFT JOIN people p ON p.id = a.person_id
		WHERE  a.subject = ? AND a.subject_id = ? AND (? = 0 OR a.id < ?)
		ORDER  BY a.id DESC LIMIT ?`, subject, subjectID, before, before, limit).Scan(ctx, &entries)
	if err != nil {
		return nil, fmt.Errorf("reading the history of %s %d: %w", subject, subjectID, err)
	}
	return entries, nil
}
