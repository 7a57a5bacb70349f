package panel

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
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

var (
	// ErrUnknownCopy means that an application has no such part, or that nobody has made its copy.
	ErrUnknownCopy = failure.New(failure.NotFound, "copy_unknown", "There is no such part to read in this application.")
	// ErrNotToCopy means that an application was not sent or was taken back.
	ErrNotToCopy = failure.New(failure.Conflict, "copy_not_due", "Only applications that were sent, and stand, are copied for the panel.")
	// ErrOriginalChanged means that what a copy is of is not what the person who approves it saw.
	ErrOriginalChanged = failure.New(failure.Conflict, "original_changed",
		"The original has changed since you opened this page. Your text is below and is not saved. Compare it again, then save.")
	errEmptyCopy = failure.Field("body", "This copy is empty and the original is not. Write the copy, or keep it as not ready.")
	errNoWords   = failure.Field("body", "The recording has not been written down yet, so there is nothing to approve.")
	errNotLooked = failure.Field("looked", "Some words may still tell who this is. Cover them, or tick that you have looked at these words.")
)

const longestCopy = 40_000 // characters

// Revision is what a member of staff made of a copy.
type Revision struct {
	Text    string
	Seen    string   // Part.Seen of what the page showed
	Approve bool     // assessors can read it from then on
	Looked  []string // suspects that they have looked at and leave as they are
}

// Part is one part of an application that the panel reads: what was said, and its copy.
type Part struct {
	Key      string // of the answer, or statement_known, statement_strengths, statement_support
	Title    string
	Spoken   bool   // said in a recording; Original is what staff wrote down of it
	Wanting  bool   // a recording that nobody has written down
	Original string // for staff
	Copy     string
	Made     bool // there is a copy, ready or not
	Ready    bool // assessors can read it
}

// Seen says what original and copy a page showed, so that nobody approves a copy of what they did not see.
func (p Part) Seen() string { return fingerprint(p.Original, p.Copy) }

// copyRow is a copy as stored.
type copyRow struct {
	bun.BaseModel `bun:"table:sensitive.copies,alias:copy"`

	ID            int64          `bun:"id,pk"`
	ApplicationID id.Application `bun:"application_id"`
	Key           string         `bun:"key"`
	Body          []byte         `bun:"body"`
	Ready         bool           `bun:"ready"`
	MadeBy        id.Person      `bun:"made_by"`
	UpdatedAt     time.Time      `bun:"updated_at"`

	text string // unsealed
}

const copiesTable = "sensitive.copies"

// Prepare makes a copy, with names and places covered as Mask proposes, of each part of an application that has
// none. No copy that is there is changed. It notes the reading, and returns ErrNotToCopy, bursary.ErrStillOpen
// or bursary.ErrUnknown.
func Prepare(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string) error {
	o, err := lockOriginals(ctx, tx, box, by, code)
	if err != nil {
		return err
	}
	secrets, err := o.secrets(ctx, tx)
	if err != nil {
		return err
	}
	made := 0
	for _, p := range o.parts {
		if p.Made || p.Wanting {
			continue
		}
		if err := insertCopy(ctx, tx, box, by, o.file.ID, p.Key, Mask(p.Original, secrets)); err != nil {
			return err
		}
		made++
	}
	return o.record(ctx, tx, by, "copies prepared", map[string]any{"copies": made})
}

// Parts lists what the panel reads of an application, original beside copy, for the office, and notes the reading.
func Parts(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, code string) ([]Part, error) {
	o, err := readOriginals(ctx, tx, box, reader, code)
	if err != nil {
		return nil, err
	}
	return o.parts, nil
}

