package organisation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"
	"golang.org/x/text/unicode/norm"

	"bursar/internal/db"
	"bursar/internal/id"
)

// confusable are letters of other alphabets, and digits, that look like Latin ones, after Unicode Technical Standard 39.
var confusable = strings.NewReplacer(
	"а", "a", "в", "b", "с", "c", "ԁ", "d", "е", "e", "ё", "e", "һ", "h", "і", "i", "ї", "i", "ј", "j", "к", "k", "м", "m", "н", "h", "о", "o",
	"р", "p", "ѕ", "s", "т", "t", "у", "y", "х", "x", "α", "a", "β", "b", "ε", "e", "η", "n", "ι", "i", "κ", "k", "ν", "v", "ο", "o", "ρ", "p",
	"τ", "t", "υ", "u", "χ", "x", "ı", "i", "ł", "l", "ø", "o", "đ", "d", "ß", "ss", "æ", "ae", "œ", "oe", "0", "o", "1", "l", "5", "s", "8", "b", "|", "l")

// plain are words that many names have and that tell no two apart.
var plain = strings.Fields(`
	and at board borough care charitable charity cic city co community company council county district for foundation group icb in integrated
	limited llp ltd nhs of plc service services the trust uk`)

// fold is what of a name tells organisations apart: without case, accents, punctuation and plain words, and with letters
// that look alike made one. Of a name of plain words only, all are kept.
func fold(name string) string {
	latin := confusable.Replace(strings.ToLower(norm.NFKC.String(name)))
	var kept strings.Builder
	for _, r := range norm.NFKD.String(latin) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			kept.WriteRune(r)
		case !unicode.Is(unicode.M, r) && r != '\'' && r != '’':
			kept.WriteByte(' ')
		}
	}
	words := strings.Fields(kept.String())
	telling := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(plain, w) })
	if len(telling) == 0 {
		telling = words
	}
	return strings.Join(telling, "")
}

// alike reports how far two folded names are apart, in letters, and whether that is so little that one can be taken for
// the other: the longer the names, the more.
func alike(a, b string) (distance int, close bool) {
	distance = levenshtein.ComputeDistance(a, b)
	shorter := min(len([]rune(a)), len([]rune(b)))
	return distance, distance <= min(shorter/4, 2)
}

// lookAlike finds an organisation that somebody might take for o: by a number that only one can have, or the nearest
// name, and of several the longest known. There are thousands of organisations at most.
func lookAlike(ctx context.Context, tx *db.Tx, o *Organisation) (id.Organisation, error) {
	var known []Organisation
	err := tx.NewSelect().Model(&known).Column("id", "name", "company_number", "charity_number", "org_code", "payables_code", "gln").
		Where("o.id <> ?", o.ID).Order("id").Scan(ctx)
	if err != nil {
		return 0, fmt.Errorf("looking for organisations of the same name: %w", err)
	}
	name := fold(o.Name)
	var found id.Organisation
	nearest := 0
	for _, k := range known {
		if o.sameNumber(k) {
			return k.ID, nil
		}
		if distance, close := alike(name, fold(k.Name)); close && (found == 0 || distance < nearest) {
			found, nearest = k.ID, distance
		}
	}
	return found, nil
}

// sameNumber reports whether both have a number that is given out once.
func (o *Organisation) sameNumber(other Organisation) bool {
	same := func(a, b string) bool { return a != "" && a == b }
	return same(o.CompanyNumber, other.CompanyNumber) || same(o.CharityNumber, other.CharityNumber) || same(o.GLN, other.GLN) ||
		same(o.PayablesCode, other.PayablesCode) && o.OrgCode == other.OrgCode
}
