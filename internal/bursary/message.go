package bursary

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// Message is one question of an applicant, or one answer of the office.
type Message struct {
	ID         id.Message
	FromOffice bool
	Text       string
	At         time.Time
	SeenAt     time.Time // by the other side: when the applicant saw an answer, when the office settled a question
}

type message struct {
	bun.BaseModel `bun:"table:sensitive.messages,alias:message"`

	ID            id.Message     `bun:"id,pk"`
	ApplicationID id.Application `bun:"application_id"`
	AuthorID      id.Person      `bun:"author_id"`
	FromOffice    bool           `bun:"from_office"`
	Body          []byte         `bun:"body"`
	At            time.Time      `bun:"at"`
	SeenAt        time.Time      `bun:"seen_at,nullzero"`
}

const (
	messagesTable  = "sensitive.messages"
	messagesShown  = 100
	longestMessage = 5_000 // characters
	// sameQuestion is within which the same words again are a second press of the button.
	sameQuestion = time.Minute
)

// Ask puts a person's question to the office, on whose list it then stands. It can be asked at every stage. The
// same words again within a minute are one question. It returns ErrUnknown, or an Invalid failure about "text".
func Ask(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code, text string) error {
	a, _, err := lockOwn(ctx, tx, person, code) // two presses at once come one after the other
	if err != nil {
		return err
	}
	if twice, err := askedJustNow(ctx, tx, box, a.ID, person, text); err != nil || twice {
		return err
	}
	if err := insertMessage(ctx, tx, box, &message{ApplicationID: a.ID, AuthorID: person}, text); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(person), "question asked", a, nil)
}

// askedJustNow reports whether somebody said the same a moment ago: a second press of the button.
func askedJustNow(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Application, author id.Person, text string) (bool, error) {
	var rows []*message
	err := tx.NewSelect().Model(&rows).Where("application_id = ? AND author_id = ? AND at > ?", which, author, tx.Now.Add(-sameQuestion)).Scan(ctx)
	if err != nil {
		return false, fmt.Errorf("looking for the same message: %w", err)
	}
	for _, row := range rows {
		said, err := box.Open(row.Body, messagesTable, "body", int64(row.ID))
		if err != nil || string(said) == wordsOf(text) {
			return true, err
		}
	}
	return false, nil
}

// Answer says something to the applicant in the name of the office, settles what they asked, and tells them by
// mail that there is an answer, not which. It notes the reading. It returns ErrUnknown, or an Invalid failure
// about "text".
func Answer(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code, text string) error {
	a, err := settle(ctx, tx, by, code)
	if err != nil {
		return err
	}
	if err := insertMessage(ctx, tx, box, &message{ApplicationID: a.ID, AuthorID: by, FromOffice: true}, text); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), "question answered", a, nil); err != nil {
		return err
	}
	return tell(ctx, tx, a, "question-answered", answered{Code: a.Code})
}

// Settle takes what an applicant asked off the office's list without an answer: they said thank you, or were
// called. It notes the reading. It returns ErrUnknown.
func Settle(ctx context.Context, tx *db.Tx, by id.Person, code string) error {
	a, err := settle(ctx, tx, by, code)
	if err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(by), "question settled", a, nil)
}

func settle(ctx context.Context, tx *db.Tx, by id.Person, code string) (*Application, error) {
	a, err := ByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if err := Note(ctx, tx, a.ID, by, form.Office); err != nil {
		return nil, err
	}
	return a, see(ctx, tx, a.ID, false)
}

// SeeAnswers notes that the applicant has been shown what the office said.
func SeeAnswers(ctx context.Context, tx *db.Tx, which id.Application) error {
	return see(ctx, tx, which, true)
}

func see(ctx context.Context, tx *db.Tx, which id.Application, fromOffice bool) error {
	_, err := tx.NewRaw("UPDATE sensitive.messages SET seen_at = ? WHERE application_id = ? AND from_office = ? AND seen_at IS NULL",
		tx.Now, which, fromOffice).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting that messages were seen: %w", err)
	}
	return nil
}

// Messages lists what was asked and answered, the oldest first, the last hundred. It is for the applicant, and
// for the office in the unit of work that noted the reading.
func Messages(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Application) ([]Message, error) {
	var rows []*message
	err := tx.NewSelect().Model(&rows).Where("application_id = ?", which).Order("id DESC").Limit(messagesShown).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading messages: %w", err)
	}
	slices.Reverse(rows)
	all := make([]Message, len(rows))
	for i, row := range rows {
		text, err := box.Open(row.Body, messagesTable, "body", int64(row.ID))
		if err != nil {
			return nil, err
		}
		all[i] = Message{ID: row.ID, FromOffice: row.FromOffice, Text: string(text), At: row.At, SeenAt: row.SeenAt}
	}
	return all, nil
}

func insertMessage(ctx context.Context, tx *db.Tx, box *secret.Box, row *message, text string) error {
	text = wordsOf(text)
	switch {
	case text == "":
		return failure.Field("text", "Write your message first.")
	case utf8.RuneCountInString(text) > longestMessage:
		return failure.Field("text", "This is longer than one message can be. You can send it in two parts.")
	}
	n, err := tx.NextID(ctx, messagesTable)
	if err != nil {
		return err
	}
	row.ID, row.At = id.Message(n), tx.Now
	if row.Body, err = box.Seal([]byte(text), messagesTable, "body", n); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(row).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("keeping a message: %w", err)
	}
	return nil
}

// wordsOf is a message as it is kept.
func wordsOf(typed string) string { return strings.TrimSpace(tidy(typed)) }
