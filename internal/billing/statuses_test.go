package billing_test

import (
	"regexp"
	"slices"
	"testing"

	"bursar/internal/billing"
	"bursar/internal/db/dbtest"
)

func TestTheStatusesAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for constraint, inGo := range map[string][]string{
		"payments_status": billing.PaymentStatuses(), "refunds_status": billing.RefundStatuses(),
		"plans_status": billing.PlanStatuses(), "instalments_status": billing.PartStatuses(),
		"card_pages_status": billing.CardPageStatuses(),
	} {
		var check string
		err := d.NewRaw("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ?", constraint).Scan(t.Context(), &check)
		if err != nil {
			t.Fatal(err)
		}
		var inSQL []string
		for _, m := range regexp.MustCompile(`'(\w+)'`).FindAllStringSubmatch(check, -1) {
			inSQL = append(inSQL, m[1])
		}
		slices.Sort(inSQL)
		if !slices.Equal(inGo, inSQL) {
			t.Errorf("%s: Go has %v, SQL has %v", constraint, inGo, inSQL)
		}
	}
}
