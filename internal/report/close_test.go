package report_test

import (
	"slices"
	"testing"
	"time"

	"bursar/internal/admissions"
	"bursar/internal/billing"
	"bursar/internal/db"
	"bursar/internal/db/dbtest"
	"bursar/internal/enrolment"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/invoice"
	"bursar/internal/ledger"
	"bursar/internal/money"
	"bursar/internal/organisation"
	"bursar/internal/report"
)

// spring is a world with a February and a March of everything.
type spring struct {
	*world
	trust, council *organisation.Organisation
}

var (
	february = report.Month{Year: 2027, Month: time.February}
	march    = report.Month{Year: 2027, Month: time.March}
)

func newSpring(t *testing.T) *spring {
	t.Helper()
	return newSpringOf(t, provider)
}

func newSpringOf(t *testing.T, p invoice.Provider) *spring {
	t.Helper()
	w := newWorld(t, on(2027, time.February, 10))
	w.write(func(tx *db.Tx) error { return invoice.SaveProvider(t.Context(), tx, w.ann.ID, p, nil) })
	s := &spring{world: w, trust: w.organisation("Westermoor and Tarn NHS Foundation Trust", "required"),
		council: w.organisation("Eastmarsh Borough Council", "not_used")}
	fixture.Confirmed(t, w.app, w.run, w.person("ana@home.example"))
	team := w.booked(s.trust, 2, pay("RPCN1", 650_000))
	first := w.invoiced(s.trust)

	w.clock.Set(on(2027, time.March, 1))
	bo := fixture.Confirmed(t, w.app, w.run, w.person("bo@home.example"))
	w.booked(s.council, 1)
	w.clock.Set(on(2027, time.March, 2))
	w.paidByBank(first, "6600.50")
	w.came("120.00")
	second := w.invoiced(s.council)
	w.write(func(tx *db.Tx) error {
		_, err := invoice.WriteOff(t.Context(), tx, w.ann.ID, second.Number, 50, "Bank charges")
		return err
	})
	w.giveUp(w.shares(team)[0], w.run.ID, 162_500)
	w.backToCard(bo, 7_500)
	w.fundPays(fixture.Held(t, w.app, w.run, w.person("cy@home.example")))
	w.clock.Set(w.ends(0))
	w.taught()
	return s
}

// backToCard gives back what a card paid for a place, but for a charge.
func (w *world) backToCard(e *enrolment.Enrolment, charge money.Amount) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		shares, err := billing.SharesOf(w.t.Context(), tx, e.ID)
		if err != nil {
			return err
		}
		_, err = billing.GiveBack(w.t.Context(), tx, shares[0], w.run.ID, charge)
		return err
	})
}

// fundPays lets a fund of £5,000 pay a place.
func (w *world) fundPays(e *enrolment.Enrolment) {
	w.t.Helper()
	f := &fund.Fund{Code: "NORTH", Name: "Northern fund", Donor: "A trust", Purpose: "Training.", Kind: fund.Restricted, YearStarts: 4}
	w.write(func(tx *db.Tx) error {
		ctx := w.t.Context()
		if err := fund.Create(ctx, tx, w.ann.ID, f, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}}); err != nil {
			return err
		}
		_, err := fund.RecordGift(ctx, tx, w.ann.ID, f.ID, 500_000, "A trust", "BACS 1")
		return err
	})
	dbtest.Force(w.t, w.app, "UPDATE shares SET payer = 'award' WHERE enrolment_id = ?", e.ID)
	w.write(func(tx *db.Tx) error {
		ctx := w.t.Context()
		parts := []fund.Part{{Fund: f.ID, Amount: 325_000}}
		shares, err := billing.SharesOf(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		if err := fund.Commit(ctx, tx, "award/1/offered", parts); err != nil {
			return err
		}
		if err := fund.Spend(ctx, tx, "award-part/1/drawn", billing.Clearing, parts); err != nil {
			return err
		}
		return billing.PayFromAward(ctx, tx, shares[0], 325_000)
	})
}

