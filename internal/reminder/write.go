package reminder

import (
	"context"
	"fmt"
	"slices"

	"bursar/internal/attendance"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/people"
)

// reader is somebody who is written to.
type reader struct {
	PersonID id.Person
	Code     string // of their place; empty for who teaches and the office
	Name     string
	Email    string
}

// link is where an online day is joined.
type link struct {
	Block course.Block
	At    string
}

// learnerLetter is what the mails to learners may say (templates/mail/joining, block-soon, block-over).
type learnerLetter struct {
	Name     string
	Code     string
	Offering *course.Offering
	Block    course.Block
	Links    []link        // of the blocks that the mail is about; empty when all of them are in a room
	Teachers []string      // names, of the first block
	Next     *course.Block // nil: there is none
}

var templates = map[Kind]string{Joining: "joining", Before: "block-soon", After: "block-over"}

func writeLearners(ctx context.Context, tx *db.Tx, b Batch, o *course.Offering) (int, error) {
	var list []reader
	today := london.DateOf(tx.Now)
	err := tx.NewRaw("SELECT r.* FROM (SELECT ?2 AS kind, ?3::bigint AS run_id, ?4::bigint AS block_id, ?5::date AS day) AS o CROSS JOIN LATERAL ("+readers+
		") AS r ORDER BY r.person_id LIMIT ?0", portion, today.At(0, 0), b.Kind, b.RunID, b.BlockID, b.Day).Scan(ctx, &list)
	if err != nil {
		return 0, fmt.Errorf("listing who is to be written to: %w", err)
	}
	l, err := letterAbout(ctx, tx, b, o)
	if err != nil {
		return 0, err
	}
	for _, r := range list {
		l.Name, l.Code = r.Name, r.Code
		m := mail.Message{To: r.Email, Person: r.PersonID, Template: templates[b.Kind], Data: l, News: b.Kind == After}
		if b.Kind == Joining {
			m.Attachments = []mail.Attachment{{Name: o.Code + ".ics", ContentType: "text/calendar; charset=utf-8; method=PUBLISH", Body: o.Calendar(tx.Now, o.Blocks...)}}
		}
		if err := b.once(ctx, tx, r.PersonID, m); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// once sends a mail unless the person was sent it before.
func (b Batch) once(ctx context.Context, tx *db.Tx, who id.Person, m mail.Message) error {
	done, err := tx.NewRaw("INSERT INTO block_mails (block_id, kind, day, person_id, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		b.BlockID, b.Kind, b.Day, who, tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("noting that somebody is written to: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return mail.Send(ctx, tx, m)
}

// letterAbout is what is the same for everybody.
func letterAbout(ctx context.Context, tx *db.Tx, b Batch, o *course.Offering) (learnerLetter, error) {
	at := slices.IndexFunc(o.Blocks, func(k course.Block) bool { return k.ID == b.BlockID })
	if at < 0 {
		return learnerLetter{}, course.ErrUnknown
	}
	l := learnerLetter{Offering: o, Block: o.Blocks[at]}
	if at+1 < len(o.Blocks) {
		l.Next = &o.Blocks[at+1]
	}
	links, err := course.Links(ctx, tx, o.ID)
	if err != nil {
		return l, err
	}
	for _, k := range o.Blocks {
		if links[k.ID] != "" && (b.Kind == Joining || k.ID == b.BlockID) {
			l.Links = append(l.Links, link{k, links[k.ID]})
		}
	}
	teachers, err := course.TrainersOf(ctx, tx, o.ID)
	for _, t := range teachers {
		if t.BlockID == b.BlockID && t.Name != "" {
			l.Teachers = append(l.Teachers, t.Name)
		}
	}
	return l, err
}

// registerLetter is what the mail about missing registers may say (templates/mail/staff-register-missing).
type registerLetter struct {
	Code  string // of the run
	Block course.Block
	Gaps  []attendance.Gap
	Teach bool // they teach it themselves
}

// writeMissing tells who teaches a block, and the administrators, which of its registers are missing.
func writeMissing(ctx context.Context, tx *db.Tx, b Batch, o *course.Offering) (int, error) {
	l := registerLetter{Code: o.Code}
	for _, k := range o.Blocks {
		if k.ID == b.BlockID {
			l.Block = k
		}
	}
	gaps, err := attendance.Missing(ctx, tx, o.ID, l.Block.EndsOn.AddDays(1))
	if err != nil {
		return 0, err
	}
	for _, g := range gaps {
		if g.Number == l.Block.Number {
			l.Gaps = append(l.Gaps, g)
		}
	}
	if len(l.Gaps) == 0 {
		return 0, nil
	}
	staff, err := staffOf(ctx, tx, b)
	if err != nil {
		return 0, err
	}
	for _, r := range staff {
		l.Teach = r.teaches
		m := mail.Message{To: r.Email, Person: r.ID, Template: "staff-register-missing", Data: l}
		if err := b.once(ctx, tx, r.ID, m); err != nil {
			return 0, err
		}
	}
	return len(staff), nil
}

type colleague struct {
	people.Person
	teaches bool
}

// staffOf are those who teach a block and still do, and the administrators, who have not been written to.
func staffOf(ctx context.Context, tx *db.Tx, b Batch) ([]colleague, error) {
	var teachers, told []id.Person
	err := tx.NewRaw(`SELECT t.person_id FROM block_trainers t JOIN trainers w ON w.person_id = t.person_id AND w.until IS NULL
		WHERE t.block_id = ? ORDER BY t.person_id`, b.BlockID).Scan(ctx, &teachers)
	if err == nil {
		err = tx.NewRaw("SELECT person_id FROM block_mails WHERE block_id = ? AND kind = ? AND day = ?", b.BlockID, b.Kind, b.Day).Scan(ctx, &told)
	}
	if err != nil {
		return nil, fmt.Errorf("listing who teaches a block: %w", err)
	}
	var list []colleague
	for _, who := range teachers {
		p, err := people.ByID(ctx, tx, who)
		if err != nil {
			return nil, err
		}
		list = append(list, colleague{p, true})
	}
	office, err := people.WithRole(ctx, tx, people.Admin)
	for _, p := range office {
		if !slices.Contains(teachers, p.ID) {
			list = append(list, colleague{p, false})
		}
	}
	return slices.DeleteFunc(list, func(c colleague) bool { return slices.Contains(told, c.ID) }), err
}
