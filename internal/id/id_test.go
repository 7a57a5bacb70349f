package id_test

import (
	"strings"
	"testing"

	"bursar/internal/id"
)

func TestACodeSurvivesBeingReadOutAndTypedAgain(t *testing.T) {
	t.Parallel()
	for range 1000 {
		code := id.Code()
		if got := id.NormaliseCode(code); got != code {
			t.Fatalf("NormaliseCode(%q) = %q", code, got)
		}
	}
	for typed, want := range map[string]string{
		"k7q2-9m":   "K7Q2-9M",
		" K7Q2 9M ": "K7Q2-9M",
		"oi12-3l":   "0112-31",
		"K7Q2-9":    "",
		"K7Q2-9MM":  "",
		"K7U2-9M":   "",
		"":          "",
	} {
		if got := id.NormaliseCode(typed); got != want {
			t.Errorf("NormaliseCode(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestCodesDoNotRepeatSoon(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 2000 {
		seen[id.Code()] = true
	}
	if len(seen) < 1990 {
		t.Errorf("%d different codes of 2000", len(seen))
	}
}

func TestTheCodesInATextAreFound(t *testing.T) {
	t.Parallel()
	text := "Places K7Q2-9M, 0A1B-2C and K7Q2-9M: https://x.example/my/places/ZZZZ-00?a=b. Not k7q2-9m, K7Q2-9MX, XK7Q2-9M, UUUU-00 or 2026-2027."
	if got := strings.Join(id.Codes(text), " "); got != "0A1B-2C K7Q2-9M ZZZZ-00" {
		t.Errorf("found %s", got)
	}
	if none := id.Codes("Hello"); none == nil || len(none) != 0 {
		t.Errorf("found %q", none)
	}
}