func TestAMonthOfEverythingClosesToThePenny(t *testing.T) {
	t.Parallel()
	s := newSpring(t)
	for m, want := range map[report.Month]map[string]report.Movement{
		// One place by card, £3,250; two places of the trust, £6,500, invoiced and open.
		february: {
			"processor": {More: 325_000, Closing: 325_000}, "bank": {},
			"due":      {More: 975_000, Less: 325_000, Closing: 650_000},
			"deferred": {More: 975_000, Closing: 975_000}, "clearing": {More: 325_000, Less: 325_000},
		},
		// By card £3,250, of which £3,175 go back and £75 are kept. The council owes £3,250 less 50p. The trust paid £6,600.50 for
		// £6,500, and gave a place up for £1,625: £1,725.50 stand to its credit. £120 are matched with nothing. A fund of £5,000 paid £3,250. Of what is to be
		// taught, 9,750 + 9,750 − 6,500 = £13,000, five days of twenty are.
		march: {
			"bank": {More: 1_172_050, Closing: 1_172_050}, "processor": {Opening: 325_000, More: 325_000, Closing: 650_000},
			"unmatched": {More: 672_050, Less: 660_050, Closing: 12_000}, "credit": {More: 172_550, Closing: 172_550}, "owed": {More: 317_500, Closing: 317_500},
			"deferred": {Opening: 975_000, More: 975_000, Less: 650_000 + 325_000, Closing: 975_000},
			"earned":   {More: 325_000, Closing: 325_000}, "kept": {More: 170_000, Closing: 170_000}, "written-off": {More: 50, Closing: 50},
			"vat": {}, "fund": {More: 500_000, Less: 325_000, Closing: 175_000},
		},
	} {
		c := s.closed(m)
		for key, movement := range want {
			if got := c.Of(key); got != movement {
				t.Errorf("%s, %s: %+v, want %+v", m, key, got, movement)
			}
		}
		if len(c.Checks) != 10 || !c.Closed() {
			t.Errorf("%s: %+v", m, c.Checks)
		}
	}
	c := s.closed(march)
	if due := c.Of("due"); due.Opening != 650_000 || due.Closing != 324_950 {
		t.Errorf("due %+v", due)
	}
	if c.Sales.Charged != 975_000 || c.Sales.TakenBack != 650_000 || c.Sales.Earned != 325_000 {
		t.Errorf("sales %+v", c.Sales)
	}
	for _, payer := range []string{"learner", "organisation", "award"} {
		if c.Sales.ByPayer[payer] != 325_000 {
			t.Errorf("charged to %s: %s", payer, c.Sales.ByPayer[payer])
		}
	}
}

func TestAClosedMonthSaysWhoOwesWhatFundsHoldAndWhatIsStillToBeTaught(t *testing.T) {
	t.Parallel()
	s := newSpring(t)
	c := s.closed(march)
	if len(c.Runs) != 1 || c.Runs[0].Code != "FND-T27" || len(c.Runs[0].Blocks) != 3 || c.Runs[0].Rest != 0 {
		t.Fatalf("%+v", c.Runs)
	}
	for i, b := range c.Runs[0].Blocks {
		if b.Number != i+2 || b.Amount != 325_000 || b.Ends != s.run.Blocks[i+1].EndsOn {
			t.Errorf("%+v", b)
		}
	}
	if len(c.Owing) != 2 || c.Owing[0].Name != s.council.Name || c.Owing[0].Due.Closing != 324_950 || c.Owing[1].Due.Closing != 0 || c.Owing[1].Credit.Closing != 172_550 {
		t.Errorf("%+v", c.Owing)
	}
	want := report.FundMonth{ID: c.Funds[0].ID, Code: "NORTH", Name: "Northern fund", Income: 500_000, Spent: 325_000, Closing: 175_000}
	if len(c.Funds) != 1 || c.Funds[0] != want {
		t.Errorf("%+v", c.Funds)
	}
	second := s.run.Blocks[1]
	s.clock.Set(second.StartsOn.At(9, 0))
	if now := s.closed(report.MonthOf(second.StartsOn)).Runs[0]; len(now.Blocks) != 3 || now.Blocks[0].Number != 2 {
		t.Errorf("on the first morning of the second block: %+v", now)
	}
	s.clock.Set(s.ends(3))
	s.taught()
	last := s.closed(report.Month{Year: 2027, Month: time.December})
	if last.Of("deferred").Closing != 0 || last.Of("earned").Closing != 1_300_000 || !last.Closed() {
		t.Errorf("%+v", last.Accounts)
	}
	if again := s.closed(march); again.Of("deferred").Closing != 975_000 || len(again.Runs[0].Blocks) != 3 {
		t.Errorf("later, March says %+v", again.Runs)
	}
}

