package report

import (
	"slices"
	"strings"
)

// Kind is a sort of account in the books.
type Kind struct {
	Key     string // under which the settings keep its nominal code: "deferred"
	Title   string
	Nominal string // the code where the settings have none
	Owed    bool   // what stands on it is owed or earned: credit is shown as more
}

// Kinds lists every sort of account that the books have, in the order of a report.
func Kinds() []Kind {
	return []Kind{
		{"bank", "Bank", "1200", false},
		{"processor", "Card processor", "1210", false},
		{"unmatched", "Bank, not matched yet", "1220", true},
		{"clearing", "Clearing", "1290", false},
		{"due", "What payers owe", "1100", false},
		{"credit", "Credit of organisations", "2120", true},
		{"owed", "Refunds on their way", "2130", true},
		{"deferred", "Income still to be taught", "2110", true},
		{"earned", "Income taught", "4000", true},
		{"kept", "Charges for places given up", "4100", true},
		{"vat", "VAT", "2200", true},
		{"written-off", "Written off", "8100", false},
		{"other", "Other income", "4900", true},
		{"fund", "Funds", "3200", true},
	}
}

// KindOf is the kind with a key; an account that nobody has named keeps its own name.
func KindOf(key string) Kind {
	key, _, _ = strings.Cut(key, "/")
	if i := slices.IndexFunc(Kinds(), func(k Kind) bool { return k.Key == key }); i >= 0 {
		return Kinds()[i]
	}
	return Kind{Key: key, Title: key, Nominal: "9998"}
}

// kindSQL names the kind of the account name in column %[1]s; of a fund with which of its accounts: "fund/income".
const kindSQL = `CASE
	WHEN %[1]s IN ('bank', 'processor', 'unmatched', 'clearing', 'vat', 'written-off', 'other') THEN %[1]s
	WHEN %[1]s ^@ 'share/' THEN 'due'
	WHEN %[1]s ^@ 'organisation/' THEN 'credit'
	WHEN %[1]s ^@ 'payment/' THEN 'owed'
	WHEN %[1]s ^@ 'run/' THEN split_part(%[1]s, '/', 3)
	WHEN %[1]s ^@ 'fund/' THEN 'fund/' || split_part(%[1]s, '/', 3)
	ELSE %[1]s END`

// numberSQL is the number in the account name in column %[1]s, of the share, run, organisation or fund that it is about.
const numberSQL = `CASE WHEN %[1]s ~ '^(share|run|organisation|fund)/[0-9]+/' THEN split_part(%[1]s, '/', 2)::bigint END`
