package admissions_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/award"
	"bursar/internal/billing"
	"bursar/internal/bursary"
	"bursar/internal/db"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/people"
)

func TestAcceptingMakesThePlaceCertainAndItsShares(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	for range 2 { // twice is once
		if _, err := g.accept(1); err != nil {
			t.Fatal(err)
		}
	}
	a := g.award(1)
	e := g.place(a)
	if a.Status != award.Accepted || e.Status != enrolment.Confirmed || e.Price != money.Pounds(3_250) {
		t.Fatalf("the award is %s, the place %+v", a.Status, e)
	}
	shares, err := billing.SharesOf(t.Context(), g.house.Machine, e.ID)
	if err != nil || len(shares) != 1 || shares[0].Payer != billing.Award || !shares[0].Secured() || a.Fee().Parts[0].ShareID != shares[0].ID {
		t.Errorf("the shares are %+v, %v", shares, err)
	}
	if seen, err := billing.SharesOf(t.Context(), g.house.App, e.ID); err != nil || len(seen) != 0 {
		t.Errorf("employers, trainers and the public see %+v, %v", seen, err)
	}
	g.sound()
}

func TestADeclinedOfferPassesToTheNextAndNobodyElseNotices(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	before := g.snapshot(0, 1, 4)
	for range 2 {
		if err := g.decline(2); err != nil {
			t.Fatal(err)
		}
	}
	next := g.award(3)
	if next == nil || next.Status != award.Offered || !next.FromReserve || text(g.payers(next)) != `{"fee GENERAL":325000,"travel TRAVEL":15000}` {
		t.Fatalf("the next has %+v", next)
	}
	if after := g.snapshot(0, 1, 4); after != before {
		t.Errorf("others had\n%s\nand have\n%s", before, after)
	}
	if e := g.place(g.award(2)); e.Status != enrolment.Withdrawn {
		t.Errorf("the declined place is %s", e.Status)
	}
	g.sound()
}

// snapshot is everything that some people were promised.
func (g *grants) snapshot(numbers ...int) (all string) {
	g.Helper()
	for _, n := range numbers {
		a := g.award(n)
		all += text([]any{a.Code, a.Status, a.UntilOn, a.RunID, a.Price, a.Own, a.Total(), g.place(a).Status}) + "\n"
	}
	return all
}

func TestAnOfferEndsWithItsLastDayAndNotBefore(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	a := g.award(2)
	lapse := func() {
		t.Helper()
		if err := g.machine(func(tx *db.Tx) error { return admissions.LapseOffer(t.Context(), tx, g.house.Box, a.ID) }); err != nil {
			t.Fatal(err)
		}
	}
	g.clock.Set(a.UntilOn.End())
	lapse()
	if g.award(2).Status != award.Offered {
		t.Fatal("it lapsed on its last day")
	}
	g.clock.Set(a.UntilOn.End().Add(time.Second))
	due, err := award.Due(t.Context(), g.house.Machine, g.clock.Now(), 10)
	if err != nil || !slices.Contains(due, a.ID) {
		t.Fatalf("due are %v, %v", due, err)
	}
	lapse()
	lapse()
	if g.award(2).Status != award.Lapsed || g.place(g.award(2)).Status != enrolment.Lapsed || g.award(3) == nil {
		t.Errorf("it is %s, the next has %+v", g.award(2).Status, g.award(3))
	}
	if _, err := g.accept(2); !errors.Is(err, award.ErrOver) {
		t.Errorf("accepting after the end: %v", err)
	}
	g.sound()
}

func TestWhoPressedInTimeIsInTime(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	a := g.award(2)
	g.clock.Set(a.UntilOn.End().Add(3 * time.Second))
	err := g.machine(func(tx *db.Tx) error {
		_, err := admissions.Accept(t.Context(), tx, g.applications[2].PersonID, g.applications[2].Code, false, a.UntilOn.End())
		return err
	})
	if err != nil || g.award(2).Status != award.Accepted {
		t.Errorf("it is %s, %v", g.award(2).Status, err)
	}
}

func TestMoreTimeIsGivenOnce(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	extend := func() error {
		return g.machine(func(tx *db.Tx) error {
			_, err := admissions.Extend(t.Context(), tx, g.applications[0].PersonID, g.applications[0].Code, tx.Now)
			return err
		})
	}
	if err := extend(); err != nil {
		t.Fatal(err)
	}
	a := g.award(0)
	if a.UntilOn.String() != "2027-02-09" || !g.place(a).HeldUntil.Equal(a.UntilOn.End()) {
		t.Errorf("until %s, the place until %s", a.UntilOn, g.place(a).HeldUntil)
	}
	if err := extend(); !errors.Is(err, award.ErrExtended) {
		t.Errorf("a second time: %v", err)
	}
	g.sound()
}

