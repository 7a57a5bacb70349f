package certificate

import (
	"context"
	"fmt"
	"strings"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
)

// Reissue replaces a place's valid certificate by one with another name, and tells the person. What it says besides stays as it
// was. The same name again changes nothing. number is that of the certificate that whoever does it was shown. It returns
// enrolment.ErrUnknown, ErrNotValid or an Invalid failure about "name".
func Reissue(ctx context.Context, tx *db.Tx, by id.Person, place, number, name string) (*Certificate, error) {
	e, err := enrolment.ByCode(ctx, tx, place)
	if err != nil {
		return nil, err
	}
	k, err := lock(ctx, tx, e.ID, number)
	if err != nil {
		return nil, err
	}
	return rename(ctx, tx, e, k, by, name)
}

// CorrectName is Reissue by the person themselves, which they can do once for each run; afterwards it returns ErrAskOffice.
func CorrectName(ctx context.Context, tx *db.Tx, person id.Person, place, number, name string) (*Certificate, error) {
	e, err := holds(ctx, tx, person, place)
	if err != nil {
		return nil, err
	}
	k, err := lock(ctx, tx, e.ID, number)
	if err != nil {
		return nil, err
	}
	if k.PersonID != person {
		return nil, enrolment.ErrUnknown
	}
	if name, err = tidy(name); err != nil || name == k.Snapshot.Name {
		return k, err
	}
	free, err := Correctable(ctx, tx, k)
	if err != nil {
		return nil, err
	}
	if !free {
		return nil, ErrAskOffice
	}
	return rename(ctx, tx, e, k, person, name)
}

// Correctable reports whether somebody can still correct the name on their certificate themselves.
func Correctable(ctx context.Context, tx *db.Tx, k *Certificate) (bool, error) {
	var free bool
	err := tx.NewRaw("SELECT NOT EXISTS (SELECT FROM certificates WHERE enrolment_id = ? AND run_id = ? AND person_id = ? AND by_holder)",
		k.EnrolmentID, k.RunID, k.PersonID).Scan(ctx, &free)
	if err != nil {
		return false, fmt.Errorf("looking whether a name was corrected: %w", err)
	}
	return free, nil
}

func rename(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, k *Certificate, by id.Person, name string) (*Certificate, error) {
	name, err := tidy(name)
	if err != nil || name == k.Snapshot.Name {
		return k, err
	}
	said := k.Snapshot
	said.Name, said.IssuedOn = name, london.DateOf(tx.Now)
	made := &Certificate{EnrolmentID: k.EnrolmentID, RunID: k.RunID, PersonID: k.PersonID, Kind: k.Kind, Snapshot: said, ReplacesID: k.ID, ByHolder: by == k.PersonID, IssuedBy: by}
	if err := insert(ctx, tx, []*Certificate{made}); err != nil {
		return nil, err
	}
	if err := remember(ctx, tx, k.EnrolmentID, k.PersonID, name); err != nil {
		return nil, err
	}
	return made, write(ctx, tx, "certificate", made, letter{Place: e.Code, Course: said.Course, Kind: made.Kind, Again: true})
}

// Withdraw ends a place's valid certificate for good, and tells the person. The reason, 1 to 500 characters, is for staff: the
// public page says that it was withdrawn and nothing more. It returns enrolment.ErrUnknown, ErrNotValid or an Invalid failure about
// "reason".
func Withdraw(ctx context.Context, tx *db.Tx, by id.Person, place, number, reason string) error {
	e, err := enrolment.ByCode(ctx, tx, place)
	if err != nil {
		return err
	}
	k, err := lock(ctx, tx, e.ID, number)
	if err != nil {
		return err
	}
	switch reason = strings.TrimSpace(reason); {
	case reason == "":
		return failure.Field("reason", "Say why, for our own records")
	case len([]rune(reason)) > 500:
		return failure.Field("reason", "Use 500 characters or fewer")
	}
	if err := end(ctx, tx, by, Withdrawn, reason, k.ID); err != nil {
		return err
	}
	err = audit.Record(ctx, tx, audit.Event{Actor: audit.Person(by), Action: "certificate withdrawn", Subject: "enrolment", SubjectID: int64(k.EnrolmentID), Detail: map[string]any{"number": k.Number}})
	if err != nil {
		return err
	}
	return write(ctx, tx, "certificate-withdrawn", k, letter{Place: e.Code, Course: k.Snapshot.Course, Kind: k.Kind})
}

// lock locks a valid certificate of a place by its number.
func lock(ctx context.Context, tx *db.Tx, place id.Enrolment, number string) (*Certificate, error) {
	k, err := one(ctx, tx.NewSelect().Where("k.enrolment_id = ? AND k.number = ?", place, number).For("UPDATE"), ErrUnknown)
	if err == nil && k.Status != Valid {
		err = ErrNotValid
	}
	return k, err
}
