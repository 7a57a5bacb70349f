package bursary

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/form"
	"bursar/internal/id"
	"bursar/internal/secret"
)

// ErrNeedsThere means that support needs were written down before. Whoever enters them cannot read them, and so
// cannot change them either.
var ErrNeedsThere = failure.New(failure.Conflict, "needs_there",
	"Something is written down there already. You cannot see it, so you cannot change it. Ask the access officer to note what is new.")

// Needing is an application in which somebody says what support they need.
type Needing struct {
	ID     id.Application
	Code   string
	Round  string // its name
	Name   string // of the applicant, as their account has it
	Status Status
}

// Needings lists the applications that were sent and say something about support, the newest first, older than
// before unless that is zero. It is for the access officer's role.
func Needings(ctx context.Context, d bun.IDB, box *secret.Box, before id.Application, limit int) ([]Needing, error) {
	nothing, err := box.Seal(nil, answersTable, "body", 1)
	if err != nil {
		return nil, err
	}
	var rows []Needing
	err = d.NewRaw(`
		SELECT a.id, a.code, r.name AS round, p.name, a.status
		FROM   sensitive.applications a
		JOIN   sensitive.needed n ON n.application_id = a.id AND n.sealed_length > ?0
		JOIN   people p ON p.id = a.person_id
		JOIN   rounds r ON r.id = a.round_id
		WHERE  ?1 = 0 OR a.id < ?1
		ORDER  BY a.id DESC LIMIT ?2`, len(nothing), before, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("listing applications for the access officer: %w", err)
	}
	return rows, nil
}

// NeedsOf are the questions of a form whose answers only the access officer reads.
func NeedsOf(f form.Form) []form.Question {
	var needs []form.Question
	for _, q := range f.Questions() {
		if audienceOf(q) == string(form.Access) {
			needs = append(needs, q)
		}
	}
	return needs
}

// EnterNeeds writes down what somebody told staff about support. It goes one way: staff never read it back. It
// returns ErrUnknown, ErrTheirs or ErrNeedsThere.
func EnterNeeds(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code string, typed form.Answers) error {
	a, r, err := lockEntered(ctx, tx, by, code)
	if err != nil {
		return err
	}
	f, err := r.Form()
	if err != nil {
		return err
	}
	for _, q := range NeedsOf(f) {
		if text := tidy(typed[q.Key]); text != "" {
			if err := insertUnread(ctx, tx, box, a.ID, q, text); err != nil {
				return err
			}
		}
	}
	return record(ctx, tx, audit.Person(by), "support needs entered", a, nil)
}

// insertUnread writes an answer that its writer may not see. Without a target the conflict needs no right to look.
func insertUnread(ctx context.Context, tx *db.Tx, box *secret.Box, a id.Application, q form.Question, text string) error {
	row, err := sealedAnswer(ctx, tx, box, a, q, text)
	if err != nil {
		return err
	}
	done, err := tx.NewInsert().Model(row).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving support needs: %w", err)
	}
	if rows, _ := done.RowsAffected(); rows == 0 {
		return ErrNeedsThere
	}
	return nil
}

// NeedsQuestions finds an application that was sent, whose it is, and what was asked about support. It is for the
// access officer's role, and returns ErrUnknown.
func NeedsQuestions(ctx context.Context, d bun.IDB, code string) (id.Application, id.Person, []form.Question, error) {
	a, err := scan(ctx, d.NewSelect().Column("id", "code", "round_id", "person_id", "status").Where("code = ?", id.NormaliseCode(code)))
	if err != nil {
		return 0, 0, nil, err
	}
	r, err := RoundByID(ctx, d, a.RoundID)
	if err != nil {
		return 0, 0, nil, err
	}
	f, err := r.Form()
	return a.ID, a.PersonID, NeedsOf(f), err
}
