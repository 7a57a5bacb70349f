package organisation

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
)

// Of lists the organisations that a person acts for, by name. One person acts for a handful; the limit is a guard.
func Of(ctx context.Context, d bun.IDB, person id.Person) ([]Organisation, error) {
	var list []Organisation
	err := acting(d.NewSelect().Model(&list).Column(own...), person).OrderExpr("lower(o.name), o.id").Limit(200).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the organisations of a person: %w", err)
	}
	return list, nil
}

// Acting is the organisation with a code for which a person acts, or ErrUnknown.
func Acting(ctx context.Context, d bun.IDB, person id.Person, code string) (*Organisation, error) {
	return scan(ctx, acting(d.NewSelect().Column(own...).Where("o.code = ?", id.NormaliseCode(code)), person))
}

// acting narrows a query down to what a person acts for, as my_organisations() does in the database.
func acting(q *bun.SelectQuery, person id.Person) *bun.SelectQuery {
	return q.Where("o.status IN (?, ?, ?)", Invited, Pending, Approved).
		Where("EXISTS (SELECT FROM organisation_members m WHERE m.organisation_id = o.id AND m.person_id = ? AND m.until IS NULL)", person)
}

// ByID reads an organisation, or returns ErrUnknown.
func ByID(ctx context.Context, d bun.IDB, which id.Organisation) (*Organisation, error) {
	return scan(ctx, d.NewSelect().Column(own...).Where("o.id = ?", which))
}

// ByIDs reads organisations. What is not there is not in the map.
func ByIDs(ctx context.Context, d bun.IDB, which []id.Organisation) (map[id.Organisation]*Organisation, error) {
	if len(which) == 0 {
		return nil, nil
	}
	var list []*Organisation
	if err := d.NewSelect().Model(&list).Column(own...).Where("o.id IN (?)", bun.List(which)).Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading organisations: %w", err)
	}
	byID := make(map[id.Organisation]*Organisation, len(list))
	for _, o := range list {
		byID[o.ID] = o
	}
	return byID, nil
}

// ByCode reads an organisation for staff, or returns ErrUnknown.
func ByCode(ctx context.Context, d bun.IDB, code string) (*Organisation, error) {
	return scan(ctx, d.NewSelect().Where("o.code = ?", id.NormaliseCode(code)))
}

// LikeOf is the organisation that another looks like, for staff; nil when there is none.
func LikeOf(ctx context.Context, d bun.IDB, o *Organisation) (*Organisation, error) {
	if o.LikeID == 0 {
		return nil, nil
	}
	return ByID(ctx, d, o.LikeID)
}

// Lock loads an organisation for change: of those who act for it or decide about it, one comes after the other. It
// returns ErrUnknown.
func Lock(ctx context.Context, tx *db.Tx, which id.Organisation) (*Organisation, error) {
	return scan(ctx, tx.NewSelect().Where("o.id = ?", which).For("NO KEY UPDATE"))
}

func lockByCode(ctx context.Context, tx *db.Tx, code string) (*Organisation, error) {
	return scan(ctx, tx.NewSelect().Where("o.code = ?", id.NormaliseCode(code)).For("NO KEY UPDATE"))
}

// lockOwn is Lock for somebody who acts for the organisation: to anybody else it is unknown.
func lockOwn(ctx context.Context, tx *db.Tx, by id.Person, which id.Organisation) (*Organisation, error) {
	o, err := Lock(ctx, tx, which)
	if err != nil {
		return nil, err
	}
	there, err := isMember(ctx, tx, which, by)
	switch {
	case err != nil:
		return nil, err
	case !there || !o.Status.alive():
		return nil, ErrUnknown
	}
	return o, nil
}

func scan(ctx context.Context, q *bun.SelectQuery) (*Organisation, error) {
	o := new(Organisation)
	if err := q.Model(o).Scan(ctx); err != nil {
		if db.NoRows(err) {
			return nil, ErrUnknown
		}
		return nil, fmt.Errorf("reading an organisation: %w", err)
	}
	return o, nil
}

// Filter narrows a list down; empty fields do not.
type Filter struct {
	Status Status
	Query  string // a part of the name, or the code
}

// List lists organisations by name for staff: at most limit of those that come after the one with a code. An empty code
// begins with the first.
func List(ctx context.Context, d bun.IDB, f Filter, after string, limit int) ([]Organisation, error) {
	var list []Organisation
	q := d.NewSelect().Model(&list)
	if f.Status != "" {
		q.Where("o.status = ?", f.Status)
	}
	if words := strings.TrimSpace(f.Query); words != "" {
		q.Where("(strpos(lower(o.name), lower(?)) > 0 OR o.code = ?)", words, id.NormaliseCode(words))
	}
	if after != "" {
		q.Where("(lower(o.name), o.id) > (SELECT lower(name), id FROM organisations WHERE code = ?)", id.NormaliseCode(after))
	}
	if err := q.OrderExpr("lower(o.name), o.id").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing organisations: %w", err)
	}
	return list, nil
}

func (o *Organisation) insert(ctx context.Context, tx *db.Tx) error {
	o.Code, o.CreatedAt = id.Code(), tx.Now
	if _, err := tx.NewInsert().Model(o).ExcludeColumn("id").Returning("id").Exec(ctx); err != nil {
		return fmt.Errorf("adding an organisation: %w", err)
	}
	return nil
}

func (o *Organisation) update(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.NewUpdate().Model(o).ExcludeColumn("id", "code", "created_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("saving organisation %d: %w", o.ID, err)
	}
	return nil
}

// record writes down what was done to an organisation.
func record(ctx context.Context, tx *db.Tx, by audit.Actor, action string, o id.Organisation, detail any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: action, Subject: "organisation", SubjectID: int64(o), Detail: detail})
}

// recordBy is record of what a person did, with nothing more to tell.
func recordBy(ctx context.Context, tx *db.Tx, by id.Person, action string, o id.Organisation) error {
	return record(ctx, tx, audit.Person(by), action, o, nil)
}
