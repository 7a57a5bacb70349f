package finance

import (
	"strconv"
	"strings"

	"bursar/internal/failure"
	"bursar/internal/london"
	"bursar/internal/money"
	"bursar/internal/web/page"
)

// mistakes are what could not be read in a form, by field.
type mistakes map[string]string

// amount reads pounds that must be there.
func (m mistakes) amount(field, typed string) money.Amount {
	a, err := money.Parse(typed)
	if err != nil {
		m[field] = failure.Of(err).Message
	} else if a == 0 {
		m[field] = "Enter an amount of more than £0"
	}
	return a
}

// optional reads pounds; what is empty is nothing.
func (m mistakes) optional(field, typed string) money.Amount {
	if typed == "" {
		return 0
	}
	return m.amount(field, typed)
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

// percent reads per cents with up to two decimals, in basis points.
func (m mistakes) percent(field, typed string) int64 {
	whole, part, _ := strings.Cut(strings.TrimSpace(strings.TrimSuffix(typed, "%")), ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil || n < 0 || n > 10_000 || len(part) > 2 {
		m[field] = "Enter a per cent between 0 and 100, like 25 or 3.75"
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

// needed says that something must be typed or chosen.
func (m mistakes) needed(field, typed, sentence string) string {
	if typed == "" {
		m[field] = sentence
	}
	return typed
}

// refusal takes in what else a check refuses, and is all that is wrong at once; nil when nothing is.
func (m mistakes) refusal(checked error) error {
	f := failure.Of(checked)
	if checked != nil && (f == nil || len(f.Fields) == 0) {
		return checked
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
	return &failure.Error{Kind: failure.Invalid, Code: "finance_form", Message: "Some of this needs another look.", Fields: m}
}

// plain is an amount as people type it, without the £ that stands before the box; nothing is empty.
func plain(a money.Amount) string {
	if a == 0 {
		return ""
	}
	return strings.TrimPrefix(a.Short(), "£")
}

// errChanged means that what a form acts on is not what its page showed any more: somebody else was quicker, or the same
// form was sent twice.
var errChanged = failure.New(failure.Conflict, "changed_meanwhile",
	"This has changed since you opened the page, or it was sent twice. Nothing has been done now. Please look at it again.")

// pence is an amount as a hidden field carries it.
func pence(a money.Amount) string { return strconv.FormatInt(int64(a), 10) }
