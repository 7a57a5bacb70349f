package mail

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"bursar/internal/failure"
)

func TestEveryPlaceholderSaysPlainlyWhatStandsThere(t *testing.T) {
	t.Parallel()
	for _, template := range Templates() {
		_, placeholders, err := Original(template)
		if err != nil {
			t.Errorf("%s: %v", template, err)
		}
		for _, p := range placeholders {
			if p.Words == "" || p.Words == spelled(p.Name) {
				t.Errorf("%s: %s is explained as %q, which is only its name: add words to said", template, p.Mark(), p.Words)
			}
			if when, says, quoted := strings.Cut(p.Words, "“"); quoted && !strings.ContainsFunc(says, unicode.IsLetter) {
				t.Errorf("%s: %s is explained as %q and no word of what stands there: add words to said", template, p.Mark(), when)
			}
		}
	}
}

func TestUntilWhenPeopleCanChangeTheirMindCannotBeLeftOut(t *testing.T) {
	t.Parallel()
	text, placeholders, err := Original("place-confirmed")
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(placeholders, func(p Placeholder) bool { return p.Name == "AtAddDays" })
	if at < 0 || Check("place-confirmed", text) != nil {
		t.Fatalf("%+v", placeholders)
	}
	text.Body = strings.ReplaceAll(text.Body, placeholders[at].Mark(), "some day")
	if f := failure.Of(Check("place-confirmed", text)); f == nil || !strings.Contains(f.Fields["body"], "the law wants") {
		t.Errorf("without it: %v", f)
	}
}

// A mail that leads to one of two pages must keep what leads there.
func TestAPlaceholderThatIsAnAddressEitherWayMustStay(t *testing.T) {
	t.Parallel()
	for template, name := range map[string]string{"pay-request": "WhenToken2", "pay-answered": "WhenOrg", "place-confirmed": "Link"} {
		_, placeholders, err := Original(template)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(placeholders, func(p Placeholder) bool { return p.Name == name })
		if at < 0 || !placeholders[at].Must {
			t.Errorf("%s can be left out of %s", name, template)
		}
		if err := Check(template, Text{"Hello", "Hello"}); err == nil {
			t.Errorf("%s leads nowhere", template)
		}
	}
}
