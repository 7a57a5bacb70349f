package attendance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/secret"
	"bursar/internal/state"
)

const (
	notesTable = "sensitive.day_notes"
	// longestNote is how much a note may say, in characters: what helps on one day.
	longestNote = 400
	// noteKept is how many days a note is kept after its day.
	noteKept = 30
)

var (
	// ErrNoNote means that there is no such note, or that it is not for whoever asks.
	ErrNoNote = failure.New(failure.NotFound, "day_note_unknown", "We cannot find a note for that day.")
	// ErrNoteThere means that somebody has a note for a day already.
	ErrNoteThere = failure.New(failure.Conflict, "day_note_there", "There is a note for that day already. Take it back first, or choose another day.")
	// ErrNotesEarly means that a day is too far off for its notes to be read.
	ErrNotesEarly = failure.New(failure.Conflict, "day_notes_early", "You can read what helps people on a day from the day before.")
)

// Need is what helps somebody on one day, in words that they agreed to.
type Need struct {
	Code     string // of their place
	Day      london.Date
	Words    string
	AgreedOn london.Date // when they agreed that who teaches on that day reads it
}

// check returns a failure about every field that cannot stand.
func (n *Need) check(today london.Date) error {
	n.Words = strings.TrimSpace(n.Words)
	wrong := map[string]string{}
	switch {
	case n.Words == "":
		wrong["words"] = "Write what helps on that day"
	case len([]rune(n.Words)) > longestNote:
		wrong["words"] = fmt.Sprintf("Use %d characters or fewer", longestNote)
	}
	if n.Day.IsZero() || n.Day.Before(today) {
		wrong["day"] = "Choose a day that is not over"
	}
	if n.AgreedOn.IsZero() || n.AgreedOn.After(today) {
		wrong["agreed"] = "Say on which day they agreed that their trainers read this"
	}
	if len(wrong) > 0 {
		return &failure.Error{Kind: failure.Invalid, Code: "day_note", Message: "Check what you entered.", Fields: wrong}
	}
	return nil
}

// DayNote is that somebody needs something on a day. What it is, Words, is only read by verbs that keep who read it.
type DayNote struct {
	ID       id.DayNote
	Code     string // of the place
	Name     string
	Run      string // code, of where they are on that day
	Day      london.Date
	AgreedOn london.Date
	Readings int
	Words    string `bun:"-"`

	Body []byte
}

