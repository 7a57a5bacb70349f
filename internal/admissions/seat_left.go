package admissions

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/invoice"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

// ErrAnswerAwaited means that somebody still has time to say whether they keep a place.
var ErrAnswerAwaited = failure.New(failure.Conflict, "answer_awaited", "They still have time to answer. Wait until their last day has passed.")

// AnswerDays is how long somebody has to say whether they keep a place that their former employer pays for no more.
const AnswerDays = 14

// TellLeft says that whoever sits in a place has left the organisation that booked it. They are asked whether they keep the
// place on other money; until they answer nothing changes. It returns enrolment.ErrUnknown or state.ErrMovedOn.
func TellLeft(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, seat string) error {
	e, err := lockSeat(ctx, tx, of, seat)
	if err != nil {
		return err
	}
	if e.PersonID == 0 {
		return enrolment.ErrUnknown
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	today := london.DateOf(tx.Now)
	answerBy := today.AddDays(AnswerDays)
	if eve := o.StartsOn().AddDays(-1); eve.Before(answerBy) && !eve.Before(today) {
		answerBy = eve
	}
	err = enrolment.Leave(ctx, tx, enrolment.Departure{EnrolmentID: e.ID, OrganisationID: of.ID, ToldBy: by, AnswerBy: answerBy})
	if err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), e, "has left the organisation", nil); err != nil {
		return err
	}
	return tellLeft(ctx, tx, of, e, answerBy)
}

// TakeBackLeft says that the organisation pays for the place after all. It returns enrolment.ErrNotLeft.
func TakeBackLeft(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, seat string) error {
	e, err := lockSeat(ctx, tx, of, seat)
	if err != nil {
		return err
	}
	left, err := enrolment.DepartureOf(ctx, tx, e.ID)
	if err != nil {
		return err
	}
	if err := enrolment.EndDeparture(ctx, tx, left, enrolment.SeatStays); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(by), e, "departure taken back", nil)
}

// Departure is what somebody is asked whose employer pays for their place no more.
type Departure struct {
	Organisation string
	AnswerBy     london.Date
	Kept         money.Amount // what the employer still pays by its contract, in pence
	Rest         money.Amount // what somebody else must pay so that the place is kept
}

// DepartureOf is what a person is asked about their own place, or enrolment.ErrNotLeft. It must see every share.
func DepartureOf(ctx context.Context, d bun.IDB, person id.Person, place string, now time.Time) (*Departure, error) {
	e, err := enrolment.OfPerson(ctx, d, person, place)
	if err != nil {
		return nil, err
	}
	left, err := enrolment.DepartureOf(ctx, d, e.ID)
	if err != nil {
		return nil, err
	}
	of, err := organisation.ByID(ctx, d, left.OrganisationID)
	if err != nil {
		return nil, err
	}
	q, err := QuoteSeat(ctx, d, of, e.Code, now)
	return &Departure{of.Name, left.AnswerBy, q.Kept, q.Back}, err
}

// KeepSeat lets a person keep a place that their former employer pays for no more: what it does not owe by its contract is
// theirs to pay from now on, or another employer's whom they ask. agreed is what the page said that would be, in pence. It
// returns enrolment.ErrNotLeft or ErrReckoningChanged, and runs as db.Worker.
func KeepSeat(ctx context.Context, tx *db.Tx, person id.Person, place string, agreed money.Amount) error {
	e, left, of, err := lockLeft(ctx, tx, person, place)
	if err != nil {
		return err
	}
	q, err := QuoteSeat(ctx, tx, of, e.Code, tx.Now)
	if err != nil {
		return err
	}
	if q.Back != agreed {
		return ErrReckoningChanged
	}
	if err := takeOver(ctx, tx, e, of); err != nil {
		return err
	}
	if err := enrolment.EndDeparture(ctx, tx, left, enrolment.SeatKept); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(person), e, "place kept on other money", map[string]any{"rest": q.Back}); err != nil {
		return err
	}
	if err := secure(ctx, tx, audit.Person(person), []*enrolment.Enrolment{e}); err != nil {
		return err
	}
	return tellKept(ctx, tx, of, e, q)
}