func TestMoneyPastTheTablesMakesACheckFalse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from string
		want []int // the checks that are false then
	}{
		"in clearing":                       {billing.Clearing, []int{2}},
		"charged to nobody":                 {"run/1/deferred", []int{4}},
		"in a fund and never given":         {"fund/1/available", []int{5, 6}},
		"to spend and in no fund":           {"fund/1/budget", []int{6}},
		"of the bank, and on no line of it": {"unmatched", []int{8}},
		"for the tax office, on no place":   {billing.VAT, []int{9}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, on(2027, time.March, 1))
			w.write(func(tx *db.Tx) error {
				return ledger.Post(t.Context(), tx, ledger.Entry{Reference: "test/past", Lines: []ledger.Line{{Account: "bank", Amount: 100}, {Account: c.from, Amount: -100}}})
			})
			for i, k := range w.closed(march).Checks {
				if k.True() == slices.Contains(c.want, i) {
					t.Errorf("%+v", k)
				}
			}
		})
	}
}

func TestAnInvoiceThatTheBooksDoNotKnowMakesACheckFalse(t *testing.T) {
	t.Parallel()
	s := newSpring(t)
	dbtest.Force(t, s.app, "UPDATE invoice_parts SET settled = settled + 1 WHERE id = (SELECT max(id) FROM invoice_parts)")
	if c := s.closed(march); c.Closed() || c.Checks[7].True() {
		t.Errorf("%+v", c.Checks)
	}
}

func TestNothingIsOwedForAPlaceThatLapsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2027, time.March, 1))
	team := w.booked(w.organisation("Westermoor and Tarn NHS Foundation Trust", "required"), 1)
	w.write(func(tx *db.Tx) error { return billing.Release(t.Context(), tx, *w.shares(team)[0], w.run.ID) })
	c := w.closed(march)
	if !c.Closed() || c.Sales.Charged != 325_000 || c.Sales.TakenBack != 325_000 || c.Of("due").Closing != 0 {
		t.Errorf("%+v, %+v", c.Sales, c.Checks)
	}
}

func TestAPlaceThatGoesToOtherDatesIsNoSaleOfItsMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, on(2027, time.February, 10))
	later := fixture.Run(t, w.app, "FND-U27", 60)
	dbtest.Force(t, w.app, "UPDATE runs SET course_id = ? WHERE id = ?", w.run.CourseID, later.ID)
	e := fixture.Confirmed(t, w.app, w.run, w.person("ana@home.example"))
	w.clock.Set(on(2027, time.March, 1))
	w.write(func(tx *db.Tx) error {
		return admissions.MoveFor(t.Context(), tx, w.ann.ID, e.Code, admissions.MoveOrder{To: later.Code, Reason: "She is away.", Price: e.Price})
	})
	c := w.closed(march)
	if !c.Closed() || c.Sales.Charged != 0 || c.Sales.TakenBack != 0 {
		t.Errorf("%+v, %+v", c.Sales, c.Checks)
	}
	for i, moved := range []money.Amount{-325_000, 325_000} {
		if r := c.Runs[i]; r.Moved != moved || r.Closing != r.Opening+moved {
			t.Errorf("%+v", r)
		}
	}
}