func TestNobodyAnswersSomebodyElsesOffer(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	err := g.machine(func(tx *db.Tx) error {
		_, err := admissions.Accept(t.Context(), tx, g.applications[1].PersonID, g.applications[0].Code, false, tx.Now)
		return err
	})
	if !errors.Is(err, bursary.ErrUnknown) {
		t.Errorf("got %v", err)
	}
}

// mixture is a round whose first person pays £1,250 of the fee themselves.
func mixture(t *testing.T) (*grants, *award.Award, *billing.Payment) {
	t.Helper()
	g := ratified(t, 20, from("london", "own_payment", "1,250"))
	a, err := g.accept(0)
	if err != nil {
		t.Fatal(err)
	}
	return g, a, g.pay(0)
}

// pay begins the payment of somebody's own part.
func (g *grants) pay(n int) *billing.Payment {
	g.Helper()
	var p *billing.Payment
	e := g.place(g.award(n))
	err := g.machine(func(tx *db.Tx) (err error) {
		p, err = admissions.PayOwn(g.Context(), tx, e.PersonID, e.Code)
		return err
	})
	if err != nil {
		g.Fatal(err)
	}
	return p
}

// says is what the card processor says of a payment.
func (g *grants) says(p *billing.Payment, s billing.Standing) {
	g.Helper()
	s.Session, s.Reference, s.Amount, s.Currency, s.ExpiresAt = "cs_"+p.Code, p.Code, p.Amount, "gbp", p.ExpiresAt
	if s.Paid {
		s.State, s.Intent, s.Captured = billing.PageComplete, "pi_"+p.Code, p.Amount
	}
	if err := g.machine(func(tx *db.Tx) error { return admissions.Settle(g.Context(), tx, p.ID, s) }); err != nil {
		g.Fatal(err)
	}
	g.sound()
}

func TestAMixtureIsConfirmedWhenItsOwnPartIsPaid(t *testing.T) {
	t.Parallel()
	g, a, p := mixture(t)
	if a.Own != money.Pounds(1_250) || a.Fee().Amount != money.Pounds(2_000) || g.place(a).Status != enrolment.Held || p.Amount != a.Own {
		t.Fatalf("the award %+v, its place %s, the payment %s", a, g.place(a).Status, p.Amount)
	}
	g.says(p, billing.Standing{State: billing.PageExpired})
	if g.place(a).Status != enrolment.Held || g.award(0).Status != award.Accepted {
		t.Fatalf("a page that was left took the place: %s", g.place(a).Status)
	}
	g.says(g.pay(0), billing.Standing{Paid: true})
	if g.place(a).Status != enrolment.Confirmed {
		t.Errorf("the place is %s", g.place(a).Status)
	}
}

func TestAnOwnPartThatIsNotPaidInTimeGivesThePlaceBack(t *testing.T) {
	t.Parallel()
	g, _, p := mixture(t)
	a := g.award(0)
	g.clock.Set(a.PayBy.End().Add(time.Second))
	unpaid, err := award.Unpaid(t.Context(), g.house.Machine, g.clock.Now(), 10)
	if err != nil || !slices.Contains(unpaid, a.ID) {
		t.Fatalf("unpaid are %v, %v", unpaid, err)
	}
	g.says(p, billing.Standing{State: billing.PageExpired})
	err = g.machine(func(tx *db.Tx) error {
		e := g.place(a)
		_, err := admissions.PayOwn(t.Context(), tx, e.PersonID, e.Code)
		return err
	})
	if !errors.Is(err, admissions.ErrNothingToPay) {
		t.Errorf("paying begins after the last day: %v", err)
	}
	if err := g.machine(func(tx *db.Tx) error { return admissions.LapseUnpaid(t.Context(), tx, g.house.Box, a.ID) }); err != nil {
		t.Fatal(err)
	}
	g.sound()
	if g.award(0).Status != award.Released || g.place(a).Status != enrolment.Lapsed || g.left(g.london) != money.Pounds(3_250) {
		t.Errorf("the award is %s, the place %s, %s in the fund", g.award(0).Status, g.place(a).Status, g.left(g.london))
	}
	g.says(p, billing.Standing{Paid: true}) // the money comes after all
	if g.place(a).Status != enrolment.Lapsed {
		t.Errorf("late money brought back a place whose fund money is gone: %s", g.place(a).Status)
	}
	refunds, err := billing.RefundsOf(t.Context(), g.house.Machine, *p)
	if err != nil || len(refunds) != 1 || refunds[0].Amount != p.Amount {
		t.Errorf("refunds: %+v, %v", refunds, err)
	}
}

