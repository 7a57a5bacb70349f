package admissions

import (
	"context"
	"errors"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/courseapplication"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/organisation"
	"bursar/internal/people"
	"bursar/internal/secret"
	"bursar/internal/state"
)

// ApplicationDays is how many working days a place is kept that is offered on a course application, unless staff say otherwise.
const ApplicationDays = 10

// AnswerUntil is the day until which a place is kept that is offered on a day, unless staff say otherwise: ten working days
// later, and before the first day of the course.
func AnswerUntil(o *course.Offering, today london.Date) london.Date {
	last := today.AddWorking(ApplicationDays)
	if eve := o.StartsOn().AddDays(-1); eve.Before(last) {
		return eve
	}
	return last
}

// CourseAnswers are what somebody sends who applies for a place.
type CourseAnswers struct {
	Details people.Details
	Peer    bool
	Payer   courseapplication.Payer
	courseapplication.Words
}

// ApplyForPlace sends a person's course application to the office. They owe nothing and hold no place by that. Applying twice
// returns what the first time made. It returns course.ErrUnknown, course.ErrClosed, enrolment.ErrAlreadyThere or Invalid
// failures about "name", "phone", "work", "why" and "payer", and runs as db.Worker.
func ApplyForPlace(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, run string, a CourseAnswers) (*courseapplication.Application, error) {
	o, err := applicable(ctx, tx, run)
	if err != nil {
		return nil, err
	}
	if err := notThere(ctx, tx, person, o.ID); err != nil {
		return nil, err
	}
	if err := people.SetDetails(ctx, tx, person, a.Details); err != nil {
		return nil, err
	}
	made, isNew, err := courseapplication.Submit(ctx, tx, box,
		courseapplication.Application{RunID: o.ID, PersonID: person, Places: 1, Peer: a.Peer, Payer: a.Payer}, a.Words)
	if err != nil || !isNew {
		return made, err
	}
	return made, tellApplicant(ctx, tx, made, "course-applied", applicationLetter{})
}

// ApplyForPlaces sends a course application for several places together, for an organisation that would pay for them. It returns
// course.ErrUnknown, course.ErrClosed, courseapplication.ErrAlready or Invalid failures about "places", "work" and "why".
func ApplyForPlaces(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, of *organisation.Organisation, run string, places int, w courseapplication.Words) (*courseapplication.Application, error) {
	o, err := applicable(ctx, tx, run)
	if err != nil {
		return nil, err
	}
	if places > o.Places.Capacity {
		places = 0 // which is refused beside the field
	}
	made, _, err := courseapplication.Submit(ctx, tx, box,
		courseapplication.Application{RunID: o.ID, PersonID: by, OrganisationID: of.ID, Places: places, Payer: courseapplication.Employer}, w)
	if err != nil {
		return nil, err
	}
	return made, tellApplicant(ctx, tx, made, "course-applied", applicationLetter{Organisation: of.Name})
}

// KeepForm saves what somebody has typed who applies, for themselves or (of is not nil) for an organisation, and has not sent it.
// It returns what courseapplication.Keep does, course.ErrUnknown or course.ErrClosed, and runs as db.Worker.
func KeepForm(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, of *organisation.Organisation, run string, t courseapplication.Typed, seen int) (mark int, err error) {
	o, err := applicable(ctx, tx, run)
	if err != nil {
		return 0, err
	}
	return courseapplication.Keep(ctx, tx, box, formOf(person, of, o), t, seen)
}

// KeptForm reads what KeepForm has saved, and its mark; 0 where there is nothing.
func KeptForm(ctx context.Context, tx *db.Tx, box *secret.Box, person id.Person, of *organisation.Organisation, o *course.Offering) (courseapplication.Typed, int, error) {
	return courseapplication.Draft(ctx, tx, box, formOf(person, of, o))
}

func formOf(person id.Person, of *organisation.Organisation, o *course.Offering) courseapplication.Form {
	f := courseapplication.Form{RunID: o.ID, PersonID: person}
	if of != nil {
		f.OrganisationID = of.ID
	}
	return f
}

func applicable(ctx context.Context, tx *db.Tx, run string) (*course.Offering, error) {
	o, err := course.FindOffering(ctx, tx, run)
	if err == nil && !o.TakesApplications(tx.Now) {
		return nil, course.ErrClosed
	}
	return o, err
}

func notThere(ctx context.Context, tx *db.Tx, person id.Person, run id.Run) error {
	switch _, err := enrolment.ActiveOf(ctx, tx, person, run); {
	case err == nil:
		return enrolment.ErrAlreadyThere
	case !errors.Is(err, enrolment.ErrUnknown):
		return err
	}
	return nil
}

// WithdrawApplication takes back a course application that was not answered: a person's own, or one of an organisation for which
// they act. Doing it again changes nothing. It returns courseapplication.ErrUnknown or state.ErrMovedOn.
func WithdrawApplication(ctx context.Context, tx *db.Tx, person id.Person, of *organisation.Organisation, code string) error {
	a, err := lockApplicationOf(ctx, tx, code)
	if err != nil {
		return err
	}
	own := of == nil && a.OrganisationID == 0 && a.PersonID == person
	if team := of != nil && a.OrganisationID == of.ID; !own && !team {
		return courseapplication.ErrUnknown
	}
	if a.Status == courseapplication.Withdrawn {
		return nil
	}
	return courseapplication.Withdraw(ctx, tx, a)
}