// Revise keeps what a member of staff made of a copy. With Approve, assessors can read it from then on; without, they
// cannot, whatever was so before. It returns ErrUnknownCopy, ErrNotToCopy, ErrOriginalChanged, bursary.ErrStillOpen, or
// an Invalid failure about the field "body", or about "looked" when Suspects finds what nobody has looked at.
func Revise(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code, key string, made Revision) error {
	o, err := lockOriginals(ctx, tx, box, by, code)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(o.parts, func(p Part) bool { return p.Key == key })
	if i < 0 || !o.parts[i].Made {
		return ErrUnknownCopy
	}
	made.Text = strings.TrimSpace(strings.ReplaceAll(made.Text, "\r\n", "\n"))
	if err := o.parts[i].refuse(made); err != nil {
		return err
	}
	if err := updateCopy(ctx, tx, box, by, o.rows[key], made.Text, made.Approve); err != nil {
		return err
	}
	return o.record(ctx, tx, by, "copy revised", map[string]any{"part": key, "ready": made.Approve})
}

func (p Part) refuse(made Revision) error {
	switch {
	case p.Seen() != made.Seen:
		return ErrOriginalChanged
	case utf8.RuneCountInString(made.Text) > longestCopy:
		return failure.Field("body", "This is more than one page can hold. Please make it shorter.")
	case made.Approve && p.Wanting:
		return errNoWords
	case made.Approve && made.Text == "" && strings.TrimSpace(p.Original) != "":
		return errEmptyCopy
	case made.Approve && !made.looked():
		return errNotLooked
	}
	return nil
}

// looked reports whether every suspect that is left was looked at.
func (r Revision) looked() bool {
	return !slices.ContainsFunc(Suspects(r.Text), func(word string) bool { return !slices.Contains(r.Looked, word) })
}

// ReadCopies reads for an assessor the copies of an application that are ready, by key, and notes the reading. What
// is not ready is not there: PostgreSQL shows it to nobody but the office. It returns bursary.ErrUnknown for an
// application that is not theirs to read.
func ReadCopies(ctx context.Context, tx *db.Tx, box *secret.Box, reader id.Person, which id.Application) (map[string]string, error) {
	if err := bursary.Note(ctx, tx, which, reader, form.Panel); err != nil {
		return nil, err
	}
	rows, err := loadCopies(ctx, tx, box, which)
	if err != nil {
		return nil, err
	}
	ready := map[string]string{}
	for key, row := range rows {
		if row.Ready {
			ready[key] = row.text
		}
	}
	return ready, nil
}

func loadCopies(ctx context.Context, tx *db.Tx, box *secret.Box, which id.Application) (map[string]*copyRow, error) {
	var rows []*copyRow
	if err := tx.NewSelect().Model(&rows).Where("application_id = ?", which).Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading copies: %w", err)
	}
	all := make(map[string]*copyRow, len(rows))
	for _, row := range rows {
		text, err := box.Open(row.Body, copiesTable, "body", row.ID)
		if err != nil {
			return nil, err
		}
		row.text = string(text)
		all[row.Key] = row
	}
	return all, nil
}

func insertCopy(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, which id.Application, key, text string) error {
	n, err := tx.NextID(ctx, copiesTable)
	if err != nil {
		return err
	}
	row := &copyRow{ID: n, ApplicationID: which, Key: key, MadeBy: by, UpdatedAt: tx.Now}
	if row.Body, err = box.Seal([]byte(text), copiesTable, "body", n); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(row).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("making a copy: %w", err)
	}
	return nil
}

func updateCopy(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, row *copyRow, text string, ready bool) (err error) {
	if row.Body, err = box.Seal([]byte(text), copiesTable, "body", row.ID); err != nil {
		return err
	}
	row.Ready, row.MadeBy, row.UpdatedAt = ready, by, tx.Now
	if _, err := tx.NewUpdate().Model(row).Column("body", "ready", "made_by", "updated_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving a copy: %w", err)
	}
	return nil
}

func (o *originals) record(ctx context.Context, tx *db.Tx, by id.Person, action string, detail any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "application", SubjectID: int64(o.file.ID), Detail: detail})
}
