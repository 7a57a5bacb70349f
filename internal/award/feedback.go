package award

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// ErrAnswered means that somebody's letter has been sent.
var ErrAnswered = failure.New(failure.Conflict, "feedback_late", "The letters have been sent, so what is in them cannot be changed any more. What you typed is below.")

const (
	feedbackTable = "sensitive.feedback"
	// longestFeedback is how many characters the feedback of one letter may have.
	longestFeedback = 3000
)

// SaveFeedback keeps what staff make of the readers' reasons for an applicant, over what was kept before. It stands in
// their letter word for word; empty words take it out. The reading is noted. It returns bursary.ErrUnknown, ErrAnswered or
// an Invalid failure about "feedback".
func SaveFeedback(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code, words string) error {
	a, err := bursary.ByCode(ctx, tx, code)
	if err != nil {
		return err
	}
	if a, err = bursary.Lock(ctx, tx, a.ID); err != nil {
		return err
	}
	words = tidy(words)
	switch {
	case a.Status != bursary.Banded:
		return ErrAnswered
	case utf8.RuneCountInString(words) > longestFeedback:
		return failure.Field("feedback", "Use 3,000 characters or fewer.")
	}
	if err := bursary.Note(ctx, tx, a.ID, by, form.Office); err != nil {
		return err
	}
	body, err := box.Seal([]byte(words), feedbackTable, "body", int64(a.ID))
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`
		INSERT INTO sensitive.feedback (application_id, body, by_id, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (application_id) DO UPDATE SET body = excluded.body, by_id = excluded.by_id, at = excluded.at`, a.ID, body, by, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping feedback: %w", err)
	}
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "feedback written", Subject: "application", SubjectID: int64(a.ID)})
}

// Feedback reads what staff wrote for the letters of applications; who has none is not in it. The reading has been noted.
func Feedback(ctx context.Context, tx *db.Tx, box *secret.Box, which []id.Application) (map[id.Application]string, error) {
	all := map[id.Application]string{}
	if len(which) == 0 {
		return all, nil
	}
	var rows []struct {
		ApplicationID id.Application
		Body          []byte
	}
	err := tx.NewRaw("SELECT application_id, body FROM sensitive.feedback WHERE application_id IN (?)", bun.List(which)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading feedback: %w", err)
	}
	for _, row := range rows {
		words, err := box.Open(row.Body, feedbackTable, "body", int64(row.ApplicationID))
		if err != nil {
			return nil, err
		}
		if len(words) > 0 {
			all[row.ApplicationID] = string(words)
		}
	}
	return all, nil
}

// tidy takes away what browsers add.
func tidy(words string) string {
	words = strings.ReplaceAll(strings.ReplaceAll(words, "\r\n", "\n"), "\x00", "")
	return strings.TrimSpace(strings.ToValidUTF8(words, "\uFFFD"))
}
