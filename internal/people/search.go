package people

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/uptrace/bun"

	"bursar/internal/id"
)

// ByCode returns the person with a code, or ErrUnknownPerson.
func ByCode(ctx context.Context, idb bun.IDB, code string) (Person, error) {
	return one(ctx, idb, "code = ?", id.NormaliseCode(code))
}

// Search lists people whose name or address has words that begin as typed, or who have an address that was typed whole, in
// the order in which they were added, from one of them on. Typing nothing finds everybody.
func Search(ctx context.Context, idb bun.IDB, typed string, after id.Person, limit int) ([]Person, error) {
	var list []Person
	q := idb.NewSelect().Model(&list).Where("id > ?", after).Order("id").Limit(int64(limit))
	if address, err := NormaliseEmail(typed); err == nil {
		q = q.Where("email = ?", address)
	} else if terms := beginnings(typed); terms != "" {
		q = q.Where("words @@ to_tsquery('simple', ?)", terms)
	} else if strings.TrimSpace(typed) != "" {
		return nil, nil
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("searching for people: %w", err)
	}
	return list, nil
}

// mostWords is how many words are searched for at a time.
const mostWords = 8

// beginnings is what was typed as a query for words that begin so, all of them.
func beginnings(typed string) string {
	words := strings.FieldsFunc(strings.ToLower(typed), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	var terms []string
	for _, w := range words {
		if w = strings.ReplaceAll(w, "'", ""); w != "" && len(terms) < mostWords {
			terms = append(terms, "'"+w+"':*")
		}
	}
	return strings.Join(terms, " & ")
}
