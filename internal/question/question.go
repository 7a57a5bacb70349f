// Package question is what somebody with a place asks the office, and what it answers: one thread for each place and whoever
// has it. The words are sealed, and no employer, trainer or fund has a right to them; a place that passes to somebody else
// takes no thread along.
//
// Verbs of learners run in the role db.Learner, those of staff as db.Office, each in the person's name.
package question

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/mail"
	"bursar/internal/people"
	"bursar/internal/secret"
)

const (
	// Longest is how long one message may be, in characters.
	Longest = 2_000
	// shown is how many messages of a thread are read at most, the latest.
	shown         = 200
	messagesTable = "sensitive.question_messages"
)

var (
	// ErrUnknown means that there is no such thread, or that it is somebody else's.
	ErrUnknown = failure.New(failure.NotFound, "question_unknown", "We cannot find that question.")
	// ErrPassedOn means that whoever asked does not have the place any more, and so could not read an answer.
	ErrPassedOn = failure.New(failure.Conflict, "question_passed_on", "They do not have this place any more, so they could not read an answer here. Write to them by email.")
	// ErrWroteAgain means that there is a message that staff have not read yet.
	ErrWroteAgain = failure.New(failure.Conflict, "question_wrote_again", "They have written again since you opened this page. Read that first. What you wrote is still here.")
)

// Status says whether the office has something to do.
type Status string

// The statuses of a thread. Whatever the learner writes opens it again.
const (
	Waiting  Status = "open"
	Answered Status = "answered"
	Closed   Status = "closed" // without an answer
)

// Thread is what one person asked about one place.
type Thread struct {
	bun.BaseModel `bun:"table:sensitive.question_threads,alias:thread"`

	ID           id.QuestionThread `bun:"id,pk"`
	Code         string            `bun:"code"`
	EnrolmentID  id.Enrolment      `bun:"enrolment_id"`
	PersonID     id.Person         `bun:"person_id"`
	Status       Status            `bun:"status"`
	WaitingSince time.Time         `bun:"waiting_since,nullzero"` // the first message without an answer; only while Waiting
	LatestAt     time.Time         `bun:"latest_at"`
}

// Message is one question, or one answer.
type Message struct {
	FromOffice bool
	Text       string
	At         time.Time
	SeenAt     time.Time // when the other side first had it before them; zero: not yet
}

// Words are a message as a form sends it. Form is a name that the page gave this form, so that the same one sent twice is
// one message.
type Words struct{ Text, Form string }

func (w *Words) check() error {
	w.Text = strings.TrimSpace(w.Text)
	switch {
	case w.Text == "":
		return failure.Field("text", "Write your message")
	case utf8.RuneCountInString(w.Text) > Longest:
		return failure.Field("text", "Use 2,000 characters or fewer. You can send the rest in a second message")
	}
	return nil
}

// once is the same for the same words from the same form.
func (w *Words) once() []byte {
	sum := sha256.Sum256([]byte(w.Form + "\x00" + w.Text))
	return sum[:]
}

// Ask puts a person's message about their place to the office, and opens the thread again. Staff are told by mail when a
// thread begins to wait. It returns enrolment.ErrUnknown or an Invalid failure about "text".
func Ask(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, place string, w Words) error {
	e, err := enrolment.OfPerson(ctx, tx, person, place)
	if err != nil {
		return err
	}
	if err := w.check(); err != nil {
		return err
	}
	t, waited, err := begin(ctx, tx, e.ID, person)
	if err != nil {
		return err
	}
	isNew, err := insert(ctx, tx, box, t, person, false, w)
	if err != nil || !isNew {
		return err
	}
	if !waited {
		t.Status, t.WaitingSince = Waiting, tx.Now
	}
	if err := save(ctx, tx, t); err != nil {
		return err
	}
	if err := record(ctx, tx, person, "question asked", t); err != nil || waited {
		return err
	}
	return tellStaff(ctx, tx, t)
}

