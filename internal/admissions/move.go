package admissions

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/mail"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

// ownMoveDays is how many days before the first day somebody can still change the dates of their place themselves.
const ownMoveDays = 28

var (
	// ErrAskToMove means that somebody cannot change the dates of this place themselves.
	ErrAskToMove = failure.New(failure.Conflict, "ask_to_move", "You cannot change these dates yourself. Please ask us: we will look with you at what is possible.")
	// ErrNotThere means that a place cannot go to a run: another course, closed, begun, or the run where it is.
	ErrNotThere = failure.New(failure.Conflict, "not_there", "A place cannot go to these dates any more. Please choose other ones.")
)

// Elsewhere lists the runs to which a place may go now: of the same course, open or at least not begun, with a place left
// for its holder, soonest first.
func Elsewhere(ctx context.Context, d bun.IDB, e *enrolment.Enrolment, o *course.Offering, now time.Time) ([]*course.Offering, error) {
	l, err := course.Find(ctx, d, o.Course.Slug)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(l.Offerings, func(to *course.Offering) bool {
		return mayGo(e, o, to, now) != nil || to.Places.Left(e.Peer) == 0
	}), nil
}

// mayGo says why a place cannot go to a run; nil when it can. Whether there is a place is decided by taking it.
func mayGo(e *enrolment.Enrolment, from, to *course.Offering, now time.Time) error {
	switch {
	case to.ID == e.RunID, to.CourseID != from.CourseID, to.Status != course.Open && to.Status != course.Closed:
		return ErrNotThere
	case !london.DateOf(now).Before(to.StartsOn()):
		return ErrNotThere
	}
	return nil
}

// MayChoose reports whether somebody with a place on one run may choose another by themselves, as far as its dates go: later ones,
// unless we cancelled theirs, and those for which one has to apply only if they were admitted to such dates before.
func MayChoose(from, to *course.Offering, cancelled bool) bool {
	return (cancelled || from.StartsOn().Before(to.StartsOn())) && (to.Entry == course.Book || from.Entry == course.Apply)
}

// MayMoveOwn says why somebody cannot change the dates of their place themselves; nil when they can. They can once, until 28
// days before the first day and to a later one, when they or an organisation that they asked pay for it: a place that an
// employer booked is the employer's to change, and one that a fund pays is changed together with us.
func MayMoveOwn(ctx context.Context, d bun.IDB, e *enrolment.Enrolment, o *course.Offering, now time.Time) error {
	cancelled, err := enrolment.CancelledPlaceOf(ctx, d, e)
	if err != nil {
		return err
	}
	if cancelled != nil && cancelled.Answer == "" && e.Status == enrolment.Confirmed && e.TeamID == 0 {
		return nil // we asked them to choose
	}
	if e.Status != enrolment.Confirmed || e.TeamID != 0 || london.DateOf(now).DaysUntil(o.StartsOn()) < ownMoveDays {
		return ErrAskToMove
	}
	shares, err := billing.SharesOf(ctx, d, e.ID)
	if err != nil {
		return err
	}
	var sum money.Amount
	for _, s := range shares {
		sum += s.Amount
		if s.Payer == billing.Award {
			return ErrAskToMove
		}
	}
	if sum != e.Price {
		return ErrAskToMove
	}
	moves, err := enrolment.MovesOf(ctx, d, e.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(moves, func(m enrolment.Move) bool { return m.Own }) {
		return enrolment.ErrMovedOnce
	}
	return nil
}

// MoveOwn takes somebody's own place to a later run at the price that they agreed to, as MayMoveOwn allows. Doing it again
// is done once. It returns course.ErrFull, enrolment.ErrAlreadyThere, ErrNotThere or what MayMoveOwn returns, and runs as
// db.Worker.
func MoveOwn(ctx context.Context, tx *db.Tx, person id.Person, place, to string) error {
	mine, err := enrolment.OfPerson(ctx, tx, person, place)
	if err != nil {
		return err
	}
	target, err := course.FindOffering(ctx, tx, to)
	if err != nil {
		return ErrNotThere.Because(err)
	}
	if mine.RunID == target.ID {
		return nil
	}
	e, from, err := lockMoving(ctx, tx, mine, target)
	if err != nil {
		return err
	}
	if err := MayMoveOwn(ctx, tx, e, from, tx.Now); err != nil {
		return err
	}
	a, err := lockAwardOf(ctx, tx, e)
	if err != nil {
		return err
	}
	chosen, err := enrolment.AnswerCancelled(ctx, tx, e, enrolment.ChoseDates)
	if err != nil {
		return err
	}
	if target.Places.Left(e.Peer) == 0 {
		return course.ErrFull // what is free belongs to those who wait for it
	}
	if !MayChoose(from, target, chosen) {
		return ErrNotThere
	}
	m := enrolment.Move{ByID: person, Own: !chosen, Reason: map[bool]string{true: "We cancelled the dates before."}[chosen]}
	return move(ctx, tx, a, e, from, target, priceChange{}, m)
}

func lockMoving(ctx context.Context, tx *db.Tx, known *enrolment.Enrolment, to *course.Offering) (*enrolment.Enrolment, *course.Offering, error) {
	e, err := enrolment.LockForMove(ctx, tx, known.ID, to.ID)
	if err != nil {
		return nil, nil, err
	}
	from, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return nil, nil, err
	}
	return e, from, mayGo(e, from, to, tx.Now)
}

