package bursary

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"bursar/internal/audio"
	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

var (
	// ErrNoRecording means that nothing was spoken in answer to a question.
	ErrNoRecording = failure.New(failure.NotFound, "recording_unknown", "There is no recording here.")
	// ErrRecordingReplaced means that the applicant removed or replaced a recording while it was written down.
	ErrRecordingReplaced = failure.New(failure.Conflict, "recording_replaced", "The applicant has removed or replaced this recording. Please open the page again.")
)

// Recording is something spoken instead of written.
type Recording struct {
	ID            id.Recording
	Key           string // of the question
	ContentType   string
	Seconds       int
	Body          []byte // only where somebody listens
	Transcript    string // what staff wrote down of it; empty until then
	TranscribedAt time.Time
	CreatedAt     time.Time
}

type recording struct {
	bun.BaseModel `bun:"table:sensitive.recordings,alias:recording"`

	ID            id.Recording   `bun:"id,pk"`
	ApplicationID id.Application `bun:"application_id"`
	Key           string         `bun:"key"`
	ContentType   string         `bun:"content_type"`
	Seconds       int            `bun:"seconds"`
	Body          []byte         `bun:"body"`
	Transcript    []byte         `bun:"transcript"`
	TranscribedBy id.Person      `bun:"transcribed_by,nullzero"`
	TranscribedAt time.Time      `bun:"transcribed_at,nullzero"`
	CreatedAt     time.Time      `bun:"created_at"`
}

const recordingsTable = "sensitive.recordings"

// RecordingLimits is the most that is taken in answer to one question: a page of words takes three minutes to say.
var RecordingLimits = audio.Limits{Bytes: 10_000_000, Length: 3 * time.Minute}

// KeepRecording keeps what a person spoke in answer to a question that may be spoken, in place of what they had
// spoken before; audio.Check has looked at it. It returns ErrUnknown, or ErrClosed when the round had closed by the time of pressing.
func KeepRecording(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code, key string, spoken audio.Recording, pressed time.Time) error {
	a, err := lockSpoken(ctx, tx, person, code, key, pressed)
	if err != nil {
		return err
	}
	if _, err := deleteRecording(ctx, tx, a.ID, key); err != nil {
		return err
	}
	kept := Recording{Key: key, ContentType: spoken.Format.ContentType(), Seconds: int(spoken.Length / time.Second), Body: spoken.Data}
	if err := insertRecording(ctx, tx, box, a.ID, kept); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(person), "recording kept", a, map[string]any{"key": key, "seconds": kept.Seconds}); err != nil {
		return err
	}
	return saveStanding(ctx, tx, a)
}

// insertRecording numbers and seals what was spoken. Only staff write down what is said in it.
func insertRecording(ctx context.Context, tx *db.Tx, box *secret.Box, a id.Application, spoken Recording) error {
	n, err := tx.NextID(ctx, recordingsTable)
	if err != nil {
		return err
	}
	row := &recording{
		ID: id.Recording(n), ApplicationID: a, Key: spoken.Key, ContentType: spoken.ContentType, Seconds: spoken.Seconds, CreatedAt: tx.Now,
	}
	if row.Body, err = box.Seal(spoken.Body, recordingsTable, "body", n); err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(row).Column("id", "application_id", "key", "content_type", "seconds", "body", "created_at").
		Returning("NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping a recording: %w", err)
	}
	return nil
}

// RemoveRecording takes back what was spoken, with what was written down of it. It returns ErrUnknown,
// ErrNoRecording, or ErrClosed when the round had closed by the time of pressing.
func RemoveRecording(ctx context.Context, tx *db.Tx, person id.Person, code, key string, pressed time.Time) error {
	a, err := lockSpoken(ctx, tx, person, code, key, pressed)
	if err != nil {
		return err
	}
	removed, err := deleteRecording(ctx, tx, a.ID, key)
	switch {
	case err != nil:
		return err
	case !removed:
		return ErrNoRecording
	}
	if err := record(ctx, tx, audit.Person(person), "recording removed", a, map[string]any{"key": key}); err != nil {
		return err
	}
	return saveStanding(ctx, tx, a)
}

