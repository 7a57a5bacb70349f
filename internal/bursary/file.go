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

// File is an application with everything that was said in it.
type File struct {
	*Application
	Round     *Round
	Questions form.Form           // with what the round offers
	Answers   form.Answers        // with the key of each recording, as package form wants it
	Marks     Marks               // of the answers, for the page that changes them
	Rivals    map[string][]string // texts typed on another device that wait for a choice, by key
}

// Open reads an applicant's own file, or returns ErrUnknown. Run it in their name.
func Open(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, code string) (*File, error) {
	a, err := OfPerson(ctx, tx, person, code)
	if err != nil {
		return nil, err
	}
	f, err := load(ctx, tx, box, a)
	if err != nil {
		return nil, err
	}
	f.Rivals, err = loadRivals(ctx, tx, box, a.ID)
	return f, err
}

// Read reads somebody's file for the office, and notes that reader did: the applicant can see it. What belongs to
// questions that no longer apply is left out, and so are support needs. It returns ErrUnknown.
func Read(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, code string) (*File, error) {
	a, err := ByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	return readNoted(ctx, tx, box, a, reader, form.Office)
}

// ReadNeeds reads what somebody says they need for taking part, for the access officer, and notes it.
func ReadNeeds(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, which id.Application) (form.Answers, error) {
	if err := Note(ctx, tx, which, reader, form.Access); err != nil {
		return nil, err
	}
	stored, err := loadAnswers(ctx, tx, box, which)
	return texts(stored), err
}

func readNoted(ctx context.Context, tx *db.Tx, box *secret.Box, a *Application, reader id.Person, as form.Audience) (*File, error) {
	if err := Note(ctx, tx, a.ID, reader, as); err != nil {
		return nil, err
	}
	f, err := load(ctx, tx, box, a)
	if err != nil {
		return nil, err
	}
	f.Answers = f.Questions.Applying(f.Answers)
	return f, nil
}

func load(ctx context.Context, tx *db.Tx, box *secret.Box, a *Application) (*File, error) {
	r, err := RoundByID(ctx, tx, a.RoundID)
	if err != nil {
		return nil, err
	}
	questions, err := r.Questions(ctx, tx)
	if err != nil {
		return nil, err
	}
	stored, err := loadAnswers(ctx, tx, box, a.ID)
	if err != nil {
		return nil, err
	}
	f := &File{Application: a, Round: r, Questions: questions, Answers: texts(stored), Marks: Marks{}}
	for key, row := range stored {
		f.Marks[key] = mark(row.Version, row.text)
	}
	return f, markSpoken(ctx, tx, f)
}

func texts(stored map[string]*answer) form.Answers {
	all := form.Answers{}
	for key, row := range stored {
		all[key] = row.text
	}
	return all
}

// markSpoken tells package form which answers were spoken.
func markSpoken(ctx context.Context, d bun.IDB, f *File) error {
	var keys []string
	err := d.NewRaw("SELECT key FROM sensitive.recordings WHERE application_id = ?", f.ID).Scan(ctx, &keys)
	if err != nil {
		return fmt.Errorf("listing recordings: %w", err)
	}
	for _, key := range keys {
		f.Answers[form.RecordingKey(key)] = form.Yes
	}
	return nil
}

// Missing lists what stands in the way of sending.
func (f *File) Missing() []form.Gap { return f.Questions.Missing(f.Answers) }

// Changeable reports whether the answers can be changed at a moment.
func (f *File) Changeable(pressed time.Time) bool { return f.Application.Changeable(f.Round, pressed) }

// Deadline is the last moment to change and send it.
func (f *File) Deadline() time.Time { return f.Application.Deadline(f.Round) }