// move takes a place to another run with all that belongs to it, and tells everybody. What was charged for the days still to
// come becomes income of the other run. change is what another price means for its holder.
func move(ctx context.Context, tx *db.Tx, a *award.Award, e *enrolment.Enrolment, from, to *course.Offering, change priceChange, m enrolment.Move) error {
	m.ToRunID, m.Deferred = to.ID, stillToCome(e.Price, from, tx.Now)
	if err := enrolment.MoveTo(ctx, tx, e, m); err != nil {
		return err
	}
	reference := fmt.Sprintf("enrolment/%d/moved/%d", e.ID, tx.Now.UnixMicro())
	if err := billing.MoveDeferred(ctx, tx, reference, from.ID, to.ID, m.Deferred); err != nil {
		return err
	}
	if a != nil {
		if err := award.Follow(ctx, tx, a, to.ID); err != nil {
			return err
		}
	}
	if err := record(ctx, tx, audit.Person(m.ByID), e, "place moved", map[string]any{"from": from.Code, "to": to.Code, "price": e.Price, "deferred": m.Deferred}); err != nil {
		return err
	}
	if err := tellMoved(ctx, tx, e, movedLetter{Code: e.Code, Before: from, Offering: to, Back: change.back, More: change.more}); err != nil {
		return err
	}
	return passOnPlace(ctx, tx, from.ID)
}

// stillToCome is what a price was charged for that the blocks of a run have not earned at an instant.
func stillToCome(price money.Amount, o *course.Offering, now time.Time) money.Amount {
	taught := int64(0)
	for _, b := range o.Blocks {
		if o.Over(b, now) {
			taught += int64(b.Days())
		}
	}
	return price.Split(taught, int64(o.Days())-taught)[1]
}

// movedLetter is what the mails about a move say.
type movedLetter struct {
	Name         string
	Code         string
	Org          string // of the organisation that is told, its code
	Who          string // sits there, where the organisation is told; may be empty
	Back         money.Amount
	More         money.Amount // is to be paid besides
	Before       *course.Offering
	Offering     *course.Offering
	Organisation string
	Parts        []*billing.Instalment // that are still to be paid of a plan, which stay on their days
}

// tellMoved tells who sits there, with calendar files that take the old dates away and bring the new ones, and the
// organisation that booked the place.
func tellMoved(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, l movedLetter) error {
	from, to := l.Before, l.Offering
	files := append(invitations(to, tx.Now), mail.Attachment{
		Name: from.Code + "-cancelled.ics", ContentType: "text/calendar; charset=utf-8; method=CANCEL", Body: from.Cancellation(tx.Now)})
	now, err := enrolment.NameNow(ctx, tx, e.ID)
	if err != nil {
		return err
	}
	switch {
	case now != nil:
		l.Name, l.Who = now.Name, now.Name
		err = mail.Send(ctx, tx, mail.Message{To: now.Email, Person: now.PersonID, Template: "place-moved", Data: l, Attachments: files})
	case e.PersonID != 0:
		var who people.Person
		if who, err = people.ByID(ctx, tx, e.PersonID); err != nil {
			return err
		}
		l.Name = who.Name
		if l.Parts, err = openParts(ctx, tx, e); err != nil {
			return err
		}
		err = mail.Send(ctx, tx, mail.Message{To: who.Email, Person: who.ID, Template: "place-moved", Data: l, Attachments: files})
	}
	if err != nil || e.TeamID == 0 {
		return err
	}
	return tellTeamMoved(ctx, tx, e, l)
}

// openParts are what is still to be paid of the plan by which a place is paid; none where there is no plan.
func openParts(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) ([]*billing.Instalment, error) {
	plan, err := PlanFor(ctx, tx, e)
	if err != nil || plan == nil {
		return nil, err
	}
	return plan.Open(), nil
}

func tellTeamMoved(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, l movedLetter) error {
	t, err := enrolment.TeamOf(ctx, tx, e.TeamID)
	if err != nil {
		return err
	}
	of, err := organisation.ByID(ctx, tx, t.OrganisationID)
	if err != nil {
		return err
	}
	members, err := organisation.Members(ctx, tx, of.ID)
	if err != nil {
		return err
	}
	l.Organisation, l.Org, l.Parts = of.Name, of.Code, nil
	for _, m := range members {
		l.Name = m.Name
		if err := mail.Send(ctx, tx, mail.Message{To: m.Email, Person: m.Person, Template: "seat-moved", Data: l}); err != nil {
			return err
		}
	}
	return nil
}
