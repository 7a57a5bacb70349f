package bursary

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
)

var (
	// ErrWordsMissing means that something has to be said before it can be sent.
	ErrWordsMissing = failure.New(failure.Invalid, "supporter_words_missing", "Something is still missing. Your words are saved.")
	// ErrWordsElsewhere means that the words were changed on another device, or by somebody else with the link.
	ErrWordsElsewhere = failure.New(failure.Conflict, "supporter_words_elsewhere",
		"These answers were changed somewhere else after you opened this page. Nothing is lost: you can see both below.")
)

// longestWords is how many characters one answer may have: far over any wish, so that a page stays a page.
const longestWords = 20_000

// OpenLink reads the statement of whoever holds a link. It returns ErrLinkDead.
//
// It and the verbs below run under db.Supporter in the name of LinkHash(token): nothing else is in reach.
func OpenLink(ctx context.Context, tx *db.Tx, box *secret.Box, token string, at time.Time) (*Statement, error) {
	row, err := byLink(ctx, tx, token, at)
	if err != nil {
		return nil, err
	}
	return row.open(box)
}

// StartStatement notes that somebody read the page and pressed Start. Doing it again changes nothing. It returns
// ErrLinkDead.
func StartStatement(ctx context.Context, tx *db.Tx, token string, pressed time.Time) error {
	row, err := byLink(ctx, tx, token, pressed)
	if err != nil || row.Status != StatementAsked {
		return err
	}
	if err := row.move(StatementOpened); err != nil {
		return err
	}
	row.OpenedAt = tx.Now
	return row.update(ctx, tx, "status", "opened_at")
}

// SaveWords keeps what a supporter has typed, whole or not, and returns the statement as it then stands. seen is
// the Version that the page showed: when the words were changed elsewhere since, nothing is overwritten, and the
// statement that comes back with ErrWordsElsewhere is what stands. It returns ErrLinkDead.
func SaveWords(ctx context.Context, tx *db.Tx, box *secret.Box, token string, typed Words, seen int, pressed time.Time) (*Statement, error) {
	row, err := byLink(ctx, tx, token, pressed)
	if err != nil {
		return nil, err
	}
	s, err := row.open(box)
	if err != nil {
		return nil, err
	}
	if typed, err = typed.tidy(); err != nil {
		return s, err
	}
	switch {
	case s.Words == typed:
		return s, nil
	case s.Status != StatementOpened, row.Version != seen:
		return s, ErrWordsElsewhere
	}
	row.Version++
	var failed [4]error
	row.Writer, failed[0] = row.seal(box, "writer", typed.Writer)
	row.Known, failed[1] = row.seal(box, "known", typed.Known)
	row.Strengths, failed[2] = row.seal(box, "strengths", typed.Strengths)
	row.Support, failed[3] = row.seal(box, "support", typed.Support)
	if err := errors.Join(failed[:]...); err != nil {
		return nil, err
	}
	s.Words, s.Version = typed, row.Version
	return s, row.update(ctx, tx, "writer", "known", "strengths", "support", "version")
}

// SendWords gives the words, as they were saved, to those who decide. Sending them again changes nothing. It
// returns ErrLinkDead, or ErrWordsMissing with a sentence for each field.
func SendWords(ctx context.Context, tx *db.Tx, box *secret.Box, token string, pressed time.Time) error {
	row, err := byLink(ctx, tx, token, pressed)
	if err != nil || row.Status == StatementReceived {
		return err
	}
	s, err := row.open(box)
	if err != nil {
		return err
	}
	if err := s.Words.check(); err != nil {
		return err
	}
	if err := row.move(StatementReceived); err != nil {
		return err
	}
	row.ReceivedAt = tx.Now
	if err := row.update(ctx, tx, "status", "received_at"); err != nil {
		return err
	}
	return row.answered(ctx, tx, "statement received")
}

