package page_test

import (
	"errors"
	"maps"
	"testing"

	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

func TestWhatIsTypedIsReadOrItsFieldSaysWhyNot(t *testing.T) {
	t.Parallel()
	m := page.Mistakes{}
	if m.Pounds("a", "") != 0 || m.Pounds("a", "0") != 0 || m.Pounds("a", "1,250.50") != 125_050 || m.Optional("a", "") != 0 || m.Amount("a", "0.01") != 1 ||
		m.Count("a", "") != 0 || m.Count("a", "16") != 16 || m.Percent("a", "") != 0 || m.Percent("a", "12.5 %") != 1_250 || m.Percent("a", "100") != 10_000 ||
		m.Needed("a", "x", "Type it") != "x" || m.Day("a", "", "", "") != (london.Date{}) || m.Day("a", "1", "3", "2027") != london.On(2027, 3, 1) || len(m) != 0 {
		t.Errorf("good words are mistakes: %v", m)
	}
	m.Pounds("pounds", "ten")
	m.Amount("none", "0")
	m.Amount("empty", "")
	m.Optional("optional", "0")
	m.Count("count", "-1")
	m.Percent("percent", "100.01")
	m.Percent("fine", "1.005")
	m.Day("day", "31", "2", "2027")
	m.Needed("needed", "", "Type it")
	want := map[string]string{
		"pounds": money.ErrMalformed.Message, "none": "Enter an amount of more than £0", "empty": money.ErrMalformed.Message, "optional": "Enter an amount of more than £0",
		"count": "Enter a whole number, like 16", "percent": "Enter a per cent between 0 and 100, like 25 or 3.75", "fine": "Enter a per cent between 0 and 100, like 25 or 3.75",
		"day": london.ErrMalformed.Message, "needed": "Type it",
	}
	if !maps.Equal(m, want) {
		t.Errorf("%v", m)
	}
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	broken, late, taken := errors.New("broken"), failure.New(failure.Conflict, "late", "Too late."), failure.Field("name", "It is taken")
	for name, c := range map[string]struct {
		unread  page.Mistakes
		refused error
		fields  map[string]string
		err     error
	}{
		"nothing":                          {page.Mistakes{}, nil, nil, nil},
		"what could not be read":           {page.Mistakes{"day": "No day"}, nil, map[string]string{"day": "No day"}, nil},
		"what is refused too":              {page.Mistakes{"day": "No day"}, taken, map[string]string{"day": "No day", "name": "It is taken"}, nil},
		"of one field what was read first": {page.Mistakes{"name": "No name"}, taken, map[string]string{"name": "No name"}, nil},
		"a refusal of the whole":           {page.Mistakes{}, late, nil, late},
		"which can wait":                   {page.Mistakes{"day": "No day"}, late, map[string]string{"day": "No day"}, nil},
		"our own fault, which cannot":      {page.Mistakes{"day": "No day"}, broken, nil, broken},
	} {
		err := c.unread.Refusal(c.refused)
		f := failure.Of(err)
		if c.fields == nil && !errors.Is(err, c.err) || c.fields != nil && (f == nil || f.Kind != failure.Invalid || !maps.Equal(f.Fields, c.fields)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