func lockApplicationOf(ctx context.Context, tx *db.Tx, code string) (*courseapplication.Application, error) {
	known, err := courseapplication.ByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	return courseapplication.Lock(ctx, tx, known.ID)
}

// TurnDownApplication says no to a course application, with the true reason, and tells whoever sent it. It returns
// courseapplication.ErrUnknown, state.ErrMovedOn or an Invalid failure about "reason".
func TurnDownApplication(ctx context.Context, tx *db.Tx, box *secret.Box, by id.Person, code, reason string) error {
	a, err := lockApplicationOf(ctx, tx, code)
	if err != nil {
		return err
	}
	return turnDown(ctx, tx, box, audit.Person(by), a, reason)
}

func turnDown(ctx context.Context, tx *db.Tx, box *secret.Box, by audit.Actor, a *courseapplication.Application, reason string) error {
	if err := courseapplication.TurnDown(ctx, tx, box, by, a, reason); err != nil {
		return err
	}
	l := applicationLetter{}
	if a.OrganisationID != 0 {
		of, err := organisation.ByID(ctx, tx, a.OrganisationID)
		if err != nil {
			return err
		}
		l.Organisation, l.Reason = of.Name, reason
	}
	return tellApplicant(ctx, tx, a, "course-turned-down", l)
}

// OfferApplication answers a course application with its place, or with its places together, which are held until the end of a
// day and cost what they cost today. Nothing is owed before they are taken, and what is not taken is free again. It returns
// courseapplication.ErrUnknown, state.ErrMovedOn, course.ErrFull, ErrTooManyPlaces, enrolment.ErrAlreadyThere or an Invalid failure
// about "until", and runs as db.Worker.
func OfferApplication(ctx context.Context, tx *db.Tx, by id.Person, code string, until london.Date) error {
	known, err := courseapplication.ByCode(ctx, tx, code)
	if err != nil {
		return err
	}
	if err := course.LockPlaces(ctx, tx, known.RunID); err != nil {
		return err
	}
	a, err := courseapplication.Lock(ctx, tx, known.ID)
	if err != nil {
		return err
	}
	if a.Status != courseapplication.Submitted {
		return state.ErrMovedOn
	}
	o, err := course.OfferingOf(ctx, tx, a.RunID)
	if err != nil {
		return err
	}
	today := london.DateOf(tx.Now)
	if o.Status != course.Open && o.Status != course.Closed || !today.Before(o.StartsOn()) {
		return course.ErrClosed
	}
	if !today.Before(until) || !until.Before(o.StartsOn()) {
		return failure.Field("until", "Enter a day after today and before the course begins on "+o.StartsOn().Medium())
	}
	if a.OrganisationID != 0 {
		return offerTeamApplication(ctx, tx, by, a, o, until)
	}
	return offerApplicant(ctx, tx, by, a, o, until)
}

func offerApplicant(ctx context.Context, tx *db.Tx, by id.Person, a *courseapplication.Application, o *course.Offering, until london.Date) error {
	if err := notThere(ctx, tx, a.PersonID, o.ID); err != nil {
		return err
	}
	band := course.Self
	if a.Peer {
		band = course.Peer
	}
	e, err := enrolment.Join(ctx, tx, o.ID, enrolment.Claim{Person: a.PersonID, Peer: a.Peer, Band: band})
	if err != nil {
		return err
	}
	price := o.Price(band)
	if err := enrolment.OfferWaiting(ctx, tx, e, price, until.End()); err != nil {
		return err
	}
	if err := chargeOffered(ctx, tx, e, nil); err != nil {
		return err
	}
	if err := courseapplication.Offer(ctx, tx, by, a, e.ID, 0); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.Person(by), e, "place offered on a course application", map[string]any{"until": until, "price": price}); err != nil {
		return err
	}
	return tell(ctx, tx, e, "course-offered", letter{Amount: price})
}

func offerTeamApplication(ctx context.Context, tx *db.Tx, by id.Person, a *courseapplication.Application, o *course.Offering, until london.Date) error {
	of, err := organisation.ByID(ctx, tx, a.OrganisationID)
	if err != nil {
		return err
	}
	if of.Status == organisation.Closed || of.Status == organisation.Refused {
		return state.ErrMovedOn
	}
	if o.Places.Free(false) < a.Places {
		return TooMany(o, 0)
	}
	w, err := enrolment.JoinTeam(ctx, tx, enrolment.TeamWait{RunID: o.ID, OrganisationID: of.ID, AskedBy: a.PersonID, Places: a.Places})
	if err != nil {
		return err
	}
	if err := offerTeam(ctx, tx, o, enrolment.Waiter{Wait: w.ID}, until); err != nil {
		return err
	}
	return courseapplication.Offer(ctx, tx, by, a, 0, w.ID)
}

// applicationLetter is what the mails about a course application say. They do not carry what somebody wrote about themselves.
type applicationLetter struct {
	Name         string
	Code         string
	Offering     *course.Offering
	Places       int
	Organisation string // for which they asked; empty: for themselves
	Reason       string // why an organisation's was turned down
}

func tellApplicant(ctx context.Context, tx *db.Tx, a *courseapplication.Application, template string, l applicationLetter) error {
	p, err := people.ByID(ctx, tx, a.PersonID)
	if err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, a.RunID)
	if err != nil {
		return err
	}
	l.Name, l.Code, l.Offering, l.Places = p.Name, a.Code, o, a.Places
	return mail.Send(ctx, tx, mail.Message{To: p.Email, Person: p.ID, Template: template, Data: l})
}
