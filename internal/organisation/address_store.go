package organisation

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
)

// TakeBackAddress ends the change that an organisation has asked for. It returns ErrUnknown for somebody who does not act
// for it, ErrAddressUnknown when there is none, or state.ErrMovedOn.
func TakeBackAddress(ctx context.Context, tx *db.Tx, by id.Person, o *Organisation) error {
	if _, err := lockOwn(ctx, tx, by, o.ID); err != nil {
		return err
	}
	c := new(AddressChange)
	err := tx.NewSelect().Model(c).Where("c.organisation_id = ? AND c.outcome IS NULL", o.ID).Scan(ctx)
	if db.NoRows(err) {
		return ErrAddressUnknown
	}
	if err != nil {
		return fmt.Errorf("reading a change of address: %w", err)
	}
	if err := c.decide(AddressTakenBack, by, tx.Now); err != nil {
		return err
	}
	if err := c.update(ctx, tx); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(by), "address change taken back", o.ID, map[string]any{"change": c.ID})
}

// AddressChanges lists changes for staff: those that an organisation has ever asked for, the latest first, or, for the
// organisation 0, those of all organisations that are still open, the longest waiting first.
func AddressChanges(ctx context.Context, d bun.IDB, of id.Organisation) ([]AddressChange, error) {
	var list []AddressChange
	q := d.NewSelect().Model(&list).Limit(500)
	if of == 0 {
		q.Where("c.outcome IS NULL").Order("c.id")
	} else {
		q.Where("c.organisation_id = ?", of).Order("c.id DESC")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("listing changes of address: %w", err)
	}
	return list, nil
}

// AddressChangeOf is the change that an organisation has asked for and that is still open, for its own people; nil when
// there is none.
func AddressChangeOf(ctx context.Context, d bun.IDB, of id.Organisation) (*AddressChange, error) {
	c := new(AddressChange)
	err := d.NewSelect().Model(c).
		Column("id", "organisation_id", "address", "city", "postcode", "department", "contact", "invoice_email", "org_code", "payables_code", "gln", "asked_at").
		Where("c.organisation_id = ? AND c.outcome IS NULL", of).Scan(ctx)
	if db.NoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a change of address: %w", err)
	}
	return c, nil
}

// changeAddress does to a change what staff decide. The organisation is locked first: of several people who decide, the
// second sees what the first has done.
func changeAddress(ctx context.Context, tx *db.Tx, by id.Person, which id.AddressChange, action string, do func(*AddressChange, *Organisation) error) error {
	var of id.Organisation
	err := tx.NewRaw("SELECT organisation_id FROM address_changes WHERE id = ?", which).Scan(ctx, &of)
	if db.NoRows(err) {
		return ErrAddressUnknown
	}
	if err != nil {
		return fmt.Errorf("finding a change of address: %w", err)
	}
	o, err := Lock(ctx, tx, of)
	if err != nil {
		return err
	}
	acts, err := isMember(ctx, tx, of, by)
	if err != nil {
		return err
	}
	if acts {
		return ErrSecondPerson
	}
	c := new(AddressChange)
	if err := tx.NewSelect().Model(c).Where("c.id = ?", which).Scan(ctx); err != nil {
		return fmt.Errorf("reading a change of address: %w", err)
	}
	if err := do(c, o); err != nil {
		return err
	}
	if err := c.update(ctx, tx); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(by), action, of, map[string]any{"change": c.ID})
}

func (c *AddressChange) update(ctx context.Context, tx *db.Tx) error {
	_, err := tx.NewUpdate().Model(c).
		Column("checked_by", "checked_at", "checked_how", "decided_by", "decided_at", "outcome").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving a change of address: %w", err)
	}
	return nil
}
