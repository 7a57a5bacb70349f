package people_test

import (
	"testing"

	"bursar/internal/people"
)

func TestANameHasNoAddressAndNothingHiddenInIt(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Ana Reyes", "Siân O’Hara-Müller", "Łukasz", "山田 太郎", "J. P. Dr. Smith"} {
		if !people.PlainName(name) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{"You have won: https://evil.example", "see WWW.evil.example", "bob@evil.example", "Bob\r\nBcc: x", "a\u202eb", "a\u200bb"} {
		if people.PlainName(name) {
			t.Errorf("%q is taken", name)
		}
	}
}