func TestAFundedPlaceThatIsGivenUpReturnsEachPartByTheAgreedShares(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		on         london.Date
		back, fund money.Amount // to the person, to the fund
	}{
		"within 14 days":                         {london.On(2027, 1, 20), money.Pounds(1_250), money.Pounds(3_250)},
		"half is kept, 40 days before the start": {london.On(2027, 2, 5), money.Pounds(625), money.Pounds(2_250)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, a, p := mixture(t)
			g.says(p, billing.Standing{Paid: true})
			g.clock.Set(c.on.At(10, 0))
			e := g.place(a)
			err := g.machine(func(tx *db.Tx) error {
				return admissions.Withdraw(t.Context(), tx, g.house.Box, e.PersonID, e.Code, c.back)
			})
			if err != nil {
				t.Fatal(err)
			}
			g.sound()
			if g.left(g.london) != c.fund || g.award(0).Status != award.Released {
				t.Errorf("%s in the fund, want %s; the award is %s", g.left(g.london), c.fund, g.award(0).Status)
			}
		})
	}
}

func TestTheFeeIsPaidToTheCourseOnItsFirstDay(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	if _, err := g.accept(1); err != nil {
		t.Fatal(err)
	}
	a := g.award(1)
	undrawn := func(on london.Date) bool {
		t.Helper()
		list, err := award.Undrawn(t.Context(), g.house.Machine, on.At(0, 1), 10)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Contains(list, a.ID)
	}
	if undrawn(london.On(2027, 3, 7)) || !undrawn(london.On(2027, 3, 8)) {
		t.Error("the fee is due on another day than the first")
	}
	for range 2 {
		if err := g.machine(func(tx *db.Tx) error { return admissions.DrawFee(t.Context(), tx, a.ID) }); err != nil {
			t.Fatal(err)
		}
		g.sound()
	}
	if part := g.award(1).Fee().Parts[0]; part.Spent != money.Pounds(3_250) || undrawn(london.On(2027, 3, 8)) {
		t.Errorf("the part is %+v", part)
	}
	paid, err := billing.Paid(t.Context(), g.house.Machine, billing.Share{ID: g.award(1).Fee().Parts[0].ShareID, Amount: money.Pounds(3_250)})
	if err != nil || paid != money.Pounds(3_250) {
		t.Errorf("%s is paid on the share, %v", paid, err)
	}
}

func TestAPlaceThatIsOfferedIsDeclinedOnItsOwnPage(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	e := g.place(g.award(0))
	err := g.machine(func(tx *db.Tx) error { return admissions.Withdraw(t.Context(), tx, g.house.Box, e.PersonID, e.Code, 0) })
	if !errors.Is(err, admissions.ErrAnswerOffer) {
		t.Errorf("got %v", err)
	}
}

func TestWhoWaitedUntilTheLastCourseBeganIsTold(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	over, err := award.ReserveOver(t.Context(), g.house.Machine, london.On(2027, 3, 7).At(12, 0))
	if err != nil || len(over) != 0 {
		t.Fatalf("over before its time: %v, %v", over, err)
	}
	g.clock.Set(london.On(2027, 3, 8).At(0, 1))
	over, err = award.ReserveOver(t.Context(), g.house.Machine, g.clock.Now())
	if err != nil || len(over) != 1 {
		t.Fatalf("over: %v, %v", over, err)
	}
	if err := g.machine(func(tx *db.Tx) error { return admissions.EndReserve(t.Context(), tx, g.house.Box, over[0]) }); err != nil {
		t.Fatal(err)
	}
	if g.standings()[3] != bursary.NotFunded {
		t.Errorf("they are %v", g.standings())
	}
}

func TestWhoHasBookedThePlaceMeanwhileIsPassedOverAndStopsNobody(t *testing.T) {
	t.Parallel()
	g := ratified(t, 20, example()...)
	next, err := people.ByID(t.Context(), g.house.Machine, g.applications[3].PersonID)
	if err != nil {
		t.Fatal(err)
	}
	fixture.Confirmed(t, g.house.Machine, g.offering(), next)
	if err := g.decline(2); err != nil {
		t.Fatal(err)
	}
	if g.award(3) != nil || g.standings()[3] != bursary.Reserve {
		t.Errorf("they have %+v", g.award(3))
	}
	g.sound()
}
