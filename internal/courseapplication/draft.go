package courseapplication

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/secret"
)

const (
	// mostTyped is how long what is typed can be altogether and be kept, in bytes: far more than can be sent.
	mostTyped   = 60_000
	draftsTable = "sensitive.course_application_drafts"
)

var (
	// ErrElsewhere means that something else was saved since the page was opened: in another window, or on another device.
	ErrElsewhere = failure.New(failure.Conflict, "written_elsewhere", "You have also written this in another window since you opened this page, so we did not save over that.")
	// ErrSent means that it was sent already.
	ErrSent = failure.New(failure.Conflict, "sent_already", "You have sent this course application already.")
	// errTooMuch means that what was typed is longer than can be kept.
	errTooMuch = failure.New(failure.Conflict, "too_much", "This is too long for us to keep. Each answer can have 2,000 characters.")
)

// Form is whose course application it is, and for which run.
type Form struct {
	RunID          id.Run
	PersonID       id.Person
	OrganisationID id.Organisation // 0: for themselves
}

// Typed is what a form holds before it is sent, whether it will do or not.
type Typed struct {
	Name, Phone, Peer, Payer, Places string
	Words
}

type draft struct {
	bun.BaseModel `bun:"table:sensitive.course_application_drafts,alias:d"`

	ID             id.CourseDraft  `bun:"id,pk"`
	RunID          id.Run          `bun:"run_id"`
	PersonID       id.Person       `bun:"person_id"`
	OrganisationID id.Organisation `bun:"organisation_id,nullzero"`
	Sealed         []byte          `bun:"typed"`
	Mark           int             `bun:"mark"`
	SavedAt        time.Time       `bun:"saved_at"`
}

func (d *draft) seal(box *secret.Box, t Typed) error {
	plain, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("writing a draft: %w", err)
	}
	if len(plain) > mostTyped {
		return errTooMuch
	}
	d.Sealed, err = box.Seal(plain, draftsTable, "typed", int64(d.ID))
	return err
}

func (d *draft) open(box *secret.Box) (t Typed, err error) {
	plain, err := box.Open(d.Sealed, draftsTable, "typed", int64(d.ID))
	if err == nil {
		err = json.Unmarshal(plain, &t)
	}
	return t, err
}

// Keep saves what was typed into a form that was not sent yet, and returns its mark, which the page brings along next time: seen
// is the mark that it had, 0 for a form that was new. It returns ErrSent, or ErrElsewhere where something else was saved since.
func Keep(ctx context.Context, tx *db.Tx, box *secret.Box, f Form, t Typed, seen int) (mark int, err error) {
	if sent, err := unanswered(ctx, tx, f); err != nil || sent {
		if err == nil {
			err = ErrSent
		}
		return 0, err
	}
	n, err := tx.NextID(ctx, draftsTable)
	if err != nil {
		return 0, err
	}
	d := &draft{ID: id.CourseDraft(n), RunID: f.RunID, PersonID: f.PersonID, OrganisationID: f.OrganisationID, Mark: 1, SavedAt: tx.Now}
	if err := d.seal(box, t); err != nil {
		return 0, err
	}
	done, err := tx.NewInsert().Model(d).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("keeping a draft: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 1 {
		return d.Mark, err
	}
	if d, err = find(ctx, f.narrow(tx.NewSelect()).For("UPDATE")); err != nil {
		return 0, err
	}
	return d.replace(ctx, tx, box, t, seen)
}

// replace saves something else in a locked draft.
func (d *draft) replace(ctx context.Context, tx *db.Tx, box *secret.Box, t Typed, seen int) (mark int, err error) {
	known, err := d.open(box)
	switch {
	case err != nil:
		return 0, err
	case known == t:
		return d.Mark, nil
	case d.Mark != seen:
		return 0, ErrElsewhere
	}
	d.Mark, d.SavedAt = d.Mark+1, tx.Now
	if err := d.seal(box, t); err != nil {
		return 0, err
	}
	if _, err := tx.NewUpdate().Model(d).Column("typed", "mark", "saved_at").WherePK().Exec(ctx); err != nil {
		return 0, fmt.Errorf("keeping a draft: %w", err)
	}
	return d.Mark, nil
}

