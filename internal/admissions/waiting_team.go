package admissions

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
)

// MostWaited is how many places an organisation can wait for together.
const MostWaited = 50

var (
	// ErrOfferOver means that places that were offered to an organisation are not kept for it any more.
	ErrOfferOver = failure.New(failure.Conflict, "team_offer_over", "These places are not kept for you any more.")
	// ErrTaken means that an organisation says no to places that it has said yes to.
	ErrTaken = failure.New(failure.Conflict, "team_offer_taken", "Your organisation has said yes to these places, and they are booked. You can give up each of them on its own page.")
)

// JoinTeamWaiting puts an organisation on the waiting list of a run that wants several places together, and tells whoever
// asked. It owes nothing while it waits. It returns course.ErrUnknown, course.ErrClosed, ErrNotFull, enrolment.ErrWaitsAlready
// or an Invalid failure about "places".
func JoinTeamWaiting(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, run string, places int) (*enrolment.TeamWait, error) {
	o, err := waitable(ctx, tx, run)
	if err != nil {
		return nil, err
	}
	if most := min(o.Places.Capacity, MostWaited); places < 1 || places > most {
		return nil, failure.Field("places", fmt.Sprintf("Enter how many places you need, from 1 to %d", most))
	}
	if err := known(ctx, tx, of, places); err != nil {
		return nil, err
	}
	if o.Places.Left(false) >= places {
		return nil, ErrNotFull
	}
	w, err := enrolment.JoinTeam(ctx, tx, enrolment.TeamWait{RunID: o.ID, OrganisationID: of.ID, AskedBy: by, Places: places})
	if err != nil {
		return nil, err
	}
	if err := recordOrganisation(ctx, tx, audit.Person(by), of, "joined the waiting list", map[string]any{"run": o.Code, "places": places}); err != nil {
		return nil, err
	}
	return w, tellWaiter(ctx, tx, o, w, "team-waiting")
}

// LeaveTeamWaiting takes an organisation off a waiting list; places that it was offered and has not taken go to whoever is
// next. Doing it again changes nothing. It returns enrolment.ErrWaitUnknown, or ErrTaken once they are booked, and runs as db.Worker.
func LeaveTeamWaiting(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, code string) error {
	w, err := lockWait(ctx, tx, of, code)
	if err != nil {
		return err
	}
	switch {
	case w.Status == enrolment.WaitStands:
		if err := enrolment.EndWait(ctx, tx, w, enrolment.WaitLeft, 0); err != nil {
			return err
		}
	case w.Status == enrolment.WaitOffered && w.TakenAt.IsZero():
		if gone, err := declineOffered(ctx, tx, by, of, w); err != nil || gone == 0 {
			return err
		}
	case !w.TakenAt.IsZero():
		return ErrTaken
	default:
		return nil
	}
	return recordOrganisation(ctx, tx, audit.Person(by), of, "left the waiting list", map[string]any{"wait": w.Code})
}

// declineOffered gives up the places that were offered and are still held, and returns how many there were.
func declineOffered(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, w *enrolment.TeamWait) (gone int, err error) {
	t, err := enrolment.TeamOf(ctx, tx, w.TeamID)
	if err != nil {
		return 0, err
	}
	seats, _, err := lockTeam(ctx, tx, t.Code)
	if err != nil {
		return 0, err
	}
	for _, e := range seats {
		if e.Status != enrolment.Held {
			continue
		}
		shares, err := sharesOf(ctx, tx, e)
		if err != nil {
			return gone, err
		}
		if err := endSeat(ctx, tx, by, of, e, shares, 0); err != nil {
			return gone, err
		}
		gone++
	}
	return gone, nil
}

