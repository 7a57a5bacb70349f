package id_test

import (
	"strings"
	"testing"

	"bursar/internal/id"
)

func TestLongCodesAreReadHoweverTheyWereTyped(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		code := id.LongCode()
		if seen[code] || len(code) != 14 {
			t.Fatalf("%q", code)
		}
		seen[code] = true
		letters := strings.ReplaceAll(code, "-", "")
		confused := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(letters))
		for _, typed := range []string{code, letters, confused, " " + letters[:4] + " " + letters[4:] + " ", "https://book.example/certificates/" + code + "/"} {
			if got := id.NormaliseLongCode(typed); got != code {
				t.Errorf("%q is read as %q", typed, got)
			}
		}
	}
	for _, none := range []string{"", "K7Q2-9M", "K7Q2-9MXA-3BTU", "K7Q2-9MXA-3BTFA", "………………"} {
		if got := id.NormaliseLongCode(none); got != "" {
			t.Errorf("%q is read as %q", none, got)
		}
	}
}