// DeclineStatement notes that somebody would rather not, without a reason. Doing it again changes nothing. It
// returns ErrLinkDead.
func DeclineStatement(ctx context.Context, tx *db.Tx, token string, pressed time.Time) error {
	row, err := byLink(ctx, tx, token, pressed)
	if err != nil || row.Status == StatementDeclined || row.Status == StatementReceived {
		return err
	}
	if err := row.move(StatementDeclined); err != nil {
		return err
	}
	if err := row.update(ctx, tx, "status"); err != nil {
		return err
	}
	return row.answered(ctx, tx, "statement declined")
}

// answered leaves telling the applicant to the worker: a supporter's role can see no person and owe no mail.
func (row *statement) answered(ctx context.Context, tx *db.Tx, action string) error {
	err := record(ctx, tx, audit.System, action, &Application{ID: row.ApplicationID}, nil)
	if err != nil {
		return err
	}
	return tx.Enqueue(ctx, StatementAnswered{row.ID})
}

// byLink loads the statement of a link for change.
func byLink(ctx context.Context, tx *db.Tx, token string, at time.Time) (*statement, error) {
	row := new(statement)
	err := tx.NewSelect().Model(row).Where("link_hash = ?", LinkHash(token)).For("NO KEY UPDATE").Scan(ctx)
	switch {
	case db.NoRows(err):
		return nil, ErrLinkDead
	case err != nil:
		return nil, fmt.Errorf("reading a statement: %w", err)
	case row.Status == StatementCancelled, !at.Before(row.ExpiresAt):
		return nil, ErrLinkDead
	}
	return row, nil
}

func (w Words) tidy() (Words, error) {
	w = Words{tidyName(w.Writer), strings.TrimSpace(tidy(w.Known)), strings.TrimSpace(tidy(w.Strengths)), strings.TrimSpace(tidy(w.Support))}
	wrong := map[string]string{}
	if utf8.RuneCountInString(w.Writer) > longestName {
		wrong["writer"] = "Use 100 letters or fewer."
	}
	for field, text := range map[string]string{"known": w.Known, "strengths": w.Strengths, "support": w.Support} {
		if utf8.RuneCountInString(text) > longestWords {
			wrong[field] = "This is more than one page can hold. Please make it shorter."
		}
	}
	if len(wrong) > 0 {
		return w, &failure.Error{Kind: failure.Invalid, Code: "supporter_words_long", Message: "Please make your answer shorter.", Fields: wrong}
	}
	return w, nil
}

func (w Words) check() error {
	wrong := map[string]string{}
	if w.Writer == "" {
		wrong["writer"] = "Enter your name."
	}
	if w.Known == "" {
		wrong["known"] = "Say how you know them. A few words are enough."
	}
	if w.Strengths == "" {
		wrong["strengths"] = "Say what they would bring. A few words are enough."
	}
	if len(wrong) == 0 {
		return nil
	}
	refusal := *ErrWordsMissing
	refusal.Fields = wrong
	return &refusal
}

// StatementAnswered is the job of telling an applicant that their supporter has answered.
type StatementAnswered struct {
	Statement id.Statement `json:"statement"`
}

// Kind names the job.
func (StatementAnswered) Kind() string { return "statement_answered" }

// TellAnswered tells the applicant that words have come, or that somebody would rather not, for the worker.
// Who has taken their application back meanwhile is not told.
func TellAnswered(ctx context.Context, tx *db.Tx, which id.Statement) error {
	row := new(statement)
	if err := tx.NewSelect().Model(row).Column("id", "application_id", "status").Where("id = ?", which).Scan(ctx); err != nil {
		return fmt.Errorf("reading statement %d: %w", which, err)
	}
	a, err := Get(ctx, tx, row.ApplicationID)
	if err != nil || !a.Active() {
		return err
	}
	template := map[StatementStatus]string{StatementReceived: "words-received", StatementDeclined: "words-declined"}[row.Status]
	if template == "" {
		return nil
	}
	return tell(ctx, tx, a, template, answered{Code: a.Code})
}

// answered is what the mail to the applicant is given.
type answered struct{ Code string }
