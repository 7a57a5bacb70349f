package courseapplication

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/secret"
)

// ByCode reads a course application as far as the role may see it, or returns ErrUnknown.
func ByCode(ctx context.Context, d bun.IDB, code string) (*Application, error) {
	return scan(ctx, d.NewSelect().Where("code = ?", id.NormaliseCode(code)))
}

// ByID reads a course application as far as the role may see it, or returns ErrUnknown.
func ByID(ctx context.Context, d bun.IDB, which id.CourseApplication) (*Application, error) {
	return scan(ctx, d.NewSelect().Where("id = ?", which))
}

// Lock loads a course application for change, or returns ErrUnknown. The run's places come before it.
func Lock(ctx context.Context, tx *db.Tx, which id.CourseApplication) (*Application, error) {
	return scan(ctx, tx.NewSelect().Where("id = ?", which).For("UPDATE"))
}

func scan(ctx context.Context, q *bun.SelectQuery) (*Application, error) {
	a := new(Application)
	err := q.Model(a).Scan(ctx)
	if db.NoRows(err) {
		return nil, ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("reading a course application: %w", err)
	}
	return a, nil
}

// Of lists a person's own course applications, the latest first.
func Of(ctx context.Context, d bun.IDB, person id.Person) ([]Application, error) {
	var list []Application
	err := d.NewSelect().Model(&list).ExcludeColumn("words", "reason").Where("person_id = ? AND organisation_id IS NULL", person).Order("id DESC").Limit(100).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing course applications: %w", err)
	}
	return list, nil
}

// TeamApplication is one for several places together as the organisation's people see it: without the words.
type TeamApplication struct {
	Code        string
	RunID       id.Run
	Places      int
	Status      Status
	SubmittedAt time.Time
	Wait        string // code of the places that were offered; empty: none were
}

// OfTeam lists those of an organisation, the latest first. It runs as db.Employer.
func OfTeam(ctx context.Context, d bun.IDB, of id.Organisation) ([]TeamApplication, error) {
	var list []TeamApplication
	err := d.NewRaw(`SELECT code, run_id, places, status, submitted_at, coalesce(wait, '') AS wait FROM team_applications
		WHERE organisation_id = ? ORDER BY id DESC LIMIT 100`, of).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("listing an organisation's course applications: %w", err)
	}
	return list, nil
}

// Read opens the words of a course application.
func (a *Application) Read(box *secret.Box) (w Words, err error) {
	plain, err := box.Open(a.Sealed, table, "words", int64(a.ID))
	if err == nil {
		err = json.Unmarshal(plain, &w)
	}
	return w, err
}

// Reason opens why it was turned down; empty when it was not.
func (a *Application) Reason(box *secret.Box) (string, error) {
	if len(a.SealedReason) == 0 {
		return "", nil
	}
	plain, err := box.Open(a.SealedReason, table, "reason", int64(a.ID))
	return string(plain), err
}

// Kept is how long a course application is kept once it was answered (UK GDPR Art. 5(1)(e)): until it is clear what became of it.
var Kept = form.Term{Years: 1, After: form.CourseEnds}

// forgetAtOnce is how many are deleted in one unit of work.
const forgetAtOnce = 100

// Forget deletes course applications to runs whose last day is more than a year ago, at most a hundred, and returns how many. It
// runs as db.Worker.
func Forget(ctx context.Context, tx *db.Tx) (int, error) {
	today := london.DateOf(tx.Now)
	var gone []id.CourseApplication
	err := tx.NewRaw(`
		DELETE FROM sensitive.course_applications WHERE id IN (
			SELECT a.id FROM sensitive.course_applications a
			WHERE  (SELECT max(b.ends_on) FROM blocks b WHERE b.run_id = a.run_id) < ? ORDER BY a.id LIMIT ? FOR UPDATE SKIP LOCKED)
		RETURNING id`, london.On(today.Year-Kept.Years, today.Month, today.Day), forgetAtOnce).Scan(ctx, &gone)
	if err != nil {
		return 0, fmt.Errorf("deleting course applications: %w", err)
	}
	for _, a := range gone {
		if err := audit.Record(ctx, tx, audit.Event{Actor: audit.System, Action: "course application deleted", Subject: "course application", SubjectID: int64(a)}); err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}