// WriteNote writes down what helps somebody on a day of their run, or of one where they make up a day. It is for the role db.Access
// in the access officer's name. It returns enrolment.ErrUnknown, state.ErrMovedOn for a place that is not confirmed, ErrNoteThere, or
// an Invalid failure about fields.
func WriteNote(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, n Need) error {
	if err := n.check(london.DateOf(tx.Now)); err != nil {
		return err
	}
	e, err := enrolment.ByCode(ctx, tx, n.Code)
	if err != nil {
		return err
	}
	if e.Status != enrolment.Confirmed {
		return state.ErrMovedOn
	}
	block, err := blockOn(ctx, tx, e, n.Day)
	if err != nil {
		return err
	}
	which, err := tx.NextID(ctx, notesTable)
	if err != nil {
		return err
	}
	sealed, err := box.Seal([]byte(n.Words), notesTable, "body", which)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`
		INSERT INTO sensitive.day_notes (id, enrolment_id, block_id, day, body, agreed_on, written_by, written_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		which, e.ID, block, n.Day, sealed, n.AgreedOn, by, tx.Now).Exec(ctx)
	if db.Violates(err, "day_notes_one_a_day") {
		return ErrNoteThere.Because(err)
	}
	if err != nil {
		return fmt.Errorf("writing a note for a day: %w", err)
	}
	return recordNote(ctx, tx, by, "day note written", e.ID, n.Day)
}

// blockOn is the block in which somebody is on a day: of their own run, or where they make up half a day.
func blockOn(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, day london.Date) (id.Block, error) {
	var block id.Block
	err := tx.NewRaw(`
		SELECT b.id FROM blocks b WHERE b.run_id = ?0 AND ?1 BETWEEN b.starts_on AND b.ends_on
		UNION  ALL
		SELECT u.block_id FROM make_ups u WHERE u.enrolment_id = ?2 AND u.day = ?1 AND u.dropped_at IS NULL LIMIT 1`, e.RunID, day, e.ID).Scan(ctx, &block)
	if db.NoRows(err) {
		return 0, failure.Field("day", "Choose a day on which they are with us")
	}
	if err != nil {
		return 0, fmt.Errorf("finding where somebody is on a day: %w", err)
	}
	return block, nil
}

func recordNote(ctx context.Context, tx *db.Tx, by id.Person, action string, e id.Enrolment, day london.Date) error {
	return audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: action, Subject: "enrolment", SubjectID: int64(e),
		Detail: map[string]any{"day": day.String()}})
}

// notes are notes with whose they are. Somebody who has gone to other dates meanwhile is not among them.
const notes = `
	SELECT d.id, e.code, coalesce(nullif(p.name, ''), s.name, '') AS name, r.code AS run, d.day, d.agreed_on, d.body, %s AS readings
	FROM   sensitive.day_notes d JOIN enrolments e ON e.id = d.enrolment_id AND e.status IN ('confirmed', 'completed')
	JOIN   blocks b ON b.id = d.block_id JOIN runs r ON r.id = b.run_id
	LEFT   JOIN people p ON p.id = e.person_id
	LEFT   JOIN seat_names s ON s.enrolment_id = e.id AND s.until IS NULL
	WHERE  (e.run_id = b.run_id OR EXISTS (SELECT FROM make_ups u WHERE u.enrolment_id = e.id AND u.block_id = b.id AND u.day = d.day AND u.dropped_at IS NULL))`

// NoteKey is where a list of notes goes on.
type NoteKey struct {
	Day  london.Date
	Note id.DayNote
}

// Notes lists the notes for a day and later ones, soonest first, without their words. It is for the role db.Access.
func Notes(ctx context.Context, d bun.IDB, from london.Date, after NoteKey, limit int) ([]DayNote, error) {
	if after.Day.IsZero() {
		after.Day = from
	}
	return noteRows(ctx, d, "(SELECT count(*) FROM sensitive.day_note_reads x WHERE x.note_id = d.id)", "(d.day, d.id) > (?, ?) ORDER BY d.day, d.id LIMIT ?", after.Day, after.Note, limit)
}

func noteRows(ctx context.Context, d bun.IDB, readings, where string, args ...any) ([]DayNote, error) {
	var list []DayNote
	if err := d.NewRaw(fmt.Sprintf(notes, readings)+" AND "+where, args...).Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("listing notes for days: %w", err)
	}
	return list, nil
}

// ReadNote is the note for somebody's day with its words, and keeps that it was read. It is for the role db.Access, and returns
// ErrNoNote.
func ReadNote(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string, day london.Date) (DayNote, error) {
	list, err := noteRows(ctx, tx, "0", "e.code = ? AND d.day = ? LIMIT 1", id.NormaliseCode(code), day)
	if err != nil {
		return DayNote{}, err
	}
	if len(list) == 0 {
		return DayNote{}, ErrNoNote
	}
	return list[0], open(ctx, tx, box, by, list)
}

// OwnNotes are the notes about somebody's own place for a day and later ones, soonest first. It is for the role db.Learner in their
// name.
func OwnNotes(ctx context.Context, tx *db.Tx, box *secret.Box, e id.Enrolment) ([]DayNote, error) {
	list, err := noteRows(ctx, tx, "(SELECT count(*) FROM sensitive.day_note_reads x WHERE x.note_id = d.id)", "e.id = ? AND d.day >= ? ORDER BY d.day LIMIT 100",
		e, london.DateOf(tx.Now))
	for i := range list {
		if err := list[i].unseal(box); err != nil {
			return nil, err
		}
	}
	return list, err
}

func (n *DayNote) unseal(box *secret.Box) error {
	words, err := box.Open(n.Body, notesTable, "body", int64(n.ID))
	n.Words, n.Body = string(words), nil
	return err
}

// open puts words into notes, and keeps who reads them.
func open(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, list []DayNote) error {
	for i := range list {
		n := &list[i]
		if err := n.unseal(box); err != nil {
			return err
		}
		_, err := tx.NewRaw("INSERT INTO sensitive.day_note_reads (note_id, reader_id, at) VALUES (?, ?, ?)", n.ID, by, tx.Now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("keeping who read a note: %w", err)
		}
	}
	return nil
}

// Reading is that somebody read a note.
type Reading struct {
	Name string
	At   time.Time
}

// ReadingsOf lists who read a note, the latest first, at most a hundred. It is for the role db.Access.
func ReadingsOf(ctx context.Context, d bun.IDB, n id.DayNote) ([]Reading, error) {
	var list []Reading
	err := d.NewRaw(`
		SELECT p.name, x.at FROM sensitive.day_note_reads x JOIN people p ON p.id = x.reader_id WHERE x.note_id = ? ORDER BY x.at DESC, p.name LIMIT 100`, n).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing who read a note: %w", err)
	}
	return list, nil
}

// TakeBackNote deletes the note for somebody's day. It is for the role db.Access. Doing it again changes nothing.
func TakeBackNote(ctx context.Context, tx *db.Tx, by id.Person, code string, day london.Date) error {
	var e id.Enrolment
	err := tx.NewRaw(`
		DELETE FROM sensitive.day_notes d USING enrolments e WHERE e.id = d.enrolment_id AND e.code = ? AND d.day = ? RETURNING e.id`,
		id.NormaliseCode(code), day).Scan(ctx, &e)
	if db.NoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("taking a note back: %w", err)
	}
	return recordNote(ctx, tx, by, "day note taken back", e, day)
}

// NotesOn counts the notes for a day of a block. It is for the role db.Trainer in the name of somebody who teaches.
func NotesOn(ctx context.Context, d bun.IDB, h *HalfDay) (int, error) {
	list, err := noteRows(ctx, d, "0", "d.block_id = ? AND d.day = ? LIMIT ?", h.BlockID, h.Day, mostNames)
	return len(list), err
}

// ReadNotes are the notes for a day of a block with their words, by name, and keeps that each was read. It is for the role db.Trainer
// in the name of somebody who teaches; on that day or the day before, otherwise it returns ErrNotesEarly or ErrNoNote.
func ReadNotes(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, h *HalfDay) ([]DayNote, error) {
	switch today := london.DateOf(tx.Now); {
	case today.Before(h.Day.AddDays(-1)):
		return nil, ErrNotesEarly
	case today.After(h.Day):
		return nil, ErrNoNote
	}
	list, err := noteRows(ctx, tx, "0", "d.block_id = ? AND d.day = ? ORDER BY name, d.id LIMIT ?", h.BlockID, h.Day, mostNames)
	if err != nil {
		return nil, err
	}
	return list, open(ctx, tx, box, by, list)
}

// ForgetNotes deletes notes whose day was long ago; who read them stays. It reports how many there were.
func ForgetNotes(ctx context.Context, tx *db.Tx) (int64, error) {
	done, err := tx.NewRaw("DELETE FROM sensitive.day_notes WHERE day < ?", london.DateOf(tx.Now).AddDays(-noteKept)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("forgetting notes for days: %w", err)
	}
	return done.RowsAffected()
}
