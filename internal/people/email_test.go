package people_test

import (
	"strings"
	"testing"

	"bursar/internal/failure"
	"bursar/internal/people"
)

func TestAnAddressHasOneNormalForm(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"sam@tidewell.example":             "sam@tidewell.example",
		"  Sam.O'Neill@Tidewell.EXAMPLE\n": "sam.o'neill@tidewell.example",
		"sam+peer@tidewell.example":        "sam+peer@tidewell.example",
		"jose\u0301@kestrel.example":       "josé@kestrel.example",
		"ana@bücher.example":               "ana@xn--bcher-kva.example",
		"ana@BÜCHER.example":               "ana@xn--bcher-kva.example",
		strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + ".example": strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + ".example",
	} {
		got, err := people.NormaliseEmail(typed)
		if err != nil || got != want {
			t.Errorf("%q became %q, %v", typed, got, err)
			continue
		}
		if again, err := people.NormaliseEmail(got); err != nil || again != got {
			t.Errorf("%q is not stable: %q, %v", got, again, err)
		}
	}
}

func TestWhatIsNoAddressIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{
		"", " ", "sam", "sam@", "@tidewell.example", "sam@tidewell", "sam@tidewell.example.", "sam@.example",
		"sam@@tidewell.example", "sam@tide well.example", "s am@tidewell.example", "sam.@tidewell.example",
		"Sam <sam@tidewell.example>", `"sam"@tidewell.example`, "sam@[127.0.0.1]", "sam,ana@tidewell.example",
		"sam@tidewell.example\r\nBcc: all@tidewell.example", "sam\x00@tidewell.example", "sam\u202e@tidewell.example",
		"sam\u200b@tidewell.example", "sam@-tidewell.example", "sam\xff@tidewell.example",
		strings.Repeat("a", 245) + "@b.example",
	} {
		got, err := people.NormaliseEmail(typed)
		if f := failure.Of(err); f == nil || f.Kind != failure.Invalid || f.Fields["email"] == "" {
			t.Errorf("%q became %q, %v", typed, got, err)
		}
	}
}

func FuzzNormaliseEmail(f *testing.F) {
	for _, seed := range []string{"sam@tidewell.example", "ana@BÜCHER.example", "a\r\n@b.c", `"x"@y.z`, "İ@b.example"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := people.NormaliseEmail(typed)
		if err != nil {
			return
		}
		if again, err := people.NormaliseEmail(got); err != nil || again != got {
			t.Fatalf("%q became %q, which becomes %q, %v", typed, got, again, err)
		}
		if len(got) > 254 || strings.ContainsAny(got, "\r\n\x00 <>\"") || strings.ToLower(got) != got {
			t.Fatalf("%q became %q", typed, got)
		}
	})
}
