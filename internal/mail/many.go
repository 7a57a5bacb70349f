package mail

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/mail"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"bursar/internal/db"
	"bursar/internal/id"
)

// Copy is one of several mails of the same template.
type Copy struct {
	To     string    // a bare address
	Person id.Person // whose address that is
	Data   any       // what the template is given
}

// SendAll is Send of one template to several people, in as many statements as it takes for one. It is for mails that their readers
// need, without attachments.
func SendAll(ctx context.Context, tx *db.Tx, template string, to []Copy) error {
	return sendAll(ctx, tx, letters(), template, to)
}

func sendAll(ctx context.Context, tx *db.Tx, l library, template string, to []Copy) error {
	if len(to) == 0 {
		return nil
	}
	var numbers []int64
	if err := tx.NewRaw("SELECT nextval('mails_id_seq') FROM generate_series(1, ?)", len(to)).Scan(ctx, &numbers); err != nil {
		return fmt.Errorf("numbering mails: %w", err)
	}
	words, err := edited(ctx, tx, template)
	if err != nil {
		return err
	}
	rows, jobs := make([]bun.TupleValues, len(to)), make([]db.Job, len(to))
	for i, c := range to {
		if a, err := mail.ParseAddress(c.To); err != nil || a.Address != c.To {
			return ErrAddress.Because(err)
		}
		owed, facts, err := l.word(Message{Template: template, Data: c.Data}, words)
		if err != nil {
			return fmt.Errorf("writing mail %s: %w", template, err)
		}
		rows[i] = bun.Tuple([]any{numbers[i], strings.ToLower(rand.Text()), c.To, bun.NullZero(c.Person), template, owed.Subject, owed.Text, owed.HTML, pgdialect.Array(owed.Names), false, Queued, tx.Now, string(facts)})
		jobs[i] = Delivery{id.Mail(numbers[i])}
	}
	_, err = tx.NewRaw(`
		INSERT INTO mails (id, key, recipient, person_id, template, subject, text_body, html_body, names, secret, status, created_at, facts)
		OVERRIDING SYSTEM VALUE VALUES ?`, bun.List(rows)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("queueing %d mails: %w", len(rows), err)
	}
	return tx.EnqueueAll(ctx, jobs)
}