// begin is the thread of a person about a place, locked, and whether it waited for the office already.
func begin(ctx context.Context, tx *db.Tx, place id.Enrolment, person id.Person) (t *Thread, waited bool, err error) {
	n, err := tx.NextID(ctx, "sensitive.question_threads")
	if err != nil {
		return nil, false, err
	}
	t = &Thread{ID: id.QuestionThread(n), Code: id.Code(), EnrolmentID: place, PersonID: person, Status: Waiting, WaitingSince: tx.Now, LatestAt: tx.Now}
	done, err := tx.NewInsert().Model(t).On("CONFLICT (enrolment_id, person_id) DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("beginning a thread: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 1 {
		return t, false, err
	}
	t, err = scan(ctx, tx.NewSelect().Where("enrolment_id = ? AND person_id = ?", place, person).For("UPDATE"))
	return t, err == nil && t.Status == Waiting, err
}

// Answer says something to the learner in the name of the office, who is told by mail that there is an answer, not which.
// known is how many messages of theirs the page showed. The same form again changes nothing. It returns ErrUnknown,
// ErrPassedOn, ErrWroteAgain or an Invalid failure about "text".
func Answer(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string, known int, w Words) error {
	t, err := lock(ctx, tx, code)
	if err != nil {
		return err
	}
	if err := w.check(); err != nil {
		return err
	}
	e, err := enrolment.Get(ctx, tx, t.EnrolmentID)
	if err != nil {
		return err
	}
	if e.PersonID != t.PersonID {
		return ErrPassedOn
	}
	isNew, err := insert(ctx, tx, box, t, by, true, w)
	if err != nil || !isNew {
		return err
	}
	if err := readAll(ctx, tx, t, known); err != nil {
		return err
	}
	t.Status, t.WaitingSince = Answered, time.Time{}
	if err := save(ctx, tx, t); err != nil {
		return err
	}
	if err := record(ctx, tx, by, "question answered", t); err != nil {
		return err
	}
	return tellLearner(ctx, tx, t, e)
}

// Close takes a thread off the list of those that wait, without an answer: they said thank you, or were rung up. Nobody is
// told. Doing it again changes nothing. It returns ErrUnknown or ErrWroteAgain.
func Close(ctx context.Context, tx *db.Tx, by id.Person, code string, known int) error {
	t, err := lock(ctx, tx, code)
	if err != nil || t.Status != Waiting {
		return err
	}
	if err := readAll(ctx, tx, t, known); err != nil {
		return err
	}
	t.Status, t.WaitingSince = Closed, time.Time{}
	if err := save(ctx, tx, t); err != nil {
		return err
	}
	return record(ctx, tx, by, "question closed", t)
}

// readAll refuses to go on while there is a message of the learner that the page did not show.
func readAll(ctx context.Context, tx *db.Tx, t *Thread, known int) error {
	var asked int
	err := tx.NewRaw("SELECT count(*) FROM sensitive.question_messages WHERE thread_id = ? AND NOT from_office", t.ID).Scan(ctx, &asked)
	if err != nil {
		return fmt.Errorf("counting messages: %w", err)
	}
	if asked != known {
		return ErrWroteAgain
	}
	return see(ctx, tx, t, true)
}

// Of is a person's own thread about their place, or nil before they asked anything.
func Of(ctx context.Context, tx *db.Tx, person id.Person, place id.Enrolment) (*Thread, error) {
	t, err := scan(ctx, tx.NewSelect().Where("enrolment_id = ? AND person_id = ?", place, person))
	if errors.Is(err, ErrUnknown) {
		return nil, nil
	}
	return t, err
}

// ByCode reads a thread for staff, or returns ErrUnknown.
func ByCode(ctx context.Context, d bun.IDB, code string) (*Thread, error) {
	return scan(ctx, d.NewSelect().Where("code = ?", id.NormaliseCode(code)))
}

// Read lists what was said in a thread, the oldest first, and notes that it was before the office or the learner.
func Read(ctx context.Context, tx *db.Tx, box *secret.Box, t *Thread, office bool) ([]Message, error) {
	if err := see(ctx, tx, t, office); err != nil {
		return nil, err
	}
	var rows []*message
	if err := tx.NewSelect().Model(&rows).Where("thread_id = ?", t.ID).Order("id DESC").Limit(shown).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading a thread: %w", err)
	}
	slices.Reverse(rows)
	all := make([]Message, len(rows))
	for i, row := range rows {
		text, err := box.Open(row.Body, messagesTable, "body", int64(row.ID))
		if err != nil {
			return nil, err
		}
		all[i] = Message{FromOffice: row.FromOffice, Text: string(text), At: row.At, SeenAt: row.SeenAt}
	}
	return all, nil
}

// see notes that the office or the learner has the other's messages before them.
func see(ctx context.Context, tx *db.Tx, t *Thread, office bool) error {
	_, err := tx.NewRaw("UPDATE sensitive.question_messages SET seen_at = ? WHERE thread_id = ? AND from_office = ? AND seen_at IS NULL",
		tx.Now, t.ID, !office).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting that messages were read: %w", err)
	}
	return nil
}

func record(ctx context.Context, tx *db.Tx, by id.Person, what string, t *Thread) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: what, Subject: "enrolment", SubjectID: int64(t.EnrolmentID)})
}

// letter is what the mails about threads may say: where the words are, and none of them.
type letter struct{ Name, Code string }

func tellStaff(ctx context.Context, tx *db.Tx, t *Thread) error {
	staff, err := people.WithRole(ctx, tx, people.Admin)
	if err != nil {
		return err
	}
	for _, p := range staff {
		if err := mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: "staff-question-asked", Data: letter{Code: t.Code}}); err != nil {
			return err
		}
	}
	return nil
}

func tellLearner(ctx context.Context, tx *db.Tx, t *Thread, e *enrolment.Enrolment) error {
	p, err := people.ByID(ctx, tx, t.PersonID)
	if err != nil {
		return err
	}
	return mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: "place-answered", Data: letter{p.Name, e.Code}})
}
