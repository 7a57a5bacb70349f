package organisation

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// Approve lets an organisation pay on invoice, and tells its coordinators. With trustDomain, whoever signs up later from
// the e-mail domain of one of them is not looked at again. It returns ErrUnknown, ErrNotReviewable, ErrSharedDomain, or
// state.ErrMovedOn.
func Approve(ctx context.Context, tx *db.Tx, by id.Person, code string, trustDomain bool) (*Organisation, error) {
	o, err := lockByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if err := o.approve(by, tx.Now); err != nil {
		return nil, err
	}
	if err := o.update(ctx, tx); err != nil {
		return nil, err
	}
	if trustDomain {
		if err := trust(ctx, tx, by, o.ID); err != nil {
			return nil, err
		}
	}
	if err := record(ctx, tx, audit.Person(by), "approved", o.ID, map[string]any{"domain": trustDomain}); err != nil {
		return nil, err
	}
	return o, o.tellCoordinators(ctx, tx, "organisation-approved", 0)
}

// Refuse says that an organisation may not pay on invoice, and tells its coordinators why: the reason is for them. It
// returns ErrUnknown, ErrNotReviewable, state.ErrMovedOn, or a failure about the field "reason".
func Refuse(ctx context.Context, tx *db.Tx, by id.Person, code, reason string) (*Organisation, error) {
	reason, complaint := oneLine(reason, 1000)
	if reason == "" {
		complaint = "Say why, in words that help the organisation to put it right"
	}
	o, err := lockByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if err := o.refuse(by, reason, tx.Now); err != nil {
		return nil, err
	}
	if complaint != "" {
		return nil, failure.Field("reason", complaint)
	}
	if err := o.update(ctx, tx); err != nil {
		return nil, err
	}
	if err := record(ctx, tx, audit.Person(by), "refused", o.ID, nil); err != nil {
		return nil, err
	}
	return o, o.tellCoordinators(ctx, tx, "organisation-refused", 0)
}

// Close ends an organisation: nobody acts for it any more, and its domains are not trusted. What it owes and is owed
// stays. It returns ErrUnknown or state.ErrMovedOn.
func Close(ctx context.Context, tx *db.Tx, by id.Person, code string) (*Organisation, error) {
	o, err := lockByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if err := o.close(); err != nil {
		return nil, err
	}
	if err := o.update(ctx, tx); err != nil {
		return nil, err
	}
	if _, err := tx.NewRaw("DELETE FROM organisation_domains WHERE organisation_id = ?", o.ID).Exec(ctx); err != nil {
		return nil, fmt.Errorf("forgetting the domains of organisation %d: %w", o.ID, err)
	}
	if err := record(ctx, tx, audit.Person(by), "closed", o.ID, nil); err != nil {
		return nil, err
	}
	return o, o.tellCoordinators(ctx, tx, "organisation-closed", 0)
}

// SetTerms is how staff set by which rule an organisation orders and how many days it has to pay in. It returns
// ErrUnknown, or failures about the fields "po_rule" and "terms_days".
func SetTerms(ctx context.Context, tx *db.Tx, by id.Person, code string, rule PORule, days int) (*Organisation, error) {
	w := wrong{}
	w.terms(string(rule), days)
	if err := w.failure(); err != nil {
		return nil, err
	}
	o, err := lockByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	o.PORule, o.TermsDays = rule, days
	if err := o.update(ctx, tx); err != nil {
		return nil, err
	}
	return o, record(ctx, tx, audit.Person(by), "terms set", o.ID, map[string]any{"po_rule": rule, "terms_days": days})
}
