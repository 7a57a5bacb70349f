package page

import (
	"strconv"
	"strings"

	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
)

// Mistakes are what could not be read of the words typed into a form, a sentence for each field: a page reads all of its fields
// first, and says everything at once.
type Mistakes map[string]string

// Pounds reads an amount; what is empty is nothing.
func (m Mistakes) Pounds(field, typed string) money.Amount {
	if typed == "" {
		return 0
	}
	a, err := money.Parse(typed)
	if err != nil {
		m[field] = failure.Of(err).Message
	}
	return a
}

// Amount reads an amount of more than nothing.
func (m Mistakes) Amount(field, typed string) money.Amount {
	a, err := money.Parse(typed)
	if err != nil {
		m[field] = failure.Of(err).Message
	} else if a == 0 {
		m[field] = "Enter an amount of more than £0"
	}
	return a
}

// Optional reads an amount of more than nothing; what is empty is nothing.
func (m Mistakes) Optional(field, typed string) money.Amount {
	if typed == "" {
		return 0
	}
	return m.Amount(field, typed)
}

// Count reads a whole number; what is empty is 0.
func (m Mistakes) Count(field, typed string) int {
	if typed == "" {
		return 0
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < 0 {
		m[field] = "Enter a whole number, like 16"
	}
	return n
}

// Percent reads per cents with up to two decimals, in basis points; what is empty is 0.
func (m Mistakes) Percent(field, typed string) int64 {
	whole, part, _ := strings.Cut(strings.TrimSpace(strings.TrimSuffix(typed, "%")), ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil || n < 0 || n > 10_000 || len(part) > 2 {
		m[field] = "Enter a per cent between 0 and 100, like 25 or 3.75"
		return 0
	}
	return n
}

// Day reads the three boxes of a date; empty boxes are the zero day.
func (m Mistakes) Day(field, day, month, year string) london.Date {
	d, err := ReadDate(day, month, year)
	if err != nil {
		m[field] = london.ErrMalformed.Message
	}
	return d
}

// Needed says that something must be typed or chosen, and returns what was.
func (m Mistakes) Needed(field, typed, sentence string) string {
	if typed == "" {
		m[field] = sentence
	}
	return typed
}

// Refusal takes in what a check refuses besides, and is all that is wrong at once; nil when nothing is. What could not be read goes
// before what is refused about the same field, and before what is refused about no field.
func (m Mistakes) Refusal(refused error) error {
	f := failure.Of(refused)
	about := f != nil && len(f.Fields) > 0
	if refused != nil && !about && (f == nil || len(m) == 0) {
		return refused
	}
	if about {
		for field, sentence := range f.Fields {
			if m[field] == "" {
				m[field] = sentence
			}
		}
	}
	if len(m) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "form_invalid", Message: "Check what you entered.", Fields: m}
}

// Plain is an amount as people type it, without the £ that stands before the box; nothing is empty.
func Plain(a money.Amount) string {
	if a == 0 {
		return ""
	}
	return strings.TrimPrefix(a.Short(), "£")
}

// Boxes are a date in its three boxes; the zero day leaves them empty.
func Boxes(d london.Date) (day, month, year string) {
	if d.IsZero() {
		return "", "", ""
	}
	return strconv.Itoa(d.Day), strconv.Itoa(int(d.Month)), strconv.Itoa(d.Year)
}

// At is one of the values that a field was sent with, or "" when it was sent with fewer.
func At(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}
