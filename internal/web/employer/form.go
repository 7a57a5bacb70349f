package employer

import (
	"fmt"
	"strings"

	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// mistakes are what could not be read of a form: a sentence for each field.
type mistakes map[string]string

// amount reads pounds as pence. Nothing typed is nothing, which the verb may refuse.
func (m mistakes) amount(field, typed string) money.Amount {
	if typed == "" {
		return 0
	}
	a, err := money.Parse(typed)
	if err != nil {
		m[field] = "Enter an amount in pounds, like 7,560 or 7,560.50"
	}
	return a
}

// day reads the three boxes of a date; empty boxes are the zero day.
func (m mistakes) day(field, day, month, year string) london.Date {
	d, err := page.ReadDate(day, month, year)
	if err != nil {
		m[field] = london.ErrMalformed.Message
	}
	return d
}

// refusal takes in what else a verb refuses, and is all that is wrong at once; nil when nothing is.
func (m mistakes) refusal(refused error) error {
	f := failure.Of(refused)
	if refused != nil && (f == nil || len(f.Fields) == 0) && len(m) == 0 {
		return refused
	}
	if f != nil {
		for field, sentence := range f.Fields {
			if m[field] == "" { // what could not be read goes before
				m[field] = sentence
			}
		}
	}
	if len(m) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "form_invalid", Message: "Check what you entered.", Fields: m}
}

// count is "1 day", "20 days".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// lines are the lines of a text that are not empty.
func lines(text string) []string {
	var kept []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}
