package catalogue

import (
	"strconv"
	"strings"

	"bursar/internal/course"
	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// mistakes are what could not be read in a form, by field.
type mistakes map[string]string

// refusal is all that could not be read; nil when everything was.
func (m mistakes) refusal() error {
	if len(m) == 0 {
		return nil
	}
	return &failure.Error{Kind: failure.Invalid, Code: "form_invalid", Message: "Check what you entered.", Fields: m}
}

// needed says what is missing where a box was left empty.
func (m mistakes) needed(field, typed, sentence string) {
	if typed == "" {
		m[field] = sentence
	}
}

// amount reads pounds; what is empty is nothing.
func (m mistakes) amount(field, typed string) money.Amount {
	if typed == "" {
		return 0
	}
	a, err := money.Parse(typed)
	if err != nil {
		m[field] = failure.Of(err).Message
	}
	return a
}

// count reads a whole number; what is empty is 0.
func (m mistakes) count(field, typed string) int {
	if typed == "" {
		return 0
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < 0 {
		m[field] = "Enter a whole number, like 16"
	}
	return n
}

// percent reads per cents with up to two decimals, in basis points; what is empty is 0.
func (m mistakes) percent(field, typed string) int64 {
	if typed == "" {
		return 0
	}
	whole, part, _ := strings.Cut(strings.TrimSpace(strings.TrimSuffix(typed, "%")), ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil || n < 0 || len(part) > 2 {
		m[field] = "Enter a per cent, like 80 or 12.5"
		return 0
	}
	return n
}

// day reads the three boxes of a date; empty boxes are the zero day.
func (m mistakes) day(field, day, month, year string) london.Date {
	d, err := page.ReadDate(day, month, year)
	if err != nil {
		m[field] = london.ErrMalformed.Message
	}
	return d
}

// boxes are a date in its three boxes; the zero day leaves them empty.
func boxes(d london.Date) (day, month, year string) {
	if d.IsZero() {
		return "", "", ""
	}
	return strconv.Itoa(d.Day), strconv.Itoa(int(d.Month)), strconv.Itoa(d.Year)
}

// plain is an amount as people type it, without the £ that stands before the box; nothing is empty.
func plain(a money.Amount) string {
	if a == 0 {
		return ""
	}
	return strings.TrimPrefix(a.Short(), "£")
}

// number is a count as people type it; 0 is empty.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// perCent is basis points as people type them; 0 is empty.
func perCent(bp int64) string {
	if bp == 0 {
		return ""
	}
	return strings.TrimSuffix(course.Percent(bp), "%")
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}
