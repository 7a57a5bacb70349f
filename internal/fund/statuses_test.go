package fund_test

import (
	"regexp"
	"slices"
	"testing"

	"bursar/internal/db/dbtest"
	"bursar/internal/fund"
)

func TestTheWordsOfTheDatabaseAreThoseOfGo(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for constraint, inGo := range map[string][]string{
		"fund_terms_status": words(fund.TermsStatuses()), "gifts_status": words(fund.GiftStatuses()), "funds_kind": words(fund.Kinds()),
		"gifts_how": {string(fund.ByBank), string(fund.ByCard)}, "fund_moves_kind": {string(fund.MoveReturn), string(fund.MoveTransfer)},
		"award_lines_purpose": words(fund.Purposes()),
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
		if slices.Sort(inGo); !slices.Equal(inGo, inSQL) {
			t.Errorf("%s: Go has %v, SQL has %v", constraint, inGo, inSQL)
		}
	}
}

func words[S ~string](list []S) []string {
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = string(s)
	}
	return all
}