// lockSpoken loads an application for a change of what was spoken in answer to a question.
func lockSpoken(ctx context.Context, tx *db.Tx, person id.Person, code, key string, pressed time.Time) (*Application, error) {
	a, r, err := lockOwn(ctx, tx, person, code)
	if err != nil {
		return nil, err
	}
	f, err := r.Form()
	if err != nil {
		return nil, err
	}
	switch q, ok := f.Question(key); {
	case !ok || !q.Recording:
		return nil, ErrUnknown
	case !a.Changeable(r, pressed):
		return nil, ErrClosed
	}
	return a, nil
}

func deleteRecording(ctx context.Context, tx *db.Tx, a id.Application, key string) (removed bool, err error) {
	done, err := tx.NewDelete().Model((*recording)(nil)).Where("application_id = ? AND key = ?", a, key).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("removing a recording: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// Recordings lists what was spoken in an application by the question's key, without the sound. It is for the
// applicant, and for the office in the unit of work that noted the reading.
func Recordings(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Application) (map[string]*Recording, error) {
	var rows []*recording
	err := tx.NewSelect().Model(&rows).ExcludeColumn("body").Where("application_id = ?", which).Order("key").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing recordings: %w", err)
	}
	all := make(map[string]*Recording, len(rows))
	for _, row := range rows {
		if all[row.Key], err = row.open(box); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Listen reads a person's own recording with its sound, or returns ErrUnknown or ErrNoRecording.
func Listen(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code, key string) (*Recording, error) {
	a, err := OfPerson(ctx, tx, person, code)
	if err != nil {
		return nil, err
	}
	return listen(ctx, tx, box, a.ID, key)
}

// ListenOffice reads a recording with its sound for the office, and notes that reader did. It returns ErrUnknown
// or ErrNoRecording.
func ListenOffice(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, code, key string) (*Recording, error) {
	a, err := ByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if err := Note(ctx, tx, a.ID, reader, form.Office); err != nil {
		return nil, err
	}
	return listen(ctx, tx, box, a.ID, key)
}

func listen(ctx context.Context, tx *db.Tx, box *secret.Box, a id.Application, key string) (*Recording, error) {
	row := new(recording)
	err := tx.NewSelect().Model(row).Where("application_id = ? AND key = ?", a, key).Scan(ctx)
	if db.NoRows(err) {
		return nil, ErrNoRecording
	}
	if err != nil {
		return nil, fmt.Errorf("reading a recording: %w", err)
	}
	return row.open(box)
}

func (row *recording) open(box *secret.Box) (*Recording, error) {
	r := &Recording{
		ID: row.ID, Key: row.Key, ContentType: row.ContentType, Seconds: row.Seconds, TranscribedAt: row.TranscribedAt, CreatedAt: row.CreatedAt,
	}
	var err error
	if row.Body != nil {
		if r.Body, err = box.Open(row.Body, recordingsTable, "body", int64(row.ID)); err != nil {
			return nil, err
		}
	}
	if row.Transcript != nil {
		text, err := box.Open(row.Transcript, recordingsTable, "transcript", int64(row.ID))
		if err != nil {
			return nil, err
		}
		r.Transcript = string(text)
	}
	return r, nil
}

// Transcribe keeps what staff wrote down of a recording, over what was written before, and notes that they read
// the application. The panel reads it in place of the written answer. It returns ErrUnknown,
// ErrRecordingReplaced, or an Invalid failure about "text".
func Transcribe(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string, which id.Recording, text string) error {
	a, err := ByCode(ctx, tx, code)
	if err != nil {
		return err
	}
	text = strings.TrimSpace(tidy(text))
	switch {
	case text == "":
		return failure.Field("text", "Write down what is said in the recording.")
	case utf8.RuneCountInString(text) > longestWords:
		return failure.Field("text", "This is more than one page can hold. Please make it shorter.")
	}
	if err := Note(ctx, tx, a.ID, by, form.Office); err != nil {
		return err
	}
	sealed, err := box.Seal([]byte(text), recordingsTable, "transcript", int64(which))
	if err != nil {
		return err
	}
	done, err := tx.NewRaw(`
		UPDATE sensitive.recordings SET transcript = ?, transcribed_by = ?, transcribed_at = ?
		WHERE  id = ? AND application_id = ?`, sealed, by, tx.Now, which, a.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keeping what was said: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return ErrRecordingReplaced
	}
	return record(ctx, tx, audit.Person(by), "recording written down", a, nil)
}
