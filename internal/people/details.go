package people

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
)

// Details are what a person tells about themselves.
type Details struct {
	Name  string // required, at most 200 characters
	Phone string // may be empty
}

var phoneShape = regexp.MustCompile(`^[0-9+()./ -]{7,30}( ?(x|ext\.?|extension) ?[0-9]{1,6})?$`)

// Tidy trims the details and puts them in Unicode NFC. It returns an Invalid failure with a sentence for each
// field ("name", "phone") that needs correcting.
func (d Details) Tidy() (Details, error) {
	d.Name = strings.Join(strings.Fields(withoutMarks.Replace(norm.NFC.String(d.Name))), " ")
	d.Phone = strings.Join(strings.Fields(norm.NFC.String(d.Phone)), " ")
	wrong := map[string]string{}
	switch {
	case d.Name == "":
		wrong["name"] = "Enter your full name"
	case len([]rune(d.Name)) > 200:
		wrong["name"] = "Your full name must be 200 characters or fewer"
	case strings.ContainsFunc(d.Name, neverInAName):
		wrong["name"] = "Your full name must not contain invisible characters"
	}
	if d.Phone != "" && !phoneShape.MatchString(d.Phone) {
		wrong["phone"] = "Enter a telephone number, like 020 7946 0000 or +44 7700 900 982"
	}
	if len(wrong) > 0 {
		return d, &failure.Error{Kind: failure.Invalid, Code: "invalid_details", Message: "Check your details.", Fields: wrong}
	}
	return d, nil
}

// withoutMarks takes away the direction marks that telephones put around pasted names and that nobody can find.
var withoutMarks = strings.NewReplacer("\u200e", "", "\u200f", "", "\u2060", "", "\ufeff", "")

// neverInAName refuses what cannot be seen and may turn the order of what can: one name could pass for another.
// Joiners are part of how some names are written, in Persian for one.
func neverInAName(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	if r == nonJoiner || r == joiner {
		return false
	}
	return r == utf8Replacement || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// SetDetails stores what a person tells about themselves, tidied; see Tidy for what is refused.
func SetDetails(ctx context.Context, tx *db.Tx, person id.Person, d Details) error {
	d, err := d.Tidy()
	if err != nil {
		return err
	}
	done, err := tx.NewRaw(`UPDATE people SET name = ?, phone = ? WHERE id = ? AND (name, phone) IS DISTINCT FROM (?, ?)`,
		d.Name, d.Phone, person, d.Name, d.Phone).Exec(ctx)
	if err != nil {
		return fmt.Errorf("saving the details of a person: %w", err)
	}
	if n, _ := done.RowsAffected(); n == 0 {
		return nil
	}
	return record(ctx, tx, audit.Person(person), "details_changed", person, nil)
}
