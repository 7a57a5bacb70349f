package admissions

import (
	"context"
	"errors"
	"fmt"

	"bursar/internal/audit"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/failure"
	"bursar/internal/fund"
	"bursar/internal/id"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/people"
)

// ErrTooManyPlaces means that a run has fewer places left than an organisation asks for. Its message is made by TooMany.
var ErrTooManyPlaces = failure.New(failure.Conflict, "team_too_large", "There are not as many places left on these dates.")

// BookTeam turns the draft of an organisation's booking into places that are held, with the shares of whoever pays for
// them: those for which nothing is missing are confirmed at once. Doing it again returns what it made. It returns
// enrolment.ErrTeamUnknown, course.ErrClosed, ErrTooManyPlaces, ErrPriceChanged, enrolment.ErrAlreadyThere,
// billing.ErrOrderExceeded, organisation.ErrTooManyLetters or Invalid failures about the fields of the order. It runs as db.Worker.
func BookTeam(ctx context.Context, tx *db.Tx, by id.Person, team string, order TeamOrder) (*enrolment.TeamBooking, error) {
	draft, err := enrolment.TeamByCode(ctx, tx, team)
	if err != nil {
		return nil, err
	}
	if err := course.LockPlaces(ctx, tx, draft.RunID); err != nil {
		return nil, err
	}
	t, err := enrolment.LockTeam(ctx, tx, team)
	if err != nil || t.BookedBy == by && t.Status == enrolment.TeamPlaced {
		return t, err
	}
	if t.BookedBy != by || t.Status != enrolment.TeamDraft {
		return nil, enrolment.ErrTeamUnknown
	}
	of, err := actingFor(ctx, tx, by, t.OrganisationID)
	if err != nil {
		return nil, err
	}
	o, err := course.OfferingOf(ctx, tx, t.RunID)
	if err != nil {
		return nil, err
	}
	if !o.TakesBookings(tx.Now) {
		return nil, course.ErrClosed
	}
	q, err := QuoteTeam(o, order, tx.Now)
	if err != nil {
		return nil, err
	}
	if err := order.check(o, q, tx); err != nil {
		return nil, err
	}
	if err := known(ctx, tx, of, order.Places); err != nil {
		return nil, err
	}
	t.Places, t.ListPrice, t.Discount, t.Price = order.Places, q.List, q.Discount, q.Price
	return t, placeTeam(ctx, tx, by, of, t, order, q.Parts)
}

// actingFor is the organisation with an id, if a person acts for it.
func actingFor(ctx context.Context, tx *db.Tx, by id.Person, which id.Organisation) (*organisation.Organisation, error) {
	of, err := organisation.ByID(ctx, tx, which)
	if err != nil {
		return nil, err
	}
	return organisation.Acting(ctx, tx, by, of.Code)
}

// check looks at what the organisation asks for.
func (t TeamOrder) check(o *course.Offering, q TeamQuote, tx *db.Tx) error {
	today := london.DateOf(tx.Now)
	peers := 0
	for _, s := range t.Seats {
		if s.Peer {
			peers++
		}
	}
	switch {
	case t.Places < 1 || t.Places > 200 || len(t.Seats) > t.Places:
		return failure.Field("places", "Enter how many places you need, from 1 to 200")
	case o.Places.Left(true) < t.Places || o.Places.Left(false) < t.Places-peers:
		return TooMany(o, peers)
	case t.HoldUntil.Before(today) || t.HoldUntil.After(LastHold(o, today)):
		return failure.Field("hold_until", "Choose a day from today to "+LastHold(o, today).Long())
	case q.Own != t.Agreed:
		return ErrPriceChanged
	}
	return t.CheckNames()
}

