package admissions

import (
	"context"
	"errors"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/people"
)

// offerDays is how many working days a place is kept for somebody to whom it is offered because they waited.
const offerDays = 5

// mostWaiting is how many waiters are looked at at a time.
const mostWaiting = 500

var (
	// ErrNotFull means that there is a place to book, so that nobody need wait.
	ErrNotFull = failure.New(failure.Conflict, "not_full", "There is a place on these dates. You can book it now.")
	// ErrExpressNeeded means that somebody has to say whether the course may begin within their 14 days.
	ErrExpressNeeded = failure.New(failure.Invalid, "express_start", "Tick the box, or write to us about later dates.")
)

// OfferedUntil is the last day on which a place is kept that is offered on a day to somebody who waited: five working days
// later, and before the first day of the course.
func OfferedUntil(o *course.Offering, today london.Date) london.Date {
	last := today.AddWorking(offerDays)
	if eve := o.StartsOn().AddDays(-1); eve.Before(last) {
		return eve
	}
	return last
}

// JoinWaiting puts a person on the waiting list of a run that is full for them. They owe nothing while they wait. Joining twice
// returns what the first time made. It returns course.ErrUnknown, course.ErrClosed, ErrNotFull or Invalid failures about
// "name" and "phone".
func JoinWaiting(ctx context.Context, tx *db.Tx, person id.Person, run string, peer bool, details people.Details) (*enrolment.Enrolment, error) {
	o, err := waitable(ctx, tx, run)
	if err != nil {
		return nil, err
	}
	switch e, err := enrolment.ActiveOf(ctx, tx, person, o.ID); {
	case err == nil:
		return e, nil
	case !errors.Is(err, enrolment.ErrUnknown):
		return nil, err
	}
	if o.Places.Left(peer) > 0 {
		return nil, ErrNotFull
	}
	if err := people.SetDetails(ctx, tx, person, details); err != nil {
		return nil, err
	}
	band := course.Self
	if peer {
		band = course.Peer
	}
	e, err := enrolment.Join(ctx, tx, o.ID, enrolment.Claim{Person: person, Peer: peer, Band: band})
	if err != nil {
		return nil, err
	}
	if err := record(ctx, tx, audit.Person(person), e, "joined the waiting list", nil); err != nil {
		return nil, err
	}
	return e, tell(ctx, tx, e, "waiting-joined", letter{})
}

// waitable locks the places of a run for which somebody may wait.
func waitable(ctx context.Context, tx *db.Tx, run string) (*course.Offering, error) {
	found, err := course.FindOffering(ctx, tx, run)
	if err != nil {
		return nil, err
	}
	if err := course.LockPlaces(ctx, tx, found.ID); err != nil {
		return nil, err
	}
	o, err := course.OfferingOf(ctx, tx, found.ID)
	if err == nil && !o.TakesBookings(tx.Now) {
		return nil, course.ErrClosed
	}
	return o, err
}

// PassPlaces offers the free places of a run to those who wait, in the order of the queue. Each offer holds its place until
// OfferedUntil. One who waits for more than is free, or who may not have what is kept for peers, keeps their turn and lets the
// next one go first. Once the course has begun or is cancelled everybody is told that the waiting is over. It runs as db.Worker.
func PassPlaces(ctx context.Context, tx *db.Tx, run id.Run) error {
	if err := course.LockPlaces(ctx, tx, run); err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, run)
	if err != nil {
		return err
	}
	over := !london.DateOf(tx.Now).Before(o.StartsOn()) || o.Status == course.Cancelled
	if !over && o.Status != course.Open {
		return nil // a run that is closed may open again
	}
	queue, err := enrolment.QueueOf(ctx, tx, run, -1<<62, mostWaiting)
	if err != nil {
		return err
	}
	for _, w := range queue {
		if over {
			if err := endWaiting(ctx, tx, o, w); err != nil {
				return err
			}
			continue
		}
		places, err := course.PlacesOf(ctx, tx, run)
		if err != nil {
			return err
		}
		if places.Free(true) == 0 {
			return nil
		}
		if w.Why(places) != "" {
			continue
		}
		if err := offerWaiter(ctx, tx, o, w); err != nil {
			return err
		}
	}
	return nil
}