// takeOver moves what an organisation does not owe by its contract from its shares of a place to whoever sits there.
func takeOver(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, of *organisation.Organisation) error {
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	shares, err := sharesOf(ctx, tx, e)
	if err != nil {
		return err
	}
	for i, charge := range split(enrolment.ReckonContract(e, o, tx.Now).Charge, shares) {
		s := &shares[i]
		if s.OrganisationID != of.ID || s.Amount == charge {
			continue
		}
		if s.Invoiced > charge {
			err := invoice.CreditShare(ctx, tx, audit.System, s.ID, s.Invoiced-charge, "Place "+e.Code+" is paid by somebody else from now on.")
			if err != nil {
				return err
			}
		}
		if err := billing.PassOn(ctx, tx, s, s.Amount-charge, &billing.Share{Payer: billing.Learner}); err != nil {
			return err
		}
	}
	return nil
}

// GiveUpSeat gives up a person's own place that their former employer pays for no more, by that organisation's contract. It
// returns enrolment.ErrNotLeft or ErrOthersPay, and runs as db.Worker.
func GiveUpSeat(ctx context.Context, tx *db.Tx, person id.Person, place string) error {
	e, left, of, err := lockLeft(ctx, tx, person, place)
	if err != nil {
		return err
	}
	return giveUpLeft(ctx, tx, person, e, left, of)
}

// giveUpLeft gives up a place by the contract of the organisation that booked it.
func giveUpLeft(ctx context.Context, tx *db.Tx, by id.Person, e *enrolment.Enrolment, left *enrolment.Departure, of *organisation.Organisation) error {
	if err := onlyOrganisations(ctx, tx, e); err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return err
	}
	shares, err := sharesOf(ctx, tx, e)
	if err != nil {
		return err
	}
	if err := enrolment.EndDeparture(ctx, tx, left, enrolment.SeatGivenUp); err != nil {
		return err
	}
	return endSeat(ctx, tx, by, of, e, shares, enrolment.ReckonContract(e, o, tx.Now).Charge)
}

// DecideLeft ends the question whether somebody keeps a place, by a member of staff with a reason, once the day for the
// answer has passed: the place is given up by its organisation's contract, or stays as it is at the organisation's cost. It
// returns enrolment.ErrNotLeft, ErrAnswerAwaited, ErrOthersPay or an Invalid failure about "reason", and runs as db.Worker.
func DecideLeft(ctx context.Context, tx *db.Tx, by id.Person, place string, giveUp bool, reason string) error {
	if reason == "" {
		return failure.Field("reason", "Say how you came to this, and whom you talked to")
	}
	known, err := enrolment.ByCode(ctx, tx, place)
	if err != nil {
		return err
	}
	e, err := enrolment.Lock(ctx, tx, known.ID)
	if err != nil {
		return err
	}
	left, err := enrolment.DepartureOf(ctx, tx, e.ID)
	if err != nil {
		return err
	}
	if !london.DateOf(tx.Now).After(left.AnswerBy) {
		return ErrAnswerAwaited
	}
	of, err := organisation.ByID(ctx, tx, left.OrganisationID)
	if err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), e, "departure decided by the office", map[string]any{"given_up": giveUp}); err != nil {
		return err
	}
	if giveUp {
		return giveUpLeft(ctx, tx, by, e, left, of)
	}
	return enrolment.EndDeparture(ctx, tx, left, enrolment.SeatStays)
}

// lockLeft locks a person's place about which they are asked.
func lockLeft(ctx context.Context, tx *db.Tx, person id.Person, place string) (*enrolment.Enrolment, *enrolment.Departure, *organisation.Organisation, error) {
	mine, err := enrolment.OfPerson(ctx, tx, person, place)
	if err != nil {
		return nil, nil, nil, err
	}
	e, err := enrolment.Lock(ctx, tx, mine.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	if e.PersonID != person || !e.HasPlace() {
		return nil, nil, nil, enrolment.ErrUnknown
	}
	left, err := enrolment.DepartureOf(ctx, tx, e.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	of, err := organisation.ByID(ctx, tx, left.OrganisationID)
	return e, left, of, err
}
