package bursary

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// rival is another text of an answer, typed on another device at the same time.
type rival struct {
	bun.BaseModel `bun:"table:sensitive.rivals,alias:rival"`

	ID       int64     `bun:"id,pk"`
	AnswerID id.Answer `bun:"answer_id"`
	Body     []byte    `bun:"body"`
	At       time.Time `bun:"at"`
}

const rivalsTable = "sensitive.rivals"

// keepRival keeps a text beside the answer, once.
func keepRival(ctx context.Context, tx *db.Tx, box *secret.Box, beside *answer, text string) error {
	waiting, err := loadRivals(ctx, tx, box, beside.ApplicationID)
	if err != nil {
		return err
	}
	for _, r := range waiting[beside.Key] {
		if r == text {
			return nil
		}
	}
	n, err := tx.NextID(ctx, rivalsTable)
	if err != nil {
		return err
	}
	row := &rival{ID: n, AnswerID: beside.ID, At: tx.Now}
	if row.Body, err = box.Seal([]byte(text), rivalsTable, "body", n); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(row).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("keeping the other text of an answer: %w", err)
	}
	return nil
}

// loadRivals reads the texts that wait for a choice, by the question's key, the oldest first.
func loadRivals(ctx context.Context, d bun.IDB, box *secret.Box, a id.Application) (map[string][]string, error) {
	var rows []struct {
		ID   int64
		Key  string
		Body []byte
	}
	err := d.NewRaw(`
		SELECT r.id, a.key, r.body
		FROM   sensitive.rivals r JOIN sensitive.answers a ON a.id = r.answer_id
		WHERE  a.application_id = ? ORDER BY r.id`, a).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("reading the other texts of answers: %w", err)
	}
	all := map[string][]string{}
	for _, row := range rows {
		text, err := box.Open(row.Body, rivalsTable, "body", row.ID)
		if err != nil {
			return nil, err
		}
		all[row.Key] = append(all[row.Key], string(text))
	}
	return all, nil
}

// Choose settles an answer of which several texts wait: text is what the applicant made of them. seen is the
// mark of the answer as the page showed it; if it was changed again meanwhile, there is a Clash as in Save and
// nothing is thrown away.
func Choose(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code, key, text string, seen Mark, pressed time.Time) (Saved, error) {
	a, r, err := lockOwn(ctx, tx, person, code)
	if err != nil {
		return Saved{}, err
	}
	if !a.Changeable(r, pressed) {
		return Saved{}, ErrClosed
	}
	f, err := r.Form()
	if err != nil {
		return Saved{}, err
	}
	q, ok := f.Question(key)
	if !ok {
		return Saved{}, ErrUnknown
	}
	saved, err := saveAnswers(ctx, tx, box, a, []form.Question{q}, form.Answers{key: text}, Marks{key: seen})
	if err != nil || len(saved.Clashes) > 0 {
		return saved, err
	}
	_, err = tx.NewRaw(`
		DELETE FROM sensitive.rivals r USING sensitive.answers a
		WHERE  a.id = r.answer_id AND a.application_id = ? AND a.key = ?`, a.ID, key).Exec(ctx)
	if err != nil {
		return Saved{}, fmt.Errorf("settling an answer: %w", err)
	}
	return saved, saveStanding(ctx, tx, a)
}
