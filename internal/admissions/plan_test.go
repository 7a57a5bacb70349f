package admissions_test

import (
	"errors"
	"slices"
	"testing"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/ledger"
	"bursar/internal/london"
	"bursar/internal/money"
)

// offers are the ways to pay an amount of a price of £3,250 from a day on.
func offers(plans course.Plans, band course.Band, amount money.Amount, from london.Date) []admissions.PlanOffer {
	o := &course.Offering{Plans: plans, Blocks: []course.Block{
		{StartsOn: london.On(2027, 3, 8), EndsOn: london.On(2027, 3, 12)}, {StartsOn: london.On(2027, 6, 7), EndsOn: london.On(2027, 6, 11)},
		{StartsOn: london.On(2027, 10, 11), EndsOn: london.On(2027, 10, 15)}, {StartsOn: london.On(2027, 12, 6), EndsOn: london.On(2027, 12, 10)},
	}}
	return admissions.PlanOffers(o, &enrolment.Enrolment{Band: band, Price: fee}, amount, from)
}

func TestThePlansOfARunHaveExactDaysAndAmounts(t *testing.T) {
	t.Parallel()
	both := course.Plans{Deposit: money.Pounds(400), ByBlock: true, Months: 8}
	nov := london.On(2026, 11, 30)
	got := offers(both, course.Self, fee, nov)
	want := []billing.Part{
		{DueOn: nov, Amount: 400_00}, {DueOn: london.On(2027, 2, 22), Amount: 712_50}, {DueOn: london.On(2027, 5, 24), Amount: 712_50},
		{DueOn: london.On(2027, 9, 27), Amount: 712_50}, {DueOn: london.On(2027, 11, 22), Amount: 712_50},
	}
	if len(got) != 2 || got[0].Kind != billing.ByBlock || !slices.Equal(got[0].Parts, want) {
		t.Errorf("by block: %+v", got)
	}
	if months := got[1].Parts; len(months) != 9 || months[1].DueOn != london.On(2026, 12, 28) || months[3].DueOn != london.On(2027, 2, 28) || months[8].DueOn != london.On(2027, 7, 28) {
		t.Errorf("monthly: %+v", months)
	}
	for _, p := range offers(both, course.Peer, money.Pounds(500), nov)[0].Parts {
		if p.Amount != money.Pounds(100) {
			t.Errorf("of £500 of the price %s are due on %s", p.Amount, p.DueOn)
		}
	}
	for name, none := range map[string][]admissions.PlanOffer{
		"an organisation":       offers(both, course.Organisation, fee, nov),
		"a run without plans":   offers(course.Plans{}, course.Self, fee, nov),
		"very little":           offers(both, course.Self, money.Pounds(40), nov),
		"after the last block":  offers(course.Plans{Deposit: 1, ByBlock: true}, course.Self, fee, london.On(2027, 11, 22)),
		"later than the course": offers(course.Plans{Deposit: 40_000, Months: 8}, course.Self, fee, london.On(2027, 5, 1)),
	} {
		if len(none) != 0 {
			t.Errorf("%s: %+v", name, none)
		}
	}
}

