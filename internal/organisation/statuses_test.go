package organisation_test

import (
	"regexp"
	"slices"
	"testing"

	"bursar/internal/db/dbtest"
	"bursar/internal/organisation"
)

func TestTheWordsOfTheDatabaseAreThoseOfGo(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	outcomes := slices.DeleteFunc(organisation.Outcomes(), func(o organisation.Outcome) bool { return o == organisation.AddressOpen })
	for constraint, inGo := range map[string][]string{
		"organisations_status": words(organisation.Statuses()), "organisations_kind": words(organisation.Kinds()),
		"organisations_po_rule": words(organisation.PORules()), "address_changes_outcome": words(outcomes),
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

func TestEveryKindAndRuleHasATitle(t *testing.T) {
	t.Parallel()
	for _, k := range organisation.Kinds() {
		if k.Title() == "" {
			t.Errorf("%s has no title", k)
		}
	}
	for _, r := range organisation.PORules() {
		if r.Title() == "" {
			t.Errorf("%s has no title", r)
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
