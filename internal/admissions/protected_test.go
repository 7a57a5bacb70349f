package admissions_test

import (
	"testing"

	"bursar/internal/award"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/fund"
	"bursar/internal/money"
)

// A fund that pays two lines of somebody's offer gets a limit a head, or asks for a part from elsewhere, below what it
// promised: the offer stands, and what others give up passes on.
func TestAStricterRuleStopsNeitherAnOfferNorWhatOthersGiveUp(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*fund.Terms){
		"a limit a head":        func(t *fund.Terms) { t.Cap = money.Pounds(3_300) },
		"a limit of a purpose":  func(t *fund.Terms) { t.Pays[0].Cap = money.Pounds(100) },
		"a part from elsewhere": func(t *fund.Terms) { t.CoPayment = 50 },
		"other people":          func(t *fund.Terms) { t.Who = only("wales") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := ratified(t, 20, example()...)
			terms := fixture.Paying(only("scotland"), fund.Purposes()...)
			change(&terms)
			err := g.house.App.Write(t.Context(), func(tx *db.Tx) error {
				v, err := fund.ProposeTerms(t.Context(), tx, g.grace, g.scotland.ID, terms, "The donor asked for it")
				if err != nil {
					return err
				}
				return fund.AgreeTerms(t.Context(), tx, g.hugh, v.ID)
			})
			if err != nil {
				t.Fatal(err)
			}
			before := g.snapshot(0, 1, 4)
			if err := g.decline(2); err != nil {
				t.Fatal(err)
			}
			if next := g.award(3); next == nil || next.Status != award.Offered {
				t.Errorf("the next has %+v", next)
			}
			if after := g.snapshot(0, 1, 4); after != before {
				t.Errorf("others had\n%s\nand have\n%s", before, after)
			}
			g.sound()
		})
	}
}
