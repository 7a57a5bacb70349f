package enrolment_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"bursar/internal/course"
	"bursar/internal/enrolment"
	"bursar/internal/london"
	"bursar/internal/money"
)

// twentyDays is a run of four five-day blocks from 8 March 2027 with the usual scale.
func twentyDays() *course.Offering {
	return &course.Offering{
		Blocks: []course.Block{
			{StartsOn: london.On(2027, 3, 8), EndsOn: london.On(2027, 3, 12)},
			{StartsOn: london.On(2027, 6, 7), EndsOn: london.On(2027, 6, 11)},
			{StartsOn: london.On(2027, 10, 11), EndsOn: london.On(2027, 10, 15)},
			{StartsOn: london.On(2027, 12, 6), EndsOn: london.On(2027, 12, 10)},
		},
		Scale: []course.Step{{DaysBefore: 60, Fee: 7_500}, {DaysBefore: 28, ChargeBP: 5_000}, {DaysBefore: 0, ChargeBP: 10_000}},
	}
}

func TestTheStatutoryRightComesBeforeTheScale(t *testing.T) {
	t.Parallel()
	o := twentyDays()
	for name, c := range map[string]struct {
		contract london.Date
		express  bool
		on       london.Date
		ground   enrolment.Ground
		charge   money.Amount
	}{
		"the day after booking":                  {london.On(2026, 11, 23), false, london.On(2026, 11, 24), enrolment.Statutory, 0},
		"the fourteenth day":                     {london.On(2026, 11, 23), false, london.On(2026, 12, 7), enrolment.Statutory, 0},
		"the fifteenth day":                      {london.On(2026, 11, 23), false, london.On(2026, 12, 8), enrolment.Scale, 7_500},
		"sixty days before":                      {london.On(2026, 11, 23), false, london.On(2027, 1, 7), enrolment.Scale, 7_500},
		"fifty-nine days before":                 {london.On(2026, 11, 23), false, london.On(2027, 1, 8), enrolment.Scale, 162_500},
		"twenty-eight days before":               {london.On(2026, 11, 23), false, london.On(2027, 2, 8), enrolment.Scale, 162_500},
		"twenty-seven days before":               {london.On(2026, 11, 23), false, london.On(2027, 2, 9), enrolment.Scale, 325_000},
		"after it began":                         {london.On(2026, 11, 23), false, london.On(2027, 3, 9), enrolment.Scale, 325_000},
		"within 14 days and 27 days before":      {london.On(2027, 2, 9), false, london.On(2027, 2, 9), enrolment.Statutory, 0},
		"begun at express request, not yet":      {london.On(2027, 3, 1), true, london.On(2027, 3, 7), enrolment.Statutory, 0},
		"begun at express request, two of 20":    {london.On(2027, 3, 1), true, london.On(2027, 3, 10), enrolment.StatutoryBegun, 32_500},
		"the morning of the first day":           {london.On(2027, 3, 1), true, london.On(2027, 3, 8), enrolment.Statutory, 0},
		"begun without a request, two of 20":     {london.On(2027, 3, 1), false, london.On(2027, 3, 10), enrolment.Statutory, 0},
		"begun at express request, the 15th day": {london.On(2027, 3, 1), true, london.On(2027, 3, 16), enrolment.Scale, 325_000},
	} {
		e := &enrolment.Enrolment{Price: 325_000, ConfirmedAt: c.contract.At(12, 0), ExpressStart: c.express}
		r := enrolment.Reckon(e, o, c.on.At(18, 0))
		if r.Ground != c.ground || r.Charge != c.charge {
			t.Errorf("%s: %s, %s kept; want %s, %s", name, r.Ground, r.Charge, c.ground, c.charge)
		}
	}
}

func TestTheFourteenDaysEndAtMidnightInLondon(t *testing.T) {
	t.Parallel()
	// Confirmed on 20 March, so that the right spans the night the clocks go forward.
	contract := london.On(2027, 3, 20).At(23, 59)
	e := &enrolment.Enrolment{Price: 325_000, ConfirmedAt: contract}
	last := london.On(2027, 4, 3).End()
	if r := enrolment.Reckon(e, twentyDays(), last); r.Ground != enrolment.Statutory {
		t.Errorf("in the last second: %s", r.Ground)
	}
	if r := enrolment.Reckon(e, twentyDays(), last.Add(time.Second)); r.Ground != enrolment.Scale {
		t.Errorf("a second later: %s", r.Ground)
	}
}

func TestAPlaceThatWasNeverConfirmedCostsNothing(t *testing.T) {
	t.Parallel()
	r := enrolment.Reckon(&enrolment.Enrolment{Price: 325_000}, twentyDays(), london.On(2027, 3, 7).At(12, 0))
	if r.Ground != enrolment.Unpaid || r.Charge != 0 {
		t.Errorf("%s, %s kept", r.Ground, r.Charge)
	}
}

func TestOfDatesThatWeCancelledNothingIsKept(t *testing.T) {
	t.Parallel()
	o := twentyDays()
	o.Status = course.Cancelled
	e := &enrolment.Enrolment{Price: 325_000, ConfirmedAt: london.On(2026, 11, 23).At(12, 0), ExpressStart: true}
	for name, on := range map[string]london.Date{"within the 14 days": london.On(2026, 11, 24), "after them": london.On(2027, 1, 8), "the day before": london.On(2027, 3, 7)} {
		own, contract := enrolment.Reckon(e, o, on.At(12, 0)), enrolment.ReckonContract(e, o, on.At(12, 0))
		if own.Ground != enrolment.Ours || own.Charge != 0 || contract.Ground != enrolment.Ours || contract.Charge != 0 {
			t.Errorf("%s: %s, %s kept; %s, %s kept of an organisation", name, own.Ground, own.Charge, contract.Ground, contract.Charge)
		}
	}
}

func TestWhatIsKeptAndWhatGoesBackIsWhatWasPaid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		price := money.Amount(rapid.Int64Range(1, int64(money.Max)).Draw(t, "price"))
		paid := money.Amount(rapid.Int64Range(0, int64(price)).Draw(t, "paid"))
		contract := london.On(2026, 1, rapid.IntRange(1, 600).Draw(t, "contract"))
		e := &enrolment.Enrolment{Price: price, ConfirmedAt: contract.At(12, 0), ExpressStart: rapid.Bool().Draw(t, "express")}
		on := contract.AddDays(rapid.IntRange(0, 800).Draw(t, "days later"))

		r := enrolment.Reckon(e, twentyDays(), on.At(12, 0))
		if r.Charge < 0 || r.Charge > price {
			t.Fatalf("%s kept of %s", r.Charge, price)
		}
		kept, back := enrolment.Back(r.Charge, paid)
		if kept+back != paid || kept < 0 || back < 0 {
			t.Fatalf("%s kept + %s back ≠ %s paid", kept, back, paid)
		}
		if contract.DaysUntil(on) <= 14 && !e.ExpressStart && back != paid {
			t.Fatalf("%s kept within the 14 days", kept)
		}
	})
}

func TestAskingForAnEarlyStartDependsOnTheFirstDay(t *testing.T) {
	t.Parallel()
	o := twentyDays()
	// A bank may take ten days until the contract is made, and the right ends fourteen days after that.
	if !enrolment.NeedsExpressStart(o, london.On(2027, 2, 12).At(9, 0)) {
		t.Error("not asked when the course may begin on the fourteenth day")
	}
	if enrolment.NeedsExpressStart(o, london.On(2027, 2, 11).At(9, 0)) {
		t.Error("asked when the right ends before the course begins in any case")
	}
}
