package enrolment

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/id"
)

// Lock loads an enrolment for change and locks it after its run's places. It returns ErrUnknown when there is
// none.
func Lock(ctx context.Context, tx *db.Tx, which id.Enrolment) (*Enrolment, error) {
	e, err := Get(ctx, tx, which)
	if err != nil {
		return nil, err
	}
	if err := course.LockPlaces(ctx, tx, e.RunID); err != nil {
		return nil, fmt.Errorf("locking places: %w", err)
	}
	err = tx.NewSelect().Model(e).WherePK().For("UPDATE").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("locking enrolment: %w", err)
	}
	return e, nil
}

// Get reads an enrolment, or returns ErrUnknown.
func Get(ctx context.Context, d bun.IDB, which id.Enrolment) (*Enrolment, error) {
	return scan(ctx, d.NewSelect().Where("id = ?", which))
}

// OfPerson reads an enrolment by its code if it is this person's, or returns ErrUnknown.
func OfPerson(ctx context.Context, d bun.IDB, person id.Person, code string) (*Enrolment, error) {
	return scan(ctx, d.NewSelect().Where("code = ? AND person_id = ?", id.NormaliseCode(code), person))
}

// ByCode reads an enrolment for staff, or returns ErrUnknown.
func ByCode(ctx context.Context, d bun.IDB, code string) (*Enrolment, error) {
	return scan(ctx, d.NewSelect().Where("code = ?", id.NormaliseCode(code)))
}

// ActiveOf is a person's active enrolment on a run, or ErrUnknown.
func ActiveOf(ctx context.Context, d bun.IDB, person id.Person, run id.Run) (*Enrolment, error) {
	return scan(ctx, d.NewSelect().Where("person_id = ? AND run_id = ?", person, run).
		Where("status IN ('waiting', 'held', 'confirmed', 'completed')"))
}

// FirstWaiting is who waits in front for a place on a run, or ErrUnknown when nobody does.
func FirstWaiting(ctx context.Context, d bun.IDB, run id.Run) (*Enrolment, error) {
	return scan(ctx, d.NewSelect().Where("run_id = ? AND status = 'waiting'", run).Order("queue").Limit(1))
}

// ListOf lists a person's enrolments, newest first. Nobody has more than a handful.
func ListOf(ctx context.Context, d bun.IDB, person id.Person) ([]*Enrolment, error) {
	var list []*Enrolment
	err := d.NewSelect().Model(&list).Where("person_id = ?", person).Order("id DESC").Limit(200).Scan(ctx)
	return list, err
}

func scan(ctx context.Context, q *bun.SelectQuery) (*Enrolment, error) {
	e := new(Enrolment)
	if err := q.Model(e).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknown
		}
		return nil, fmt.Errorf("reading enrolment: %w", err)
	}
	return e, nil
}

// save writes the changed status and what goes with it. The trigger counts the place.
func save(ctx context.Context, tx *db.Tx, e *Enrolment) error {
	_, err := tx.NewUpdate().Model(e).
		Column("status", "held_until", "queue", "confirmed_at", "ended_at").WherePK().Exec(ctx)
	if noPlace(err) {
		return course.ErrFull.Because(err)
	}
	if err != nil {
		return fmt.Errorf("saving enrolment %s: %w", e.Code, err)
	}
	return nil
}

// noPlace reports whether PostgreSQL refused because the run has no place for this claim.
func noPlace(err error) bool {
	return db.Violates(err, "run_places_not_oversold") || db.Violates(err, "run_places_kept_for_peers")
}
