package organisation

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/state"
)

var (
	// ErrAddressChecked means that a coordinator changes alone what two of the staff check: see AskAddress.
	ErrAddressChecked = failure.New(failure.Conflict, "organisation_address_checked",
		"Two of us check a change of where invoices go. Ask for it on its own page.")
	// ErrTermsAgreed means that a coordinator changes the days that an approved organisation has to pay in.
	ErrTermsAgreed = failure.Field("terms_days", "Ask us if you need longer to pay")
)

// SignUp adds an organisation that a person will act for. It is approved at once when the person writes from a domain
// that staff trust and nothing known looks like it; else staff are asked to look. It returns the failures of
// Details.Check, or ErrYours.
func SignUp(ctx context.Context, tx *db.Tx, by id.Person, d Details) (*Organisation, error) {
	d, err := d.tidy()
	if err != nil {
		return nil, err
	}
	if err := lockNames(ctx, tx); err != nil {
		return nil, err
	}
	mine, err := Of(ctx, tx, by)
	if err != nil {
		return nil, err
	}
	for _, o := range mine {
		if fold(o.Name) == fold(d.Name) && o.Status != Invited {
			return nil, ErrYours
		}
	}
	o := &Organisation{Status: Pending}
	o.take(d)
	if o.LikeID, err = lookAlike(ctx, tx, o); err != nil {
		return nil, err
	}
	if err := o.insert(ctx, tx); err != nil {
		return nil, err
	}
	if _, err := addMember(ctx, tx, o.ID, by); err != nil {
		return nil, err
	}
	if err := record(ctx, tx, audit.Person(by), "signed up", o.ID, nil); err != nil {
		return nil, err
	}
	return o, o.review(ctx, tx, by)
}

// Complete gives an organisation that was invited its details; it is approved as in SignUp. It returns the failures of
// Details.Check, ErrUnknown for somebody who does not act for it, or state.ErrMovedOn when a colleague was faster.
func Complete(ctx context.Context, tx *db.Tx, by id.Person, o *Organisation, d Details) error {
	d, err := d.tidy()
	if err != nil {
		return err
	}
	if err := lockNames(ctx, tx); err != nil {
		return err
	}
	fresh, err := lockOwn(ctx, tx, by, o.ID)
	if err != nil {
		return err
	}
	if err := fresh.complete(); err != nil {
		return err
	}
	fresh.take(d)
	if fresh.LikeID, err = lookAlike(ctx, tx, fresh); err != nil {
		return err
	}
	if err := fresh.update(ctx, tx); err != nil {
		return err
	}
	*o = *fresh
	if err := record(ctx, tx, audit.Person(by), "details completed", o.ID, nil); err != nil {
		return err
	}
	return o.review(ctx, tx, by)
}

// review approves an organisation by its coordinator's domain, or asks staff to look at it.
func (o *Organisation) review(ctx context.Context, tx *db.Tx, by id.Person) error {
	trusted, err := isTrusted(ctx, tx, by)
	if err != nil {
		return err
	}
	if !trusted || o.LikeID != 0 {
		return tellStaff(ctx, tx, "organisation-pending", o)
	}
	if err := o.approve(0, tx.Now); err != nil {
		return err
	}
	if err := o.update(ctx, tx); err != nil {
		return err
	}
	return record(ctx, tx, audit.System, "approved", o.ID, map[string]any{"by": "domain"})
}

// SaveDetails changes what a coordinator changes alone: everything until staff have decided, then all but where invoices
// go and the days to pay in. Staff are told of another name; one that looks like that of another organisation is only asked
// for: see AgreeName. It returns the failures of Details.Check, ErrAddressChecked, ErrTermsAgreed, ErrUnknown, or
// state.ErrMovedOn for an organisation that is to be Completed.
func SaveDetails(ctx context.Context, tx *db.Tx, by id.Person, o *Organisation, d Details) error {
	d, err := d.tidy()
	if err != nil {
		return err
	}
	if err := lockNames(ctx, tx); err != nil {
		return err
	}
	fresh, err := lockOwn(ctx, tx, by, o.ID)
	if err != nil {
		return err
	}
	if err := fresh.mayChange(d); err != nil {
		return err
	}
	was := fresh.Name
	renamed := was != d.Name
	fresh.take(d)
	if fresh.LikeID, err = lookAlike(ctx, tx, fresh); err != nil {
		return err
	}
	if renamed {
		fresh.renamed(was)
	}
	if err := fresh.update(ctx, tx); err != nil {
		return err
	}
	*o = *fresh
	if err := record(ctx, tx, audit.Person(by), "details changed", o.ID, map[string]any{"renamed": renamed}); err != nil || !renamed {
		return err
	}
	return tellStaff(ctx, tx, "organisation-renamed", o)
}

func (o *Organisation) mayChange(d Details) error {
	switch {
	case o.Status == Invited:
		return state.ErrMovedOn.Because(fmt.Errorf("organisation %d has no details yet", o.ID))
	case o.Status == Pending:
		return nil
	case d.address() != o.AddressDetails():
		return ErrAddressChecked
	case d.TermsDays != o.TermsDays:
		return ErrTermsAgreed
	}
	return nil
}

// lockNames lets organisations be named one after the other, so that two of one name see each other.
func lockNames(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended('organisations:names', 0))").Exec(ctx); err != nil {
		return fmt.Errorf("locking the names of organisations: %w", err)
	}
	return nil
}