func offerWaiter(ctx context.Context, tx *db.Tx, o *course.Offering, w enrolment.Waiter) error {
	until := OfferedUntil(o, london.DateOf(tx.Now))
	if w.Enrolment == 0 {
		return offerTeam(ctx, tx, o, w, until)
	}
	e, err := enrolment.Lock(ctx, tx, w.Enrolment)
	if err != nil {
		return err
	}
	shares, err := billing.SharesOf(ctx, tx, e.ID)
	if err != nil {
		return err
	}
	price := o.Price(e.Band)
	if len(shares) > 0 {
		price = e.Price // they had a place before, whose money came too late
	}
	if err := enrolment.OfferWaiting(ctx, tx, e, price, until.End()); err != nil {
		return err
	}
	if err := chargeOffered(ctx, tx, e, shares); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.System, e, "place offered from the waiting list", map[string]any{"until": until, "price": price}); err != nil {
		return err
	}
	return tell(ctx, tx, e, "waiting-offered", letter{Amount: price})
}

// chargeOffered asks somebody who waited for the price; whoever had the place before is asked for it again.
func chargeOffered(ctx context.Context, tx *db.Tx, e *enrolment.Enrolment, shares []billing.Share) error {
	if len(shares) == 0 {
		_, err := billing.Charge(ctx, tx, e.ID, e.RunID, billing.Share{Payer: billing.Learner, Amount: e.Price})
		return err
	}
	for _, s := range shares {
		if err := billing.ChargeAgain(ctx, tx, s, e.RunID); err != nil {
			return err
		}
	}
	return nil
}

// endWaiting tells one who waited that the course has begun, or an organisation that it is cancelled: people are told that by
// CancelNext.
func endWaiting(ctx context.Context, tx *db.Tx, o *course.Offering, w enrolment.Waiter) error {
	if w.Enrolment == 0 {
		return endTeamWaiting(ctx, tx, o, w.Wait)
	}
	if o.Status == course.Cancelled {
		return nil
	}
	e, err := enrolment.Lock(ctx, tx, w.Enrolment)
	if err != nil {
		return err
	}
	if err := enrolment.Cancel(ctx, tx, e); err != nil {
		return err
	}
	if err := record(ctx, tx, audit.System, e, "the waiting is over", nil); err != nil {
		return err
	}
	return tell(ctx, tx, e, "waiting-over", letter{})
}

// TakeOffered begins the payment of a place that was offered to somebody who waited. Where the course may begin within the 14
// days in which they can change their mind, they have to ask for that. Pressed again it returns the payment under way.
func TakeOffered(ctx context.Context, tx *db.Tx, person id.Person, place string, express bool) (*billing.Payment, error) {
	mine, err := enrolment.OfPerson(ctx, tx, person, place)
	if err != nil {
		return nil, err
	}
	e, err := enrolment.Lock(ctx, tx, mine.ID)
	if err != nil {
		return nil, err
	}
	o, err := course.OfferingOf(ctx, tx, e.RunID)
	if err != nil {
		return nil, err
	}
	if e.Status == enrolment.Held && enrolment.NeedsExpressStart(o, tx.Now) && !e.ExpressStart {
		if !express {
			return nil, &failure.Error{Kind: failure.Invalid, Code: ErrExpressNeeded.Code, Message: ErrExpressNeeded.Message,
				Fields: map[string]string{"express_start": ErrExpressNeeded.Message}}
		}
		if err := enrolment.SetPrice(ctx, tx, e, e.Price, true); err != nil {
			return nil, err
		}
	}
	return PayOwn(ctx, tx, person, place)
}

// PlaceFreed is the job to offer what came free on a run to those who wait.
type PlaceFreed struct {
	Run id.Run `json:"run"`
}

// Kind names the job.
func (PlaceFreed) Kind() string { return "place_freed" }

// passOnPlace offers a place that came free to whoever waits, in a unit of work of its own: what frees it never fails over that.
func passOnPlace(ctx context.Context, tx *db.Tx, run id.Run) error {
	first, err := enrolment.QueueOf(ctx, tx, run, -1<<62, 1)
	if err != nil || len(first) == 0 {
		return err
	}
	return tx.Enqueue(ctx, PlaceFreed{run})
}
