package organisation

import (
	"context"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/state"
)

// renamed notes that the organisation has another name than it was. An approved one that now looks like another keeps the
// old name until staff agree: its mails and invoices would speak in the other's.
func (o *Organisation) renamed(was string) {
	o.AskedName = ""
	if o.Status == Approved && o.LikeID != 0 {
		o.AskedName, o.Name = o.Name, was
	}
}

// AgreeName gives an organisation the name that it has asked for, by a member of staff who has seen that name, and tells its
// coordinators. It returns ErrUnknown, or state.ErrMovedOn when it asks for that name no more.
func AgreeName(ctx context.Context, tx *db.Tx, by id.Person, code, name string) error {
	return decideName(ctx, tx, by, code, name, "name agreed", func(o *Organisation) { o.Name = name })
}

// RefuseName leaves an organisation the name that it has. It is otherwise like AgreeName.
func RefuseName(ctx context.Context, tx *db.Tx, by id.Person, code, name string) error {
	return decideName(ctx, tx, by, code, name, "name refused", func(*Organisation) {})
}

func decideName(ctx context.Context, tx *db.Tx, by id.Person, code, name, action string, decide func(*Organisation)) error {
	if err := lockNames(ctx, tx); err != nil {
		return err
	}
	o, err := lockByCode(ctx, tx, code)
	switch {
	case err != nil:
		return err
	case o.AskedName == "" || o.AskedName != name:
		return state.ErrMovedOn.Because(fmt.Errorf("organisation %d does not ask for that name", o.ID))
	}
	o.AskedName = ""
	decide(o)
	if o.LikeID, err = lookAlike(ctx, tx, o); err != nil {
		return err
	}
	if err := o.update(ctx, tx); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), action, o.ID, nil); err != nil {
		return err
	}
	return o.tellCoordinators(ctx, tx, "organisation-name", 0)
}

// Labels are the names of organisations for a list to choose from, with their codes where two look the same.
func Labels(list []Organisation) []string {
	times := map[string]int{}
	for _, o := range list {
		times[fold(o.Name)]++
	}
	labels := make([]string, len(list))
	for i, o := range list {
		labels[i] = o.Name
		if times[fold(o.Name)] > 1 || o.LikeID != 0 {
			labels[i] += " (" + o.Code + ")"
		}
	}
	return labels
}
