package mail

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// ErrForgotten means that a mail's words have been deleted.
var ErrForgotten = failure.New(failure.NotFound, "mail_forgotten", "We keep what an email says for 90 days. What this one said has been deleted.")

const (
	// wordsLast is for how long words, facts and attachments are kept. The page about privacy promises it.
	wordsLast = 90 * 24 * time.Hour
	// forgetAtOnce bounds one unit of work.
	forgetAtOnce = 1_000
)

// Forgotten reports whether the words have been deleted.
func (m *Mail) Forgotten() bool { return m.Text == "" }

// Forget deletes the words of mails that were written more than 90 days ago and are not owed any more, what stood for their
// placeholders, and what was attached (UK GDPR Art. 5(1)(e)). To whom, when, about what and how it ended stays. It empties at most
// 1000 and returns how many; there may be more as long as that is not 0. It is for the worker's role: no other sees all mails.
func Forget(ctx context.Context, tx *db.Tx) (int, error) {
	var due []id.Mail
	err := tx.NewRaw(`
		UPDATE mails SET text_body = '', html_body = '', facts = NULL WHERE id IN
			(SELECT id FROM mails WHERE text_body <> '' AND status <> 'queued' AND created_at < ? ORDER BY created_at LIMIT ?)
		RETURNING id`, tx.Now.Add(-wordsLast), forgetAtOnce).Scan(ctx, &due)
	if err != nil {
		return 0, fmt.Errorf("deleting the words of old mails: %w", err)
	}
	if len(due) == 0 {
		return 0, nil
	}
	if _, err := tx.NewRaw("DELETE FROM mail_attachments WHERE mail_id IN (?)", bun.List(due)).Exec(ctx); err != nil {
		return 0, fmt.Errorf("deleting what was attached to old mails: %w", err)
	}
	return len(due), nil
}
