package award

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/bursary"
	"bursar/internal/id"
)

// SentLetter is that somebody was sent a letter, without what is in it.
type SentLetter struct {
	Application id.Application
	Code        string // of the application
	Status      bursary.Status
	Kind        LetterKind
	At          time.Time
}

// SentLetters lists the letters about a round, for staff: by application, the latest of each first. It opens nobody's words.
func SentLetters(ctx context.Context, d bun.IDB, round id.Round) ([]SentLetter, error) {
	var all []SentLetter
	err := d.NewRaw(`
		SELECT a.id AS application, a.code, a.status, l.kind, l.at
		FROM   sensitive.letters_sent l JOIN sensitive.applications a ON a.id = l.application_id
		WHERE  a.round_id = ? ORDER BY a.position, a.id, l.id DESC`, round).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("listing letters: %w", err)
	}
	return all, nil
}
