package course_test

import (
	"errors"
	"slices"
	"testing"

	"bursar/internal/audit"
	"bursar/internal/course"
	"bursar/internal/db"
	"bursar/internal/money"
)

func TestTermsReplaceWhatWasThere(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	terms := course.Terms{
		Prices: []course.Price{{Band: course.Organisation, Amount: money.Pounds(4200)}, {Band: course.Self, Amount: money.Pounds(3250)}, {Band: course.Peer, Amount: money.Pounds(1950)}},
		Scale:  []course.Step{{DaysBefore: 28, ChargeBP: 2500}, {DaysBefore: 60}}, Discounts: course.Discounts{TeamFrom: 4, TeamBP: 1000, EarlyDays: 90, EarlyBP: 500},
		Plans: course.Plans{Deposit: money.Pounds(400), ByBlock: true, Months: 8},
	}
	for range 2 {
		s.must(func(tx *db.Tx) error { return course.SetTerms(t.Context(), tx, audit.System, s.run.ID, terms) })
	}
	o := s.now()
	if o.Price(course.Peer) != money.Pounds(1950) || len(o.Prices) != 3 || len(o.Scale) != 2 || o.Scale[0].DaysBefore != 60 ||
		o.Discounts.EarlyDays != 90 || o.Plans.Months != 8 || o.Plans.Deposit != money.Pounds(400) {
		t.Errorf("%+v", o.Terms())
	}
	terms.Discounts, terms.Plans = course.Discounts{}, course.Plans{}
	s.must(func(tx *db.Tx) error { return course.SetTerms(t.Context(), tx, audit.System, s.run.ID, terms) })
	if o := s.now(); o.Discounts.Any() || o.Plans.Any() {
		t.Errorf("what was taken away is there: %+v", o.Terms())
	}
	if h := s.history("run", int64(s.run.ID)); h[0] != "run terms changed" {
		t.Errorf("the trail says %v", h)
	}
}

func TestTermsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	for name, c := range map[string]struct {
		want   string
		change func(*course.Terms)
	}{
		"no price for peers":        {"peer", func(t *course.Terms) { t.Prices = t.Prices[:2] }},
		"nothing":                   {"self", func(t *course.Terms) { t.Prices[1].Amount = 0 }},
		"two steps for one day":     {"scale", func(t *course.Terms) { t.Scale[1].DaysBefore = 60 }},
		"later is cheaper":          {"scale", func(t *course.Terms) { t.Scale[0].ChargeBP = 6000 }},
		"more than all":             {"scale", func(t *course.Terms) { t.Scale[2].ChargeBP = 10_001 }},
		"a team of one":             {"team", func(t *course.Terms) { t.Discounts = course.Discounts{TeamFrom: 1, EarlyDays: 90} }},
		"no day is early":           {"early", func(t *course.Terms) { t.Discounts = course.Discounts{TeamFrom: 4} }},
		"a deposit over the price":  {"deposit", func(t *course.Terms) { t.Plans = course.Plans{Deposit: money.Pounds(3250), ByBlock: true} }},
		"parts without a deposit":   {"deposit", func(t *course.Terms) { t.Plans = course.Plans{ByBlock: true} }},
		"one month":                 {"months", func(t *course.Terms) { t.Plans = course.Plans{Deposit: money.Pounds(100), Months: 1} }},
		"a day that is far too far": {"scale", func(t *course.Terms) { t.Scale[0].DaysBefore = 400 }},
	} {
		terms := s.now().Terms()
		c.change(&terms)
		err := s.write(func(tx *db.Tx) error { return course.SetTerms(t.Context(), tx, audit.System, s.run.ID, terms) })
		if !slices.Equal(about(err), []string{c.want}) {
			t.Errorf("%s: %v about %v", name, err, about(err))
		}
	}
}

func TestAnInHouseRunNeedsOnlyTheOrganisationsPrice(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	d := s.now().Details()
	d.Listed = false
	terms := s.now().Terms()
	terms.Prices = terms.Prices[:1]
	s.must(func(tx *db.Tx) error {
		return errors.Join(course.SetDetails(t.Context(), tx, audit.System, s.run.ID, d), course.SetTerms(t.Context(), tx, audit.System, s.run.ID, terms))
	})
	if o := s.now(); len(o.Prices) != 1 {
		t.Errorf("%+v", o.Prices)
	}
}

func TestWhoHasAPlaceNeverLosesMoreByANewScale(t *testing.T) {
	t.Parallel()
	s := newSchool(t) // £75 until 60 days before, half until 28, all after that
	set := func(scale ...course.Step) error {
		terms := s.now().Terms()
		terms.Scale = scale
		return s.write(func(tx *db.Tx) error { return course.SetTerms(t.Context(), tx, audit.System, s.run.ID, terms) })
	}
	if err := set(course.Step{DaysBefore: 60, Fee: 7_500}, course.Step{DaysBefore: 28, ChargeBP: 5_000}); err != nil {
		t.Fatal(err)
	}
	s.taken(1, 0, 0)
	for name, err := range map[string]error{
		"a higher fee":       set(course.Step{DaysBefore: 60, Fee: 7_501}, course.Step{DaysBefore: 28, ChargeBP: 5_000}),
		"a higher per cent":  set(course.Step{DaysBefore: 60, Fee: 7_500}, course.Step{DaysBefore: 28, ChargeBP: 5_001}),
		"sooner":             set(course.Step{DaysBefore: 61, Fee: 7_500}, course.Step{DaysBefore: 28, ChargeBP: 5_000}),
		"the whole sooner":   set(course.Step{DaysBefore: 60, Fee: 7_500}, course.Step{DaysBefore: 29, ChargeBP: 5_000}),
		"the whole from now": set(),
	} {
		if !errors.Is(err, course.ErrScaleAgreed) || !slices.Equal(about(err), []string{"scale"}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := set(course.Step{DaysBefore: 60, Fee: 5_000}, course.Step{DaysBefore: 14, ChargeBP: 5_000}, course.Step{DaysBefore: 0, ChargeBP: 9_000}); err != nil {
		t.Errorf("milder on every day: %v", err)
	}
}
