package admissions_test

import (
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/organisation"
)

func TestAGroupIsInvoicedInStagesToThePenny(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	var team *enrolment.TeamBooking
	stages := []admissions.Stage{
		{Label: "Stage 1 of 4", BP: 2_500, On: london.On(2026, 11, 23)}, {Label: "Stage 2 of 4", BP: 2_500, On: london.On(2027, 2, 1)},
		{Label: "Stage 3 of 4", BP: 2_500, On: london.On(2027, 5, 10)}, {Label: "Stage 4 of 4", BP: 2_500, On: london.On(2027, 9, 20)},
	}
	f.write(func(tx *db.Tx) (err error) {
		team, err = admissions.BookInHouse(t.Context(), tx, f.ann, admissions.InHouse{Organisation: trust.Code, Run: "FND-L27", Places: 24, PeerPlaces: 4,
			Flat: 4_600_000, Stages: stages, Order: billing.NewOrder{Number: "WT-1", Amount: 4_600_000}, HoldUntil: london.On(2026, 12, 20)})
		return err
	})
	f.sound()
	if got := f.statuses(team); got != "map[confirmed:28]" || f.owes(trust) != 4_600_000 {
		t.Fatalf("places %s, owed %s", got, f.owes(trust))
	}
	for i, stage := range stages {
		f.clock.Set(stage.On.At(12, 0))
		issued := f.issueAll()
		if len(issued) != 1 || issued[0].Total != 1_150_000 {
			t.Fatalf("stage %d: %d invoices", i+1, len(issued))
		}
	}
	peer := f.seats(team)[27]
	f.write(func(tx *db.Tx) error { // included in the price: nobody owes anything for it
		return admissions.NameSeat(t.Context(), tx, trust.by, trust.Organisation, peer.Code, "Ana Reyes", "ana@trust.example")
	})
	seats, err := enrolment.SeatsOfTeam(t.Context(), f.db, trust.ID, team.ID)
	if err != nil || len(seats) != 28 || seats[27].Name != "Ana Reyes" || seats[27].Own != 0 {
		t.Errorf("%d places, %v", len(seats), err)
	}
}

func TestAnotherPriceIsAgreedOnlyBeforeAnythingIsInvoiced(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	team := f.booked(trust, f.order(2, func(o *admissions.TeamOrder) { o.Orders = []billing.NewOrder{{Number: "1", Amount: 840_000}} }))
	f.refused(billing.ErrOrderExceeded, func(tx *db.Tx) error {
		return admissions.AgreePrice(t.Context(), tx, f.ann, team.Code, 420_001, "A mistake")
	})
	f.write(func(tx *db.Tx) error {
		return admissions.AgreePrice(t.Context(), tx, f.ann, team.Code, 400_000, "Agreed with the trust")
	})
	f.sound()
	if f.owes(trust) != 800_000 || f.seats(team)[0].Price != 400_000 {
		t.Errorf("owed %s", f.owes(trust))
	}
	f.issueAll()
	f.refused(admissions.ErrFixedShares, func(tx *db.Tx) error {
		return admissions.AgreePrice(t.Context(), tx, f.ann, team.Code, 100, "Too late")
	})
}

func TestIncludedPlacesAreCertainOnceTheGroupIs(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	group := admissions.InHouse{Organisation: trust.Code, Run: "FND-L27", Places: 2, PeerPlaces: 1, Flat: 800_000, HoldUntil: london.On(2026, 12, 7)}
	var team *enrolment.TeamBooking
	f.write(func(tx *db.Tx) (err error) {
		team, err = admissions.BookInHouse(t.Context(), tx, f.ann, group)
		return err
	})
	f.refused(admissions.ErrGroupThere, func(tx *db.Tx) error {
		_, err := admissions.BookInHouse(t.Context(), tx, f.ann, group)
		return err
	})
	if got := f.statuses(team); got != "map[held:3]" {
		t.Fatalf("places without an order: %s", got)
	}
	f.write(func(tx *db.Tx) error {
		_, err := admissions.AddOrder(t.Context(), tx, trust.by, trust.Organisation, billing.NewOrder{Number: "1", Amount: 400_000}, []string{f.seats(team)[0].Code})
		return err
	})
	if got := f.statuses(team); got != "map[confirmed:1 held:2]" {
		t.Fatalf("places with an order for one: %s", got)
	}
	f.clock.Set(london.On(2026, 12, 8).At(0, 1))
	for _, e := range f.seats(team) {
		f.write(func(tx *db.Tx) error { return admissions.LapseSeat(t.Context(), tx, e.ID) })
	}
	f.sound()
	if got := f.statuses(team); got != "map[confirmed:2 lapsed:1]" {
		t.Errorf("places after the day: %s", got)
	}
	late := group
	late.HoldUntil = london.On(2031, 1, 1)
	if err := f.db.Write(t.Context(), func(tx *db.Tx) error { _, err := admissions.BookInHouse(t.Context(), tx, f.ann, late); return err }); err == nil {
		t.Error("a group is held until after its course")
	}
}

func TestIncludedPlacesEndWithTheGroup(t *testing.T) {
	t.Parallel()
	f := newOffice(t, 28)
	trust := f.employer("trust", organisation.PORequired)
	var team *enrolment.TeamBooking
	f.write(func(tx *db.Tx) (err error) {
		team, err = admissions.BookInHouse(t.Context(), tx, f.ann, admissions.InHouse{Organisation: trust.Code, Run: "FND-L27", Places: 2, PeerPlaces: 1,
			Flat: 800_000, HoldUntil: london.On(2026, 12, 7)})
		return err
	})
	f.clock.Set(london.On(2026, 12, 8).At(0, 1))
	for _, e := range f.seats(team) {
		f.write(func(tx *db.Tx) error { return admissions.LapseSeat(t.Context(), tx, e.ID) })
	}
	f.sound()
	if got := f.statuses(team); got != "map[lapsed:3]" {
		t.Errorf("places after the day: %s", got)
	}
}
