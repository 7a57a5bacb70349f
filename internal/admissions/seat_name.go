package admissions

import (
	"cmp"
	"context"
	"errors"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/state"
)

var (
	// ErrOthersPay means that somebody besides organisations pays a part of a place, so that the employer alone cannot
	// change it.
	ErrOthersPay = failure.New(failure.Conflict, "others_pay", "Another payer pays a part of this place, so you cannot change it alone. Please write to us.")
	// ErrLeftAsked means that whoever sits in a place is being asked whether they keep it.
	ErrLeftAsked = failure.New(failure.Conflict, "left_asked",
		"You told us that this person has left, and we have asked whether they keep the place. Wait for the answer, or take that back first.")
	// ErrBegun means that the course has begun, so that a trainer must agree to a new face.
	ErrBegun = failure.New(failure.Conflict, "course_begun", "The course has begun, so a trainer has to agree first. Please write to us.")
)

// NameSeat says who sits in a place that an organisation has booked: the first one to be named, or a colleague instead of
// whoever sat there. Place, price and invoice stay as they are; both are told. Until the course begins it is free. It
// returns enrolment.ErrUnknown, enrolment.ErrAlreadyThere, ErrOthersPay, ErrBegun, organisation.ErrTooManyLetters,
// state.ErrMovedOn for a place that is held no longer, or an Invalid failure about "name" or "email".
func NameSeat(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, seat, name, email string) error {
	e, err := lockQuietSeat(ctx, tx, of, seat)
	if err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	if e.PersonID != 0 && !o.StartsOn().After(london.DateOf(tx.Now)) {
		return ErrBegun
	}
	return nameSeat(ctx, tx, by, of, e, name, email)
}

// NameSeatAsStaff is NameSeat once the course has begun and a trainer has agreed.
func NameSeatAsStaff(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, seat, name, email, agreed string) error {
	if agreed == "" {
		return failure.Field("agreed", "Say which trainer agreed, and when")
	}
	e, err := lockQuietSeat(ctx, tx, of, seat)
	if err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), e, "substitution agreed by a trainer", nil); err != nil {
		return err
	}
	return nameSeat(ctx, tx, by, of, e, name, email)
}

func nameSeat(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, e *enrolment.Enrolment, name, email string) error {
	if name == "" {
		return failure.Field("name", "Enter the person’s full name")
	}
	if !people.PlainName(name) {
		return failure.Field("name", notPlain)
	}
	email, err := people.NormaliseEmail(email)
	if err != nil {
		return failure.Field("email", "Enter an email address in the correct format, like name@example.com").Because(err)
	}
	before, err := enrolment.NameNow(ctx, tx, e.ID)
	if err != nil || before != nil && before.Email == email && before.Name == name {
		return err
	}
	if err := organisation.CountLetters(ctx, tx, of, 1); err != nil {
		return err
	}
	ids, err := people.Introduce(ctx, tx, []people.Introduced{{Name: name, Email: email}})
	if err != nil {
		return err
	}
	if before != nil && before.PersonID != ids[0] {
		if err := onlyOrganisations(ctx, tx, e); err != nil {
			return err
		}
	}
	if err := enrolment.Name(ctx, tx, e, enrolment.SeatName{PersonID: ids[0], Name: name, Email: email, NamedBy: by}); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), e, "place named", map[string]any{"substituted": before != nil}); err != nil {
		return err
	}
	if before != nil && before.PersonID != ids[0] {
		if err := tellPassedOn(ctx, tx, of, e, before); err != nil {
			return err
		}
	}
	return tellNamed(ctx, tx, of, e)
}

// onlyOrganisations returns ErrOthersPay for a place of which somebody else pays a part.
func onlyOrganisations(ctx context.Context, d bun.IDB, e *enrolment.Enrolment) error {
	shares, err := sharesOf(ctx, d, e)
	if err != nil {
		return err
	}
	for _, s := range shares {
		if s.Payer != billing.Organisation {
			return ErrOthersPay
		}
	}
	return nil
}

// lockSeat locks a place that an organisation has booked. It returns enrolment.ErrUnknown, or state.ErrMovedOn for one that
// has ended.
func lockSeat(ctx context.Context, tx *db.Tx, of *organisation.Organisation, seat string) (*enrolment.Enrolment, error) {
	ids, err := enrolment.Places(ctx, tx, []string{seat})
	if err != nil {
		return nil, err
	}
	places, err := enrolment.LockAll(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	e := places[0]
	if e.TeamID == 0 {
		return nil, enrolment.ErrUnknown
	}
	t, err := enrolment.TeamOf(ctx, tx, e.TeamID)
	switch {
	case err != nil:
		return nil, err
	case t.OrganisationID != of.ID:
		return nil, enrolment.ErrUnknown
	case !e.HasPlace():
		return nil, state.ErrMovedOn
	}
	if kept, err := enrolment.Kept(ctx, tx, e.ID); err != nil || kept {
		return nil, cmp.Or(err, error(ErrOthersPay)) // it is its holder's now
	}
	return e, nil
}

// lockQuietSeat is lockSeat for a place about which nobody is being asked. It returns ErrLeftAsked for the others.
func lockQuietSeat(ctx context.Context, tx *db.Tx, of *organisation.Organisation, seat string) (*enrolment.Enrolment, error) {
	e, err := lockSeat(ctx, tx, of, seat)
	if err != nil {
		return nil, err
	}
	switch _, err := enrolment.DepartureOf(ctx, tx, e.ID); {
	case err == nil:
		return nil, ErrLeftAsked
	case !errors.Is(err, enrolment.ErrNotLeft):
		return nil, err
	}
	return e, nil
}