// Draft reads what was typed into a form and not sent, and its mark; 0 where there is nothing.
func Draft(ctx context.Context, d bun.IDB, box *secret.Box, f Form) (t Typed, mark int, err error) {
	known, err := find(ctx, f.narrow(d.NewSelect()))
	if err != nil || known.Mark == 0 {
		return t, 0, err
	}
	t, err = known.open(box)
	return t, known.Mark, err
}

// Begun lists the runs for which a person has begun to apply, for themselves or for an organisation, and has not sent it, the latest
// first.
func Begun(ctx context.Context, d bun.IDB, person id.Person, of id.Organisation) ([]id.Run, error) {
	var runs []id.Run
	err := d.NewRaw(`SELECT d.run_id FROM sensitive.course_application_drafts d WHERE d.person_id = ?0 AND d.organisation_id IS NOT DISTINCT FROM nullif(?1, 0)
		AND NOT EXISTS (SELECT FROM sensitive.course_applications a WHERE a.run_id = d.run_id AND a.status = 'submitted'
			AND (?1 <> 0 AND a.organisation_id = ?1 OR ?1 = 0 AND a.organisation_id IS NULL AND a.person_id = ?0))
		ORDER BY d.saved_at DESC LIMIT 100`, person, of).Scan(ctx, &runs)
	if err != nil {
		return nil, fmt.Errorf("listing what was begun: %w", err)
	}
	return runs, nil
}

// UnsentDays is how long what was not sent is kept after it was last changed (UK GDPR Art. 5(1)(e)).
const UnsentDays = 60

// ForgetUnsent deletes drafts that nobody has changed for 60 days, at most a hundred, and returns how many. It runs as db.Worker.
func ForgetUnsent(ctx context.Context, tx *db.Tx) (int, error) {
	done, err := tx.NewRaw(`DELETE FROM sensitive.course_application_drafts WHERE id IN (
		SELECT id FROM sensitive.course_application_drafts WHERE saved_at < ? ORDER BY saved_at LIMIT ? FOR UPDATE SKIP LOCKED)`,
		tx.Now.AddDate(0, 0, -UnsentDays), forgetAtOnce).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("deleting drafts: %w", err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}

// forget deletes the draft of a form that was sent.
func (f Form) forget(ctx context.Context, tx *db.Tx) error {
	_, err := tx.NewRaw("DELETE FROM sensitive.course_application_drafts WHERE run_id = ? AND person_id = ? AND organisation_id IS NOT DISTINCT FROM nullif(?, 0)",
		f.RunID, f.PersonID, f.OrganisationID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("deleting a draft: %w", err)
	}
	return nil
}

func (f Form) narrow(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where("run_id = ? AND person_id = ? AND organisation_id IS NOT DISTINCT FROM nullif(?, 0)", f.RunID, f.PersonID, f.OrganisationID)
}

// find reads a draft, or returns an empty one.
func find(ctx context.Context, q *bun.SelectQuery) (*draft, error) {
	d := new(draft)
	if err := q.Model(d).Scan(ctx); err != nil && !db.NoRows(err) {
		return nil, fmt.Errorf("reading a draft: %w", err)
	}
	return d, nil
}

// unanswered reports whether it was sent and waits for an answer.
func unanswered(ctx context.Context, tx *db.Tx, f Form) (yes bool, err error) {
	q := tx.NewSelect().Model((*Application)(nil)).Where("run_id = ? AND status = ?", f.RunID, Submitted)
	if f.OrganisationID != 0 {
		q = q.Where("organisation_id = ?", f.OrganisationID)
	} else {
		q = q.Where("person_id = ? AND organisation_id IS NULL", f.PersonID)
	}
	if yes, err = q.Exists(ctx); err != nil {
		return false, fmt.Errorf("looking whether it was sent: %w", err)
	}
	return yes, nil
}
