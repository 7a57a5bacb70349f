package allocating_test

import (
	"testing"

	"bursar/internal/form"
	"bursar/internal/fund"
	"bursar/internal/money"
)

func TestPlacesThatAreFullAreNamed(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.plant("UPDATE run_places SET capacity = 3")
	doc := w.propose()
	w.says(doc.Find("#person-"+dee), "£1,750.00 short.", "No place is left on FND-T27.")
	why := doc.Find("#person-" + eve)
	w.says(why, "FND-T27 with the course fee and travel, £3,450.00 No place is left on FND-T27.")
	w.silent(why, "short", "Scotland")
}

func TestCapsAndLimitsAreNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fund("CAPPED", "Small Awards Fund", 9_000, fund.Restricted, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}, Cap: money.Pounds(1_000), Who: fund.Rule{Criterion: fund.ByRegion, OneOf: []string{"london"}}})
	w.fund("ONE", "One Place Fund", 9_000, fund.Restricted, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}, Places: 1, Who: fund.Rule{Criterion: fund.ByRegion, OneOf: []string{"wales"}}})
	w.applies(ana, 1, "A", form.Answers{"region": "wales", "help": "fee"})
	w.applies(bea, 2, "A", form.Answers{"region": "wales", "help": "fee"})
	w.applies(cal, 3, "B", form.Answers{"region": "london", "help": "fee"})
	w.applies(dee, 4, "B", form.Answers{"region": "scotland", "help": "fee"})
	doc := w.propose()
	w.says(doc.Find("#person-"+ana), "Funded")
	w.says(doc.Find("#person-"+bea), "One Place Fund (ONE) pays for as many people as its rules allow.", "Small Awards Fund (CAPPED) has £9,000.00 left. It is only for people who live or work in London.")
	w.says(doc.Find("#person-"+cal), "£2,250.00 short. Small Awards Fund (CAPPED) would pay no more than its rules allow for one person.")
	w.says(doc.Find("#person-"+dee), "£3,250.00 short. No fund may pay what is missing.")
}

func TestAnotherOrderThatReachesMoreIsSaidWithWhomItSkips(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fund("GENERAL", "General Bursary Fund", 3_250, fund.Unrestricted, fund.Terms{Pays: []fund.Pay{{Purpose: fund.Fee}}})
	w.applies(ana, 1, "A", form.Answers{"help": "fee"})
	w.applies(bea, 2, "A", form.Answers{"help": "fee", "circumstances": "other"})
	w.applies(cal, 3, "B", form.Answers{"help": "fee", "circumstances": "other"})
	w.says(w.propose().Find("main"), "1 of 3 people can be funded. In another order 2 would be possible. That would skip "+ana+
		", who can be funded in this one. The program never does that by itself.")
}

func TestWhoCanTakeNoneOfTheDatesIsToldApart(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.applies("FFFF-06", 6, "B", form.Answers{"help": "fee", "runs": ""})
	w.says(w.open("").Find("main"), "None of the dates that they could take is open to them now")
	w.says(w.propose().Find("#person-FFFF-06"), "Not funded", "None of the dates that they could take is open to them now")
}
