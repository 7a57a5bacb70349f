package admissions

import (
	"context"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/id"
	"bursar/internal/organisation"
)

// SaveOrganisation takes what a person says about their organisation, for the first time or anew, and confirms the places
// that waited only for that: for its details, or for a purchase order that it does not use. It returns what
// organisation.Complete and organisation.SaveDetails return, and runs as db.Worker.
func SaveOrganisation(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, d organisation.Details) error {
	waiting, err := enrolment.HeldFor(ctx, tx, of.ID)
	if err != nil {
		return err
	}
	seats, err := enrolment.LockAll(ctx, tx, waiting)
	if err != nil {
		return err
	}
	save := organisation.SaveDetails
	if of.Status == organisation.Invited {
		save = organisation.Complete
	}
	if err := save(ctx, tx, by, of, d); err != nil {
		return err
	}
	return secure(ctx, tx, audit.Person(by), seats)
}
