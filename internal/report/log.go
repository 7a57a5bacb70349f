package report

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// longestNote is how many characters a note may have.
const longestNote = 2000

// Noted is the What of a note in Past.
const Noted What = "note"

// Past is a reminder that was sent, or what somebody wrote down about an answer.
type Past struct {
	What  What
	Step  int
	Items []string // codes of places, numbers of invoices
	Words string   // of a note
	Who   string   // who did it; empty: the program
	At    time.Time
}

// Note writes down what an organisation answered. It returns an Invalid failure about "words".
func Note(ctx context.Context, tx *db.Tx, by id.Person, of id.Organisation, words string) error {
	words = strings.TrimSpace(words)
	if n := utf8.RuneCountInString(words); n == 0 || n > longestNote {
		return failure.Field("words", fmt.Sprintf("Write a note of up to %d characters", longestNote))
	}
	_, err := tx.NewRaw("INSERT INTO chases (organisation_id, kind, words, at, by) VALUES (?, ?, ?, ?, ?)", of, Noted, words, tx.Now, by).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping a note: %w", err)
	}
	return nil
}

// History lists the latest reminders of an organisation and the notes about it, newest first, at most limit.
func History(ctx context.Context, d bun.IDB, of id.Organisation, limit int) ([]Past, error) {
	var rows []struct {
		Past
		Named string
	}
	err := d.NewRaw(`
		SELECT h.kind AS what, h.step, h.words, h.items::text AS named, h.at, coalesce(nullif(p.name, ''), p.email, '') AS who
		FROM chases h LEFT JOIN people p ON p.id = h.by WHERE h.organisation_id = ? ORDER BY h.id DESC LIMIT ?`, of, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading what was said: %w", err)
	}
	list := make([]Past, len(rows))
	for i, r := range rows {
		list[i] = r.Past
		if err := json.Unmarshal([]byte(r.Named), &list[i].Items); err != nil {
			return nil, fmt.Errorf("reading what was named: %w", err)
		}
	}
	return list, nil
}
