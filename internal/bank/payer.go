package bank

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"
	"github.com/uptrace/bun/dialect/pgdialect"
	"golang.org/x/text/unicode/norm"

	"bursar/internal/db"
	"bursar/internal/id"
)

// payerName is the name under which a line was paid, as it is remembered: the payer, or what the text says beside the
// numbers of invoices.
func (l *Line) payerName() string {
	if name := fold(l.Payer); name != "" {
		return name
	}
	return fold(mentions.ReplaceAllString(l.Text, " "))
}

// plain are words that the names of many payers have, often cut short by the bank, and that tell no two apart.
var plain = strings.Fields("and bacs bgc bp care charity co council county credit faster fpi foundation from limited ltd nhs payment plc ref the trust")

// fold is what of a name tells payers apart: small letters without accents, punctuation, numbers and plain words, run
// together. Of a name of plain words only, all are kept.
func fold(name string) string {
	letters := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		case unicode.Is(unicode.M, r) || r == '\'' || r == '’':
			return -1
		}
		return ' '
	}, norm.NFKD.String(name))
	words := slices.DeleteFunc(strings.Fields(letters), func(w string) bool { return strings.ContainsFunc(w, unicode.IsDigit) })
	telling := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(plain, w) })
	if len(telling) == 0 {
		telling = words
	}
	return strings.Join(telling, "")
}

// shortest is how many letters a name must have to be taken for a longer one that begins with it: banks cut names off.
const shortest = 6

// alike reports whether two folded names can mean the same: equal, one cut short, or a letter or two mistyped.
func alike(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	switch {
	case a == b:
		return a != ""
	case len(a) >= shortest && strings.HasPrefix(b, a):
		return true
	}
	return levenshtein.ComputeDistance(a, b) <= min(len(a)/4, 2)
}

// learn counts that a line was paid by organisations under its name; with -1, that it was not after all.
func learn(ctx context.Context, tx *db.Tx, l *Line, whose []id.Organisation, n int) error {
	name := l.payerName()
	if name == "" || len(whose) == 0 {
		return nil
	}
	list := make([]int64, len(whose))
	for i, o := range whose {
		list[i] = int64(o)
	}
	_, err := tx.NewRaw(`
		INSERT INTO bank_payers (payer, organisation_id, seen) SELECT ?, o, greatest(?, 0) FROM unnest(?::bigint[]) o ORDER BY o
		ON CONFLICT (payer, organisation_id) DO UPDATE SET seen = greatest(bank_payers.seen + ?, 0)`, name, n, pgdialect.Array(list), n).Exec(ctx)
	if err != nil {
		return fmt.Errorf("remembering a payer: %w", err)
	}
	return nil
}