// lockWait holds an organisation's own wait, after the places of its run.
func lockWait(ctx context.Context, tx *db.Tx, of *organisation.Organisation, code string) (*enrolment.TeamWait, error) {
	known, err := enrolment.WaitByCode(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if known.OrganisationID != of.ID {
		return nil, enrolment.ErrWaitUnknown
	}
	if err := course.LockPlaces(ctx, tx, known.RunID); err != nil {
		return nil, err
	}
	return enrolment.LockWait(ctx, tx, known.ID)
}

// offerTeam holds the places for which an organisation waited until the end of a day, as a booking of its own. It owes
// nothing before it takes them.
func offerTeam(ctx context.Context, tx *db.Tx, o *course.Offering, w enrolment.Waiter, until london.Date) error {
	wait, err := enrolment.LockWait(ctx, tx, w.Wait)
	if err != nil {
		return err
	}
	of, err := organisation.ByID(ctx, tx, wait.OrganisationID)
	if err != nil {
		return err
	}
	if of.Status == organisation.Closed || of.Status == organisation.Refused {
		return enrolment.EndWait(ctx, tx, wait, enrolment.WaitOver, 0)
	}
	t, err := holdOffered(ctx, tx, o, of, wait, until)
	if err != nil {
		return err
	}
	if err := enrolment.EndWait(ctx, tx, wait, enrolment.WaitOffered, t.ID); err != nil {
		return err
	}
	if err := recordTeam(ctx, tx, audit.System, t, "places offered from the waiting list", map[string]any{"places": t.Places, "until": until, "price": t.Price}); err != nil {
		return err
	}
	return tellTeam(ctx, tx, t, "team-offered", teamLetter{Code: wait.Code, Own: t.Price * money.Amount(t.Places)})
}

func holdOffered(ctx context.Context, tx *db.Tx, o *course.Offering, of *organisation.Organisation, wait *enrolment.TeamWait, until london.Date) (*enrolment.TeamBooking, error) {
	order := TeamOrder{Places: wait.Places, HoldUntil: until}
	q, err := QuoteTeam(o, order, tx.Now)
	if err != nil {
		return nil, err
	}
	t, err := enrolment.StartTeam(ctx, tx, wait.AskedBy, of.ID, o.ID)
	if err != nil {
		return nil, err
	}
	t.Places, t.ListPrice, t.Discount, t.Price = order.Places, q.List, q.Discount, q.Price
	t.PlacedAt, t.HoldUntil, t.Reminded = tx.Now, until.End(), 1 // the offer is the first reminder
	seats, err := holdSeats(ctx, tx, t, order)
	if err != nil {
		return nil, err
	}
	shares := make([]*billing.Share, len(seats))
	for i, e := range seats {
		shares[i] = &billing.Share{EnrolmentID: e.ID, Number: 1, Payer: billing.Organisation, OrganisationID: of.ID, Amount: t.Price}
	}
	if err := billing.ChargeAll(ctx, tx, fmt.Sprintf("team/%d/charged", t.ID), t.RunID, shares); err != nil {
		return nil, err
	}
	return t, enrolment.SaveTeam(ctx, tx, t)
}

// TakeTeamOffered turns places that were offered to an organisation into a booking that it pays for, like any other: they are
// confirmed when nothing is missing, and else held as long as any booking can be. agreed is what the page said that they cost
// together, in pence. Doing it again returns the booking. It returns enrolment.ErrWaitUnknown, ErrOfferOver or ErrPriceChanged,
// and runs as db.Worker.
func TakeTeamOffered(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, code string, agreed money.Amount) (*enrolment.TeamBooking, error) {
	w, err := lockWait(ctx, tx, of, code)
	if err != nil {
		return nil, err
	}
	if w.Status != enrolment.WaitOffered {
		return nil, ErrOfferOver
	}
	offered, err := enrolment.TeamOf(ctx, tx, w.TeamID)
	if err != nil || !w.TakenAt.IsZero() {
		return offered, err
	}
	seats, t, err := lockTeam(ctx, tx, offered.Code)
	if err != nil {
		return nil, err
	}
	held, own, err := offeredShares(ctx, tx, of, seats)
	if err != nil {
		return nil, err
	}
	if len(held) == 0 || !t.HoldUntil.After(tx.Now) {
		return nil, ErrOfferOver
	}
	if total(own) != agreed {
		return nil, ErrPriceChanged
	}
	if err := enrolment.TakeWait(ctx, tx, w); err != nil {
		return nil, err
	}
	return t, bookOffered(ctx, tx, by, of, t, held, own)
}

// offeredShares are the places of an offer that are still held, and what the organisation would pay of them.
func offeredShares(ctx context.Context, d bun.IDB, of *organisation.Organisation, seats []*enrolment.Enrolment) (held []*enrolment.Enrolment, own []*billing.Share, err error) {
	for _, e := range seats {
		if e.Status == enrolment.Held {
			held = append(held, e)
		}
	}
	shares, err := billing.SharesOfAll(ctx, d, idsOf(held))
	for _, s := range shares {
		if s.OrganisationID == of.ID && s.AgreedAt.IsZero() {
			own = append(own, s)
		}
	}
	return held, own, err
}

func total(shares []*billing.Share) (sum money.Amount) {
	for _, s := range shares {
		sum += s.Amount
	}
	return sum
}

func bookOffered(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, t *enrolment.TeamBooking, held []*enrolment.Enrolment, own []*billing.Share) error {
	o, err := course.OfferingOf(ctx, tx, t.RunID)
	if err != nil {
		return err
	}
	if err := billing.AgreeAll(ctx, tx, of.ID, own); err != nil {
		return err
	}
	t.PlacedAt, t.HoldUntil, t.Reminded = tx.Now, LastHold(o, london.DateOf(tx.Now)).End(), 0
	for _, e := range held {
		if err := enrolment.Extend(ctx, tx, e, t.HoldUntil); err != nil {
			return err
		}
	}
	if err := enrolment.SaveTeam(ctx, tx, t); err != nil {
		return err
	}
	if err := recordTeam(ctx, tx, audit.Person(by), t, "offered places taken", map[string]any{"places": len(held)}); err != nil {
		return err
	}
	if err := secure(ctx, tx, audit.Person(by), held); err != nil {
		return err
	}
	return tellTeam(ctx, tx, t, "team-booked", teamLetter{})
}

// endTeamWaiting tells an organisation that waited that the course has begun or is cancelled.
func endTeamWaiting(ctx context.Context, tx *db.Tx, o *course.Offering, which int64) error {
	w, err := enrolment.LockWait(ctx, tx, which)
	if err != nil || w.Status != enrolment.WaitStands {
		return err
	}
	if err := enrolment.EndWait(ctx, tx, w, enrolment.WaitOver, 0); err != nil {
		return err
	}
	return tellWaiter(ctx, tx, o, w, "team-waiting-over")
}

// tellWaiter writes to whoever asked for places for an organisation that waits.
func tellWaiter(ctx context.Context, tx *db.Tx, o *course.Offering, w *enrolment.TeamWait, template string) error {
	of, err := organisation.ByID(ctx, tx, w.OrganisationID)
	if err != nil {
		return err
	}
	return tellCoordinators(ctx, tx, of, w.AskedBy, template,
		teamLetter{Organisation: of.Name, Org: of.Code, Code: w.Code, Offering: o, Places: w.Places})
}

// tellOfferLapsed tells an organisation once that the places that it was offered are not kept any more: with the last of
// them. It reports false for a place that was no offer, or was taken.
func tellOfferLapsed(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment) (bool, error) {
	w, err := enrolment.OfferOf(ctx, tx, e.TeamID)
	if err != nil || w == nil {
		return false, err
	}
	if err := tellSeat(ctx, tx, e, "seat-lapsed", teamLetter{}); err != nil {
		return true, err
	}
	seats, err := enrolment.TeamEnrolments(ctx, tx, e.TeamID)
	if err != nil {
		return true, err
	}
	for _, other := range seats {
		if other.Status == enrolment.Held {
			return true, nil
		}
	}
	t, err := enrolment.TeamOf(ctx, tx, e.TeamID)
	if err != nil {
		return true, err
	}
	return true, tellTeam(ctx, tx, t, "team-offer-lapsed", teamLetter{Code: w.Code})
}

// OfferedCost is how many places of an offer are still held, and what they cost the organisation together, in pence: what
// TakeTeamOffered agrees.
func OfferedCost(ctx context.Context, d bun.IDB, of *organisation.Organisation, t *enrolment.TeamBooking) (held int, cost money.Amount, err error) {
	seats, err := enrolment.TeamEnrolments(ctx, d, t.ID)
	if err != nil {
		return 0, 0, err
	}
	still, own, err := offeredShares(ctx, d, of, seats)
	return len(still), total(own), err
}