// TestAPlaceOfFundsAndInstalmentsIsGivenUpToThePenny is £500 of somebody's own in five parts of £100 of which three are paid,
// given up when half the price is kept: £250 of it are, and £50 go back.
func TestAPlaceOfFundsAndInstalmentsIsGivenUpToThePenny(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, from("london", "own_payment", "500"))
	a, err := g.accept(0)
	if err != nil {
		t.Fatal(err)
	}
	e := g.place(a)
	dbtest.Force(t, g.house.Machine, "INSERT INTO run_plans (run_id, deposit, by_block, months) VALUES (?, 40000, false, 4)", e.RunID)
	o, err := course.OfferingOf(t.Context(), g.house.Machine, e.RunID)
	if err != nil {
		t.Fatal(err)
	}
	offer := admissions.PlanOffers(o, e, a.Own, london.DateOf(g.clock.Now()))[0]
	err = g.machine(func(tx *db.Tx) error {
		return admissions.ChoosePlan(t.Context(), tx, e.PersonID, e.Code, offer.Kind, offer.Parts)
	})
	if err != nil {
		t.Fatal(err)
	}
	saved := billing.SavedMethod{Customer: "cus_1", Method: "pm_1", Kind: billing.Card, Ends: "4242"}
	next := func() (p *billing.Payment) {
		err := g.machine(func(tx *db.Tx) (err error) {
			p, err = admissions.PayInstalments(t.Context(), tx, e.PersonID, e.Code, false)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for paid := range 3 {
		begin := next
		if paid == 0 {
			begin = func() *billing.Payment { return g.pay(0) }
		}
		p := begin()
		if p.Amount != money.Pounds(100) {
			t.Fatalf("part %d is %s", paid, p.Amount)
		}
		g.says(p, billing.Standing{Paid: true, Saved: saved})
		if g.place(a).Status != enrolment.Confirmed {
			t.Fatalf("after part %d the place is %s", paid, g.place(a).Status)
		}
	}
	ask := func(tx *db.Tx) error {
		return admissions.AskToPay(t.Context(), tx, e.PersonID, e.Code, admissions.Ask{Name: "Kestrel House", Email: "boss@kestrel.example", Amount: money.Pounds(50)})
	}
	if err := g.machine(ask); !errors.Is(err, admissions.ErrNothingToPay) && !errors.Is(err, admissions.ErrOnPlan) {
		t.Errorf("asking an employer for what is paid in parts gave %v", err)
	}
	g.clock.Set(o.StartsOn().AddDays(-31).At(10, 0))
	err = g.machine(func(tx *db.Tx) error {
		return admissions.Withdraw(t.Context(), tx, g.house.Box, e.PersonID, e.Code, money.Pounds(50))
	})
	if err != nil {
		t.Fatal(err)
	}
	g.sound()
	shares, err := billing.SharesOf(t.Context(), g.house.Machine, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shares {
		if due, err := ledger.Balance(t.Context(), g.house.Machine, billing.Due(s.ID)); err != nil || due != 0 {
			t.Errorf("%s are due of share %d, %v", due, s.Number, err)
		}
	}
	if plan, err := admissions.PlanFor(t.Context(), g.house.Machine, g.place(a)); err != nil || plan != nil {
		t.Errorf("the plan is %+v, %v", plan, err)
	}
}

func TestTheDatabaseHoldsThatAPlanAddsUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	e, _, _ := w.booked(1)
	shares, err := billing.SharesOf(t.Context(), w.db, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	day := london.On(2026, 11, 23)
	short := []billing.Part{{DueOn: day, Amount: 100_00}, {DueOn: day.AddDays(30), Amount: fee - 100_01}}
	err = w.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := billing.MakePlan(t.Context(), tx, shares[0], billing.Monthly, short)
		return err
	})
	if !db.Violates(err, "plans_meet_share") {
		t.Errorf("a plan that is a penny short gave %v", err)
	}
	short[1].Amount++
	w.write(func(tx *db.Tx) error {
		_, err := billing.MakePlan(t.Context(), tx, shares[0], billing.Monthly, short)
		return err
	})
	for name, statement := range map[string]string{
		"a part cancelled alone": "UPDATE instalments SET status = 'cancelled' WHERE number = 1",
		"a second plan":          "INSERT INTO plans (code, share_id, kind, status, consented_at, created_at) SELECT 'X', share_id, 'monthly', 'active', now(), now() FROM plans",
	} {
		err := w.db.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.NewRaw(statement).Exec(t.Context()); return err })
		if !db.Violates(err, "plans_meet_share") && !db.Violates(err, "plans_one_of_share") {
			t.Errorf("%s gave %v", name, err)
		}
	}
	if _, err := w.db.NewRaw("UPDATE instalments SET amount = amount + 1").Exec(t.Context()); err == nil {
		t.Error("an amount that was agreed can be changed")
	}
}
