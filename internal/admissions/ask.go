package admissions

import (
	"cmp"
	"context"
	"slices"
	"time"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/state"
)

// ErrPaying means that somebody has begun to pay by card what they ask another to pay.
var ErrPaying = failure.New(failure.Conflict, "paying_by_card", "A payment by card has begun for this. Finish it, or wait until its page has closed, and try again.")

// asksADay is how often one person asks employers in a day: each is a mail to an address that somebody typed.
const asksADay = 10

// ErrTooManyAsked means that somebody has asked as many employers as they can in a day.
var ErrTooManyAsked = failure.New(failure.Unavailable, "too_many_asked", "You have asked for money many times today. Please try again tomorrow, or write to us.")

// Ask is what somebody asks an organisation to pay.
type Ask struct {
	Name    string       // of the organisation
	Email   string       // of whom to ask there
	Contact string       // their name
	Amount  money.Amount // pence
	Message string
}

// check looks at what was typed, by the rules of a booking that an employer shares.
func (a Ask) check(most money.Amount) error {
	_, err := enrolment.Employer{Name: a.Name, Contact: a.Contact, Email: a.Email, Amount: a.Amount.String()}.Check(most)
	return err
}

// employerField names the fields of whom to ask as the forms of learners do.
func employerField(err error) error {
	f := failure.Of(err)
	if f == nil || len(f.Fields) == 0 {
		return err
	}
	names := map[string]string{"name": "employer", "contact": "employer_contact", "email": "employer_email"}
	fields := map[string]string{}
	for field, message := range f.Fields {
		fields[cmp.Or(names[field], field)] = message
	}
	return &failure.Error{Kind: f.Kind, Code: f.Code, Message: f.Message, Fields: fields}
}

// AskToPay asks an employer to pay a part of somebody's own place that they have not paid yet, or all of it. It returns
// ErrNothingToPay, ErrPaying, ErrTooManyAsked or Invalid failures about "employer", "employer_contact", "employer_email",
// "employer_amount" and "message", and runs as db.Worker.
func AskToPay(ctx context.Context, tx *db.Tx, person id.Person, place string, a Ask) error {
	mine, err := enrolment.OfPerson(ctx, tx, person, place)
	if err != nil {
		return err
	}
	e, err := enrolment.Lock(ctx, tx, mine.ID)
	if err != nil {
		return err
	}
	own, err := ownUnpaid(ctx, tx, e)
	if err != nil {
		return err
	}
	paid, err := billing.Paid(ctx, tx, *own)
	if err != nil {
		return err
	}
	if err := a.check(own.Amount - paid); err != nil {
		return err
	}
	if err := askEmployer(ctx, tx, person, e, own, a); err != nil {
		return err
	}
	return record(ctx, tx, audit.Person(person), e, "employer asked to pay", map[string]any{"amount": a.Amount})
}

