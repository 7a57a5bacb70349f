package bursary

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// answer is one answer as stored.
type answer struct {
	bun.BaseModel `bun:"table:sensitive.answers,alias:answer"`

	ID            id.Answer      `bun:"id,pk"`
	ApplicationID id.Application `bun:"application_id"`
	Key           string         `bun:"key"`
	Audience      string         `bun:"audience"`
	Version       int            `bun:"version"`
	Body          []byte         `bun:"body"`
	UpdatedAt     time.Time      `bun:"updated_at"`

	text string // unsealed
}

const answersTable = "sensitive.answers"

// Clash is an answer that was changed elsewhere since the page was opened. Both texts are kept.
type Clash struct {
	Key   string
	There string // what stands now
	Here  string // what was just typed, kept beside it until the applicant chooses
}

// Saved is what became of a page's answers.
type Saved struct {
	Marks   Marks // of all of the page's answers, for saving the page again
	Clashes []Clash
}

// Save keeps what was typed on a page, whatever it is: whether it is a good answer is asked when the section is
// finished and when the application is sent. It returns ErrUnknown, or ErrClosed when the round had closed by
// the time of pressing. An answer that was changed on another device meanwhile is not overwritten: it is a Clash.
func Save(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string, questions []form.Question, typed form.Answers, seen Marks, pressed time.Time) (Saved, error) {
	a, r, err := lockOwn(ctx, tx, person, code)
	if err != nil {
		return Saved{}, err
	}
	if !a.Changeable(r, pressed) {
		return Saved{}, ErrClosed
	}
	saved, err := saveAnswers(ctx, tx, box, a, questions, typed, seen)
	if err != nil {
		return Saved{}, err
	}
	return saved, saveStanding(ctx, tx, a)
}

func saveAnswers(ctx context.Context, tx *db.Tx, box *secret.Box, a *Application, questions []form.Question, typed form.Answers, seen Marks) (Saved, error) {
	stored, err := loadAnswers(ctx, tx, box, a.ID)
	if err != nil {
		return Saved{}, err
	}
	saved := Saved{Marks: Marks{}}
	for _, q := range questions {
		text := tidy(typed[q.Key])
		now := stored[q.Key]
		switch {
		case now == nil:
			now, err = insertAnswer(ctx, tx, box, a.ID, q, text)
		case now.text == text, seen.of(q.Key).says(text):
			// said already, or not touched on this page
		case seen.of(q.Key) == mark(now.Version, now.text):
			err = now.update(ctx, tx, box, text)
		default:
			saved.Clashes = append(saved.Clashes, Clash{Key: q.Key, There: now.text, Here: text})
			err = keepRival(ctx, tx, box, now, text)
		}
		if err != nil {
			return Saved{}, err
		}
		saved.Marks[q.Key] = mark(now.Version, now.text)
	}
	return saved, nil
}

// tidy takes away what browsers add, and nothing that a person typed.
func tidy(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\x00", ""), "\uFFFD")
}

func loadAnswers(ctx context.Context, d bun.IDB, box *secret.Box, a id.Application) (map[string]*answer, error) {
	var rows []*answer
	if err := d.NewSelect().Model(&rows).Where("application_id = ?", a).Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading answers: %w", err)
	}
	all := make(map[string]*answer, len(rows))
	for _, row := range rows {
		text, err := box.Open(row.Body, answersTable, "body", int64(row.ID))
		if err != nil {
			return nil, err
		}
		row.text = string(text)
		all[row.Key] = row
	}
	return all, nil
}

func insertAnswer(ctx context.Context, tx *db.Tx, box *secret.Box, a id.Application, q form.Question, text string) (*answer, error) {
	row, err := sealedAnswer(ctx, tx, box, a, q, text)
	if err != nil {
		return nil, err
	}
	if _, err := tx.NewInsert().Model(row).Returning("NULL").Exec(ctx); err != nil {
		return nil, fmt.Errorf("saving an answer: %w", err)
	}
	return row, nil
}

// sealedAnswer numbers and seals a new answer.
func sealedAnswer(ctx context.Context, tx *db.Tx, box *secret.Box, a id.Application, q form.Question, text string) (*answer, error) {
	n, err := tx.NextID(ctx, answersTable)
	if err != nil {
		return nil, err
	}
	row := &answer{ID: id.Answer(n), ApplicationID: a, Key: q.Key, Audience: audienceOf(q), Version: 1, UpdatedAt: tx.Now, text: text}
	row.Body, err = box.Seal([]byte(text), answersTable, "body", n)
	return row, err
}

// audienceOf is who besides the applicant may read the answers to a question. What is not said to be for the
// access officer alone is for the office.
func audienceOf(q form.Question) string {
	if slices.Equal(q.SeenBy, []form.Audience{form.Access}) {
		return string(form.Access)
	}
	return string(form.Office)
}

func (row *answer) update(ctx context.Context, tx *db.Tx, box *secret.Box, text string) (err error) {
	if row.Body, err = box.Seal([]byte(text), answersTable, "body", int64(row.ID)); err != nil {
		return err
	}
	row.text, row.Version, row.UpdatedAt = text, row.Version+1, tx.Now
	if _, err = tx.NewUpdate().Model(row).Column("body", "version", "updated_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving an answer: %w", err)
	}
	return nil
}
