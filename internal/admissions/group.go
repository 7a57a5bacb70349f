package admissions

import (
	"cmp"
	"context"
	"fmt"

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

// Stage is a part of a group's price that is invoiced from a day on: a deposit, or one of several stages.
type Stage struct {
	Label string
	BP    int64 // basis points of the price; those of all stages make 10,000
	On    london.Date
}

// InHouse is a group that an organisation buys as a whole, for a flat price.
type InHouse struct {
	Organisation string // its code
	Run          string
	Places       int
	PeerPlaces   int          // besides, included in the price
	Flat         money.Amount // pence for all
	Stages       []Stage      // nil: invoiced at once
	Order        billing.NewOrder
	HoldUntil    london.Date
	Reference    string
}

// ErrGroupThere means that an organisation has a group on a run already.
var ErrGroupThere = failure.New(failure.Conflict, "group_there", "This organisation has a group on these dates already. Nothing has been booked now.")

// groupPrice is why the places of a group have the price they have.
const groupPrice = "In-house group at a flat price"

// BookInHouse books a group for an organisation, by a member of staff: places at a flat price, with places for peers that
// are included in it, and the stages in which it is invoiced. It returns course.ErrUnknown, organisation.ErrUnknown,
// ErrGroupThere, ErrTooManyPlaces or Invalid failures about the fields, and runs as db.Worker.
func BookInHouse(ctx context.Context, tx *db.Tx, by id.Person, g InHouse) (*enrolment.TeamBooking, error) {
	of, err := organisation.ByCode(ctx, tx, g.Organisation)
	if err != nil {
		return nil, err
	}
	run, err := course.RunByCode(ctx, tx, g.Run)
	if err != nil {
		return nil, err
	}
	if err := course.LockPlaces(ctx, tx, run); err != nil {
		return nil, err
	}
	o, err := course.OfferingOf(ctx, tx, run)
	if err != nil {
		return nil, err
	}
	if err := g.check(o, london.DateOf(tx.Now)); err != nil {
		return nil, err
	}
	if there, err := enrolment.HasGroup(ctx, tx, of.ID, run, groupPrice); err != nil || there {
		return nil, cmp.Or(err, error(ErrGroupThere))
	}
	t, err := enrolment.StartTeam(ctx, tx, by, of.ID, run)
	if err != nil {
		return nil, err
	}
	t.Places, t.Discount, t.AgreedFor = g.Places+g.PeerPlaces, course.AgreedPrice, groupPrice
	t.ListPrice = g.Flat.Split(evenly(g.Places)...)[0]
	t.Price = t.ListPrice
	if err := placeGroup(ctx, tx, by, of, t, g); err != nil {
		return nil, err
	}
	return t, enrolment.SetStages(ctx, tx, t, stagesOf(g.Stages))
}

func (g InHouse) check(o *course.Offering, today london.Date) error {
	wrong := map[string]string{}
	if g.HoldUntil.Before(today) || !g.HoldUntil.Before(o.StartsOn()) {
		wrong["hold_until"] = "Choose a day from today to the day before the course begins"
	}
	if g.Places < 1 || g.Places+g.PeerPlaces > 200 || g.PeerPlaces < 0 {
		wrong["places"] = "Enter how many places the group has, up to 200 in all"
	}
	if g.Flat < money.Amount(g.Places) {
		wrong["flat"] = "Enter the price for the whole group"
	}
	bp := int64(0)
	for _, s := range g.Stages {
		bp += s.BP
		if s.BP <= 0 || s.Label == "" || s.On.IsZero() {
			wrong["stages"] = "Give each stage a name, a part of the price and a day"
		}
	}
	if len(g.Stages) > 0 && bp != wholeBP && wrong["stages"] == "" {
		wrong["stages"] = "The stages must make 100 per cent together"
	}
	if len(wrong) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "group_invalid", Message: "Check the group.", Fields: wrong}
}

// placeGroup makes a group's places and shares.
func placeGroup(ctx context.Context, tx *db.Tx, by id.Person, of *organisation.Organisation, t *enrolment.TeamBooking, g InHouse) error {
	t.Status, t.PlacedAt, t.HoldUntil, t.Reference = enrolment.TeamPlaced, tx.Now, g.HoldUntil.End(), g.Reference
	order := TeamOrder{Places: t.Places, Seats: make([]NewSeat, t.Places)}
	for i := g.Places; i < t.Places; i++ {
		order.Seats[i].Peer = true
	}
	seats, err := holdSeats(ctx, tx, t, order)
	if err != nil {
		return err
	}
	prices := append(g.Flat.Split(evenly(g.Places)...), make([]money.Amount, g.PeerPlaces)...)
	if err := enrolment.SetPrices(ctx, tx, seats, prices); err != nil {
		return err
	}
	var shares []*billing.Share
	for i, e := range seats[:g.Places] {
		shares = append(shares, &billing.Share{EnrolmentID: e.ID, Number: 1, Payer: billing.Organisation, OrganisationID: of.ID,
			Amount: prices[i], AgreedAt: tx.Now})
	}
	if err := billing.ChargeAll(ctx, tx, fmt.Sprintf("team/%d/charged", t.ID), t.RunID, shares); err != nil {
		return err
	}
	if g.Order != (billing.NewOrder{}) {
		if err := takeOrders(ctx, tx, by, of, TeamOrder{Orders: []billing.NewOrder{g.Order}}, shares); err != nil {
			return err
		}
	}
	if err := enrolment.SaveTeam(ctx, tx, t); err != nil {
		return err
	}
	err = recordTeam(ctx, tx, audit.Person(by), t, "group booked", map[string]any{"places": t.Places, "price": g.Flat})
	if err != nil {
		return err
	}
	return secure(ctx, tx, audit.Person(by), seats)
}

func evenly(n int) []int64 {
	weights := make([]int64, n)
	for i := range weights {
		weights[i] = 1
	}
	return weights
}

func stagesOf(stages []Stage) []enrolment.TeamStage {
	list := make([]enrolment.TeamStage, len(stages))
	for i, s := range stages {
		list[i] = enrolment.TeamStage{Number: i + 1, Label: s.Label, BP: s.BP, On: s.On}
	}
	return list
}

// KeepSeats keeps the places of a team that are not confirmed yet until another day, by a member of staff with a reason.
func KeepSeats(ctx context.Context, tx *db.Tx, by id.Person, team string, until london.Date, reason string) error {
	if reason == "" {
		return failure.Field("reason", "Say why the places are held longer")
	}
	seats, t, err := lockTeam(ctx, tx, team)
	if err != nil {
		return err
	}
	o, err := course.OfferingOf(ctx, tx, t.RunID)
	if err != nil {
		return err
	}
	if !until.After(london.DateOf(tx.Now)) || !until.Before(o.StartsOn()) {
		return failure.Field("until", "Choose a day after today and before the course begins")
	}
	for _, e := range seats {
		if e.Status != enrolment.Held {
			continue
		}
		if err := enrolment.Extend(ctx, tx, e, until.End()); err != nil {
			return err
		}
	}
	t.HoldUntil, t.Reminded = until.End(), 0
	if err := enrolment.SaveTeam(ctx, tx, t); err != nil {
		return err
	}
	return recordTeam(ctx, tx, audit.Person(by), t, "places held longer", map[string]any{"until": until})
}