// ownUnpaid is the share of a place that its holder has still to pay. A payment by card must not be under way.
func ownUnpaid(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (*billing.Share, error) {
	shares, err := billing.SharesOf(ctx, tx, e.ID)
	if err != nil {
		return nil, err
	}
	for i, s := range shares {
		if s.Payer != billing.Learner || s.Secured() || s.Amount == 0 || !e.HasPlace() {
			continue
		}
		if open, err := billing.OpenPayment(ctx, tx, s); err != nil {
			return nil, err
		} else if open != nil {
			return nil, ErrPaying
		}
		if plan, err := billing.PlanOf(ctx, tx, s.ID); err != nil {
			return nil, err
		} else if plan != nil {
			return nil, ErrOnPlan
		}
		return &shares[i], nil
	}
	return nil, ErrNothingToPay
}

// askEmployer makes a part of somebody's own share one of an organisation, which has to agree.
func askEmployer(ctx context.Context, tx *db.Tx, person id.Person, e *enrolment.Enrolment, own *billing.Share, a Ask) error {
	if n, err := billing.AskedSince(ctx, tx, person, tx.Now.Add(-24*time.Hour)); err != nil || n >= asksADay {
		return cmp.Or(err, error(ErrTooManyAsked))
	}
	who, err := people.ByID(ctx, tx, person)
	if err != nil {
		return err
	}
	now, err := enrolment.NameNow(ctx, tx, e.ID)
	if err != nil {
		return err
	}
	if now == nil {
		err := enrolment.Name(ctx, tx, e, enrolment.SeatName{PersonID: person, Name: who.Name, Email: who.Email, NamedBy: person})
		if err != nil {
			return err
		}
	}
	of, request, err := ask(ctx, tx, person, a, billing.PayRequest{EnrolmentID: e.ID})
	if err != nil {
		return employerField(err)
	}
	to := &billing.Share{Payer: billing.Organisation, OrganisationID: of, PayRequestID: request}
	if err := billing.PassOn(ctx, tx, own, a.Amount, to); err != nil {
		return err
	}
	if paid, err := billing.Paid(ctx, tx, *own); err != nil || own.Amount > paid {
		return err
	}
	return billing.Secure(ctx, tx, own)
}

// AgreeToPay says that an organisation pays what it was asked for, by a purchase order when one is given. An organisation
// that was invited to answer may answer as another for which the same person acts. It returns billing.ErrRequestUnknown,
// state.ErrMovedOn or what billing.RecordOrder returns.
func AgreeToPay(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, request string, n billing.NewOrder) error {
	r, seats, shares, err := lockRequest(ctx, tx, by, of, request)
	if err != nil {
		return err
	}
	r.OrganisationID = of.ID
	if err := billing.AnswerRequest(ctx, tx, r, by, billing.RequestAgreed, ""); err != nil {
		return err
	}
	if err := billing.AgreeAll(ctx, tx, of.ID, shares); err != nil {
		return err
	}
	if n != (billing.NewOrder{}) {
		o, err := billing.RecordOrder(ctx, tx, by, of.ID, n)
		if err != nil {
			return err
		}
		if err := billing.Bind(ctx, tx, by, o.ID, fittingInTurn(shares, o.Left())...); err != nil {
			return err
		}
	}
	if err := recordOrganisation(ctx, tx, audit.Person(by), of, "agreed to pay", map[string]any{"request": r.Code}); err != nil {
		return err
	}
	if err := secure(ctx, tx, audit.Person(by), seats); err != nil {
		return err
	}
	return tellAnswered(ctx, tx, of, r, seats)
}

// fittingInTurn are the first of some shares for which an amount is enough, in pence.
func fittingInTurn(shares []*billing.Share, left money.Amount) []*billing.Share {
	var some []*billing.Share
	for _, s := range shares {
		if s.Amount <= left {
			some, left = append(some, s), left-s.Amount
		}
	}
	return some
}

// DeclineToPay says that an organisation does not pay what it was asked for. It falls back to whoever asked. The errors are
// those of AgreeToPay.
func DeclineToPay(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, request, words string) error {
	r, seats, shares, err := lockRequest(ctx, tx, by, of, request)
	if err != nil {
		return err
	}
	if err := billing.AnswerRequest(ctx, tx, r, by, billing.RequestDeclined, words); err != nil {
		return err
	}
	if err := fallBack(ctx, tx, r, shares); err != nil {
		return err
	}
	if err := recordOrganisation(ctx, tx, audit.Person(by), of, "declined to pay", map[string]any{"request": r.Code}); err != nil {
		return err
	}
	return tellAnswered(ctx, tx, of, r, seats)
}

// TakeBackRequest ends a request of somebody's own that was not answered yet. It returns billing.ErrRequestUnknown or
// state.ErrMovedOn.
func TakeBackRequest(ctx context.Context, tx *db.Tx, by id.Person, request string) error {
	r, _, shares, err := lockAsked(ctx, tx, request)
	if err != nil {
		return err
	}
	if r.AskedBy != by {
		return billing.ErrRequestUnknown
	}
	if err := billing.AnswerRequest(ctx, tx, r, by, billing.RequestTakenBack, ""); err != nil {
		return err
	}
	return fallBack(ctx, tx, r, shares)
}

// fallBack gives what an organisation does not pay back to the organisation that asked, which has to agree anew, or to
// whoever sits there.
func fallBack(ctx context.Context, tx *db.Tx, r *billing.PayRequest, shares []*billing.Share) error {
	if r.AskedFor != 0 {
		return billing.Disagree(ctx, tx, r.AskedFor, shares)
	}
	for _, s := range shares {
		all, err := billing.SharesOf(ctx, tx, s.EnrolmentID)
		if err != nil {
			return err
		}
		for i := range all {
			if all[i].Payer == billing.Learner {
				if err := billing.PassBack(ctx, tx, s, &all[i]); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

// lockRequest locks a request to pay that an organisation may answer, and the places and shares it is about.
func lockRequest(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, request string) (*billing.PayRequest, []*enrolment.Enrolment, []*billing.Share, error) {
	r, seats, shares, err := lockAsked(ctx, tx, request)
	if err != nil || r.OrganisationID == of.ID {
		return r, seats, shares, err
	}
	asked, err := organisation.ByID(ctx, tx, r.OrganisationID)
	if err != nil {
		return nil, nil, nil, err
	}
	if asked.Status != organisation.Invited {
		return nil, nil, nil, billing.ErrRequestUnknown
	}
	if _, err := organisation.Acting(ctx, tx, by, asked.Code); err != nil {
		return nil, nil, nil, billing.ErrRequestUnknown.Because(err)
	}
	return r, seats, shares, nil
}

func lockAsked(ctx context.Context, tx *db.Tx, request string) (*billing.PayRequest, []*enrolment.Enrolment, []*billing.Share, error) {
	known, err := billing.RequestByCode(ctx, tx, request)
	if err != nil {
		return nil, nil, nil, err
	}
	asked, err := billing.SharesOfRequest(ctx, tx, known.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	places := make([]id.Enrolment, len(asked))
	for i, s := range asked {
		places[i] = s.EnrolmentID
	}
	seats, err := enrolment.LockAll(ctx, tx, places)
	if err != nil {
		return nil, nil, nil, err
	}
	r, err := billing.LockRequest(ctx, tx, request)
	if err != nil {
		return nil, nil, nil, err
	}
	shares, err := billing.SharesOfRequest(ctx, tx, r.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	seats, shares = standing(seats, shares)
	if r.Status != billing.RequestAsked || len(shares) == 0 {
		err = state.ErrMovedOn
	}
	return r, seats, shares, err
}

// standing leaves the places that have not ended, and the shares of them.
func standing(seats []*enrolment.Enrolment, shares []*billing.Share) ([]*enrolment.Enrolment, []*billing.Share) {
	seats = slices.DeleteFunc(seats, func(e *enrolment.Enrolment) bool { return !e.HasPlace() })
	return seats, slices.DeleteFunc(shares, func(s *billing.Share) bool {
		return s.Kept != nil || !slices.ContainsFunc(seats, func(e *enrolment.Enrolment) bool { return e.ID == s.EnrolmentID })
	})
}