// CheckNames returns an Invalid failure about "name_1", "email_1" and so on where a place is named by halves, or one person
// twice.
func (t TeamOrder) CheckNames() error {
	wrong := map[string]string{}
	seen := map[string]bool{}
	for i, s := range t.Seats {
		if s.Name == "" && s.Email == "" {
			continue
		}
		email, err := people.NormaliseEmail(s.Email)
		switch {
		case s.Name == "":
			wrong[fmt.Sprintf("name_%d", i+1)] = "Enter the name, or leave both fields empty and name the person later"
		case !people.PlainName(s.Name):
			wrong[fmt.Sprintf("name_%d", i+1)] = notPlain
		case err != nil:
			wrong[fmt.Sprintf("email_%d", i+1)] = "Enter an email address in the correct format, like name@example.com"
		case seen[email]:
			wrong[fmt.Sprintf("email_%d", i+1)] = "This person has one of the places already"
		}
		seen[email] = true
	}
	if !people.PlainName(t.ApproverName) {
		wrong["approver_name"] = notPlain
	}
	if len(wrong) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "names_invalid", Message: "Check the names.", Fields: wrong}
}

// notPlain refuses a name that cannot stand in a mail to somebody.
const notPlain = "Enter a name without web or email addresses or hidden characters"

// MostUnknown is how many places are held at most for an organisation that the office does not know yet.
const MostUnknown = 10

// known refuses more places than are held for an organisation that the office has still to look at: else anybody could hold
// every place.
func known(ctx context.Context, tx *db.Tx, of *organisation.Organisation, places int) error {
	if of.Status == organisation.Approved {
		return nil
	}
	held, err := enrolment.HeldFor(ctx, tx, of.ID)
	if err != nil || len(held)+places <= MostUnknown {
		return err
	}
	return failure.Field("places", fmt.Sprintf("Until we have looked at your organisation we keep up to %d places for it. Book fewer now, or write to us", MostUnknown))
}

// TooMany says how many places of a run an organisation can still have, so many of them for peers.
func TooMany(o *course.Offering, peers int) error {
	left := o.Places.Left(false)
	if peers > 0 {
		left = min(o.Places.Left(true), left+peers)
	}
	e := *ErrTooManyPlaces
	switch left {
	case 0:
		e.Message = "There are no places left on these dates. Nothing has been booked."
	case 1:
		e.Message = "There is only 1 place left on these dates. Nothing has been booked."
	default:
		e.Message = fmt.Sprintf("There are only %d places left on these dates. Nothing has been booked.", left)
	}
	return &e
}

// letters is how many people are written to whom nobody but the organisation knows yet: whoever is named, asked to agree to
// the cost, or asked to pay.
func (t TeamOrder) letters() int {
	n := othersIn(t.Parts)
	for _, s := range t.Seats {
		if s.Name != "" {
			n++
		}
	}
	if t.ApproverEmail != "" {
		n++
	}
	return n
}

// LastHold is the last day until which places can be held for an organisation that orders on a day: a month later, and
// before the first day of the course.
func LastHold(o *course.Offering, today london.Date) london.Date {
	last := today.AddDays(MostHeldDays)
	if eve := o.StartsOn().AddDays(-1); eve.Before(last) {
		last = eve
	}
	if last.Before(today) {
		return today
	}
	return last
}

// placeTeam makes what an order asks for, at the team's price.
func placeTeam(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, t *enrolment.TeamBooking, order TeamOrder, amounts []money.Amount) error {
	t.Status, t.PlacedAt, t.HoldUntil, t.Reference = enrolment.TeamPlaced, tx.Now, order.HoldUntil.End(), order.Reference
	if err := organisation.CountLetters(ctx, tx, of, order.letters()); err != nil {
		return err
	}
	seats, err := holdSeats(ctx, tx, t, order)
	if err != nil {
		return err
	}
	shares, err := chargeTeam(ctx, tx, by, of, t, order, seats, amounts)
	if err != nil {
		return err
	}
	if err := nameSeats(ctx, tx, by, seats, order.Seats); err != nil {
		return err
	}
	if err := takeOrders(ctx, tx, by, of, order, shares); err != nil {
		return err
	}
	if err := pledge(ctx, tx, by, of, t, order); err != nil {
		return err
	}
	if err := askApproval(ctx, tx, of, t, order); err != nil {
		return err
	}
	if err := enrolment.SaveTeam(ctx, tx, t); err != nil {
		return err
	}
	if err := recordTeam(ctx, tx, audit.Person(by), t, "places booked", map[string]any{"places": t.Places, "price": t.Price}); err != nil {
		return err
	}
	if err := secure(ctx, tx, audit.Person(by), seats); err != nil {
		return err
	}
	if err := tellOwnParts(ctx, tx, of, seats); err != nil {
		return err
	}
	return tellTeam(ctx, tx, t, "team-booked", teamLetter{})
}

