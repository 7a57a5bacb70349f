package bursary

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
)

// OfPerson reads an application by its code if it is this person's, or returns ErrUnknown.
func OfPerson(ctx context.Context, d bun.IDB, person id.Person, code string) (*Application, error) {
	return scan(ctx, d.NewSelect().Where("code = ? AND person_id = ?", id.NormaliseCode(code), person))
}

// ByCode reads an application for the office, or returns ErrUnknown.
func ByCode(ctx context.Context, d bun.IDB, code string) (*Application, error) {
	return scan(ctx, d.NewSelect().Where("code = ?", id.NormaliseCode(code)))
}

// Get reads an application, or returns ErrUnknown.
func Get(ctx context.Context, d bun.IDB, which id.Application) (*Application, error) {
	return scan(ctx, d.NewSelect().Where("id = ?", which))
}

// Lock loads an application for change, or returns ErrUnknown.
func Lock(ctx context.Context, tx *db.Tx, which id.Application) (*Application, error) {
	return scan(ctx, tx.NewSelect().Where("id = ?", which).For("NO KEY UPDATE"))
}

// ActiveOf is a person's application to a round that was not withdrawn, or ErrUnknown.
func ActiveOf(ctx context.Context, d bun.IDB, person id.Person, round id.Round) (*Application, error) {
	return scan(ctx, d.NewSelect().Where("person_id = ? AND round_id = ? AND status <> 'withdrawn'", person, round))
}

// ListOf lists a person's applications, newest first. Nobody has more than a handful.
func ListOf(ctx context.Context, d bun.IDB, person id.Person) ([]*Application, error) {
	var list []*Application
	err := d.NewSelect().Model(&list).Where("person_id = ?", person).Order("id DESC").Limit(200).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing applications: %w", err)
	}
	return list, nil
}

func scan(ctx context.Context, q *bun.SelectQuery) (*Application, error) {
	a := new(Application)
	if err := q.Model(a).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknown
		}
		return nil, fmt.Errorf("reading an application: %w", err)
	}
	return a, nil
}

// lockOwn loads a person's application for change, and its round, which is not locked: its dates only ever move
// on, and what arrives is judged by when it was sent.
func lockOwn(ctx context.Context, tx *db.Tx, person id.Person, code string) (*Application, *Round, error) {
	a, err := scan(ctx, tx.NewSelect().Where("code = ? AND person_id = ?", id.NormaliseCode(code), person).For("NO KEY UPDATE"))
	if err != nil {
		return nil, nil, err
	}
	r, err := RoundByID(ctx, tx, a.RoundID)
	return a, r, err
}

// saveStanding writes what an applicant's own acts change.
func saveStanding(ctx context.Context, tx *db.Tx, a *Application) error {
	a.UpdatedAt = tx.Now
	_, err := tx.NewUpdate().Model(a).Column("status", "updated_at", "submitted_at", "ended_at", "confirmed_how", "confirmed_at").
		WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving application %s: %w", a.Code, err)
	}
	return nil
}

// record writes down what was done to an application. Details hold codes and statuses, never words.
func record(ctx context.Context, tx *db.Tx, by audit.Actor, action string, a *Application, detail any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: action, Subject: "application", SubjectID: int64(a.ID), Detail: detail})
}