func holdSeats(ctx context.Context, tx *db.Tx, t *enrolment.TeamBooking, order TeamOrder) ([]*enrolment.Enrolment, error) {
	peers := make([]bool, len(order.Seats))
	for i, s := range order.Seats {
		peers[i] = s.Peer
	}
	seats, err := enrolment.HoldTeam(ctx, tx, t, peers, t.HoldUntil)
	if errors.Is(err, course.ErrFull) {
		return nil, ErrTooManyPlaces.Because(err)
	}
	return seats, err
}

// chargeTeam makes the shares of every place, and asks the other organisations that are to pay some of them.
func chargeTeam(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, t *enrolment.TeamBooking, order TeamOrder,
	seats []*enrolment.Enrolment, amounts []money.Amount) ([]*billing.Share, error) {
	parts := order.parts()
	payers, err := payersOf(ctx, tx, by, of, t, parts)
	if err != nil {
		return nil, err
	}
	var shares []*billing.Share
	for i, e := range seats {
		for n, p := range parts {
			s := payers[n].share(p, tx.Now)
			s.EnrolmentID, s.Number, s.Amount = e.ID, n+1, amounts[n]
			if p.own() {
				s.CostCode = costCode(order, p, i)
			}
			shares = append(shares, s)
		}
	}
	return shares, billing.ChargeAll(ctx, tx, fmt.Sprintf("team/%d/charged", t.ID), t.RunID, shares)
}

func costCode(order TeamOrder, p PricePart, seat int) string {
	switch {
	case p.CostCode != "":
		return p.CostCode
	case seat < len(order.Seats) && order.Seats[seat].CostCode != "":
		return order.Seats[seat].CostCode
	}
	return order.CostCode
}

// nameSeats puts the named into their places.
func nameSeats(ctx context.Context, tx *db.Tx, by id.Person, seats []*enrolment.Enrolment, names []NewSeat) error {
	var named []int
	var list []people.Introduced
	for i, n := range names {
		if n.Name != "" {
			named, list = append(named, i), append(list, people.Introduced{Name: n.Name, Email: n.Email})
		}
	}
	ids, err := people.Introduce(ctx, tx, list)
	if err != nil {
		return err
	}
	for k, i := range named {
		email, err := people.NormaliseEmail(names[i].Email)
		if err != nil {
			return err
		}
		err = enrolment.Name(ctx, tx, seats[i], enrolment.SeatName{PersonID: ids[k], Name: names[i].Name, Email: email, NamedBy: by})
		if errors.Is(err, enrolment.ErrAlreadyThere) {
			return failure.Field(fmt.Sprintf("email_%d", i+1), "This person has a place on these dates already")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pledge writes down what the organisation gives towards a place for a peer. It stands on the invoice.
func pledge(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, t *enrolment.TeamBooking, order TeamOrder) error {
	if order.Gift == 0 {
		return nil
	}
	f, err := fund.Find(ctx, tx, order.GiftFund)
	if err != nil {
		return err
	}
	if !f.Sponsored {
		return fund.ErrNotSponsored
	}
	g, err := fund.Pledge(ctx, tx, by, f.ID, order.Gift, of.Name, order.HoldUntil.AddDays(of.TermsDays))
	if err != nil {
		return err
	}
	t.GiftID = g.ID
	return nil
}

func recordTeam(ctx context.Context, tx *db.Tx, by audit.Actor, t *enrolment.TeamBooking, action string, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Event{Actor: by, Action: action, Subject: "team booking", SubjectID: int64(t.ID), Detail: detail})
}
